/*
 * Secrets at rest. One data key seals all private keys of a store; the data key itself is kept sealed in one or more
 * slots, each under a key of its own kind. A slot keeps the public half of a key pair that derives from its key, so that
 * another data key can be sealed for it while its key is not there: when a slot is removed, there is a new data key.
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
  /** X25519. Undefined: the slot is from before there were any, and takes no other data key. */
  readonly publicKey?: Uint8Array
}

/** A slot that is yet to be sealed. */
export type NewSlot = Omit<KeySlot, Sealed> | Omit<PassphraseSlot, Sealed>

type Sealed = 'id' | 'sealed' | 'publicKey'

/** What a store says about its sealing; nothing in it is secret. */
export interface SealingHeader {
  readonly version: 1
  readonly slots: readonly SealingSlot[]
  /** Keys of zone files that derive from data keys of before, sealed with this one; the latest first. */
  readonly formerFileKeys?: readonly FormerFileKey[]
}

/** What opens zone files that were sealed before the data key was renewed. */
export interface FormerFileKey {
  /** `DataKey.fingerprint` of that time. */
  readonly store: string
  readonly sealed: Uint8Array
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
  /**
   * A new data key in all slots of the header, which alone seals from now on, once the header is stored in one step with all
   * that was sealed anew. Undefined: a slot takes no other data key.
   */
  renew(header: SealingHeader): { header: SealingHeader; sealing: DataKey } | undefined
  /** Writes a key that zone files were sealed with before, 32 octets. False: it does not open. */
  writeFormerFileKey(former: FormerFileKey, into: Uint8Array): boolean
  /** Writes the key that zone files are sealed with, 32 octets: see keys/sealed-file.ts. It opens no private key. */
  writeZoneFileKey(into: Uint8Array): void
  /** Overwrites the data key and gives its memory back; nothing can be sealed or opened any more. */
  end(): void
}

/** Octets of the data key and of every slot's key. */
export const SEALING_KEY_OCTETS = 32

const NONCE_OCTETS = 24
const TAG_OCTETS = 16
/** What `crypto_box_seal` adds: a public key and a tag. */
const BOX_OCTETS = 32 + TAG_OCTETS

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
  const sealing = openDataKey(newDataKey())
  return { header: sealing.addSlot({ version: 1, slots: [] }, slot, key), sealing }
}

/** The data key from this slot. Undefined: it is not the slot's key, or the slot was tampered with. */
export function openSlot(slot: SealingSlot, key: Uint8Array): DataKey | undefined {
  const { kind, sealed, publicKey } = slot
  const opened =
    publicKey === undefined
      ? openOctets(sealed, slotPurpose(kind), key)
      : openByPair(sealed, keyPair(kind, key), publicKey)
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
    fingerprint: fingerprintOf(dataKey),
    seal: (secret, zone, keyId) => sealOctets(secret, keyPurpose(zone, keyId), key()),
    open: (sealed, zone, keyId) => openOctets(sealed, keyPurpose(zone, keyId), key()),
    addSlot: (header, slot, slotKey) => {
      const { slots } = header
      const { publicKey, secretKey } = keyPair(slot.kind, slotKey)
      wipe(secretKey)
      const added = { ...slot, id: firstFree(slots), publicKey, sealed: sealFor(publicKey, key()) }
      return { ...header, slots: [...slots, added] }
    },
    renew: (header) => renewDataKey(header, key()),
    writeFormerFileKey: ({ store, sealed }, into) => {
      const opened = openOctets(sealed, formerPurpose(store), key())
      if (opened?.length !== SEALING_KEY_OCTETS) return false
      into.set(opened)
      wipe(opened)
      return true
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

function newDataKey(): Buffer {
  const dataKey = sodium.sodium_malloc(SEALING_KEY_OCTETS)
  sodium.randombytes_buf(dataKey)
  return dataKey
}

function renewDataKey(header: SealingHeader, before: Uint8Array): ReturnType<DataKey['renew']> {
  const dataKey = newDataKey()
  const slots = header.slots.flatMap((slot) =>
    slot.publicKey === undefined ? [] : [{ ...slot, sealed: sealFor(slot.publicKey, dataKey) }],
  )
  if (slots.length < header.slots.length) {
    sodium.sodium_free(dataKey)
    return undefined
  }
  const store = fingerprintOf(before)
  const fileKey = derive(before, ZONE_FILES, secretOctets(SEALING_KEY_OCTETS))
  const formerFileKeys = [{ store, sealed: sealOctets(fileKey, formerPurpose(store), dataKey) }]
  wipe(fileKey)
  for (const former of header.formerFileKeys ?? []) {
    const opened = openOctets(former.sealed, formerPurpose(former.store), before)
    if (opened === undefined) continue
    formerFileKeys.push({ store: former.store, sealed: sealOctets(opened, formerPurpose(former.store), dataKey) })
    wipe(opened)
  }
  return { header: { ...header, slots, formerFileKeys }, sealing: openDataKey(dataKey) }
}

interface KeyPair {
  readonly publicKey: Uint8Array
  readonly secretKey: Buffer
}

/** The pair of a slot's key; its kind is part of the seed, so that a slot is good for its kind alone. */
function keyPair(kind: SealingSlot['kind'], key: Uint8Array): KeyPair {
  const seed = secretOctets(SEALING_KEY_OCTETS)
  sodium.crypto_generichash(seed, slotPurpose(kind), key)
  const [publicKey, secretKey] = [new Uint8Array(SEALING_KEY_OCTETS), secretOctets(SEALING_KEY_OCTETS)]
  sodium.crypto_box_seed_keypair(publicKey, secretKey, seed)
  wipe(seed)
  return { publicKey, secretKey }
}

function sealFor(publicKey: Uint8Array, dataKey: Uint8Array): Uint8Array {
  const sealed = new Uint8Array(dataKey.length + BOX_OCTETS)
  sodium.crypto_box_seal(sealed, dataKey, publicKey)
  return sealed
}

/** Wipes the secret half. */
function openByPair(sealed: Uint8Array, pair: KeyPair, publicKey: Uint8Array): Buffer | undefined {
  const message = secretOctets(SEALING_KEY_OCTETS)
  const isOurs = Buffer.compare(pair.publicKey, publicKey) === 0 && sealed.length === SEALING_KEY_OCTETS + BOX_OCTETS
  const isOpen = isOurs && sodium.crypto_box_seal_open(message, sealed, pair.publicKey, pair.secretKey)
  wipe(pair.secretKey)
  return isOpen ? message : undefined
}

function fingerprintOf(dataKey: Uint8Array): string {
  return derive(dataKey, FINGERPRINT, Buffer.alloc(FINGERPRINT_OCTETS)).subarray(0, 8).toString('hex')
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

function formerPurpose(store: string): Uint8Array {
  return Buffer.from(`veil former zone file key\0${store}`)
}

function slotPurpose(kind: SealingSlot['kind']): Uint8Array {
  return Buffer.from(`veil data key\0${kind}`)
}
