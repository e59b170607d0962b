import type { KeyStore, StoredKey, StoredKeySet } from '../../keys/key-store.ts'
import { newDerivation, type PassphraseStrength } from '../../keys/passphrase.ts'
import type { DataKey, SealingHeader } from '../../keys/sealing.ts'
import { type KeySlot, SEALING_KEY_OCTETS, type SealingSlot } from '../../keys/sealing-slots.ts'
import { wipe } from '../../keys/secret-octets.ts'
import { StartError } from '../state/state-folder.ts'
import { refuseShort, withPassphraseKey } from './vault.ts'

/** What `dnsctl slot list` shows of a slot: nothing of it is secret. */
export interface SlotListing {
  readonly id: number
  readonly kind: SealingSlot['kind']
  /** ISO 8601; undefined: not known. */
  readonly created?: string
  /** Argon2id's memory and passes. */
  readonly cost?: { readonly memoryOctets: number; readonly operations: number }
}

/** A slot that is wanted. */
export type WantedSlot =
  | { readonly kind: KeySlot['kind'] }
  | { readonly kind: 'passphrase'; readonly strength: PassphraseStrength }

/** The slots of a store by their numbers. */
export function listSlots(header: SealingHeader | undefined): SlotListing[] {
  return (header?.slots ?? []).map(listSlot).sort((a, b) => a.id - b.id)
}

/** One slot. */
export function listSlot(slot: SealingSlot): SlotListing {
  const { id, kind, created } = slot
  return {
    ...{ id, kind, ...(created === 0 ? {} : { created: new Date(created * 1000).toISOString() }) },
    ...(slot.kind === 'passphrase' && { cost: { memoryOctets: slot.memoryOctets, operations: slot.operations } }),
  }
}

/**
 * Adds a slot to an open store: `secret` is the passphrase, or 32 octets of a key. It is on disk when this resolves. The
 * caller wipes `secret`. Rejects with a `StartError`.
 */
export async function addSlot(
  store: Pick<KeyStore, 'header' | 'putHeader'>,
  dataKey: DataKey,
  wanted: WantedSlot,
  secret: Uint8Array,
): Promise<SealingSlot> {
  const header = store.header()
  if (header === undefined) throw new StartError('the store has no data key yet', 'veild makes it with its first key.')
  const created = Math.floor(Date.now() / 1000)
  const changed = await seal()
  await store.putHeader(changed)
  return changed.slots.at(-1)!

  async function seal(): Promise<SealingHeader> {
    if (wanted.kind !== 'passphrase') {
      if (secret.length !== SEALING_KEY_OCTETS) {
        throw new StartError(`a key has ${SEALING_KEY_OCTETS} octets, not ${secret.length}`, 'Name another file.')
      }
      return dataKey.addSlot(header!, { kind: wanted.kind, created }, secret)
    }
    refuseShort(secret)
    const derivation = newDerivation(wanted.strength)
    const slot = { kind: 'passphrase', created, ...derivation } as const
    return (await withPassphraseKey(secret, derivation, (key) => dataKey.addSlot(header!, slot, key)))!
  }
}

/** The slot that may be removed, which the last one may not. Throws a `StartError`. */
export function removableSlot(header: SealingHeader | undefined, id: number): SealingSlot {
  const slot = header?.slots.find((each) => each.id === id)
  if (header === undefined || slot === undefined) {
    throw new StartError(`the store has no slot ${id}`, 'dnsctl slot list shows which there are.')
  }
  if (header.slots.length === 1) {
    throw new StartError(
      `slot ${id} is the last one: without it nobody could ever open the store again`,
      '`dnsctl slot add passphrase` adds another first.',
    )
  }
  return slot
}

/** A slot that was removed. */
export interface RemovedSlot {
  readonly slot: SealingSlot
  /** The data key from now on; undefined: it is the one of before, for a slot that is left takes no other. */
  readonly renewed: DataKey | undefined
}

/**
 * Removes a slot, never the last one, and seals all that is in the store with a new data key, which what the slot opened does
 * not lead to. All of it is on disk when this resolves, or nothing. The caller ends the data key of before. Rejects with a
 * `StartError`.
 */
export async function removeSlot(store: SealedStore, id: number, dataKey: DataKey): Promise<RemovedSlot> {
  const header = store.header()
  const slot = removableSlot(header, id)
  const left = { ...header!, slots: header!.slots.filter((each) => each !== slot) }
  const renewed = dataKey.renew(left)
  if (renewed === undefined) {
    await store.putHeader(left)
    return { slot, renewed: undefined }
  }
  try {
    const sets = store.zones().map((zone) => resealSet(store.get(zone)!, dataKey, renewed.sealing))
    await store.putSealing(renewed.header, sets)
  } catch (error) {
    renewed.sealing.end()
    throw error
  }
  return { slot, renewed: renewed.sealing }
}

/** What of a store is sealed. */
export type SealedStore = Pick<KeyStore, 'header' | 'putHeader' | 'putSealing' | 'zones' | 'get'>

function resealSet(set: StoredKeySet, before: DataKey, after: DataKey): StoredKeySet {
  const reseal = (key: StoredKey): StoredKey => {
    if (key.sealed === undefined) return key
    const secret = before.open(key.sealed, set.zone, key.id)
    if (secret === undefined) {
      throw new StartError(
        `the private key ${key.keyTag} of ${set.zone} cannot be opened: the store is damaged`,
        'Nothing was changed. Restore the state folder from a backup.',
      )
    }
    const sealed = after.seal(secret, set.zone, key.id)
    wipe(secret)
    return { ...key, sealed }
  }
  return { ...set, keys: set.keys.map(reseal), ...(set.reserve && { reserve: set.reserve.map(reseal) }) }
}
