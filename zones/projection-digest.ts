import { createHash, type Hash } from 'node:crypto'
import { nameLength } from '../dns/name.ts'
import { apexRRset } from './apex-rrset.ts'
import { type Projection, projectedRdata } from './projection.ts'
import { Type } from './type-codes.ts'

const BUFFER_OCTETS = 1 << 17
/** Owner, type, TTL, RDLENGTH and the longest RDATA. */
const LARGEST_RECORD = 255 + 2 + 4 + 2 + 0xffff

/**
 * SHA-256 over everything that a projection says, the SOA's serial aside: the apex, then every record in order as
 * owner, type, TTL, RDLENGTH and RDATA as written, with zeros for the serial. Where records stand in files is no part of it.
 */
export function projectionDigest(projection: Projection): Uint8Array {
  const hash = createHash('sha256').update(projection.apex)
  const soa = apexRRset(projection, Type.SOA)
  const buffer = new Uint8Array(BUFFER_OCTETS)
  let used = 0
  for (let rrset = 0; rrset < projection.rrsetCount; rrset++) {
    for (let record = projection.first[rrset]!; record < projection.first[rrset + 1]!; record++) {
      if (used + LARGEST_RECORD > buffer.length) used = flush(hash, buffer, used)
      used = writeRecord(buffer, used, projection, rrset, record)
      if (rrset === soa) zeroSerial(projection, record, buffer, used)
    }
  }
  flush(hash, buffer, used)
  return new Uint8Array(hash.digest())
}

/** Position of the serial in the RDATA of a SOA: behind two names (RFC 1035 §3.3.13). */
export function serialPosition(rdata: Uint8Array): number {
  const mname = nameLength(rdata, 0)
  return mname + nameLength(rdata, mname)
}

/** The serial that the file gives the projection. */
export function fileSerial(projection: Projection): number {
  const rdata = projectedRdata(projection, projection.first[apexRRset(projection, Type.SOA)]!)
  const at = serialPosition(rdata)
  return ((rdata[at]! << 24) | (rdata[at + 1]! << 16) | (rdata[at + 2]! << 8) | rdata[at + 3]!) >>> 0
}

function flush(hash: Hash, buffer: Uint8Array, used: number): number {
  hash.update(buffer.subarray(0, used))
  return 0
}

function writeRecord(buffer: Uint8Array, start: number, projection: Projection, rrset: number, record: number): number {
  const { octets } = projection
  const type = projection.types[rrset]!
  const ttl = projection.ttls[rrset]!
  const length = projection.rdataLengths[record]!
  const rdata = projection.rdatas[record]!
  let at = start
  for (let i = projection.owners[rrset]!, end = i + nameLength(octets, i); i < end; i++) buffer[at++] = octets[i]!
  buffer[at++] = type >>> 8
  buffer[at++] = type
  buffer[at++] = ttl >>> 24
  buffer[at++] = ttl >>> 16
  buffer[at++] = ttl >>> 8
  buffer[at++] = ttl
  buffer[at++] = length >>> 8
  buffer[at++] = length
  for (let i = rdata; i < rdata + length; i++) buffer[at++] = octets[i]!
  return at
}

function zeroSerial(projection: Projection, record: number, buffer: Uint8Array, end: number): void {
  const rdata = projectedRdata(projection, record)
  const at = end - rdata.length + serialPosition(rdata)
  buffer.fill(0, at, at + 4)
}
