/*
 * What NSEC3 is made with where it is made here (RFC 9276 §3.1): SHA-1, no further iterations, no salt.
 */

/** The only hash algorithm there is: SHA-1 (RFC 5155 §11). */
export const NSEC3_SHA1 = 1
/** Octets of its hashes, and of a label that spells one: digits of base32hex without padding. */
export const NSEC3_HASH_OCTETS = 20
export const NSEC3_HASH_DIGITS = 32

/** RDATA of NSEC3PARAM, and of NSEC3 in front of the hash length: SHA-1, no flags, no iterations, no salt. */
export const NSEC3PARAM_RDATA: Uint8Array = Uint8Array.of(NSEC3_SHA1, 0, 0, 0, 0)
