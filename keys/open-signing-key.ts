import { type KeyObject, sign } from 'node:crypto'
import sodium from 'sodium-native'
import { algorithmOf } from './algorithms.ts'
import { writeRawSignature } from './der-signature.ts'
import type { KeyMaterial } from './key-set.ts'
import type { SigningKey } from './signing-key.ts'

const ED25519_SECRET_OCTETS = 64
const ED25519_SEED_OCTETS = 32
/** Secrets that share one piece of guarded memory: each piece takes four mappings, of which a process has few. */
const SECRETS_PER_PIECE = 64

type Sign = SigningKey['sign']

/** Gives guarded memory for one Ed25519 secret. */
type TakeSecret = () => Uint8Array

/** Makes a private key ready to sign answers. For many keys, take `createKeyOpener`. */
export function openSigningKey(material: KeyMaterial): SigningKey {
  return openWith(material, () => sodium.sodium_malloc(ED25519_SECRET_OCTETS))
}

/** `openSigningKey` for many keys, whose secrets share guarded memory; it is wiped once none of them is in use. */
export function createKeyOpener(): (material: KeyMaterial) => SigningKey {
  let piece: Uint8Array = new Uint8Array(0)
  let taken = SECRETS_PER_PIECE
  const take = (): Uint8Array => {
    if (taken === SECRETS_PER_PIECE) {
      piece = sodium.sodium_malloc(SECRETS_PER_PIECE * ED25519_SECRET_OCTETS)
      taken = 0
    }
    const at = taken++ * ED25519_SECRET_OCTETS
    return piece.subarray(at, at + ED25519_SECRET_OCTETS)
  }
  return (material) => openWith(material, take)
}

function openWith({ algorithm: number, keyTag, privateKey }: KeyMaterial, take: TakeSecret): SigningKey {
  const { kind, digest, signatureOctets } = algorithmOf(number)
  const octets = signatureOctets ?? privateKey.asymmetricKeyDetails!.modulusLength! / 8
  const signers: Record<typeof kind, () => Sign> = {
    rsa: () => signByRsa(privateKey, digest!),
    ecdsa: () => signByEcdsa(privateKey, digest!, octets / 2),
    eddsa: () => signByEd25519(privateKey, take()),
  }
  return { algorithm: number, keyTag, signatureOctets: octets, sign: signers[kind]() }
}

/** RFC 5702 §3: PKCS #1 v1.5, which is what OpenSSL does unless asked for more. */
function signByRsa(key: KeyObject, digest: string): Sign {
  return (data, length, into, at) => into.set(sign(digest, data.subarray(0, length), key), at)
}

function signByEcdsa(key: KeyObject, digest: string, fieldOctets: number): Sign {
  return (data, length, into, at) =>
    writeRawSignature(sign(digest, data.subarray(0, length), key), fieldOctets, into, at)
}

function signByEd25519(key: KeyObject, secret: Uint8Array): Sign {
  const pkcs8 = key.export({ format: 'der', type: 'pkcs8' })
  const publicKey = new Uint8Array(32)
  // RFC 8410 §7: the seed is what the encoding ends with.
  sodium.crypto_sign_seed_keypair(publicKey, secret, pkcs8.subarray(pkcs8.length - ED25519_SEED_OCTETS))
  sodium.sodium_memzero(pkcs8)
  return (data, length, into, at) =>
    sodium.crypto_sign_detached(into.subarray(at, at + 64), data.subarray(0, length), secret)
}
