/*
 * Checks signatures by other means than those that make them: a fault of one is not likely to be one of the other.
 */
import { createHash } from 'node:crypto'
import { ed25519 } from '@noble/curves/ed25519.js'
import { p256, p384 } from '@noble/curves/nist.js'
import { DNSKEY_HEAD_OCTETS } from './dnskey.ts'
import { readRsaKey } from './public-key.ts'

/**
 * Whether `signature`, as RRSIG holds it, is one of `data` under the key that the DNSKEY's RDATA gives. Never throws.
 */
export function isSignatureValid(dnskey: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean {
  const verify = VERIFIERS.get(dnskey[3] ?? -1)
  if (verify === undefined) return false
  try {
    return verify(dnskey.subarray(DNSKEY_HEAD_OCTETS), data, signature)
  } catch {
    // What noble throws at a point that is on no curve, or at a signature of another size.
    return false
  }
}

type Verify = (publicKey: Uint8Array, data: Uint8Array, signature: Uint8Array) => boolean

/** By algorithm. */
const VERIFIERS: ReadonlyMap<number, Verify> = new Map<number, Verify>([
  [8, verifyRsa('sha256', '3031300d060960864801650304020105000420')],
  [10, verifyRsa('sha512', '3051300d060960864801650304020305000440')],
  [13, verifyEcdsa(p256)],
  [14, verifyEcdsa(p384)],
  [15, (publicKey, data, signature) => ed25519.verify(signature, data, publicKey, { zip215: false })],
])

/** RFC 6605 §4: no compression octet in front of the point; both halves of s hold. */
function verifyEcdsa(curve: typeof p256): Verify {
  return (publicKey, data, signature) =>
    curve.verify(signature, data, Uint8Array.of(UNCOMPRESSED, ...publicKey), {
      ...{ prehash: true, format: 'compact', lowS: false },
    })
}

const UNCOMPRESSED = 4

/** RFC 8017 §8.2.2: the expected encoding is made and compared whole, so that nothing lenient is read from it. */
function verifyRsa(digest: string, digestInfo: string): Verify {
  return (publicKey, data, signature) => {
    const key = readRsaKey(publicKey)
    if (key === undefined || key.exponent.length > MAX_EXPONENT_OCTETS) return false
    if (signature.length !== key.modulus.length) return false
    const [modulus, exponent, value] = [key.modulus, key.exponent, signature].map(toInteger) as [bigint, bigint, bigint]
    if (value >= modulus || modulus % 2n === 0n || exponent % 2n === 0n || exponent < 3n) return false
    const tail = `00${digestInfo}${createHash(digest).update(data).digest('hex')}`
    const padding = 'ff'.repeat(key.modulus.length - 2 - tail.length / 2)
    return (
      padding.length >= 2 * MIN_PADDING_OCTETS && power(value, exponent, modulus) === BigInt(`0x01${padding}${tail}`)
    )
  }
}

/** RFC 8017 §9.2. */
const MIN_PADDING_OCTETS = 8
/** Bounds the work; keys in use have 65537. */
const MAX_EXPONENT_OCTETS = 8

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  let square = base
  for (let bits = exponent; bits > 0n; bits >>= 1n) {
    if ((bits & 1n) === 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}

function toInteger(octets: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('hex')}`)
}
