import { Class } from './constants.ts'
import { type OctetWriter, writeOctets, writeU16, writeU32 } from './octet-writer.ts'

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

/** Appends a record of class IN (RFC 1035 §3.2.1); the owner stands as it is given, a name or a pointer. */
export function writeRecord(
  writer: OctetWriter,
  { owner, type, ttl }: Pick<CanonicalRRset, 'owner' | 'type' | 'ttl'>,
  rdata: Uint8Array,
): void {
  writeOctets(writer, owner)
  writeU16(writer, type)
  writeU16(writer, Class.In)
  writeU32(writer, ttl)
  writeU16(writer, rdata.length)
  writeOctets(writer, rdata)
}
