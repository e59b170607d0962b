/*
 * Whether an RRset that somebody sent is what the keys of a zone have signed (RFC 4035 §5.3). Off the answering road. The
 * work that a hostile sender can cause is bounded: many keys of one tag, many signatures.
 */

import { keyTagOf } from '../../dns/key-tag.ts'
import { countLabels, isAtOrBelow, isWildcard, namesEqual, parentName, wildcardBelow } from '../../dns/name.ts'
import { DnskeyFlag } from '../dnskey.ts'
import { isSignatureValid } from '../second-opinion.ts'
import { rrsigPrefix, signingInput } from '../signing-input.ts'
import type { ReceivedRRset, ReceivedRrsig } from './received-rrset.ts'

/** A zone whose keys are trusted. */
export interface TrustedZone {
  /** Wire, lower-cased. */
  readonly apex: Uint8Array
  /** RDATA of DNSKEY records. */
  readonly dnskeys: readonly Uint8Array[]
}

/** What became of it; the reason is a sentence's end, as in `the DS of example.com. has no signature`. */
export type Verification =
  | {
      readonly kind: 'valid'
      readonly originalTtl: number
      /** Of the signature that holds: Unix seconds modulo 2^32. */
      readonly inception: number
    }
  | { readonly kind: 'invalid'; readonly reason: string }

/**
 * Whether one signature of the RRset is a key's of the zone, at `now`, Unix seconds. With `isWildcardAllowed` it may be a
 * wildcard's; that no closer name is there is then for the caller to see (RFC 4035 §5.3.4).
 */
export function verifyRRset(
  rrset: ReceivedRRset,
  zone: TrustedZone,
  now: number,
  isWildcardAllowed = false,
): Verification {
  if (!isAtOrBelow(rrset.owner, zone.apex)) return invalid('is not of the zone')
  if (rrset.rrsigs.length === 0) return invalid('has no signature')
  let reason = 'has no signature of a key that is trusted'
  let attempts = 0
  for (const rrsig of rrset.rrsigs.slice(0, MOST_SIGNATURES)) {
    const owner = signedOwner(rrset.owner, rrsig.labels)
    const isWildcards = owner !== rrset.owner && !isWildcardAllowed
    const misfit = isWildcards ? 'was made by a wildcard' : misfitOf(rrsig, zone, now)
    if (misfit !== undefined || owner === undefined) {
      reason = misfit ?? 'has a signature of a longer name'
      continue
    }
    for (const dnskey of keysOf(zone, rrsig)) {
      if (attempts++ >= MOST_ATTEMPTS) return invalid('has more signatures and keys of one tag than are tried')
      if (isSignedBy(dnskey, { ...rrset, owner }, rrsig)) {
        return { kind: 'valid', originalTtl: rrsig.originalTtl, inception: rrsig.inception }
      }
      reason = 'has a signature that does not verify'
    }
  }
  return invalid(reason)
}

/** Whether the RDATA is that of a key that signs zones and is not revoked (RFC 4034 §2.1.1, RFC 5011 §2.1). */
export function isZoneKey(dnskey: Uint8Array): boolean {
  const flags = (dnskey[0]! << 8) | dnskey[1]!
  return (flags & DnskeyFlag.ZoneKey) !== 0 && (flags & DnskeyFlag.Revoke) === 0 && dnskey[2] === DNSSEC_PROTOCOL
}

/** Whether a time of a signature is before another, by serial number arithmetic (RFC 4034 §3.1.5). */
export function isBefore(a: number, b: number): boolean {
  return ((a - b) | 0) < 0
}

/** Signatures of one RRset that are looked at, and verifications that are done for it. */
const MOST_SIGNATURES = 8
const MOST_ATTEMPTS = 8
/** Keys of one tag and algorithm that are tried: honest zones have one. */
const MOST_KEYS_OF_TAG = 2
const DNSSEC_PROTOCOL = 3

/** Why the signature is none to verify; undefined: it may be one. */
function misfitOf(rrsig: ReceivedRrsig, zone: TrustedZone, now: number): string | undefined {
  if (!namesEqual(rrsig.signer, zone.apex)) return 'is signed by another zone'
  if (isBefore(now, rrsig.inception)) return 'has a signature that does not hold yet'
  return isBefore(rrsig.expiration, now) ? 'has a signature that has expired' : undefined
}

/** The name that was signed: the owner, or the wildcard that it came from; undefined: more labels than it has. */
function signedOwner(owner: Uint8Array, labels: number): Uint8Array | undefined {
  let surplus = countLabels(owner) - (isWildcard(owner) ? 1 : 0) - labels
  if (surplus === 0) return owner
  let encloser = owner
  for (; surplus > 0; surplus--) encloser = parentName(encloser)
  return surplus < 0 ? undefined : wildcardBelow(encloser)
}

function keysOf({ dnskeys }: TrustedZone, { keyTag, algorithm }: ReceivedRrsig): Uint8Array[] {
  return dnskeys
    .filter((dnskey) => dnskey[3] === algorithm && isZoneKey(dnskey) && keyTagOf(dnskey) === keyTag)
    .slice(0, MOST_KEYS_OF_TAG)
}

function isSignedBy(dnskey: Uint8Array, rrset: ReceivedRRset, rrsig: ReceivedRrsig): boolean {
  const signed = { ...rrset, ttl: rrsig.originalTtl }
  return isSignatureValid(dnskey, signingInput(rrsigPrefix(signed, rrsig), signed), rrsig.signature)
}

function invalid(reason: string): Verification {
  return { kind: 'invalid', reason }
}
