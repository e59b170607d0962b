import { MAX_LABEL_LENGTH, MAX_NAME_LENGTH } from './constants.ts'

/** A name read from a message: uncompressed, and where what stood in its place ends. */
export interface ReadName {
  readonly name: Uint8Array
  readonly end: number
}

/**
 * The possibly compressed name at `start` of a message (RFC 1035 §4.1.4). undefined: malformed. Each pointer must lead
 * before everything read so far, so that no message makes us read a label twice.
 */
export function readName(message: Uint8Array, start: number): ReadName | undefined {
  const octets = new Uint8Array(MAX_NAME_LENGTH)
  let length = 0
  let at = start
  let lowest = start
  let end = -1
  while (at < message.length) {
    const octet = message[at]!
    if (octet >= POINTER) {
      if (at + 1 >= message.length) return undefined
      const target = ((octet & 0x3f) << 8) | message[at + 1]!
      if (target >= lowest) return undefined
      if (end < 0) end = at + 2
      at = target
      lowest = target
    } else {
      const next = at + octet + 1
      if (octet > MAX_LABEL_LENGTH || next > message.length || length + octet + 1 > MAX_NAME_LENGTH) return undefined
      octets.set(message.subarray(at, next), length)
      length += octet + 1
      if (octet === 0) return { name: octets.slice(0, length), end: end < 0 ? next : end }
      at = next
    }
  }
  return undefined
}

/** The two highest bits set: a pointer, whose other 14 bits are a position in the message. */
const POINTER = 0xc0
