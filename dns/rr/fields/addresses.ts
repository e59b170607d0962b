/*
 * Addresses of fixed length.
 */
import { ipv4FromText, ipv4ToText, ipv6FromText, ipv6ToText } from '../../address-text.ts'
import { writeOctets } from '../../octet-writer.ts'
import { type FieldKind, fail, fixedLength, takeWord } from '../field.ts'

export const ipv4: FieldKind = address('ipv4', 4, 'an IPv4 address such as 192.0.2.1', ipv4FromText, ipv4ToText)

export const ipv6: FieldKind = address('ipv6', 16, 'an IPv6 address such as 2001:db8::1', ipv6FromText, ipv6ToText)

/** `00-00-5e-00-53-2a` of 6 or 8 octets (RFC 7043 §3.2, §4.2). */
export function eui(length: 6 | 8): FieldKind {
  const expected = `${length} hexadecimal octets joined by hyphens, such as ${'00-'.repeat(length - 1)}2a`
  return address(`eui(${length})`, length, expected, euiFromText(length), (octets, at) =>
    hexPairs(octets, at, length).join('-'),
  )
}

/** Four groups of 16 bits, all written out but for leading zeros (RFC 6742 §2.1.2). */
export const locator64: FieldKind = address(
  'locator64',
  8,
  'four groups of hexadecimal digits joined by colons, such as 2001:db8:1140:1000',
  (text) => (/^([0-9a-f]{1,4}:){3}[0-9a-f]{1,4}$/i.test(text) ? ipv6FromText(`${text}::`)?.slice(0, 8) : undefined),
  (octets, at) =>
    [0, 2, 4, 6].map((offset) => ((octets[at + offset]! << 8) | octets[at + offset + 1]!).toString(16)).join(':'),
)

type FromText = (text: string) => Uint8Array | undefined
type ToText = (octets: Uint8Array, at: number) => string

function address(kind: string, length: number, expected: string, fromText: FromText, toText: ToText): FieldKind {
  return {
    kind,
    measure: fixedLength(length),
    print: (rdata, at) => toText(rdata.octets, at),
    parse(reader, writer) {
      const token = takeWord(reader, expected)
      writeOctets(writer, fromText(token.text) ?? fail(reader, token, expected))
    },
  }
}

function euiFromText(length: number): FromText {
  return (text) => {
    const pairs = text.split('-')
    if (pairs.length !== length || !pairs.every((pair) => /^[0-9a-f]{2}$/i.test(pair))) return undefined
    return Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16))
  }
}

function hexPairs(octets: Uint8Array, at: number, count: number): string[] {
  return Array.from(octets.subarray(at, at + count), (octet) => octet.toString(16).padStart(2, '0'))
}
