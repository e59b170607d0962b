/*
 * Octets written in hexadecimal, base64 and base32hex (RFC 4648). Strict: one text for octets, but for the letters' case.
 */

/** One way to write octets. */
export interface Encoding {
  readonly expected: string
  readonly fromText: (text: string) => Uint8Array | undefined
  readonly toText: (octets: Uint8Array, at: number, end: number) => string
}

export const HEX: Encoding = {
  expected: 'hexadecimal digits, two for each octet',
  fromText: (text) => (text.length % 2 === 0 && /^[0-9a-f]*$/i.test(text) ? Buffer.from(text, 'hex') : undefined),
  toText: (octets, at, end) => view(octets, at, end).toString('hex').toUpperCase(),
}

export const BASE64: Encoding = {
  expected: 'base64 with its padding',
  fromText(text) {
    if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined
    const octets = Buffer.from(text, 'base64')
    // Bits behind the last octet must be zero (RFC 4648 §3.5), or two texts would mean the same octets.
    return octets.toString('base64') === text ? octets : undefined
  },
  toText: (octets, at, end) => view(octets, at, end).toString('base64'),
}

/** RFC 4648 §7, without padding, as RFC 5155 §3.3 wants it. */
export const BASE32_HEX: Encoding = {
  expected: 'base32hex without padding',
  fromText: base32HexFromText,
  toText: base32HexToText,
}

function base32HexToText(octets: Uint8Array, at: number, end: number): string {
  let text = ''
  let bits = 0
  let count = 0
  for (let index = at; index < end; index++) {
    bits = ((bits << 8) | octets[index]!) & 0xfff
    for (count += 8; count >= 5; count -= 5) text += BASE32_DIGITS[(bits >> (count - 5)) & 31]
  }
  return count === 0 ? text : text + BASE32_DIGITS[(bits << (5 - count)) & 31]
}

function base32HexFromText(text: string): Uint8Array | undefined {
  const octets = new Uint8Array(Math.floor((text.length * 5) / 8))
  let bits = 0
  let count = 0
  let length = 0
  for (const character of text.toUpperCase()) {
    const digit = BASE32_DIGITS.indexOf(character)
    if (digit < 0) return undefined
    bits = ((bits << 5) | digit) & 0xfff
    count += 5
    if (count >= 8) {
      count -= 8
      octets[length++] = bits >> count
    }
  }
  // What is left must be less than a digit's worth of zero bits (RFC 4648 §3.5).
  return count < 5 && (bits & ((1 << count) - 1)) === 0 ? octets : undefined
}

function view(octets: Uint8Array, at: number, end: number): Buffer {
  return Buffer.from(octets.buffer, octets.byteOffset + at, end - at)
}

const BASE32_DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUV'
