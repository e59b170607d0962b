/*
 * Secrets at rest. One data key seals all private keys of a store; the data key itself is kept sealed in one or more
 * slots, each under a key of its own kind. A slot keeps the public half of a key pair that derives from its key, so that
 * another data key can be sealed for it while its key is not there: when a slot is removed, there is a new data key.
 */
import sodium from 'sodium-native'
import { openOctets, sealOctets } from './sealed-octets.ts'
import {
  type KeySlot,
  keyPair,
  type NewSlot,
  openDataKeyOctets,
  SEALING_KEY_OCTETS,
  type SealingSlot,
  sealFor,
} from './sealing-slots.ts'
import { secretOctets, wipe } from './secret-octets.ts'

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
  const opened = openDataKeyOctets(slot, key)
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
