/*
 * What a signature is made over (RFC 4034 §3.1.8.1): RRSIG's own RDATA without the signature, then each record of the
 * RRset in canonical form, in canonical order. Off the answering road: this allocates.
 */

import { Class } from '../dns/constants.ts'
import { isWildcard } from '../dns/name.ts'
import { createOctetWriter, writeOctets, writeU8, writeU16, writeU32, writtenOctets } from '../dns/octet-writer.ts'
import type { SigningKey } from './signing-key.ts'

/** An RRset in the form that is signed (RFC 4034 §6.2, §6.3). */
export interface CanonicalRRset {
  /** Wire, lower-cased. */
  readonly owner: Uint8Array
  readonly type: number
  /** Seconds: the Original TTL. */
  readonly ttl: number
  /** In canonical form and order, without duplicates. */
  readonly rdatas: readonly Uint8Array[]
}

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

/** RRSIG's RDATA up to the signature: 18 octets and the signer's name (RFC 4034 §3.1). */
export function rrsigPrefix(rrset: CanonicalRRset, fields: SignatureFields): Uint8Array {
  const writer = createOctetWriter(18 + fields.signer.length)
  writeU16(writer, rrset.type)
  writeU8(writer, fields.algorithm)
  writeU8(writer, labelsField(rrset.owner))
  writeU32(writer, rrset.ttl)
  writeU32(writer, fields.expiration)
  writeU32(writer, fields.inception)
  writeU16(writer, fields.keyTag)
  writeOctets(writer, fields.signer)
  return writtenOctets(writer)
}

/** What is signed: the prefix, and behind it the records as owner, type, class IN, original TTL, RDLENGTH and RDATA. */
export function signingInput(prefix: Uint8Array, { owner, type, ttl, rdatas }: CanonicalRRset): Uint8Array {
  const writer = createOctetWriter(512)
  writeOctets(writer, prefix)
  for (const rdata of rdatas) {
    writeOctets(writer, owner)
    writeU16(writer, type)
    writeU16(writer, Class.In)
    writeU32(writer, ttl)
    writeU16(writer, rdata.length)
    writeOctets(writer, rdata)
  }
  return writtenOctets(writer)
}

/** RRSIG's Labels: those of the owner without the root, and without a leftmost `*` (RFC 4034 §3.1.3). */
export function labelsField(owner: Uint8Array): number {
  let labels = isWildcard(owner) ? -1 : 0
  for (let at = 0; owner[at] !== 0; at += owner[at]! + 1) labels++
  return labels
}
