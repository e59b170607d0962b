/*
 * What a signature is made over (RFC 4034 §3.1.8.1): RRSIG's own RDATA without the signature, then each record of the
 * RRset in canonical form, in canonical order. Off the answering road: this allocates.
 */
import { type CanonicalRRset, writeRecord } from '../dns/canonical-rrset.ts'
import { RRSIG_FIXED_OCTETS } from '../dns/constants.ts'
import { countLabels, isWildcard } from '../dns/name.ts'
import { createOctetWriter, writeOctets, writtenOctets } from '../dns/octet-writer.ts'
import { setRrsigKey, writeRrsigHead } from './rrsig.ts'
import type { SigningKey } from './signing-key.ts'

/** The fields of RRSIG that the RRset does not give (RFC 4034 §3.1). */
export interface SignatureFields {
  readonly algorithm: number
  readonly keyTag: number
  /** Unix seconds modulo 2^32. */
  readonly inception: number
  readonly expiration: number
  /** The zone's apex; wire, lower-cased. */
  readonly signer: Uint8Array
}

/** When a signature holds, and whose it is. */
export type Validity = Pick<SignatureFields, 'inception' | 'expiration' | 'signer'>

/** RDATA of the RRSIG record that `key` makes for the RRset. */
export function signRRset(rrset: CanonicalRRset, key: SigningKey, validity: Validity): Uint8Array {
  const prefix = rrsigPrefix(rrset, { ...validity, algorithm: key.algorithm, keyTag: key.keyTag })
  const input = signingInput(prefix, rrset)
  const rdata = new Uint8Array(prefix.length + key.signatureOctets)
  rdata.set(prefix)
  key.sign(input, input.length, rdata, prefix.length)
  return rdata
}

/** RRSIG's RDATA up to the signature: `RRSIG_FIXED_OCTETS` and the signer's name (RFC 4034 §3.1). */
export function rrsigPrefix(rrset: CanonicalRRset, fields: SignatureFields): Uint8Array {
  const { algorithm, keyTag, signer } = fields
  const writer = createOctetWriter(RRSIG_FIXED_OCTETS + signer.length)
  const head = { type: rrset.type, labels: labelsField(rrset.owner), ttl: rrset.ttl }
  writeRrsigHead(writer, head, fields, { octets: signer, start: 0, end: signer.length })
  setRrsigKey(writer, algorithm, keyTag)
  return writtenOctets(writer)
}

/** What is signed: the prefix, and behind it the records as owner, type, class IN, original TTL, RDLENGTH and RDATA. */
export function signingInput(prefix: Uint8Array, rrset: CanonicalRRset): Uint8Array {
  const writer = createOctetWriter(512)
  writeOctets(writer, prefix)
  for (const rdata of rrset.rdatas) writeRecord(writer, rrset, rdata)
  return writtenOctets(writer)
}

/** RRSIG's Labels: those of the owner without the root, and without a leftmost `*` (RFC 4034 §3.1.3). */
function labelsField(owner: Uint8Array): number {
  return countLabels(owner) - (isWildcard(owner) ? 1 : 0)
}
