/*
 * A growing buffer of octets, for everything off the answering road (RDATA from text, messages of clients and tests).
 */

/** What was written stands in `octets` up to `length`; `octets` is another buffer after each growth. */
export interface OctetWriter {
  octets: Uint8Array
  length: number
}

/** A writer that has written nothing. */
export function createOctetWriter(capacity = 64): OctetWriter {
  return { octets: new Uint8Array(capacity), length: 0 }
}

/** What was written, in a buffer of its own. */
export function writtenOctets(writer: OctetWriter): Uint8Array {
  return writer.octets.slice(0, writer.length)
}

/** Appends one octet. */
export function writeU8(writer: OctetWriter, value: number): void {
  reserve(writer, 1)
  writer.octets[writer.length++] = value
}

/** Appends 16 bits, in network order. */
export function writeU16(writer: OctetWriter, value: number): void {
  reserve(writer, 2)
  writer.octets[writer.length++] = value >>> 8
  writer.octets[writer.length++] = value
}

/** Appends 32 bits, in network order. */
export function writeU32(writer: OctetWriter, value: number): void {
  writeU16(writer, value >>> 16)
  writeU16(writer, value & 0xffff)
}

/** Appends the octets from `start` to `end`: few mostly, and for few a loop is faster than a view. */
export function writeOctets(writer: OctetWriter, source: Uint8Array, start = 0, end = source.length): void {
  reserve(writer, end - start)
  const { octets } = writer
  let at = writer.length
  for (let i = start; i < end; i++) octets[at++] = source[i]!
  writer.length = at
}

function reserve(writer: OctetWriter, count: number): void {
  const needed = writer.length + count
  if (needed <= writer.octets.length) return
  const grown = new Uint8Array(Math.max(needed, 2 * writer.octets.length))
  grown.set(writer.octets.subarray(0, writer.length))
  writer.octets = grown
}
