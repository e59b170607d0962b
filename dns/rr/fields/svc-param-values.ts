/*
 * The values of SvcParamKeys (RFC 9460 §7 and the registry "Service Parameter Keys"): how each is written and what is
 * well-formed. Text of a value is octets whose character-string escapes are resolved (RFC 9460 Appendix A.1).
 */
import { ipv4FromText, ipv4ToText, ipv6FromText, ipv6ToText } from '../../address-text.ts'
import { BASE64 } from '../../encoding.ts'
import { escapeText } from '../../escape.ts'
import { integerFromText, readInteger } from './integers.ts'

/** How the value of a key is written and checked. */
export interface SvcParamValue {
  readonly expected: string
  /** undefined: malformed. `given` is undefined where text has the key alone. */
  readonly fromText: (given: Uint8Array | undefined) => Uint8Array | undefined
  /** Of a valid value; undefined to print the key alone. */
  readonly toText: (value: Uint8Array) => string | undefined
  readonly isValid: (value: Uint8Array) => boolean
}

export const MANDATORY_KEY = 0
export const ALPN_KEY = 1
export const NO_DEFAULT_ALPN_KEY = 2

/** Number of a key's mnemonic, or of keyNNNNN without leading zeros; undefined when it is neither. */
export function svcKeyFromText(text: string): number | undefined {
  const known = KEYS.findIndex((key) => key.name === text)
  if (known >= 0) return known
  const digits = /^key(0|[1-9]\d{0,4})$/.exec(text)?.[1]
  return digits !== undefined && Number(digits) <= 0xffff ? Number(digits) : undefined
}

/** The key's mnemonic, or keyNNNNN. */
export function svcKeyToText(key: number): string {
  return KEYS[key]?.name ?? `key${key}`
}

/** How values of the key are written; those of an unknown key are any octets. */
export function svcValueOf(key: number): SvcParamValue {
  return KEYS[key]?.value ?? OPAQUE
}

/** The keys in a valid `mandatory` value. */
export function mandatoryKeys(value: Uint8Array): number[] {
  return Array.from({ length: value.length >> 1 }, (_, index) => readInteger(value, 2 * index, 2))
}

const NOTHING: SvcParamValue = {
  expected: 'no value',
  fromText: (given) => (given === undefined || given.length === 0 ? new Uint8Array(0) : undefined),
  toText: () => undefined,
  isValid: (value) => value.length === 0,
}

const OPAQUE: SvcParamValue = {
  expected: 'any value',
  fromText: (given) => given ?? new Uint8Array(0),
  toText: (value) => (value.length === 0 ? undefined : quoted(value)),
  isValid: () => true,
}

/** RFC 9461 §5: a relative URI template in UTF-8 with a variable "dns". */
const DOH_PATH: SvcParamValue = {
  ...OPAQUE,
  expected: 'a relative URI template with the variable dns, such as /dns-query{?dns}',
  isValid: (value) => isUtf8(value) && /^\/.*\{[^{}]*\bdns\b[^{}]*\}/s.test(latin1(value)),
}

/** RFC 9460 §8: 16-bit keys, ascending, without `mandatory` itself. */
const KEY_LIST: SvcParamValue = {
  expected: 'keys joined by commas, none twice and not "mandatory" itself',
  fromText(given) {
    const keys = latin1(given).split(',').map(svcKeyFromText)
    if (keys.includes(undefined)) return undefined
    const sorted = (keys as number[]).sort((a, b) => a - b)
    const value = Uint8Array.from(sorted.flatMap((key) => [key >> 8, key & 0xff]))
    return KEY_LIST.isValid(value) ? value : undefined
  },
  toText: (value) => mandatoryKeys(value).map(svcKeyToText).join(','),
  isValid(value) {
    const keys = mandatoryKeys(value)
    const ascending = keys.every((key, index) => key > (index === 0 ? MANDATORY_KEY : keys[index - 1]!))
    return value.length > 0 && value.length % 2 === 0 && ascending
  },
}

