/** Largest TTL (RFC 2181 §8). */
export const MAX_TTL = 0x7fffffff

/** What `ttlFromOctets` returns for text that is no TTL, and for one beyond `MAX_TTL`. */
export const TtlFault = { Malformed: -1, TooLarge: -2 } as const

/**
 * Seconds of the TTL at `start`, up to `stop`: a decimal number, or numbers with units as in `1w2d3h4m5s`; a last number
 * without unit counts seconds. Otherwise a `TtlFault`.
 */
export function ttlFromOctets(octets: Uint8Array, start: number, stop: number): number {
  let total = 0
  let number = -1
  for (let i = start; i < stop; i++) {
    const octet = octets[i]!
    if (octet >= 48 && octet <= 57) {
      number = Math.min((number < 0 ? 0 : number * 10) + octet - 48, MAX_TTL + 1)
      continue
    }
    const unit = secondsOfUnit(octet | 0x20)
    if (unit === 0 || number < 0) return TtlFault.Malformed
    total = Math.min(total + number * unit, MAX_TTL + 1)
    number = -1
  }
  if (start === stop) return TtlFault.Malformed
  if (number > 0) total += number
  return total > MAX_TTL ? TtlFault.TooLarge : total
}

function secondsOfUnit(letter: number): number {
  switch (letter) {
    case 0x73: // s
      return 1
    case 0x6d: // m
      return 60
    case 0x68: // h
      return 3600
    case 0x64: // d
      return 86_400
    case 0x77: // w
      return 604_800
    default:
      return 0
  }
}
