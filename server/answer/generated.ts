/*
 * Names generated for ranges of addresses, worked out from the name asked for: nothing is kept of any address. What lies
 * between such a name and what the zone has is there, too, without data.
 */
import type { LabelledName } from '../../dns/labelled-name.ts'
import { type AddressPrefix, isMappedIPv4 } from '../../guard/prefix-trie.ts'
import { NO_NODE } from '../../zones/denial/type-bitmap.ts'
import { MadeNode } from '../../zones/made-node.ts'
import type { GeneratedRange } from '../generated-names.ts'

/** One range, ready to be answered from. */
export interface Generated {
  readonly prefix: AddressPrefix
  readonly isIPv4: boolean
  readonly before: Uint8Array
  readonly after: Uint8Array
  readonly domain: Uint8Array
  /** Labels of the domain, without root. */
  readonly domainLabels: number
  readonly ttl: number
  /** Room for the address of the name asked for, IPv4 v4-mapped. */
  readonly address: Uint8Array
}

/** Opens a range. */
export function openGenerated({ prefix, before, after, domain, ttl }: GeneratedRange): Generated {
  let domainLabels = 0
  for (let at = 0; domain[at] !== 0; at += domain[at]! + 1) domainLabels++
  return {
    ...{ prefix, domain, domainLabels, ttl, isIPv4: isMappedIPv4(prefix.address, 0) },
    ...{ before: Buffer.from(before), after: Buffer.from(after), address: new Uint8Array(16) },
  }
}

/**
 * What the suffix of `name` from `label` on is by this range: a `MadeNode`, or NO_NODE. Where it is the name of an address,
 * that is left in `range.address`.
 */
export function generatedNode(range: Generated, name: LabelledName, label: number): number {
  const { octets, labels, count, length } = name
  if (isReverse(name, range.isIPv4)) return reverseNode(range, name, label)
  const { domain, domainLabels } = range
  const above = count - label - domainLabels
  if (above > 1 || !endsWith(octets, length, domain, above < 1 ? length - labels[label]! : domain.length))
    return NO_NODE
  if (above < 1) return MadeNode.Empty
  const isRead = range.isIPv4 ? readIPv4(range, octets, labels[label]!) : readIPv6(range, octets, labels[label]!)
  if (!isRead || !isWithin(range.address, range.prefix)) return NO_NODE
  return range.isIPv4 ? MadeNode.A : MadeNode.Aaaa
}

/** Writes the RDATA of the name of `range.address`, of the types of `node`, to `into` and returns its octets. */
export function writeGenerated(range: Generated, node: number, into: Uint8Array): number {
  const { address, isIPv4 } = range
  if (node === MadeNode.Ptr) return writeName(range, into)
  const start = isIPv4 ? 12 : 0
  for (let i = start; i < 16; i++) into[i - start] = address[i]!
  return 16 - start
}

/** Tells whether the name is below the tree that addresses of this family are looked up in (RFC 1035 §3.5, RFC 3596 §2.5). */
function isReverse({ octets, length }: LabelledName, isIPv4: boolean): boolean {
  const tree = isIPv4 ? IN_ADDR_ARPA : IP6_ARPA
  return endsWith(octets, length, tree, tree.length)
}

const IN_ADDR_ARPA = Buffer.from('\x07in-addr\x04arpa\x00', 'latin1')
const IP6_ARPA = Buffer.from('\x03ip6\x04arpa\x00', 'latin1')
const TREE_LABELS = 2

/** Labels spell the address from its end; those that are not there yet leave room for several. */
function reverseNode(range: Generated, { octets, labels, count }: LabelledName, label: number): number {
  const { address, prefix, isIPv4 } = range
  const most = isIPv4 ? 4 : 32
  const spelled = count - TREE_LABELS - label
  if (spelled < 1 || spelled > most) return NO_NODE
  address.fill(0)
  if (isIPv4) address.fill(0xff, 10, 12)
  for (let index = 0; index < spelled; index++) {
    const at = labels[count - TREE_LABELS - 1 - index]!
    const value = isIPv4 ? readOctet(octets, at + 1, at + 1 + octets[at]!) : readNibble(octets, at)
    if (value < 0) return NO_NODE
    if (isIPv4) address[12 + index] = value
    else address[index >> 1]! |= value << (index % 2 === 0 ? 4 : 0)
  }
  const bits = isIPv4 ? 96 + 8 * spelled : 4 * spelled
  if (!agree(address, prefix.address, Math.min(bits, prefix.length))) return NO_NODE
  return spelled === most ? MadeNode.Ptr : MadeNode.Empty
}

