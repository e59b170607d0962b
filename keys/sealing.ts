/*
 * Secrets at rest. One data key seals all private keys of a store; the data key itself is kept sealed in one or more
 * slots, each under a key of its own kind, so that a slot can be added or removed without touching a private key.
 *
 * Sealed octets: a nonce of 24, then what XChaCha20-Poly1305 gives, the tag of 16 last. Nonces are random: at 192 bits
 * none comes twice.
 */
import sodium from 'sodium-native'
import { secretOctets } from './secret-octets.ts'

/** The data key, sealed under 32 octets that stand in a file: the key file, or a credential of the service manager. */
export interface KeySlot extends SlotFacts {
  readonly kind: 'key-file' | 'credential'
}

/** The data key, sealed under what Argon2id makes of a passphrase. */
export interface PassphraseSlot extends SlotFacts, PassphraseDerivation {
  readonly kind: 'passphrase'
}

/** The ways to the data key; any one will do. */
export type SealingSlot = KeySlot | PassphraseSlot

/** How a passphrase becomes a key: see keys/passphrase.ts. */
export interface PassphraseDerivation {
  readonly salt: Uint8Array
  /** Passes of Argon2id. */
  readonly operations: number
  readonly memoryOctets: number
}

interface SlotFacts {
  /** From 1; that of a slot that was removed may come again. */
  readonly id: number
  /** Unix seconds; 0: not known. */
  readonly created: number
  readonly sealed: Uint8Array
}

/** A slot that is yet to be sealed. */
export type NewSlot = Omit<KeySlot, 'id' | 'sealed'> | Omit<PassphraseSlot, 'id' | 'sealed'>

/** What a store says about its sealing; nothing in it is secret. */
export interface SealingHeader {
  readonly version: 1
  readonly slots: readonly SealingSlot[]
}

/** Seals private keys and opens them. */
export interface Sealing {
  /** Seals a private key for this zone and key id. The caller wipes `secret`. */
  seal(secret: Uint8Array, zone: string, keyId: string): Uint8Array
  /**
   * What was sealed for this zone and key id; the caller wipes it. Undefined: it was tampered with, or is another's.
   */
  open(sealed: Uint8Array, zone: string, keyId: string): Buffer | undefined
}

/** An open data key. */
export interface DataKey extends Sealing {
  /** Tells the store from others in what was sealed beside it: 16 hexadecimal digits, not secret. */
  readonly fingerprint: string
  /** The header with one slot more, which `key` opens. Not stored yet. The caller wipes `key`. */
  addSlot(header: SealingHeader, slot: NewSlot, key: Uint8Array): SealingHeader
  /** Writes the key that zone files are sealed with, 32 octets: see keys/sealed-file.ts. It opens no private key. */
  writeZoneFileKey(into: Uint8Array): void
  /** Overwrites the data key and gives its memory back; nothing can be sealed or opened any more. */
  end(): void
}

/** Octets of the data key and of every slot's key. */
export const SEALING_KEY_OCTETS = 32

const NONCE_OCTETS = 24
const TAG_OCTETS = 16

const FINGERPRINT_OCTETS = 16
/** Keys that derive from the data key, by their number; never one number for two purposes. */
const ZONE_FILES = 1
const FINGERPRINT = 2
const DERIVATION_CONTEXT = Buffer.from('veilseal')

/** A new data key with one slot; the caller has the header stored before anything is sealed, and wipes `key`. */
export function createSealing(
  key: Uint8Array,
  slot: NewSlot = { kind: 'key-file', created: 0 },
): { header: SealingHeader; sealing: DataKey } {
  const dataKey = sodium.sodium_malloc(SEALING_KEY_OCTETS)
  sodium.randombytes_buf(dataKey)
  const sealing = openDataKey(dataKey)
  return { header: sealing.addSlot({ version: 1, slots: [] }, slot, key), sealing }
}

/** The data key from this slot. Undefined: it is not the slot's key, or the slot was tampered with. */
export function openSlot({ kind, sealed }: SealingSlot, key: Uint8Array): DataKey | undefined {
  const opened = openOctets(sealed, slotPurpose(kind), key)
  if (opened?.length !== SEALING_KEY_OCTETS) return undefined
  const dataKey = sodium.sodium_malloc(SEALING_KEY_OCTETS)
  dataKey.set(opened)
  wipe(opened)
  return openDataKey(dataKey)
}

/** The data key from the first slot of that kind which fits, and that slot. Undefined: none does. */
export function openSealing(
  { slots }: SealingHeader,
  key: Uint8Array,
  kind: KeySlot['kind'] = 'key-file',
): { sealing: DataKey; slot: SealingSlot } | undefined {
  for (const slot of slots) {
    const sealing = slot.kind === kind ? openSlot(slot, key) : undefined
    if (sealing !== undefined) return { sealing, slot }
  }
  return undefined
}

/** Overwrites what was secret. */
export function wipe(octets: Uint8Array): void {
  sodium.sodium_memzero(octets)
}

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

function openDataKey(dataKey: Buffer): DataKey {
  let isOpen = true
  const key = (): Buffer => {
    if (!isOpen) throw new Error('the data key is gone')
    return dataKey
  }
  return {
    fingerprint: derive(dataKey, FINGERPRINT, Buffer.alloc(FINGERPRINT_OCTETS)).subarray(0, 8).toString('hex'),
    seal: (secret, zone, keyId) => sealOctets(secret, keyPurpose(zone, keyId), key()),
    open: (sealed, zone, keyId) => openOctets(sealed, keyPurpose(zone, keyId), key()),
    addSlot: ({ version, slots }, slot, slotKey) => {
      const sealed = sealOctets(key(), slotPurpose(slot.kind), slotKey)
      return { version, slots: [...slots, { ...slot, id: firstFree(slots), sealed }] }
    },
    writeZoneFileKey: (into) => {
      derive(key(), ZONE_FILES, into)
    },
    end: () => {
      if (isOpen) sodium.sodium_free(dataKey)
      isOpen = false
    },
  }
}

function derive<Octets extends Uint8Array>(dataKey: Uint8Array, number: number, into: Octets): Octets {
  sodium.crypto_kdf_derive_from_key(into, number, DERIVATION_CONTEXT, dataKey)
  return into
}

function firstFree(slots: readonly SealingSlot[]): number {
  let id = 1
  while (slots.some((slot) => slot.id === id)) id++
  return id
}

/** What the tag binds; a zone's text has no zero octet, so that no two say the same. */
function keyPurpose(zone: string, keyId: string): Uint8Array {
  return Buffer.from(`veil private key\0${zone}\0${keyId}`)
}

function slotPurpose(kind: SealingSlot['kind']): Uint8Array {
  return Buffer.from(`veil data key\0${kind}`)
}
