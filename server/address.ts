import { ipv4FromText, ipv4ToText, ipv6FromText, ipv6ToText } from '../dns/address-text.ts'
import { type AddressPrefix, isIPv4Prefix, isMappedIPv4, prefixOf } from '../guard/prefix-trie.ts'
import type { ListenAddress } from './configuration/types.ts'
import { type Reading, read, unreadable } from './reading.ts'

/** Reads an IP address into 16 octets; IPv4 becomes v4-mapped (RFC 4291 §2.5.5.2). Zone indexes are refused. */
export function readAddress(text: string): Reading<Uint8Array> {
  const ipv4 = ipv4FromText(text)
  if (ipv4 !== undefined) return read(mapped(ipv4))
  if (text.includes('%'))
    return unreadable(`"${text}" has a zone index; Veil listens to and knows global addresses only`)
  const ipv6 = ipv6FromText(text)
  return ipv6 === undefined ? unreadable(`"${text}" is not an IP address`) : read(ipv6)
}

/**
 * Reads `address/length` or a bare address, which means that address alone. Bits behind the length are cleared and
 * remarked upon. IPv4 and v4-mapped texts give the same prefix: lengths count within 128 bits.
 */
export function readPrefix(text: string): Reading<AddressPrefix> {
  const slash = text.indexOf('/')
  const addressText = slash < 0 ? text : text.slice(0, slash)
  const address = readAddress(addressText)
  if (address.outcome === 'unreadable') return address
  const dotted = !addressText.includes(':')
  const bits = dotted ? 32 : 128
  const length = slash < 0 ? bits : numberBelow(text.slice(slash + 1), bits + 1)
  if (length === undefined) return unreadable(`"${text}": the length of the prefix must be a number from 0 to ${bits}`)
  const within = dotted ? length + 96 : length
  const prefix = prefixOf(address.value, within)
  if (prefix.address.every((octet, at) => octet === address.value[at])) return read(prefix)
  return {
    outcome: 'read',
    value: prefix,
    remark: `"${text}" has bits set behind its length; taken as ${formatPrefix(prefix)}`,
  }
}

/** Reads `address@port` as NSD and Knot DNS write it; IPv6 may stand in brackets; without a port it is 53. */
export function readListen(text: string): Reading<ListenAddress> {
  const at = text.lastIndexOf('@')
  const address = readAddress(withoutBrackets(at < 0 ? text : text.slice(0, at)))
  if (address.outcome === 'unreadable') return unreadable(listenReason(text, address.reason))
  const port = at < 0 ? 53 : numberBelow(text.slice(at + 1), 65536)
  if (port === undefined) return unreadable(`"${text}": the port behind "@" must be a number from 0 to 65535`)
  return read({ address: formatAddress(address.value, 0), port, family: isMappedIPv4(address.value, 0) ? 4 : 6 })
}

/** As `readAddress`, for those who need no reason. */
export function parseAddress(text: string): Uint8Array | undefined {
  return valueRead(readAddress(text))
}

/** As `readPrefix`, for those who need no reason. */
export function parsePrefix(text: string): AddressPrefix | undefined {
  return valueRead(readPrefix(text))
}

/** Prints the 16 octets at `start`: v4-mapped as IPv4, others as RFC 5952 §4 wants. */
export function formatAddress(octets: Uint8Array, start = 0): string {
  return isMappedIPv4(octets, start) ? ipv4ToText(octets, start + 12) : ipv6ToText(octets, start)
}

/** Prints a prefix; within the v4-mapped range as IPv4. */
export function formatPrefix(prefix: AddressPrefix): string {
  return `${formatAddress(prefix.address, 0)}/${isIPv4Prefix(prefix) ? prefix.length - 96 : prefix.length}`
}

/** Prints a listener as `readListen` reads it. */
export function formatListen(listen: Pick<ListenAddress, 'address' | 'port'>): string {
  return `${listen.address}@${listen.port}`
}

function valueRead<Value>(reading: Reading<Value>): Value | undefined {
  return reading.outcome === 'read' ? reading.value : undefined
}

function numberBelow(text: string, limit: number): number | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) < limit ? Number(text) : undefined
}

function withoutBrackets(text: string): string {
  return text.startsWith('[') && text.endsWith(']') && text.includes(':') ? text.slice(1, -1) : text
}

function listenReason(text: string, reason: string): string {
  const colon = /^(.*[^:]):(\d+)$/.exec(text)
  if (colon !== null && readAddress(withoutBrackets(colon[1]!)).outcome === 'read') {
    return `"${text}": the port stands behind "@": ${withoutBrackets(colon[1]!)}@${colon[2]}`
  }
  if (text === '*' || text.startsWith('*@')) return `"${text}": every address is 0.0.0.0 for IPv4 and :: for IPv6`
  return reason
}

function mapped(ipv4: Uint8Array): Uint8Array {
  const octets = new Uint8Array(16).fill(0xff, 10, 12)
  octets.set(ipv4, 12)
  return octets
}
