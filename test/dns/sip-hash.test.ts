import { describe, expect, it } from 'vitest'
import { createSipHash, sipHash } from '../../dns/sip-hash.ts'

/** From the reference implementation: key 00 01 … 0f, message 00 01 … of so many octets, the hash as a 64-bit number. */
const VECTORS: readonly (readonly [number, string])[] = [
  [0, '726fdb47dd0e0e31'],
  [1, '74f839c593dc67fd'],
  [7, 'ab0200f58b01d137'],
  [8, '93f5f5799a932462'],
  [15, 'a129ca6149be45e5'],
  [63, '958a324ceb064572'],
]

describe('SipHash-2-4', () => {
  it.each(VECTORS)('gives what its reference gives for %i octets', (length, expected) => {
    const count = (octets: number) => Uint8Array.from({ length: octets }, (_, index) => index)
    const hash = createSipHash(count(16))
    sipHash(hash, count(64), 0, length)
    const word = (index: number) => (hash.state[index]! >>> 0).toString(16).padStart(8, '0')
    expect(word(1) + word(0)).toBe(expected)
  })
})
