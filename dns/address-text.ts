/*
 * IPv4 and IPv6 addresses as text. Octets in network order.
 */

/** Dotted quad to 4 octets; undefined when malformed (leading zeros included, for they read as octal elsewhere). */
export function ipv4FromText(text: string): Uint8Array | undefined {
  const octets = new Uint8Array(4)
  return parseIpv4(text, 0, octets, 0) ? octets : undefined
}

/** The 4 octets at `at` as dotted quad. */
export function ipv4ToText(octets: Uint8Array, at = 0): string {
  return `${octets[at]}.${octets[at + 1]}.${octets[at + 2]}.${octets[at + 3]}`
}

/** RFC 4291 §2.2 text to 16 octets, an embedded dotted quad included; undefined when malformed. */
export function ipv6FromText(text: string): Uint8Array | undefined {
  const octets = new Uint8Array(16)
  let length = 0
  let gap = -1 // where `::` stands in octets
  let at = 0
  if (text.startsWith('::')) {
    gap = 0
    at = 2
  }
  while (at < text.length) {
    let end = text.indexOf(':', at)
    if (end < 0) end = text.length
    if (end === text.length && text.includes('.', at)) {
      if (length > 12 || !parseIpv4(text, at, octets, length)) return undefined
      length += 4
      break
    }
    const group = parseGroup(text, at, end)
    if (group < 0 || length > 14) return undefined
    octets[length++] = group >> 8
    octets[length++] = group & 0xff
    if (end === text.length) break
    at = end + 1
    if (text.charCodeAt(at) === COLON) {
      if (gap >= 0) return undefined
      gap = length
      at++
    } else if (at === text.length) return undefined
  }
  if (gap < 0) return length === 16 ? octets : undefined
  if (length > 14) return undefined
  octets.copyWithin(16 - (length - gap), gap, length)
  octets.fill(0, gap, 16 - (length - gap))
  return octets
}

/** The 16 octets at `at` as RFC 5952 text; IPv4-mapped addresses in mixed notation (RFC 5952 §5). */
export function ipv6ToText(octets: Uint8Array, at = 0): string {
  const groups = Array.from({ length: 8 }, (_, index) => (octets[at + 2 * index]! << 8) | octets[at + 2 * index + 1]!)
  if (groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0)) {
    return `::ffff:${ipv4ToText(octets, at + 12)}`
  }
  const gap = longestZeroRun(groups)
  if (gap.length < 2) return hexGroups(groups)
  return `${hexGroups(groups.slice(0, gap.start))}::${hexGroups(groups.slice(gap.start + gap.length))}`
}

function parseIpv4(text: string, start: number, octets: Uint8Array, into: number): boolean {
  let at = start
  for (let index = 0; index < 4; index++) {
    const first = at
    let value = 0
    for (let code = text.charCodeAt(at); code >= 48 && code <= 57; code = text.charCodeAt(++at)) {
      value = value * 10 + code - 48
      if (value > 255) return false
    }
    if (at === first || (at - first > 1 && text.charCodeAt(first) === 48)) return false
    octets[into + index] = value
    if (index < 3 && text.charCodeAt(at++) !== 0x2e) return false
  }
  return at === text.length
}

function parseGroup(text: string, start: number, end: number): number {
  if (end === start || end - start > 4) return -1
  let value = 0
  for (let at = start; at < end; at++) {
    const digit = '0123456789abcdef'.indexOf(text[at]!.toLowerCase())
    if (digit < 0) return -1
    value = value * 16 + digit
  }
  return value
}

/** The first of the longest runs of zero groups (RFC 5952 §4.2.3). */
function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  const longest = { start: 0, length: 0 }
  for (let start = 0; start < groups.length; start++) {
    let end = start
    while (groups[end] === 0) end++
    if (end - start > longest.length) {
      longest.start = start
      longest.length = end - start
    }
  }
  return longest
}

function hexGroups(groups: readonly number[]): string {
  return groups.map((group) => group.toString(16)).join(':')
}

const COLON = 0x3a
