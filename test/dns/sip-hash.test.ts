import sodium from 'sodium-native'
import { describe, expect, it } from 'vitest'
import { createSipHash, sipHash } from '../../dns/sip-hash.ts'
import { createRandom } from '../helpers/random.ts'

/** SipHash-2-4 of libsodium, which the package has no types for. */
const { crypto_shorthash: shortHash } = sodium as unknown as {
  crypto_shorthash(hash: Buffer, message: Buffer, key: Buffer): void
}

function sipHashOf(key: Uint8Array, message: Uint8Array): string {
  const sip = createSipHash(key)
  sipHash(sip, message, 0, message.length)
  return Buffer.from(sip.hash.buffer).toString('hex')
}

describe('SipHash-2-4', () => {
  it.each([
    [0, '310e0edd47db6f72'],
    [1, 'fd67dc93c539f874'],
    [7, '37d1018bf50002ab'],
    [8, '6224939a79f5f593'],
    [15, 'e545be4961ca29a1'],
    [63, '724506eb4c328a95'],
  ])('of %d octets is what its authors’ vectors say', (length, hash) => {
    const counting = (octets: number) => Uint8Array.from({ length: octets }, (_, index) => index)
    expect(sipHashOf(counting(16), counting(length))).toBe(hash)
  })

  it('is what libsodium says, for any key and message', () => {
    const random = createRandom(17)
    for (let round = 0; round < 2000; round++) {
      const [key, message] = [16, random.below(70)].map((length) =>
        Buffer.from(Uint8Array.from({ length }, () => random.below(256))),
      )
      const expected = Buffer.alloc(8)
      shortHash(expected, message!, key!)
      expect(sipHashOf(key!, message!)).toBe(expected.toString('hex'))
    }
  })
})
