/*
 * The digest of a zone (RFC 8976), scheme SIMPLE: over all records in canonical order, but for ZONEMD at the apex and
 * its signatures.
 */
import { createHash, type Hash } from 'node:crypto'
import { writeRecord } from '../../dns/canonical-rrset.ts'
import { Type } from '../../dns/constants.ts'
import { createOctetWriter, type OctetWriter, writeOctets, writeU8, writeU32 } from '../../dns/octet-writer.ts'
import { canonicalRdata } from '../../dns/rr/rdata.ts'
import type { ExportedOwner } from './exported.ts'

/** Hash algorithms of RFC 8976 §5.3. */
export const DigestHash = { Sha384: 1, Sha512: 2 } as const
export type DigestHash = (typeof DigestHash)[keyof typeof DigestHash]

/** A digest in the making, with as many hashes as are asked for. */
export interface ZoneDigest {
  readonly hashes: readonly { readonly algorithm: DigestHash; readonly hash: Hash }[]
  readonly writer: OctetWriter
}

/** A digest of nothing yet. */
export function createZoneDigest(algorithms: readonly DigestHash[]): ZoneDigest {
  const hashes = algorithms.map((algorithm) => ({ algorithm, hash: createHash(NAMES[algorithm]) }))
  return { hashes, writer: createOctetWriter(2 * FLUSH_AT) }
}

/** Takes in the records of the next owner in canonical order, none of them ZONEMD of the apex or its RRSIG. */
export function addOwnerToDigest(digest: ZoneDigest, { owner, rrsets }: ExportedOwner): void {
  const records = rrsets.flatMap(({ type, ttl, rdatas, signatures }) => [
    ...rdatas.map((rdata) => ({ type, ttl, rdata: canonicalRdata(type, rdata) })),
    // Signatures of all the owner's RRsets are one RRset in this order, though their TTLs differ.
    ...signatures.map((rdata) => ({ type: Type.RRSIG, ttl, rdata })),
  ])
  records.sort((a, b) => a.type - b.type || Buffer.compare(a.rdata, b.rdata))
  const { writer } = digest
  for (const { type, ttl, rdata } of records) {
    writeRecord(writer, { owner, type, ttl }, rdata)
    if (writer.length > FLUSH_AT) flush(digest)
  }
}

/** RDATA of the ZONEMD records for a zone with this serial, in canonical order. */
export function finishZoneDigest(digest: ZoneDigest, serial: number): Uint8Array[] {
  flush(digest)
  return digest.hashes
    .map(({ algorithm, hash }) => {
      const writer = createOctetWriter()
      writeU32(writer, serial)
      writeU8(writer, SCHEME_SIMPLE)
      writeU8(writer, algorithm)
      writeOctets(writer, hash.digest())
      return writer.octets.slice(0, writer.length)
    })
    .sort(Buffer.compare)
}

const SCHEME_SIMPLE = 1
const NAMES = { [DigestHash.Sha384]: 'sha384', [DigestHash.Sha512]: 'sha512' } as const
/** Octets to gather: feeding a hash record by record would cost more than hashing. */
const FLUSH_AT = 1 << 16

function flush({ hashes, writer }: ZoneDigest): void {
  for (const { hash } of hashes) hash.update(writer.octets.subarray(0, writer.length))
  writer.length = 0
}
