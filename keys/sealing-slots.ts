/*
 * Slots: the data key of a store, sealed under keys of several kinds. Each keeps the public half of a key pair that derives from its
 * key, so that another data key can be sealed for it while its key is not there.
 */
import sodium from 'sodium-native'
import { openOctets } from './sealed-octets.ts'
import { secretOctets, wipe } from './secret-octets.ts'

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

/** Octets of the data key and of every slot's key. */
export const SEALING_KEY_OCTETS = 32

/** What `crypto_box_seal` adds: a public key and a tag. */
const BOX_OCTETS = 32 + 16

/** The data key's octets from this slot; the caller wipes them. Undefined: it is not the slot's key, or the slot was tampered with. */
export function openDataKeyOctets({ kind, sealed, publicKey }: SealingSlot, key: Uint8Array): Buffer | undefined {
  return publicKey === undefined
    ? openOctets(sealed, slotPurpose(kind), key)
    : openByPair(sealed, keyPair(kind, key), publicKey)
}

/** Of X25519. */
export interface KeyPair {
  readonly publicKey: Uint8Array
  readonly secretKey: Buffer
}

/** The pair of a slot's key, whose secret half the caller wipes; its kind is part of the seed, so that a slot is good for its kind alone. */
export function keyPair(kind: SealingSlot['kind'], key: Uint8Array): KeyPair {
  const seed = secretOctets(SEALING_KEY_OCTETS)
  sodium.crypto_generichash(seed, slotPurpose(kind), key)
  const [publicKey, secretKey] = [new Uint8Array(SEALING_KEY_OCTETS), secretOctets(SEALING_KEY_OCTETS)]
  sodium.crypto_box_seed_keypair(publicKey, secretKey, seed)
  wipe(seed)
  return { publicKey, secretKey }
}

/** Seals a data key for whoever has the secret half. */
export function sealFor(publicKey: Uint8Array, dataKey: Uint8Array): Uint8Array {
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

function slotPurpose(kind: SealingSlot['kind']): Uint8Array {
  return Buffer.from(`veil data key\0${kind}`)
}
