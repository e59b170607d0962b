/*
 * Keys, signatures, denial of existence, and what a child tells its parent.
 */
import { rr } from '../declaration.ts'
import { base64, hashedOwner, hex, salt } from '../fields/binary.ts'
import { typeBitmap } from '../fields/bitmap.ts'
import { code, rrType, timestamp, u8, u16, u32 } from '../fields/integers.ts'
import { name } from '../fields/names.ts'
import { algorithm } from './algorithm.ts'

const digest = { keyTag: u16, algorithm, digestType: u8, digest: hex(1) }
const key = { flags: u16, protocol: u8, algorithm, publicKey: base64(1) }
const signature = {
  typeCovered: rrType,
  algorithm,
  labels: u8,
  originalTtl: u32,
  expiration: timestamp,
  inception: timestamp,
  keyTag: u16,
}

export const SIG = rr('SIG', 24, 'RFC 2535', {
  ...signature,
  signer: name({ decompress: true, lowercase: true }),
  signature: base64(1),
})
// RFC 2535 §3.1.2: flags may say that there is no key.
export const KEY = rr('KEY', 25, 'RFC 2535', { ...key, publicKey: base64(0) })
export const DS = rr('DS', 43, 'RFC 4034', digest)
export const RRSIG = rr('RRSIG', 46, 'RFC 4034', {
  ...signature,
  signer: name({ lowercase: true }),
  signature: base64(1),
})
// RFC 6840 §5.1: the next name keeps its case.
export const NSEC = rr('NSEC', 47, 'RFC 4034', { next: name(), types: typeBitmap(1) })
export const DNSKEY = rr('DNSKEY', 48, 'RFC 4034', key)
export const NSEC3 = rr('NSEC3', 50, 'RFC 5155', {
  hash: u8,
  flags: u8,
  iterations: u16,
  salt,
  next: hashedOwner,
  types: typeBitmap(0),
})
export const NSEC3PARAM = rr('NSEC3PARAM', 51, 'RFC 5155', { hash: u8, flags: u8, iterations: u16, salt })
export const RKEY = rr('RKEY', 57, 'draft-reid-dnsext-rkey', key)
export const TALINK = rr('TALINK', 58, 'draft-wijngaards-dnsop-trust-history', { previous: name(), next: name() })
export const CDS = rr('CDS', 59, 'RFC 7344', digest)
export const CDNSKEY = rr('CDNSKEY', 60, 'RFC 7344', key)
export const CSYNC = rr('CSYNC', 62, 'RFC 7477', { serial: u32, flags: u16, types: typeBitmap(0) })
// RFC 8976 §2.2.4: a digest is 12 octets at least.
export const ZONEMD = rr('ZONEMD', 63, 'RFC 8976', { serial: u32, scheme: u8, hash: u8, digest: hex(12) })
export const DSYNC = rr('DSYNC', 66, 'RFC 9859', {
  type: rrType,
  scheme: code(1, { NOTIFY: 1 }, { print: 'mnemonic' }),
  port: u16,
  target: name(),
})
export const TA = rr('TA', 32768, 'draft-lewis-dns-undocumented-types', digest)
export const DLV = rr('DLV', 32769, 'RFC 4431', digest)
