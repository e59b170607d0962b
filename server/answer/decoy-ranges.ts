import { type AddressPrefix, isMappedIPv4, wordAt } from '../../guard/prefix-trie.ts'

/** Address ranges as tables, one row a prefix, each weighted by its size. */
export interface AddressRanges {
  /** IPv4, by row: the first usable address, and how many are usable up to and with this row. */
  readonly firsts: Uint32Array
  readonly totals: Float64Array
  /** IPv6, by row: the prefix, its length, and the share of all rows up to and with this one. */
  readonly prefixes: readonly AddressPrefix[]
  readonly shares: Float64Array
}

/** Bits in front of a v4-mapped address. */
const MAPPED_BITS = 96

/** The tables for these prefixes. Network and broadcast addresses of IPv4 are nobody's, down to /30 (RFC 3021). */
export function createRanges(prefixes: readonly AddressPrefix[]): AddressRanges {
  const ipv4 = prefixes.filter(({ address }) => isMappedIPv4(address, 0))
  const ipv6 = prefixes.filter(({ address }) => !isMappedIPv4(address, 0))
  const rows = ipv4.map(({ address, length }) => {
    const size = 2 ** (128 - length)
    const reserved = length - MAPPED_BITS < 31 ? 1 : 0
    return { first: (wordAt(address, 12) >>> 0) + reserved, count: size - 2 * reserved }
  })
  return {
    firsts: Uint32Array.from(rows, ({ first }) => first),
    totals: runningSums(rows.map(({ count }) => count)),
    prefixes: ipv6,
    shares: runningSums(ipv6.map(({ length }) => 2 ** -length)),
  }
}

/** Writes the IPv4 address that the hash picks to `into`, and returns its octets. */
export function pickIPv4({ firsts, totals }: AddressRanges, hash: Int32Array, into: Uint8Array): number {
  const place = Math.floor(fractionOf(hash) * totals[totals.length - 1]!)
  const row = rowOf(totals, place)
  const address = firsts[row]! + place - (row === 0 ? 0 : totals[row - 1]!)
  for (let i = 0; i < 4; i++) into[i] = address >>> (24 - 8 * i)
  return 4
}

/** The same for IPv6; the second hash makes the bits behind the prefix. The all-zeros host is the routers' (RFC 4291 §2.6.1). */
export function pickIPv6(
  { prefixes, shares }: AddressRanges,
  hash: Int32Array,
  tail: Int32Array,
  into: Uint8Array,
): number {
  const { address, length } = prefixes[rowOf(shares, fractionOf(hash) * shares[shares.length - 1]!)]!
  let isZero = true
  for (let i = 0; i < 16; i++) {
    const word = i < 8 ? hash[1]! : tail[(i >> 2) - 2]!
    const kept = Math.max(0, Math.min(8, length - 8 * i))
    const free = 0xff >>> kept
    const bits = (word >>> (8 * (i & 3))) & free
    if (bits !== 0) isZero = false
    into[i] = address[i]! | bits
  }
  if (isZero && length < 127) into[15]! |= 1
  return 16
}

/** From 0 to below 1, by the first word. */
function fractionOf(hash: Int32Array): number {
  return (hash[0]! >>> 0) / 2 ** 32
}

function rowOf(sums: Float64Array, place: number): number {
  let row = 0
  while (row < sums.length - 1 && place >= sums[row]!) row++
  return row
}

function runningSums(numbers: readonly number[]): Float64Array {
  let sum = 0
  return Float64Array.from(numbers, (number) => {
    sum += number
    return sum
  })
}
