/*
 * The RDATA of an RRSIG: type covered (2 octets), algorithm, labels, original TTL (4), expiration (4), inception (4), key
 * tag (2), signer's name, signature (RFC 4034 §3.1). Times are Unix seconds modulo 2^32.
 */

/** The type that the RRSIG whose RDATA starts at `rdata` covers. */
export function typeCovered(octets: Uint8Array, rdata: number): number {
  return (octets[rdata]! << 8) | octets[rdata + 1]!
}

/** What of an RRSIG decides whether a validator can use it. */
export interface SignatureFields {
  readonly algorithm: number
  readonly labels: number
  readonly expiration: number
  readonly inception: number
  readonly keyTag: number
}

/** Reads the fixed fields of the RRSIG whose RDATA starts at `rdata`. */
export function signatureFields(octets: Uint8Array, rdata: number): SignatureFields {
  const view = new DataView(octets.buffer, octets.byteOffset + rdata)
  return {
    algorithm: view.getUint8(2),
    labels: view.getUint8(3),
    expiration: view.getUint32(8),
    inception: view.getUint32(12),
    keyTag: view.getUint16(16),
  }
}
