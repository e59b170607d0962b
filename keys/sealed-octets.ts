/*
 * Sealed octets: a nonce of 24, then what XChaCha20-Poly1305 gives, the tag of 16 last. Nonces are random: at 192 bits none
 * comes twice.
 */
import sodium from 'sodium-native'
import { secretOctets } from './secret-octets.ts'

const NONCE_OCTETS = 24
const TAG_OCTETS = 16

/** Seals octets under a key; what `purpose` says must be said again to open them. */
export function sealOctets(message: Uint8Array, purpose: Uint8Array, key: Uint8Array): Uint8Array {
  const sealed = new Uint8Array(NONCE_OCTETS + message.length + TAG_OCTETS)
  const nonce = sealed.subarray(0, NONCE_OCTETS)
  sodium.randombytes_buf(nonce)
  const into = sealed.subarray(NONCE_OCTETS)
  sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(into, message, purpose, null, nonce, key)
  return sealed
}

/** What was sealed; undefined: it was tampered with, or another key or purpose is its own. */
export function openOctets(sealed: Uint8Array, purpose: Uint8Array, key: Uint8Array): Buffer | undefined {
  const octets = sealed.length - NONCE_OCTETS - TAG_OCTETS
  if (octets < 0) return undefined
  const message = secretOctets(octets)
  const nonce = sealed.subarray(0, NONCE_OCTETS)
  const body = sealed.subarray(NONCE_OCTETS)
  try {
    sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(message, null, body, purpose, nonce, key)
  } catch {
    return undefined
  }
  return message
}
