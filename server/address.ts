import { isIPv4, isIPv6 } from 'node:net'
import { isMappedIPv4 } from '../guard/prefix-trie.ts'
import type { ListenAddress, Prefix } from './configuration/types.ts'

/** What became of a text: its value, perhaps with a remark worth a warning, or the reason why it has none. */
export type Reading<Value> =
  | { readonly outcome: 'read'; readonly value: Value; readonly remark?: string }
  | { readonly outcome: 'unreadable'; readonly reason: string }

/** Reads an IP address into 16 octets; IPv4 becomes v4-mapped (RFC 4291 §2.5.5.2). Zone indexes are refused. */
export function readAddress(text: string): Reading<Uint8Array> {
  if (isIPv4(text)) return read(mapped(text))
  if (text.includes('%'))
    return unreadable(`"${text}" has a zone index; Veil listens to and knows global addresses only`)
  if (isIPv6(text)) return read(fromIPv6(text))
  return unreadable(`"${text}" is not an IP address`)
}

/**
 * Reads `address/length` or a bare address, which means that address alone. Bits behind the length are cleared and
 * remarked upon. IPv4 and v4-mapped texts give the same prefix: lengths count within 128 bits.
 */
export function readPrefix(text: string): Reading<Prefix> {
  const slash = text.indexOf('/')
  const address = readAddress(slash < 0 ? text : text.slice(0, slash))
  if (address.outcome === 'unreadable') return address
  const dotted = isIPv4(slash < 0 ? text : text.slice(0, slash))
  const bits = dotted ? 32 : 128
  const length = slash < 0 ? bits : numberBelow(text.slice(slash + 1), bits + 1)
  if (length === undefined) return unreadable(`"${text}": the length of the prefix must be a number from 0 to ${bits}`)
  const within = dotted ? length + 96 : length
  const prefix = { address: maskAddress(address.value, within), length: within }
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
export function parsePrefix(text: string): Prefix | undefined {
  return valueRead(readPrefix(text))
}

/** As `readListen`, for those who need no reason. */
export function parseListen(text: string): ListenAddress | undefined {
  return valueRead(readListen(text))
}

/** Prints the 16 octets at `start`: v4-mapped as IPv4, others as RFC 5952 §4 wants. */
export function formatAddress(octets: Uint8Array, start = 0): string {
  if (isMappedIPv4(octets, start)) return octets.subarray(start + 12, start + 16).join('.')
  const groups = Array.from(
    { length: 8 },
    (_, group) => (octets[start + 2 * group]! << 8) | octets[start + 2 * group + 1]!,
  )
  const zeros = longestZeros(groups)
  const print = (part: number[]): string => part.map((group) => group.toString(16)).join(':')
  if (zeros.length < 2) return print(groups)
  return `${print(groups.slice(0, zeros.start))}::${print(groups.slice(zeros.start + zeros.length))}`
}

/** Prints a prefix; within the v4-mapped range as IPv4. */
export function formatPrefix(prefix: Prefix): string {
  const ipv4 = prefix.length >= 96 && isMappedIPv4(prefix.address, 0)
  return `${formatAddress(prefix.address, 0)}/${ipv4 ? prefix.length - 96 : prefix.length}`
}

/** Prints a listener as `readListen` reads it. */
export function formatListen(listen: ListenAddress): string {
  return `${listen.address}@${listen.port}`
}

function read<Value>(value: Value): Reading<Value> {
  return { outcome: 'read', value }
}

function unreadable(reason: string): { readonly outcome: 'unreadable'; readonly reason: string } {
  return { outcome: 'unreadable', reason }
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

function mapped(text: string): Uint8Array {
  const octets = new Uint8Array(16)
  octets.fill(0xff, 10, 12)
  octets.set(text.split('.').map(Number), 12)
  return octets
}

function fromIPv6(text: string): Uint8Array {
  const [head = '', tail] = text.split('::')
  const before = groupOctets(head)
  const after = groupOctets(tail ?? '')
  const octets = new Uint8Array(16)
  octets.set(before, 0)
  octets.set(after, 16 - after.length)
  return octets
}

function groupOctets(text: string): number[] {
  if (text === '') return []
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number)
    const value = Number.parseInt(group, 16)
    return [value >> 8, value & 0xff]
  })
}

function maskAddress(address: Uint8Array, length: number): Uint8Array {
  return address.map((octet, at) => octet & (0xff00 >> Math.min(8, Math.max(0, length - 8 * at))))
}

/** The first of the longest runs of zero groups: RFC 5952 §4.2.3. */
function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let longest = { start: 0, length: 0 }
  let start = 0
  groups.forEach((group, at) => {
    if (group !== 0) start = at + 1
    else if (at + 1 - start > longest.length) longest = { start, length: at + 1 - start }
  })
  return longest
}
