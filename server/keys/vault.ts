import { existsSync } from 'node:fs'
import type { KeyStore } from '../../keys/key-store.ts'
import { keyFromPassphrase, newDerivation } from '../../keys/passphrase.ts'
import { SHORTEST_PASSPHRASE } from '../../keys/passphrase-limits.ts'
import { wipeZoneFileKeys, type ZoneFileKey, zoneFileKeys } from '../../keys/sealed-file.ts'
import { createSealing, type DataKey, openSlot } from '../../keys/sealing.ts'
import type { SealingSlot } from '../../keys/sealing-slots.ts'
import type { SealingSettings } from '../configuration/types.ts'
import { StartError } from '../state/state-folder.ts'
import { keyFilePath, type Unsealed, unsealByItself } from './key-file.ts'

/** Whether the secrets of a store can be read. */
export type VaultState =
  /** Nothing has needed them yet. */
  | { readonly kind: 'unused' }
  | { readonly kind: 'open'; readonly slot: SealingSlot }
  /** `reason` and `hint` are sentences without and with a full stop. */
  | { readonly kind: 'locked'; readonly reason: string; readonly hint: string }

/** Keeps the data key of a store, in guarded memory of the main thread, between opening and locking. */
export interface Vault {
  state(): VaultState
  /** The data key, opened by what is there without a person; rejects with a `StartError` where that is not there, or while it is locked. */
  open(): Promise<DataKey>
  /**
   * Opens it, locked or not: by the passphrase, or by what is there without a person. A store without any slot gets its first
   * one. Rejects with a `StartError`, and then everything is as before.
   */
  unlock(passphrase: Uint8Array | undefined): Promise<SealingSlot>
  /** Overwrites the data key and all that derives from it. What the key ring has opened is the key ring's to forget. */
  lock(reason: string, hint: string): void
  /** What opens sealed zone files; undefined unless it is open. Its octets are shared by threads, and overwritten by `lock`. */
  zoneFileKey(): ZoneFileKey | undefined
  /** Takes the data key that has taken the place of the one that is open, in the store already. */
  renewed(sealing: DataKey): void
}

/** What a vault stands on. */
export interface VaultOptions {
  readonly state: string
  readonly settings: SealingSettings
  readonly store: Pick<KeyStore, 'header' | 'putHeader'>
  /** Hears what the operator should know. */
  readonly warn: (text: string) => void
}

/** A start that ended between key file and store leaves the same behind, so this does not refuse to start. */
const LOST_STORE =
  'there is a key file, but the store has no keys that it opens, so new ones are made. If zones were signed here before, their DS at the parent does not fit any more: stop veild and restore the whole state folder from a backup'

/** A vault that nobody has opened yet; it reads nothing before it is asked. */
export function createVault(options: VaultOptions): Vault {
  let state: VaultState = { kind: 'unused' }
  let dataKey: DataKey | undefined
  let zoneFiles: ZoneFileKey | undefined
  const take = ({ sealing, slot }: Unsealed): DataKey => {
    dataKey?.end()
    if (zoneFiles !== undefined) wipeZoneFileKeys(zoneFiles)
    zoneFiles = zoneFileKeys(
      sealing,
      options.store.header()!,
      (octets) => new Uint8Array(new SharedArrayBuffer(octets)),
    )
    dataKey = sealing
    state = { kind: 'open', slot }
    return sealing
  }
  return {
    state: () => state,
    open: async () => {
      if (dataKey !== undefined) return dataKey
      if (state.kind === 'locked') throw new StartError(`the store is locked: ${state.reason}`, state.hint)
      return take(await openByItself(options))
    },
    unlock: async (passphrase) => {
      const unsealed =
        passphrase === undefined ? await openByItself(options) : await openByPassphrase(passphrase, options.store)
      take(unsealed)
      return unsealed.slot
    },
    lock: (reason, hint) => {
      dataKey?.end()
      if (zoneFiles !== undefined) wipeZoneFileKeys(zoneFiles)
      dataKey = undefined
      zoneFiles = undefined
      state = { kind: 'locked', reason, hint }
    },
    zoneFileKey: () => zoneFiles,
    renewed: (sealing) => {
      if (state.kind !== 'open') throw new Error('only what is open can be renewed')
      take({ sealing, slot: state.slot })
    },
  }
}

async function openByItself({ state, settings, store, warn }: VaultOptions): Promise<Unsealed> {
  const isLost = store.header() === undefined && existsSync(keyFilePath(state, settings))
  if (isLost && settings.unlock === 'key-file') warn(LOST_STORE)
  return unsealByItself({ state, settings }, store)
}

/** Opens the store by a passphrase, or gives the first slot to a store that has none. The caller wipes the passphrase. */
export async function openByPassphrase(
  passphrase: Uint8Array,
  store: Pick<KeyStore, 'header' | 'putHeader'>,
): Promise<Unsealed> {
  const header = store.header()
  if (header === undefined) return createByPassphrase(passphrase, store)
  const slots = header.slots.filter((slot) => slot.kind === 'passphrase')
  if (slots.length === 0) {
    throw new StartError(
      'the store has no slot for a passphrase',
      `It has ${header.slots.map(({ id, kind }) => `${id} (${kind})`).join(', ')}; dnsctl slot add passphrase makes one while the store is open.`,
    )
  }
  for (const slot of slots) {
    const sealing = await withPassphraseKey(passphrase, slot, (key) => openSlot(slot, key))
    if (sealing !== undefined) return { sealing, slot }
  }
  throw new StartError('this passphrase opens no slot of the store', 'Nothing was changed. Try again.')
}

async function createByPassphrase(passphrase: Uint8Array, store: Pick<KeyStore, 'putHeader'>): Promise<Unsealed> {
  refuseShort(passphrase)
  const derivation = newDerivation('moderate')
  const slot = { kind: 'passphrase', created: Math.floor(Date.now() / 1000), ...derivation } as const
  const created = (await withPassphraseKey(passphrase, derivation, (key) => createSealing(key, slot)))!
  await store.putHeader(created.header)
  return { sealing: created.sealing, slot: created.header.slots[0]! }
}

/** Throws a `StartError` where a passphrase that is to be set is too short. */
export function refuseShort(passphrase: Uint8Array): void {
  if (passphrase.length >= SHORTEST_PASSPHRASE) return
  throw new StartError(
    `a passphrase has at least ${SHORTEST_PASSPHRASE} characters`,
    'Whoever has the disk can guess as long as it takes: four words drawn by lot are a good one.',
  )
}

/** What is made with the key of a passphrase, which is gone afterwards; undefined: the derivation is none of ours. */
export async function withPassphraseKey<Result>(
  passphrase: Uint8Array,
  derivation: Parameters<typeof keyFromPassphrase>[1],
  use: (key: Uint8Array) => Result,
): Promise<Result | undefined> {
  const key = await keyFromPassphrase(passphrase, derivation).catch((error: Error) => {
    throw new StartError(error.message, 'Free some memory, then try again.')
  })
  if (key === undefined) return undefined
  try {
    return use(key)
  } finally {
    key.fill(0)
  }
}