function writeName({ before, after, domain, address, isIPv4 }: Generated, into: Uint8Array): number {
  let at = 1
  for (let i = 0; i < before.length; i++) into[at++] = before[i]!
  at = isIPv4 ? writeIPv4(address, into, at) : writeIPv6(address, into, at)
  for (let i = 0; i < after.length; i++) into[at++] = after[i]!
  into[0] = at - 1
  for (let i = 0; i < domain.length; i++) into[at++] = domain[i]!
  return at
}

function writeIPv4(address: Uint8Array, into: Uint8Array, start: number): number {
  let at = start
  for (let i = 12; i < 16; i++) {
    const octet = address[i]!
    if (i > 12) into[at++] = HYPHEN
    if (octet >= 100) into[at++] = ZERO + Math.floor(octet / 100)
    if (octet >= 10) into[at++] = ZERO + (Math.floor(octet / 10) % 10)
    into[at++] = ZERO + (octet % 10)
  }
  return at
}

function writeIPv6(address: Uint8Array, into: Uint8Array, start: number): number {
  let at = start
  for (let nibble = 0; nibble < 32; nibble++) {
    if (nibble > 0 && nibble % 4 === 0) into[at++] = HYPHEN
    const value = (address[nibble >> 1]! >> (nibble % 2 === 0 ? 4 : 0)) & 15
    into[at++] = value < 10 ? ZERO + value : LETTER_A + value - 10
  }
  return at
}

/** Reads four decimal numbers between `before` and `after`; false: the label at `at` is none of the range's. */
function readIPv4(range: Generated, octets: Uint8Array, at: number): boolean {
  const { address } = range
  const end = middleEnd(range, octets, at)
  if (end < 0) return false
  address.fill(0)
  address.fill(0xff, 10, 12)
  let start = at + 1 + range.before.length
  for (let index = 12; index < 16; index++) {
    let stop = start
    while (stop < end && octets[stop] !== HYPHEN) stop++
    const value = readOctet(octets, start, stop)
    if (value < 0 || (index < 15 ? stop === end : stop !== end)) return false
    address[index] = value
    start = stop + 1
  }
  return true
}

/** The same for eight groups of four hexadecimal digits. */
function readIPv6(range: Generated, octets: Uint8Array, at: number): boolean {
  const { address } = range
  const end = middleEnd(range, octets, at)
  const start = at + 1 + range.before.length
  if (end - start !== 39) return false
  address.fill(0)
  for (let nibble = 0; nibble < 32; nibble++) {
    const place = start + nibble + (nibble >> 2)
    if (nibble > 0 && nibble % 4 === 0 && octets[place - 1] !== HYPHEN) return false
    const value = hexadecimal(octets[place]!)
    if (value < 0) return false
    address[nibble >> 1]! |= value << (nibble % 2 === 0 ? 4 : 0)
  }
  return true
}

/** Where the address ends in the label at `at`; -1 where it does not stand between `before` and `after`. */
function middleEnd({ before, after }: Generated, octets: Uint8Array, at: number): number {
  const start = at + 1
  const end = start + octets[at]! - after.length
  if (end < start + before.length) return -1
  for (let i = 0; i < before.length; i++) if (octets[start + i] !== before[i]) return -1
  for (let i = 0; i < after.length; i++) if (octets[end + i] !== after[i]) return -1
  return end
}

/** A decimal number up to 255 without leading zeros, or -1. */
function readOctet(octets: Uint8Array, start: number, end: number): number {
  if (end - start < 1 || end - start > 3 || (octets[start] === ZERO && end - start > 1)) return -1
  let value = 0
  for (let at = start; at < end; at++) {
    const digit = octets[at]! - ZERO
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value > 255 ? -1 : value
}

function readNibble(octets: Uint8Array, at: number): number {
  return octets[at] === 1 ? hexadecimal(octets[at + 1]!) : -1
}

function hexadecimal(octet: number): number {
  if (octet >= ZERO && octet <= ZERO + 9) return octet - ZERO
  return octet >= LETTER_A && octet <= LETTER_A + 5 ? octet - LETTER_A + 10 : -1
}

function isWithin(address: Uint8Array, prefix: AddressPrefix): boolean {
  return agree(address, prefix.address, prefix.length)
}

/** Whether the addresses begin with the same so many bits. */
function agree(a: Uint8Array, b: Uint8Array, bits: number): boolean {
  for (let i = 0; 8 * i < bits; i++) {
    const mask = 0xff & ~(0xff >>> Math.min(8, bits - 8 * i))
    if (((a[i]! ^ b[i]!) & mask) !== 0) return false
  }
  return true
}

/** Whether the last `count` octets of the name of `length` octets are those of `suffix`. */
function endsWith(octets: Uint8Array, length: number, suffix: Uint8Array, count: number): boolean {
  if (count > length || count > suffix.length) return false
  for (let i = 1; i <= count; i++) if (octets[length - i] !== suffix[suffix.length - i]) return false
  return true
}

const ZERO = 0x30
const LETTER_A = 0x61
const HYPHEN = 0x2d
