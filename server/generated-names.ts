import { nameToText } from '../dns/name.ts'
import { type AddressPrefix, isMappedIPv4 } from '../guard/prefix-trie.ts'

/**
 * Names for each address of a range: `before`, the address, `after` are their first label, `domain` follows. The zone of the
 * domain has the addresses, reverse zones have the names. Plain data.
 */
export interface GeneratedRange {
  readonly prefix: AddressPrefix
  readonly before: string
  readonly after: string
  /** Wire, lower-cased. */
  readonly domain: Uint8Array
  /** Seconds. */
  readonly ttl: number
}

/** Octets that an IPv4 address takes in a label, `255-255-255-255`, and an IPv6 address, which is written in full. */
export const IPV4_OCTETS = 15
export const IPV6_OCTETS = 39

/** Whether the reverse zone with this apex has names for addresses of the prefix; false: it is none, or of others. */
export function overlapsReverseZone({ address, length }: AddressPrefix, apex: Uint8Array): boolean {
  const isIPv4 = isMappedIPv4(address, 0)
  const labels = nameToText(apex).split('.').slice(0, -1).reverse()
  const [arpa, tree, ...digits] = labels
  if (arpa !== 'arpa' || tree !== (isIPv4 ? 'in-addr' : 'ip6')) return false
  const wanted = isIPv4
    ? Array.from(address.subarray(12), (octet) => String(octet))
    : [...Buffer.from(address).toString('hex')]
  const bitsEach = isIPv4 ? 8 : 4
  const bits = isIPv4 ? length - 96 : length
  return digits.every((digit, index) => {
    const kept = Math.max(0, Math.min(bitsEach, bits - index * bitsEach))
    const free = bitsEach - kept
    const [have, want] = [digit, wanted[index] ?? ''].map((text) => Number.parseInt(text, isIPv4 ? 10 : 16) >> free)
    return have === want
  })
}
