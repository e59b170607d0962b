import { createHash, type Hash } from 'node:crypto'
import { Type } from '../dns/constants.ts'
import { nameLength } from '../dns/name.ts'
import { apexRRset } from './apex-rrset.ts'
import { type Projection, projectedRdata } from './projection.ts'
import { SERIAL_TO_END, soaSerial } from './soa.ts'

const BUFFER_OCTETS = 1 << 17
/** Owner, type, TTL, RDLENGTH and the longest RDATA. */
const LARGEST_RECORD = 255 + 2 + 4 + 2 + 0xffff

/**
 * SHA-256 over everything that a projection says, the SOA's serial aside: the apex, then every record in order as
 * owner, type, TTL, RDLENGTH and RDATA as written, with zeros for the serial; then the signatures that it brings. Where records stand in files is no part of it.
 */
export function projectionDigest(projection: Projection): Uint8Array {
  const { first, rrsetCount, presigned } = projection
  const rows = presigned?.rowCount ?? rrsetCount
  const digest: Digest = {
    hash: createHash('sha256').update(projection.apex),
    octets: new Uint8Array(BUFFER_OCTETS),
    used: 0,
  }
  const soa = apexRRset(projection, Type.SOA)
  for (let rrset = 0; rrset < rows; rrset++) {
    for (let record = first[rrset]!; record < first[rrset + 1]!; record++) {
      if (digest.used + LARGEST_RECORD > BUFFER_OCTETS) flush(digest)
      writeRecord(digest, projection, rrset, record)
      if (rrset === soa) zeroSerial(digest)
    }
  }
  flush(digest)
  return new Uint8Array(digest.hash.digest())
}

/** The serial that the file gives the projection. */
export function fileSerial(projection: Projection): number {
  return soaSerial(projectedRdata(projection, projection.first[apexRRset(projection, Type.SOA)]!))
}

/** What waits to be hashed: feeding the hash record by record would cost more than hashing. */
interface Digest {
  readonly hash: Hash
  readonly octets: Uint8Array
  used: number
}

function flush(digest: Digest): void {
  digest.hash.update(digest.octets.subarray(0, digest.used))
  digest.used = 0
}

function writeRecord(digest: Digest, projection: Projection, rrset: number, record: number): void {
  const { octets } = digest
  const type = projection.types[rrset]!
  const ttl = projection.ttls[rrset]!
  const owner = projection.owners[rrset]!
  const rdata = projection.rdatas[record]!
  const length = projection.rdataLengths[record]!
  copyOctets(digest, projection.octets, owner, owner + nameLength(projection.octets, owner))
  octets[digest.used++] = type >>> 8
  octets[digest.used++] = type
  octets[digest.used++] = ttl >>> 24
  octets[digest.used++] = ttl >>> 16
  octets[digest.used++] = ttl >>> 8
  octets[digest.used++] = ttl
  octets[digest.used++] = length >>> 8
  octets[digest.used++] = length
  copyOctets(digest, projection.octets, rdata, rdata + length)
}

function copyOctets(digest: Digest, source: Uint8Array, start: number, end: number): void {
  const { octets } = digest
  let at = digest.used
  for (let i = start; i < end; i++) octets[at++] = source[i]!
  digest.used = at
}

/** Blanks the serial of the SOA written last. */
function zeroSerial(digest: Digest): void {
  const at = digest.used - SERIAL_TO_END
  digest.octets.fill(0, at, at + 4)
}
