/*
 * Octets written in hexadecimal, base64 or base32. Those that fill the rest of the RDATA may be spread over several tokens.
 */
import { BASE32_HEX, BASE64, type Encoding, HEX } from '../../encoding.ts'
import { type OctetWriter, writeOctets, writeU8 } from '../../octet-writer.ts'
import {
  type FieldKind,
  fail,
  nextToken,
  peekToken,
  type Rdata,
  type RdataReader,
  takeRest,
  takeWord,
} from '../field.ts'

/** Hexadecimal up to the end of the RDATA, at least `minimum` octets. */
export function hex(minimum: number): FieldKind {
  return rest(`hex(${minimum})`, minimum, HEX)
}

/** Base64 up to the end of the RDATA, at least `minimum` octets. */
export function base64(minimum: number): FieldKind {
  return rest(`base64(${minimum})`, minimum, BASE64)
}

/** As `base64`, but an empty field is written '-'. */
export const base64OrDash: FieldKind = {
  ...base64(0),
  kind: 'base64OrDash',
  print: (rdata, at, end) => (at === end ? '-' : BASE64.toText(rdata.octets, at, end)),
  parse(reader, writer) {
    if (peekToken(reader)?.text === '-') nextToken(reader)
    else appendRest(reader, writer, 1, BASE64)
  },
}

/** A length octet and that many octets in hexadecimal, '-' for none (RFC 5155 §3.3). */
export const salt: FieldKind = {
  ...counted('salt', 0, (octets, at, end) => (at === end ? '-' : HEX.toText(octets, at, end))),
  parse(reader, writer) {
    const token = takeWord(reader, 'hexadecimal digits, or - for none')
    const octets = token.text === '-' ? new Uint8Array(0) : HEX.fromText(token.text)
    if (octets === undefined || octets.length > 255) return fail(reader, token, 'up to 255 octets in hexadecimal, or -')
    writeU8(writer, octets.length)
    writeOctets(writer, octets)
  },
}

/** A length octet and that many octets, not none, in base32hex without padding (RFC 5155 §3.3). */
export const hashedOwner: FieldKind = {
  ...counted('hashedOwner', 1, BASE32_HEX.toText),
  parse(reader, writer) {
    const expected = 'a hashed name in base32hex without padding'
    const token = takeWord(reader, expected)
    const octets = BASE32_HEX.fromText(token.text)
    if (octets === undefined || octets.length === 0 || octets.length > 255) return fail(reader, token, expected)
    writeU8(writer, octets.length)
    writeOctets(writer, octets)
  },
}

/** An NSAP address: 0x, then hexadecimal digits with dots anywhere (RFC 1706 §7). */
export const nsap: FieldKind = {
  kind: 'nsap',
  measure: (rdata, at) => (rdata.end > at ? rdata.end : -1),
  print: (rdata, at, end) => `0x${HEX.toText(rdata.octets, at, end)}`,
  parse(reader, writer) {
    const expected = '0x and hexadecimal digits in pairs, dots allowed between them'
    const token = takeWord(reader, expected)
    const octets = /^0x/i.test(token.text) ? HEX.fromText(token.text.slice(2).replaceAll('.', '')) : undefined
    if (octets === undefined || octets.length === 0) return fail(reader, token, expected)
    writeOctets(writer, octets)
  },
}

/** Octets without a text form of their own: `\#` alone expresses them (RFC 3597 §5). */
export const opaque: FieldKind = {
  kind: 'opaque',
  measure: (rdata) => rdata.end,
  print: () => undefined,
  parse: (reader) => fail(reader, peekToken(reader), '\\# and the RDATA in hexadecimal (RFC 3597 §5)'),
}

function rest(kind: string, minimum: number, encoding: Encoding): FieldKind {
  return {
    kind,
    measure: (rdata, at) => (rdata.end - at >= minimum ? rdata.end : -1),
    print: (rdata, at, end) => encoding.toText(rdata.octets, at, end),
    parse: (reader, writer) => appendRest(reader, writer, minimum, encoding),
  }
}

function appendRest(reader: RdataReader, writer: OctetWriter, minimum: number, encoding: Encoding): void {
  const first = peekToken(reader)
  const octets = encoding.fromText(takeRest(reader)) ?? fail(reader, first, encoding.expected)
  if (octets.length < minimum) {
    fail(reader, first, `at least ${minimum} octet${minimum === 1 ? '' : 's'} as ${encoding.expected}`)
  }
  writeOctets(writer, octets)
}

type PrintContent = (octets: Uint8Array, at: number, end: number) => string

function counted(kind: string, minimum: number, print: PrintContent): Omit<FieldKind, 'parse'> {
  return {
    kind,
    measure(rdata: Rdata, at: number) {
      const end = at < rdata.end ? at + 1 + rdata.octets[at]! : -1
      return end <= rdata.end && end > at + minimum ? end : -1
    },
    print: (rdata: Rdata, at: number, end: number) => print(rdata.octets, at + 1, end),
  }
}
