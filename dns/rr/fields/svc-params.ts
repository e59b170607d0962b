/*
 * SvcParams (RFC 9460 §2.2): 16 bits of key, 16 bits of length, value; keys strictly ascending.
 */
import { unescapeText } from '../../escape.ts'
import { type OctetWriter, writeOctets, writeU16 } from '../../octet-writer.ts'
import { type FieldKind, fail, nextToken, peekToken, type RdataReader } from '../field.ts'
import type { TextToken } from '../tokens.ts'
import { readInteger } from './integers.ts'
import {
  ALPN_KEY,
  MANDATORY_KEY,
  mandatoryKeys,
  NO_DEFAULT_ALPN_KEY,
  svcKeyFromText,
  svcKeyToText,
  svcValueOf,
} from './svc-param-values.ts'

/**
 * Parameters up to the end of the RDATA. Text gives them in any order and must be self-consistent (RFC 9460 §2.4.3);
 * wire that is well-formed and not consistent is valid, and printed by `\#`.
 */
export const svcParams: FieldKind = {
  kind: 'svcParams',
  measure(rdata, start) {
    let previous = -1
    for (let at = start; at < rdata.end; ) {
      if (at + 4 > rdata.end) return -1
      const key = readInteger(rdata.octets, at, 2)
      const next = at + 4 + readInteger(rdata.octets, at + 2, 2)
      if (key <= previous || next > rdata.end) return -1
      if (!svcValueOf(key).isValid(rdata.octets.subarray(at + 4, next))) return -1
      previous = key
      at = next
    }
    return rdata.end
  },
  print(rdata, start, end) {
    const params: SvcParams = new Map()
    for (let at = start; at < end; ) {
      const next = at + 4 + readInteger(rdata.octets, at + 2, 2)
      params.set(readInteger(rdata.octets, at, 2), rdata.octets.subarray(at + 4, next))
      at = next
    }
    if (inconsistency(params) !== undefined) return undefined
    return [...params].map(([key, value]) => printParam(key, value)).join(' ')
  },
  parse(reader, writer) {
    const params: SvcParams = new Map()
    const first = peekToken(reader)
    for (let token = nextToken(reader); token !== undefined; token = nextToken(reader)) {
      parseParam(reader, token, params)
    }
    const problem = inconsistency(params)
    if (problem !== undefined) fail(reader, first, 'parameters that go together', problem)
    for (const key of [...params.keys()].sort((a, b) => a - b)) writeParam(writer, key, params.get(key)!)
  },
}

type SvcParams = Map<number, Uint8Array>

/** `key`, `key=value` or `key="value"`; a quoted value may also come as the token that follows `key=`. */
function parseParam(reader: RdataReader, token: TextToken, params: SvcParams): void {
  const equals = token.quoted ? -1 : token.text.indexOf('=')
  const name = equals < 0 ? token.text : token.text.slice(0, equals)
  const key = token.quoted ? undefined : svcKeyFromText(name)
  if (key === undefined) fail(reader, token, 'a parameter: key=value with a key such as alpn or key65400')
  if (params.has(key)) fail(reader, token, `the key "${name}" once`, 'remove one of the two')
  const given = equals < 0 ? undefined : unescapeText(valueText(reader, token, equals))
  if (equals >= 0 && given === undefined) fail(reader, token, 'escapes of the form \\DDD up to 255, or \\X')
  // keyNNNNN gives the value's wire octets even where the key has a mnemonic (RFC 9460 §2.1).
  const value = svcValueOf(key)
  const octets = name === svcKeyToText(key) ? value.fromText(given) : (given ?? new Uint8Array(0))
  if (octets === undefined || !value.isValid(octets) || octets.length > 0xffff) {
    fail(reader, token, `${value.expected} for the key "${name}"`)
  }
  params.set(key, octets)
}

function valueText(reader: RdataReader, token: TextToken, equals: number): string {
  const text = token.text.slice(equals + 1)
  if (text.length >= 2 && text.startsWith('"') && text.endsWith('"')) return text.slice(1, -1)
  const next = text === '' ? peekToken(reader) : undefined
  const adjacent = next?.line === token.line && next.column === token.column + token.text.length
  if (next === undefined || !next.quoted || !adjacent) return text
  nextToken(reader)
  return next.text
}

/** What is wrong in what the parameters say of each other (RFC 9460 §7.1.1, §8), as a remedy. */
function inconsistency(params: SvcParams): string | undefined {
  for (const key of mandatoryKeys(params.get(MANDATORY_KEY) ?? new Uint8Array(0))) {
    if (!params.has(key)) return `"mandatory" lists "${svcKeyToText(key)}": add it or take it off the list`
  }
  if (params.has(NO_DEFAULT_ALPN_KEY) && !params.has(ALPN_KEY)) return 'with "no-default-alpn" there must be "alpn"'
  return undefined
}

function printParam(key: number, value: Uint8Array): string {
  const text = svcValueOf(key).toText(value)
  return text === undefined ? svcKeyToText(key) : `${svcKeyToText(key)}=${text}`
}

function writeParam(writer: OctetWriter, key: number, value: Uint8Array): void {
  writeU16(writer, key)
  writeU16(writer, value.length)
  writeOctets(writer, value)
}
