/*
 * Private keys from the numbers that key files hold, and back (RFC 8017, RFC 5915, RFC 8410). Whoever takes one in has it
 * sign something first (`checkKey` of keys/make-key.ts).
 */
import { createPrivateKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { p256, p384 } from '@noble/curves/nist.js'
import { algorithmOf } from '../algorithms.ts'

/** The numbers of an RSA private key, unsigned, by their names in JSON Web Keys (RFC 7518 §6.3). */
const RSA_NUMBERS = ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'] as const
export type RsaNumber = (typeof RSA_NUMBERS)[number]

/** Bits of the smallest RSA modulus that is taken (RFC 5702 §2.2), and of the largest (RFC 3110 §2). */
export const RSA_BITS = { least: 1024, most: 4096 } as const

const CURVES = {
  13: { curve: p256, name: 'P-256', octets: 32 },
  14: { curve: p384, name: 'P-384', octets: 48 },
} as const

/** RFC 8410 §7: what stands in front of the 32 octets of an Ed25519 key in PKCS #8. */
const ED25519_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex')
const ED25519_OCTETS = 32

/** The RSA key of these numbers; undefined: they are none, or of a size that is not taken. */
export function rsaPrivateKey(numbers: Readonly<Record<RsaNumber, Uint8Array>>): KeyObject | undefined {
  if (!areOfOneKey(numbers)) return undefined
  const jwk: JsonWebKey = { kty: 'RSA' }
  for (const name of RSA_NUMBERS) jwk[name] = Buffer.from(numbers[name]).toString('base64url')
  return fitting(open({ key: jwk, format: 'jwk' }))
}

/** The key of an algorithm whose private key is one number; undefined: it is none, such as zero or of another size. */
export function scalarPrivateKey(algorithm: number, scalar: Uint8Array): KeyObject | undefined {
  if (algorithm === 15) {
    if (scalar.length !== ED25519_OCTETS) return undefined
    return open({ key: Buffer.concat([ED25519_HEAD, scalar]), format: 'der', type: 'pkcs8' })
  }
  const kind = CURVES[algorithm as keyof typeof CURVES]
  const d = kind && toOctets(scalar, kind.octets)
  if (d === undefined) return undefined
  try {
    const point = kind.curve.getPublicKey(d, false)
    const [x, y] = [point.subarray(1, 1 + kind.octets), point.subarray(1 + kind.octets)].map(toText)
    return open({ key: { kty: 'EC', crv: kind.name, x: x!, y: y!, d: toText(d) }, format: 'jwk' })
  } catch {
    // What noble throws at a number that is no private key of the curve.
    return undefined
  }
}

/** Whether a private key, from wherever, is one that this algorithm takes. */
export function isKeyOf(algorithm: number, key: KeyObject): boolean {
  const { kind } = algorithmOf(algorithm)
  const details = key.asymmetricKeyDetails ?? {}
  if (kind === 'rsa') return key.asymmetricKeyType === 'rsa' && fitting(key) !== undefined
  if (kind === 'eddsa') return key.asymmetricKeyType === 'ed25519'
  return key.asymmetricKeyType === 'ec' && details.namedCurve === (algorithm === 13 ? 'prime256v1' : 'secp384r1')
}

/** Numbers of a private key by name, as its JSON Web Key has them: for files, which are to hold them in any case. */
export function privateNumbers(key: KeyObject): ReadonlyMap<string, Buffer> {
  const jwk = key.export({ format: 'jwk' })
  return new Map(
    Object.entries(jwk)
      .filter(([name]) => (RSA_NUMBERS as readonly string[]).includes(name))
      .map(([name, text]) => [name, Buffer.from(text as string, 'base64url')]),
  )
}

/** RFC 8017 §3.2. OpenSSL signs with other numbers too where it can do without them, and would hand them on. */
function areOfOneKey(numbers: Readonly<Record<RsaNumber, Uint8Array>>): boolean {
  const [n, e, d, p, q, dp, dq, qi] = RSA_NUMBERS.map((name) => toInteger(numbers[name])) as RsaIntegers
  if (p < 3n || q < 3n || p * q !== n) return false
  const isInverse = (exponent: bigint, prime: bigint) => (e * exponent) % (prime - 1n) === 1n
  return isInverse(d, p) && isInverse(d, q) && isInverse(dp, p) && isInverse(dq, q) && (q * qi) % p === 1n
}

type RsaIntegers = [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint]

function toInteger(octets: Uint8Array): bigint {
  return BigInt(`0x0${Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('hex')}`)
}

/** Of a size that is taken, and with an exponent that the second implementation takes as well. */
function fitting(key: KeyObject | undefined): KeyObject | undefined {
  const { modulusLength = 0, publicExponent = 0n } = key?.asymmetricKeyDetails ?? {}
  const isFitting = modulusLength >= RSA_BITS.least && modulusLength <= RSA_BITS.most && modulusLength % 8 === 0
  return isFitting && publicExponent >= 3n && publicExponent < 1n << 64n ? key : undefined
}

/** The number with leading zeros, or without superfluous ones; undefined: it does not fit. */
function toOctets(scalar: Uint8Array, octets: number): Buffer | undefined {
  const excess = scalar.length - octets
  if (scalar.length === 0 || scalar.subarray(0, Math.max(0, excess)).some((octet) => octet !== 0)) return undefined
  const number = Buffer.alloc(octets)
  number.set(scalar.subarray(Math.max(0, excess)), Math.max(0, -excess))
  return number
}

function open(source: Parameters<typeof createPrivateKey>[0]): KeyObject | undefined {
  try {
    return createPrivateKey(source)
  } catch {
    return undefined
  }
}

function toText(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('base64url')
}
