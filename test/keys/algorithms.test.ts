import { verify } from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { ALGORITHMS, algorithmOf, REFUSED_ALGORITHMS } from '../../keys/algorithms.ts'
import { writeRawSignature } from '../../keys/der-signature.ts'
import type { KeyMaterial } from '../../keys/key-set.ts'
import { createKeyOpener, openSigningKey } from '../../keys/open-signing-key.ts'
import { isSignatureValid } from '../../keys/second-opinion.ts'
import { ALL_ALGORITHMS, drawKey } from '../helpers/keys.ts'

const DATA = Uint8Array.from({ length: 700 }, (_, index) => index * 7)

describe('the table of algorithms', () => {
  it('has those that zones are signed with', () => {
    expect([...ALGORITHMS.keys()].sort((a, b) => a - b)).toEqual(ALL_ALGORITHMS)
    expect(algorithmOf(13)).toMatchObject({ mnemonic: 'ECDSAP256SHA256', signatureOctets: 64, digest: 'sha256' })
  })

  it.each([1, 3, 5, 6, 7, 12])('refuses algorithm %i and says why', (number) => {
    expect(() => algorithmOf(number)).toThrow(REFUSED_ALGORITHMS.get(number)!)
    expect(REFUSED_ALGORITHMS.get(number)).toMatch(/SHA-1|MD5|withdrawn/)
  })

  it.each([0, 2, 4, 9, 17, 252, 256, -1])('refuses algorithm %i, which nobody signs with', (number) => {
    expect(() => algorithmOf(number)).toThrow('8, 10, 13, 14, 15')
  })
})

describe.each(ALL_ALGORITHMS)('algorithm %i', (number) => {
  const { publicKey, digest, kind, signatureOctets } = algorithmOf(number)
  let material: KeyMaterial
  beforeAll(async () => {
    material = await drawKey(number)
  })

  const signed = (length = DATA.length): Uint8Array => {
    const key = openSigningKey(material)
    const signature = new Uint8Array(key.signatureOctets)
    key.sign(DATA, length, signature, 0)
    return signature
  }

  it('writes and reads the public key of DNSKEY', () => {
    const octets = publicKey.toOctets(material.privateKey)
    const opened = publicKey.fromOctets(octets)!
    expect(opened.type).toBe('public')
    expect(publicKey.toOctets(opened)).toEqual(octets)
    expect(Buffer.from(octets)).toEqual(Buffer.from(material.dnskey.subarray(4)))
  })

  it('reads nothing from octets that are no public key', () => {
    const octets = publicKey.toOctets(material.privateKey)
    expect(publicKey.fromOctets(new Uint8Array(0))).toBeUndefined()
    expect(publicKey.fromOctets(octets.subarray(0, 3))).toBeUndefined()
    if (kind !== 'rsa') expect(publicKey.fromOctets(Uint8Array.of(...octets, 0))).toBeUndefined()
    if (kind === 'ecdsa') expect(publicKey.fromOctets(new Uint8Array(octets.length).fill(7))).toBeUndefined()
  })

  it('makes signatures that OpenSSL and the second opinion accept', () => {
    for (const length of [0, 1, 64, DATA.length]) {
      const signature = signed(length)
      const data = DATA.subarray(0, length)
      const key = publicKey.fromOctets(material.dnskey.subarray(4))!
      expect(signature.length).toBe(signatureOctets ?? 256)
      expect(verify(digest, data, { key, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true)
      expect(isSignatureValid(material.dnskey, data, signature)).toBe(true)
    }
  })

  it('writes its signature where it is told to, and nowhere else', () => {
    const key = openSigningKey(material)
    const into = new Uint8Array(key.signatureOctets + 20).fill(0xee)
    key.sign(DATA, 100, into, 7)
    expect(into.subarray(0, 7)).toEqual(new Uint8Array(7).fill(0xee))
    expect(into.subarray(7 + key.signatureOctets)).toEqual(new Uint8Array(13).fill(0xee))
    const signature = into.slice(7, 7 + key.signatureOctets)
    expect(isSignatureValid(material.dnskey, DATA.subarray(0, 100), signature)).toBe(true)
  })

  it('has the second opinion refuse whatever was changed', { timeout: 300_000 }, () => {
    const signature = signed()
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        fc.constantFrom('data', 'signature', 'key'),
        (n, bits, what) => {
          const changed = { data: DATA.slice(), signature: signature.slice(), key: material.dnskey.slice() }
          const octets = changed[what]
          const first = what === 'key' ? 4 : 0
          octets[first + (n % (octets.length - first))]! ^= bits
          return !isSignatureValid(changed.key, changed.data, changed.signature)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('has the second opinion refuse what is no signature at all, without an exception', () => {
    const signature = signed()
    for (const bad of [
      new Uint8Array(0),
      signature.subarray(1),
      Uint8Array.of(...signature, 0),
      signature.map(() => 0),
      signature.map(() => 255),
    ]) {
      expect(isSignatureValid(material.dnskey, DATA, bad)).toBe(false)
    }
    for (const bad of [new Uint8Array(0), material.dnskey.subarray(0, 4), material.dnskey.subarray(0, 30)]) {
      expect(isSignatureValid(bad, DATA, signature)).toBe(false)
    }
  })
})

describe('many Ed25519 keys of one opener', () => {
  it('sign each for themselves', async () => {
    const open = createKeyOpener()
    const materials = await Promise.all(Array.from({ length: 70 }, () => drawKey(15)))
    const keys = materials.map(open)
    keys.forEach((key, index) => {
      const signature = new Uint8Array(64)
      key.sign(DATA, 33, signature, 0)
      const publicKey = algorithmOf(15).publicKey.fromOctets(materials[index]!.dnskey.subarray(4))!
      expect(verify(undefined, DATA.subarray(0, 33), publicKey, signature)).toBe(true)
    })
  })
})

describe('ECDSA signatures from DER', () => {
  it.each([32, 48])('keep both numbers, %i octets each', (fieldOctets) => {
    const number = fc.tuple(fc.nat(fieldOctets - 1), fc.uint8Array({ minLength: fieldOctets, maxLength: fieldOctets }))
    fc.assert(
      fc.property(number, number, (first, second) => {
        const [r, s] = [first, second].map(([zeros, octets]) => octets.fill(0, 0, zeros)) as [Uint8Array, Uint8Array]
        const into = new Uint8Array(2 * fieldOctets + 6).fill(0xee)
        writeRawSignature(derSignature(r, s), fieldOctets, into, 3)
        expect(into).toEqual(Uint8Array.of(0xee, 0xee, 0xee, ...r, ...s, 0xee, 0xee, 0xee))
      }),
    )
  })
})

/** X.690 §8.3, §10.1, from fixed-width numbers. */
function derSignature(...numbers: Uint8Array[]): Uint8Array {
  const integers = numbers.flatMap((octets) => {
    const first = octets.findIndex((octet) => octet !== 0)
    const digits = first < 0 ? [0] : [...octets.subarray(first)]
    const body = digits[0]! > 127 ? [0, ...digits] : digits
    return [2, body.length, ...body]
  })
  return Uint8Array.of(0x30, integers.length, ...integers)
}
