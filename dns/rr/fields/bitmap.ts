/*
 * Sets of RR types (RFC 4034 §4.1.2): for each window of 256 types with a member its number, the length of its bitmap
 * (1 to 32) and the bitmap, first type in the highest bit, trailing zero octets left out.
 */
import { createOctetWriter, type OctetWriter, writeOctets, writeU8, writtenOctets } from '../../octet-writer.ts'
import { type FieldKind, fail, nextToken, type Rdata } from '../field.ts'

/** The set of types up to the end of the RDATA; NSEC's has at least one member, NSEC3's and CSYNC's may be empty. */
export function typeBitmap(minimum: 0 | 1): FieldKind {
  return {
    kind: `typeBitmap(${minimum})`,
    measure: (rdata, at) => (rdata.end - at >= minimum ? measureWindows(rdata, at) : -1),
    print: (rdata, at, end, types) => typesIn(rdata.octets, at, end).map(types.toText).join(' '),
    parse(reader, writer) {
      const present = new Set<number>()
      for (let token = nextToken(reader); token !== undefined; token = nextToken(reader)) {
        const type = token.quoted ? undefined : reader.types.fromText(token.text)
        present.add(type ?? fail(reader, token, 'an RR type such as A or TYPE123'))
      }
      if (present.size < minimum) fail(reader, undefined, 'at least one RR type')
      writeWindows(writer, present)
    },
  }
}

/** The bitmap of a set of types; empty for none. */
export function typeBitmapOf(types: ReadonlySet<number>): Uint8Array {
  const writer = createOctetWriter()
  writeWindows(writer, types)
  return writtenOctets(writer)
}

function measureWindows(rdata: Rdata, start: number): number {
  let previous = -1
  for (let at = start; at < rdata.end; ) {
    const window = rdata.octets[at]!
    const length = at + 1 < rdata.end ? rdata.octets[at + 1]! : 0
    const next = at + 2 + length
    if (window <= previous || length < 1 || length > 32 || next > rdata.end) return -1
    if (rdata.octets[next - 1] === 0) return -1
    previous = window
    at = next
  }
  return rdata.end
}

/** The types of a well-formed bitmap, which stands in `octets` from `start` to `end`, ascending. */
export function typesIn(octets: Uint8Array, start: number, end: number): number[] {
  const types: number[] = []
  for (let at = start; at < end; at += 2 + octets[at + 1]!) {
    for (let bit = 0; bit < 8 * octets[at + 1]!; bit++) {
      if (octets[at + 2 + (bit >> 3)]! & (0x80 >> (bit & 7))) types.push(256 * octets[at]! + bit)
    }
  }
  return types
}

function writeWindows(writer: OctetWriter, types: ReadonlySet<number>): void {
  const windows = new Map<number, Uint8Array>()
  for (const type of [...types].sort((a, b) => a - b)) {
    const bitmap = windows.get(type >> 8) ?? new Uint8Array(32)
    bitmap[(type & 0xff) >> 3]! |= 0x80 >> (type & 7)
    windows.set(type >> 8, bitmap)
  }
  for (const [window, bitmap] of windows) {
    const length = bitmap.findLastIndex((octet) => octet !== 0) + 1
    writeU8(writer, window)
    writeU8(writer, length)
    writeOctets(writer, bitmap.subarray(0, length))
  }
}