/** RFC 9460 §7.1.1: identifiers of 1 to 255 octets, each behind a length octet. */
const ALPN_LIST: SvcParamValue = {
  expected: 'protocol identifiers of 1 to 255 octets joined by commas, such as h2,h3',
  fromText(given) {
    const identifiers = given === undefined ? undefined : splitValueList(given)
    if (identifiers === undefined) return undefined
    if (!identifiers.every(({ length }) => length > 0 && length <= 255)) return undefined
    return Uint8Array.from(identifiers.flatMap((identifier) => [identifier.length, ...identifier]))
  },
  toText(value) {
    const list: number[] = []
    for (let at = 0; at < value.length; at += value[at]! + 1) {
      if (at > 0) list.push(COMMA)
      for (const octet of value.subarray(at + 1, at + 1 + value[at]!)) {
        if (octet === COMMA || octet === BACKSLASH) list.push(BACKSLASH)
        list.push(octet)
      }
    }
    return quoted(Uint8Array.from(list))
  },
  isValid(value) {
    let at = 0
    while (at < value.length && value[at] !== 0) at += value[at]! + 1
    return value.length > 0 && at === value.length
  },
}

const PORT: SvcParamValue = {
  expected: 'a port number 0 to 65535',
  fromText(given) {
    const port = integerFromText(latin1(given), 0xffff)
    return port < 0 ? undefined : Uint8Array.of(port >> 8, port & 0xff)
  },
  toText: (value) => String(readInteger(value, 0, 2)),
  isValid: (value) => value.length === 2,
}

const BASE64_VALUE: SvcParamValue = {
  expected: `${BASE64.expected}, not empty`,
  fromText(given) {
    const value = BASE64.fromText(latin1(given))
    return value !== undefined && value.length > 0 ? value : undefined
  },
  toText: (value) => BASE64.toText(value, 0, value.length),
  isValid: (value) => value.length > 0,
}

const IPV4_LIST = addressList(4, 'IPv4', ipv4FromText, ipv4ToText)
const IPV6_LIST = addressList(16, 'IPv6', ipv6FromText, ipv6ToText)

/** By number. RFC 9460 §14.3.2; dohpath: RFC 9461; ohttp: RFC 9540. */
const KEYS: readonly { readonly name: string; readonly value: SvcParamValue }[] = [
  { name: 'mandatory', value: KEY_LIST },
  { name: 'alpn', value: ALPN_LIST },
  { name: 'no-default-alpn', value: NOTHING },
  { name: 'port', value: PORT },
  { name: 'ipv4hint', value: IPV4_LIST },
  { name: 'ech', value: BASE64_VALUE },
  { name: 'ipv6hint', value: IPV6_LIST },
  { name: 'dohpath', value: DOH_PATH },
  { name: 'ohttp', value: NOTHING },
]

const COMMA = 0x2c
const BACKSLASH = 0x5c

type AddressFromText = (text: string) => Uint8Array | undefined
type AddressToText = (octets: Uint8Array, at: number) => string

function addressList(octets: number, family: string, fromText: AddressFromText, toText: AddressToText): SvcParamValue {
  return {
    expected: `${family} addresses joined by commas`,
    fromText(given) {
      const addresses = latin1(given).split(',').map(fromText)
      if (addresses.includes(undefined)) return undefined
      return Buffer.concat(addresses as Uint8Array[])
    },
    toText: (value) =>
      Array.from({ length: value.length / octets }, (_, index) => toText(value, index * octets)).join(','),
    isValid: (value) => value.length > 0 && value.length % octets === 0,
  }
}

/**
 * The comma-separated list of RFC 9460 Appendix A.1: a backslash, the second level of escapes, protects a comma or
 * another backslash.
 */
function splitValueList(text: Uint8Array): number[][] | undefined {
  const items: number[][] = [[]]
  for (let at = 0; at < text.length; at++) {
    const octet = text[at]!
    if (octet === COMMA) items.push([])
    else if (octet !== BACKSLASH) items.at(-1)!.push(octet)
    else {
      const next = text[++at]
      if (next !== COMMA && next !== BACKSLASH) return undefined
      items.at(-1)!.push(next)
    }
  }
  return items
}

function quoted(octets: Uint8Array): string {
  return `"${escapeText(octets, 0, octets.length)}"`
}

function latin1(octets: Uint8Array | undefined): string {
  return octets === undefined ? '' : Buffer.from(octets).toString('latin1')
}

function isUtf8(octets: Uint8Array): boolean {
  try {
    UTF8.decode(octets)
    return true
  } catch {
    return false
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true })
