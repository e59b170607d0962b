/*
 * Character-strings (RFC 1035 §3.3): a length octet and up to 255 octets; and text that fills the rest of the RDATA.
 */
import { escapeText, unescapeText } from '../../escape.ts'
import { type OctetWriter, writeOctets, writeU8 } from '../../octet-writer.ts'
import { type FieldKind, fail, peekToken, type Rdata, type RdataReader, takeToken } from '../field.ts'

/** One character-string. */
export const string: FieldKind = {
  kind: 'string',
  measure: measureString,
  print: (rdata, at, end) => printQuoted(rdata.octets, at + 1, end),
  parse: parseString,
}

/** One or more character-strings up to the end of the record. */
export const strings: FieldKind = {
  kind: 'strings',
  measure(rdata, at) {
    if (at >= rdata.end) return -1
    let end = at
    while (end >= 0 && end < rdata.end) end = measureString(rdata, end)
    return end
  },
  print(rdata, at, end) {
    const texts: string[] = []
    for (let start = at; start < end; start += rdata.octets[start]! + 1) {
      texts.push(printQuoted(rdata.octets, start + 1, start + 1 + rdata.octets[start]!))
    }
    return texts.join(' ')
  },
  parse(reader, writer) {
    do parseString(reader, writer)
    while (peekToken(reader) !== undefined)
  },
}

/** Octets up to the end of the RDATA, without a length, written as one quoted string of any length. */
export function text(minimum: 0 | 1): FieldKind {
  return {
    kind: `text(${minimum})`,
    measure: (rdata, at) => (rdata.end - at >= minimum ? rdata.end : -1),
    print: (rdata, at, end) => printQuoted(rdata.octets, at, end),
    parse(reader, writer) {
      const token = peekToken(reader)
      const octets = takeOctets(reader, 'a string')
      if (octets.length < minimum) fail(reader, token, 'a string that is not empty')
      writeOctets(writer, octets)
    },
  }
}

/** Letters and digits behind a length octet, not empty: a CAA property tag (RFC 8659 §4.1). */
export const tag: FieldKind = {
  kind: 'tag',
  measure(rdata, at) {
    const end = measureString(rdata, at)
    if (end < 0 || end === at + 1) return -1
    return /^[A-Za-z0-9]+$/.test(latin1(rdata.octets, at + 1, end)) ? end : -1
  },
  print: (rdata, at, end) => latin1(rdata.octets, at + 1, end),
  parse(reader, writer) {
    const expected = 'a property tag of letters and digits, such as issue'
    const token = takeToken(reader, expected)
    if (!/^[A-Za-z0-9]{1,255}$/.test(token.text)) fail(reader, token, expected)
    writeU8(writer, token.text.length)
    writeOctets(writer, Buffer.from(token.text, 'latin1'))
  },
}

function measureString(rdata: Rdata, at: number): number {
  if (at >= rdata.end) return -1
  const end = at + 1 + rdata.octets[at]!
  return end <= rdata.end ? end : -1
}

function parseString(reader: RdataReader, writer: OctetWriter): void {
  const token = peekToken(reader)
  const octets = takeOctets(reader, 'a character-string')
  if (octets.length > 255) {
    const remedy = `this one has ${octets.length}: split it into several quoted strings, "…" "…"`
    fail(reader, token, 'a character-string of at most 255 octets', remedy)
  }
  writeU8(writer, octets.length)
  writeOctets(writer, octets)
}

function takeOctets(reader: RdataReader, expected: string): Uint8Array {
  const token = takeToken(reader, expected)
  return unescapeText(token.text) ?? fail(reader, token, expected, 'an escape is \\DDD up to 255, or \\X')
}

function printQuoted(octets: Uint8Array, start: number, end: number): string {
  return `"${escapeText(octets, start, end)}"`
}

function latin1(octets: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...octets.subarray(start, end))
}
