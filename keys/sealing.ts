/*
 * Private keys at rest. One data key seals all private keys of a store; the data key itself is kept sealed in one or
 * more slots, each under a key of its own kind, so that a slot can be added or replaced without touching a private key.
 *
 * Sealed octets: a nonce of 24, then what XChaCha20-Poly1305 gives, the tag of 16 last. Nonces are random: at 192 bits
 * none comes twice.
 */
import sodium from 'sodium-native'

/** The data key, sealed under the key of the key file. */
export interface KeyFileSlot {
  readonly kind: 'key-file'
  readonly sealed: Uint8Array
}

/** The ways to the data key; any one will do. */
export type SealingSlot = KeyFileSlot

/** What a store says about its sealing; nothing in it is secret. */
export interface SealingHeader {
  readonly version: 1
  readonly slots: readonly SealingSlot[]
}

/** An open data key: seals private keys and opens them. */
export interface Sealing {
  /** Seals a private key for this zone and key id. The caller wipes `secret`. */
  seal(secret: Uint8Array, zone: string, keyId: string): Uint8Array
  /**
   * What was sealed for this zone and key id; the caller wipes it. Undefined: it was tampered with, or is another's.
   */
  open(sealed: Uint8Array, zone: string, keyId: string): Buffer | undefined
}

/** Octets of the data key and of every slot's key. */
export const SEALING_KEY_OCTETS = 32

const NONCE_OCTETS = 24
const TAG_OCTETS = 16

/** A new data key with the one slot; the caller has the header stored before anything is sealed. */
export function createSealing(keyFile: Uint8Array): { header: SealingHeader; sealing: Sealing } {
  const dataKey = sodium.sodium_malloc(SEALING_KEY_OCTETS)
  sodium.randombytes_buf(dataKey)
  const slot: KeyFileSlot = { kind: 'key-file', sealed: seal(dataKey, slotPurpose('key-file'), keyFile) }
  return { header: { version: 1, slots: [slot] }, sealing: openDataKey(dataKey) }
}

/** The data key from the slot of the key file. Undefined: no slot fits this key file. */
export function openSealing({ slots }: SealingHeader, keyFile: Uint8Array): Sealing | undefined {
  for (const { kind, sealed } of slots) {
    if (kind !== 'key-file') continue
    const opened = open(sealed, slotPurpose(kind), keyFile)
    if (opened?.length !== SEALING_KEY_OCTETS) continue
    const dataKey = sodium.sodium_malloc(SEALING_KEY_OCTETS)
    dataKey.set(opened)
    wipe(opened)
    return openDataKey(dataKey)
  }
  return undefined
}

/** Overwrites what was secret. */
export function wipe(octets: Uint8Array): void {
  sodium.sodium_memzero(octets)
}

function openDataKey(dataKey: Uint8Array): Sealing {
  return {
    seal: (secret, zone, keyId) => seal(secret, keyPurpose(zone, keyId), dataKey),
    open: (sealed, zone, keyId) => open(sealed, keyPurpose(zone, keyId), dataKey),
  }
}

function seal(message: Uint8Array, purpose: Uint8Array, key: Uint8Array): Uint8Array {
  const sealed = new Uint8Array(NONCE_OCTETS + message.length + TAG_OCTETS)
  const nonce = sealed.subarray(0, NONCE_OCTETS)
  sodium.randombytes_buf(nonce)
  const into = sealed.subarray(NONCE_OCTETS)
  sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(into, message, purpose, null, nonce, key)
  return sealed
}

function open(sealed: Uint8Array, purpose: Uint8Array, key: Uint8Array): Buffer | undefined {
  const octets = sealed.length - NONCE_OCTETS - TAG_OCTETS
  if (octets < 0) return undefined
  const message = Buffer.alloc(octets)
  const nonce = sealed.subarray(0, NONCE_OCTETS)
  const body = sealed.subarray(NONCE_OCTETS)
  try {
    sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(message, null, body, purpose, nonce, key)
  } catch {
    return undefined
  }
  return message
}

/** What the tag binds; a zone's text has no zero octet, so that no two say the same. */
function keyPurpose(zone: string, keyId: string): Uint8Array {
  return Buffer.from(`veil private key\0${zone}\0${keyId}`)
}

function slotPurpose(kind: SealingSlot['kind']): Uint8Array {
  return Buffer.from(`veil data key\0${kind}`)
}
