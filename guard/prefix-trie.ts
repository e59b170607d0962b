/**
 * Longest-prefix search over client addresses: binary tries with compressed paths, in the words of one Int32Array so
 * that they can be sent to workers as they are. Offsets are indexes of words, -1 stands for nothing.
 *
 *   trie  0 node where IPv4 starts (its prefixes are 96 bits or longer)
 *         1 node where IPv6 starts
 *         2 value of every other client
 *   node  0 length of its prefix in bits   1..4 the prefix, big end first   5 value
 *         6 node where the next bit is 0   7 node where it is 1
 *
 * An IPv6 prefix never covers IPv4 clients, not even `::/0`: the two families only share a notation.
 */
export interface PrefixEntry {
  /** 16 octets, IPv4 as v4-mapped; undefined: every client. */
  readonly prefix: AddressPrefix | undefined
  readonly value: number
}

/** An address prefix; IPv4 is written v4-mapped. */
export interface AddressPrefix {
  /** 16 octets; those behind the length are zero. */
  readonly address: Uint8Array
  /** Counts within 128 bits. */
  readonly length: number
}

/** Compiles the entries behind `words` and returns the offset of the trie. Among equal prefixes the first entry wins. */
export function appendPrefixTrie(words: number[], entries: readonly PrefixEntry[]): number {
  const trie = words.length
  const everyone = entries.find((entry) => entry.prefix === undefined)
  words.push(-1, -1, everyone?.value ?? -1)
  const prefixes = entries.flatMap(({ prefix, value }) => (prefix === undefined ? [] : [{ ...prefix, value }]))
  words[trie] = appendNode(words, prefixes.filter(isIPv4Prefix))
  words[trie + 1] = appendNode(
    words,
    prefixes.filter((leaf) => !isIPv4Prefix(leaf)),
  )
  return trie
}

/** The value of the longest prefix that covers the address of 16 octets at `start`, or -1. Allocates nothing. */
export function findPrefixValue(words: Int32Array, trie: number, octets: Uint8Array, start: number): number {
  const ipv4 = isMappedIPv4(octets, start)
  let value = words[trie + 2]!
  let node = ipv4 ? words[trie]! : words[trie + 1]!
  while (node >= 0) {
    const length = words[node]!
    for (let word = ipv4 ? 3 : 0; word * 32 < length; word++) {
      const difference = words[node + 1 + word]! ^ wordAt(octets, start + 4 * word)
      if (difference >>> Math.max(0, 32 * word + 32 - length) !== 0) return value
    }
    if (words[node + 5]! >= 0) value = words[node + 5]!
    if (length === 128) return value
    node = words[node + 6 + bitAt(octets, start, length)]!
  }
  return value
}

/** Tells whether the 16 octets at `start` are an IPv4 address written v4-mapped. */
export function isMappedIPv4(octets: Uint8Array, start: number): boolean {
  return wordAt(octets, start + 8) === 0xffff && wordAt(octets, start) === 0 && wordAt(octets, start + 4) === 0
}

/** Tells whether the prefix is one of IPv4: they are 96 bits or longer, and v4-mapped. */
export function isIPv4Prefix({ address, length }: AddressPrefix): boolean {
  return length >= 96 && isMappedIPv4(address, 0)
}

/** Whether every address of `inner` is one of `outer`. */
export function prefixContains(outer: AddressPrefix, inner: AddressPrefix): boolean {
  if (outer.length > inner.length) return false
  const whole = outer.length >>> 3
  for (let at = 0; at < whole; at++) if (outer.address[at] !== inner.address[at]) return false
  const rest = outer.length & 7
  return rest === 0 || ((outer.address[whole]! ^ inner.address[whole]!) & (0xff00 >>> rest) & 0xff) === 0
}

/** The prefix of `length` bits in which the address of 16 octets lies. */
export function prefixOf(address: Uint8Array, length: number): AddressPrefix {
  return { address: address.map((octet, at) => octet & (0xff00 >> Math.min(8, Math.max(0, length - 8 * at)))), length }
}

type Leaf = AddressPrefix & { readonly value: number }

function appendNode(words: number[], leaves: readonly Leaf[]): number {
  const first = leaves[0]
  if (first === undefined) return -1
  const length = leaves.reduce(
    (common, leaf) => commonBits(first.address, leaf.address, Math.min(common, leaf.length)),
    128,
  )
  const node = words.length
  words.push(length, 0, 0, 0, 0, leaves.find((leaf) => leaf.length === length)?.value ?? -1, -1, -1)
  for (let word = 0; word < 4; word++) words[node + 1 + word] = wordAt(first.address, 4 * word)
  for (let bit = 0; bit < 2; bit++) {
    const below = leaves.filter((leaf) => leaf.length > length && bitAt(leaf.address, 0, length) === bit)
    words[node + 6 + bit] = appendNode(words, below)
  }
  return node
}

/** Bits that both addresses begin with, at most `limit`. */
function commonBits(a: Uint8Array, b: Uint8Array, limit: number): number {
  for (let word = 0; word * 32 < limit; word++) {
    const difference = wordAt(a, 4 * word) ^ wordAt(b, 4 * word)
    if (difference !== 0) return Math.min(limit, 32 * word + Math.clz32(difference))
  }
  return limit
}

function bitAt(octets: Uint8Array, start: number, bit: number): number {
  return (octets[start + (bit >>> 3)]! >>> (7 - (bit & 7))) & 1
}

/** The 32 bits at `at`, big end first, as a signed integer. */
export function wordAt(octets: Uint8Array, at: number): number {
  return (octets[at]! << 24) | (octets[at + 1]! << 16) | (octets[at + 2]! << 8) | octets[at + 3]!
}
