import { Class, RRSIG_FIXED_OCTETS, Type } from '../../dns/constants.ts'
import type { MessageRecord } from '../../dns/message.ts'
import { canonicalName, nameLength, namesEqual } from '../../dns/name.ts'
import { canonicalRdata } from '../../dns/rr/rdata.ts'

/** An RRset as somebody sent it, with the signatures over it, in canonical form and order, without duplicates. */
export interface ReceivedRRset {
  /** Wire, lower-cased. */
  readonly owner: Uint8Array
  readonly type: number
  /** Seconds: the largest TTL of its records. */
  readonly ttl: number
  readonly rdatas: readonly Uint8Array[]
  readonly rrsigs: readonly ReceivedRrsig[]
}

/** An RRSIG record taken apart (RFC 4034 §3.1). */
export interface ReceivedRrsig {
  readonly algorithm: number
  readonly labels: number
  /** Seconds. */
  readonly originalTtl: number
  /** Unix seconds modulo 2^32. */
  readonly expiration: number
  readonly inception: number
  readonly keyTag: number
  /** Wire, lower-cased. */
  readonly signer: Uint8Array
  readonly signature: Uint8Array
}

/** The RRset of this owner and type among the records of a section; undefined: there is none. */
export function findRRset(
  records: readonly MessageRecord[],
  owner: Uint8Array,
  type: number,
): ReceivedRRset | undefined {
  const own = records.filter((record) => record.class === Class.In && namesEqual(record.name, owner))
  const found = own.filter((record) => record.type === type)
  if (found.length === 0) return undefined
  const rdatas = found.map(({ rdata }) => canonicalRdata(type, rdata)).sort(Buffer.compare)
  return {
    owner: canonicalName(owner),
    type,
    ttl: Math.max(...found.map(({ ttl }) => ttl)),
    rdatas: rdatas.filter((rdata, index) => index === 0 || Buffer.compare(rdatas[index - 1]!, rdata) !== 0),
    rrsigs: own.flatMap((record) => (record.type === Type.RRSIG ? (readRrsig(record.rdata, type) ?? []) : [])),
  }
}

/** All RRsets of a type in a section, at most so many. */
export function findRRsets(records: readonly MessageRecord[], type: number, most: number): ReceivedRRset[] {
  const owners: Uint8Array[] = []
  for (const record of records) {
    if (record.type !== type || owners.some((owner) => namesEqual(owner, record.name))) continue
    if (owners.length < most) owners.push(record.name)
  }
  return owners.flatMap((owner) => findRRset(records, owner, type) ?? [])
}

/** Undefined where it covers another type. */
function readRrsig(rdata: Uint8Array, covered: number): ReceivedRrsig | undefined {
  const view = new DataView(rdata.buffer, rdata.byteOffset, rdata.length)
  const signerOctets = nameLength(rdata, RRSIG_FIXED_OCTETS)
  if (view.getUint16(0) !== covered || signerOctets < 0) return undefined
  return {
    algorithm: rdata[2]!,
    labels: rdata[3]!,
    originalTtl: view.getUint32(4),
    expiration: view.getUint32(8),
    inception: view.getUint32(12),
    keyTag: view.getUint16(16),
    signer: canonicalName(rdata.subarray(RRSIG_FIXED_OCTETS, RRSIG_FIXED_OCTETS + signerOctets)),
    signature: rdata.slice(RRSIG_FIXED_OCTETS + signerOctets),
  }
}
