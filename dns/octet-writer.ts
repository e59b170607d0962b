/*
 * A growing buffer of octets, for everything off the answering road (RDATA from text, messages of clients and tests).
 */

export interface OctetWriter {
  octets: Uint8Array
  length: number
}

export function createOctetWriter(capacity = 64): OctetWriter {
  return { octets: new Uint8Array(capacity), length: 0 }
}

/** What was written, in a buffer of its own. */
export function writtenOctets(writer: OctetWriter): Uint8Array {
  return writer.octets.slice(0, writer.length)
}

export function writeU8(writer: OctetWriter, value: number): void {
  reserve(writer, 1)
  writer.octets[writer.length++] = value
}

export function writeU16(writer: OctetWriter, value: number): void {
  reserve(writer, 2)
  writer.octets[writer.length++] = value >>> 8
  writer.octets[writer.length++] = value
}

export function writeU32(writer: OctetWriter, value: number): void {
  writeU16(writer, value >>> 16)
  writeU16(writer, value & 0xffff)
}

export function writeOctets(writer: OctetWriter, octets: Uint8Array): void {
  reserve(writer, octets.length)
  writer.octets.set(octets, writer.length)
  writer.length += octets.length
}

function reserve(writer: OctetWriter, count: number): void {
  const needed = writer.length + count
  if (needed <= writer.octets.length) return
  const grown = new Uint8Array(Math.max(needed, 2 * writer.octets.length))
  grown.set(writer.octets.subarray(0, writer.length))
  writer.octets = grown
}
