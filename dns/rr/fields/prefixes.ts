/*
 * APL (RFC 3123 §4): items of address family (16 bits), prefix length, negation in the highest bit and below it the length
 * of the address, then the address without its trailing zero octets.
 */
import { ipv4FromText, ipv4ToText, ipv6FromText, ipv6ToText } from '../../address-text.ts'
import { type OctetWriter, writeOctets, writeU8, writeU16 } from '../../octet-writer.ts'
import { type FieldKind, fail, nextToken, type RdataReader } from '../field.ts'
import type { TextToken } from '../tokens.ts'
import { integerFromText, readInteger } from './integers.ts'

/** Any number of address prefixes up to the end of the RDATA. */
export const prefixes: FieldKind = {
  kind: 'prefixes',
  measure(rdata, start) {
    let at = start
    while (at < rdata.end) {
      if (at + 4 > rdata.end) return -1
      const length = rdata.octets[at + 3]! & 0x7f
      const family = FAMILIES.get(readInteger(rdata.octets, at, 2))
      if (family !== undefined && (length > family.octets || rdata.octets[at + 2]! > 8 * family.octets)) return -1
      const next = at + 4 + length
      if (next > rdata.end || (length > 0 && rdata.octets[next - 1] === 0)) return -1
      at = next
    }
    return at
  },
  print(rdata, start, end) {
    const texts: string[] = []
    for (let at = start; at < end; at += 4 + (rdata.octets[at + 3]! & 0x7f)) {
      const code = readInteger(rdata.octets, at, 2)
      const family = FAMILIES.get(code)
      if (family === undefined) return undefined
      const address = new Uint8Array(family.octets)
      address.set(rdata.octets.subarray(at + 4, at + 4 + (rdata.octets[at + 3]! & 0x7f)))
      const negation = rdata.octets[at + 3]! & 0x80 ? '!' : ''
      texts.push(`${negation}${code}:${family.toText(address)}/${rdata.octets[at + 2]}`)
    }
    return texts.join(' ')
  },
  parse(reader, writer) {
    for (let token = nextToken(reader); token !== undefined; token = nextToken(reader)) {
      parsePrefix(reader, writer, token)
    }
  },
}

interface Family {
  readonly octets: number
  readonly fromText: (text: string) => Uint8Array | undefined
  readonly toText: (octets: Uint8Array) => string
}

/** By number in the IANA registry "Address Family Numbers". */
const FAMILIES: ReadonlyMap<number, Family> = new Map([
  [1, { octets: 4, fromText: ipv4FromText, toText: ipv4ToText }],
  [2, { octets: 16, fromText: ipv6FromText, toText: ipv6ToText }],
])

function parsePrefix(reader: RdataReader, writer: OctetWriter, token: TextToken): void {
  const parts = /^(!?)(\d{1,5}):(.+)\/(\d{1,3})$/.exec(token.text)
  const code = Number(parts?.[2])
  const family = FAMILIES.get(code)
  const address = family?.fromText(parts![3]!)
  const length = integerFromText(parts?.[4] ?? '', 8 * (family?.octets ?? 0))
  if (address === undefined || length < 0) {
    fail(reader, token, 'a prefix such as 1:192.0.2.0/24, 2:2001:db8::/32 or !1:192.0.2.8/29')
  }
  const octets = address.findLastIndex((octet) => octet !== 0) + 1
  writeU16(writer, code)
  writeU8(writer, length)
  writeU8(writer, octets | (parts![1] === '!' ? 0x80 : 0))
  writeOctets(writer, address.subarray(0, octets))
}
