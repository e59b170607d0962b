/*
 * How DNSKEY holds public keys, to and from those of node:crypto.
 */
import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'

/** The Public Key field of DNSKEY, for one kind of key. */
export interface PublicKeyForm {
  /** The field's octets for a public key, or for the public one of a private key. */
  readonly toOctets: (key: KeyObject) => Uint8Array
  /** The public key; undefined: the octets are none. */
  readonly fromOctets: (octets: Uint8Array) => KeyObject | undefined
}

/** RSA's exponent and modulus, unsigned, without leading zeros. */
export interface RsaOctets {
  readonly exponent: Uint8Array
  readonly modulus: Uint8Array
}

/** Octets of the largest RSA modulus, and of the largest exponent, that validators take (RFC 3110 §2). */
const MAX_MODULUS_OCTETS = 512

/**
 * RFC 3110 §2: octets of the exponent in one octet, or in two behind a zero; the exponent; the modulus. Undefined: it
 * is malformed, or of a size that signatures are not made with (RFC 5702 §2).
 */
export function readRsaKey(octets: Uint8Array): RsaOctets | undefined {
  const isLong = octets[0] === 0
  const start = isLong ? 3 : 1
  if (octets.length < start) return undefined
  const exponentOctets = isLong ? (octets[1]! << 8) | octets[2]! : octets[0]!
  const exponent = octets.subarray(start, start + exponentOctets)
  const modulus = octets.subarray(start + exponentOctets)
  const isWhole = exponent.length === exponentOctets && exponent.length > 0 && exponent[0] !== 0
  if (!isWhole || modulus.length < 64 || modulus.length > MAX_MODULUS_OCTETS || modulus[0] === 0) return undefined
  return { exponent, modulus }
}

/** RFC 3110 §2. */
export const RSA_KEY: PublicKeyForm = {
  toOctets(key) {
    const { e, n } = publicJwk(key)
    const [exponent, modulus] = [fromBase64Url(e!), fromBase64Url(n!)]
    const lengths = exponent.length < 256 ? [exponent.length] : [0, exponent.length >> 8, exponent.length & 255]
    return Uint8Array.from([...lengths, ...exponent, ...modulus])
  },
  fromOctets(octets) {
    const read = readRsaKey(octets)
    return read && openJwk({ kty: 'RSA', e: toBase64Url(read.exponent), n: toBase64Url(read.modulus) })
  },
}

/** RFC 6605 §4: both coordinates of the point, each of `fieldOctets`. */
export function ecPoint(curve: string, fieldOctets: number): PublicKeyForm {
  return {
    toOctets(key) {
      const { x, y } = publicJwk(key)
      return Uint8Array.from([...fromBase64Url(x!), ...fromBase64Url(y!)])
    },
    fromOctets(octets) {
      if (octets.length !== 2 * fieldOctets) return undefined
      const [x, y] = [octets.subarray(0, fieldOctets), octets.subarray(fieldOctets)].map(toBase64Url)
      return openJwk({ kty: 'EC', crv: curve, x: x!, y: y! })
    },
  }
}

/** RFC 8080 §3. */
export const ED25519_KEY: PublicKeyForm = {
  toOctets: (key) => Uint8Array.from(fromBase64Url(publicJwk(key).x!)),
  fromOctets: (octets) =>
    octets.length === 32 ? openJwk({ kty: 'OKP', crv: 'Ed25519', x: toBase64Url(octets) }) : undefined,
}

/** Of the public key only: the private one never becomes a string. */
function publicJwk(key: KeyObject): JsonWebKey {
  return (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' })
}

function openJwk(key: JsonWebKey): KeyObject | undefined {
  try {
    return createPublicKey({ key, format: 'jwk' })
  } catch {
    return undefined
  }
}

function toBase64Url(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('base64url')
}

function fromBase64Url(text: string): Buffer {
  return Buffer.from(text, 'base64url')
}
