/*
 * The DNSSEC algorithms that zones are signed with here, and those that are refused (IANA, DNS Security Algorithm
 * Numbers; RFC 9904, RFC 9905).
 */
import { generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { ED25519_KEY, ecPoint, type PublicKeyForm, RSA_KEY } from './public-key.ts'

/** One DNSSEC algorithm. */
export interface Algorithm {
  readonly number: number
  /** As the IANA registry has it. */
  readonly mnemonic: string
  readonly source: string
  readonly kind: 'rsa' | 'ecdsa' | 'eddsa'
  /** What is signed is this digest of the data; undefined: the data itself. */
  readonly digest: 'sha256' | 'sha384' | 'sha512' | undefined
  /** Octets of a signature; undefined: those of the key's modulus. */
  readonly signatureOctets: number | undefined
  /** How DNSKEY holds the public key. */
  readonly publicKey: PublicKeyForm
  /** Makes a private key off the main thread, the public one in it. */
  readonly generate: () => Promise<KeyObject>
}

const RSA_MODULUS_BITS = 2048
const generateKeys = promisify(generateKeyPair)

/** By number. */
export const ALGORITHMS: ReadonlyMap<number, Algorithm> = new Map(
  [
    rsa(8, 'RSASHA256', 'sha256'),
    rsa(10, 'RSASHA512', 'sha512'),
    ecdsa(13, 'ECDSAP256SHA256', 'sha256', 'P-256', 32),
    ecdsa(14, 'ECDSAP384SHA384', 'sha384', 'P-384', 48),
    {
      ...{ number: 15, mnemonic: 'ED25519', source: 'RFC 8080', kind: 'eddsa' as const, digest: undefined },
      signatureOctets: 64,
      publicKey: ED25519_KEY,
      generate: async () => (await generateKeys('ed25519')).privateKey,
    },
  ].map((algorithm: Algorithm) => [algorithm.number, algorithm]),
)

const SHA1 = 'stands on SHA-1, for which collisions can be made, and must not be used'

/** Why an algorithm is not among those, by number. */
export const REFUSED_ALGORITHMS: ReadonlyMap<number, string> = new Map([
  [1, 'RSAMD5 stands on MD5 and must not be used (RFC 6725)'],
  [3, `DSA ${SHA1} (RFC 9904)`],
  [5, `RSASHA1 ${SHA1} (RFC 9905)`],
  [6, `DSA-NSEC3-SHA1 ${SHA1} (RFC 9904)`],
  [7, `RSASHA1-NSEC3-SHA1 ${SHA1} (RFC 9905)`],
  [12, 'ECC-GOST stands on a withdrawn digest and must not be used (RFC 9906)'],
  [16, 'ED448 is understood by fewer validators than 15, ED25519, and its signatures are larger'],
])

/** The algorithm of this number; throws for one that zones are not signed with, with the reason. */
export function algorithmOf(number: number): Algorithm {
  const algorithm = ALGORITHMS.get(number)
  if (algorithm !== undefined) return algorithm
  const reason = REFUSED_ALGORITHMS.get(number) ?? `zones are signed with ${[...ALGORITHMS.keys()].join(', ')}`
  throw new RangeError(`DNSSEC algorithm ${number} is refused: ${reason}`)
}

function rsa(number: number, mnemonic: string, digest: 'sha256' | 'sha512'): Algorithm {
  return {
    ...{ number, mnemonic, source: 'RFC 5702', kind: 'rsa', digest },
    signatureOctets: undefined,
    publicKey: RSA_KEY,
    generate: async () => (await generateKeys('rsa', { modulusLength: RSA_MODULUS_BITS })).privateKey,
  }
}

function ecdsa(
  number: number,
  mnemonic: string,
  digest: 'sha256' | 'sha384',
  curve: string,
  fieldOctets: number,
): Algorithm {
  return {
    ...{ number, mnemonic, source: 'RFC 6605', kind: 'ecdsa', digest },
    signatureOctets: 2 * fieldOctets,
    publicKey: ecPoint(curve, fieldOctets),
    generate: async () => (await generateKeys('ec', { namedCurve: curve })).privateKey,
  }
}
