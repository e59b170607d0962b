/*
 * Numbers, most significant octet first, and what is written as something else but is a number.
 */
import { type OctetWriter, writeOctets, writeU8, writeU16, writeU32 } from '../../octet-writer.ts'
import { type FieldKind, fail, fixedLength, type Rdata, takeWord } from '../field.ts'

export const u8: FieldKind = integer(1)
export const u16: FieldKind = integer(2)
export const u32: FieldKind = integer(4)

/** 64 bits, beyond what a JavaScript number counts exactly. */
export const u64: FieldKind = {
  kind: 'u64',
  measure: fixedLength(8),
  print: (rdata, at) => new DataView(rdata.octets.buffer, rdata.octets.byteOffset + at, 8).getBigUint64(0).toString(),
  parse(reader, writer) {
    const expected = 'a number 0 to 18446744073709551615'
    const token = takeWord(reader, expected)
    if (!/^\d{1,20}$/.test(token.text) || BigInt(token.text) >= 1n << 64n) fail(reader, token, expected)
    const octets = new Uint8Array(8)
    new DataView(octets.buffer).setBigUint64(0, BigInt(token.text))
    writeOctets(writer, octets)
  },
}

/** 32 bits of seconds; text may use units (`1h30m`), as BIND accepts them in SOA. */
export const seconds: FieldKind = {
  kind: 'seconds',
  measure: fixedLength(4),
  print: (rdata, at) => String(readInteger(rdata.octets, at, 4)),
  parse(reader, writer) {
    const expected = 'seconds from 0 to 4294967295, or a time with units such as 1h30m'
    const token = takeWord(reader, expected)
    const value = secondsFromText(token.text)
    writeU32(writer, value ?? fail(reader, token, expected))
  },
}

/** 32 bits, seconds since 1970, written YYYYMMDDHHmmSS in UTC or as a number (RFC 4034 §3.2). */
export const timestamp: FieldKind = {
  kind: 'timestamp',
  measure: fixedLength(4),
  print(rdata, at) {
    const iso = new Date(readInteger(rdata.octets, at, 4) * 1000).toISOString()
    return iso.slice(0, 19).replace(/[-T:]/g, '')
  },
  parse(reader, writer) {
    const expected = 'a time as YYYYMMDDHHmmSS in UTC, or seconds since 1970'
    const token = takeWord(reader, expected)
    writeU32(writer, timestampFromText(token.text) ?? fail(reader, token, expected))
  },
}

/** An RR type, by mnemonic or as TYPE123. */
export const rrType: FieldKind = {
  kind: 'rrType',
  measure: fixedLength(2),
  print: (rdata, at, _end, types) => types.toText(readInteger(rdata.octets, at, 2)),
  parse(reader, writer) {
    const expected = 'an RR type such as A or TYPE123'
    const token = takeWord(reader, expected)
    writeU16(writer, reader.types.fromText(token.text) ?? fail(reader, token, expected))
  },
}

/** A number that text may give by mnemonic; printed as a number, or by mnemonic where that is the custom. */
export function code(
  octets: 1 | 2,
  mnemonics: Readonly<Record<string, number>>,
  options: { print?: 'mnemonic' } = {},
): FieldKind {
  const names = new Map(Object.entries(mnemonics).map(([name, value]) => [value, name]))
  const number = integer(octets)
  return {
    ...number,
    print(rdata, at) {
      const value = readInteger(rdata.octets, at, octets)
      return (options.print === 'mnemonic' ? names.get(value) : undefined) ?? String(value)
    },
    parse(reader, writer) {
      const expected = `a number 0 to ${256 ** octets - 1} or a mnemonic such as ${Object.keys(mnemonics)[0]}`
      const token = takeWord(reader, expected)
      const value = mnemonics[token.text.toUpperCase()] ?? integerFromText(token.text, 256 ** octets - 1)
      if (value < 0) fail(reader, token, expected)
      writeInteger(writer, value, octets)
    },
  }
}

/** The big-endian number of `count` octets at `at`. */
export function readInteger(octets: Uint8Array, at: number, count: number): number {
  let value = 0
  for (let index = 0; index < count; index++) value = value * 256 + octets[at + index]!
  return value
}

/** Decimal digits to a number up to `maximum`; -1 when it is something else. */
export function integerFromText(text: string, maximum: number): number {
  if (text.length === 0 || text.length > 10) return -1
  let value = 0
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value > maximum ? -1 : value
}

/** `3600`, `1h`, `1h30m` (units w d h m s, any case) to seconds; undefined when malformed or beyond 32 bits. */
function secondsFromText(text: string): number | undefined {
  const plain = integerFromText(text, 0xffffffff)
  if (plain >= 0) return plain
  if (!/^(\d{1,10}[wdhms])+$/i.test(text)) return undefined
  let total = 0
  for (const [, count, unit] of text.matchAll(/(\d+)([wdhms])/gi)) {
    total += Number(count) * UNITS[unit!.toLowerCase() as keyof typeof UNITS]
  }
  return total <= 0xffffffff ? total : undefined
}

function integer(count: 1 | 2 | 4): FieldKind {
  const maximum = 256 ** count - 1
  const expected = `a number 0 to ${maximum}`
  return {
    kind: `u${8 * count}`,
    measure: fixedLength(count),
    print: (rdata: Rdata, at: number) => String(readInteger(rdata.octets, at, count)),
    parse(reader, writer) {
      const token = takeWord(reader, expected)
      const value = integerFromText(token.text, maximum)
      if (value < 0) fail(reader, token, expected)
      writeInteger(writer, value, count)
    },
  }
}

function writeInteger(writer: OctetWriter, value: number, count: 1 | 2 | 4): void {
  if (count === 1) writeU8(writer, value)
  else if (count === 2) writeU16(writer, value)
  else writeU32(writer, value)
}

function timestampFromText(text: string): number | undefined {
  const plain = integerFromText(text, 0xffffffff)
  if (plain >= 0) return plain
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text)
  if (parts === null) return undefined
  const [year, month, day, hour, minute, second] = parts.slice(1)
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`
  const time = new Date(iso)
  // Date accepts the 31st of every month and moves on; only a time that prints as it was written exists.
  if (Number.isNaN(time.getTime()) || time.toISOString() !== iso) return undefined
  const value = time.getTime() / 1000
  return value >= 0 && value <= 0xffffffff ? value : undefined
}

const UNITS = { w: 604_800, d: 86_400, h: 3600, m: 60, s: 1 } as const
