import type { KeyObject } from 'node:crypto'
import { Failure } from '../../console/failure.ts'
import type { StoredKey } from '../../keys/key-store.ts'
import { openPrivateKey, sealPrivateKey } from '../../keys/sealed-private-key.ts'
import type { Sealing } from '../../keys/sealing.ts'
import type { ReadOnlyStore } from '../../server/state/read-only-store.ts'
import { shortName } from '../configuration.ts'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { openOwnStore } from '../own-store.ts'
import { openSealing } from './open-sealing.ts'
import { keyName } from './words.ts'

/** A store that is open, and its private keys with it. */
export interface OpenedStore {
  readonly keys: ReadOnlyStore['keys']
  /** The private key; undefined: it is not here. One that is not the one of its DNSKEY ends dnsctl. */
  readonly privateKeyOf: (zone: string, key: StoredKey) => KeyObject | undefined
}

/** Reads a store with its private keys, whether a server runs with it or not: only its account, and root, can. */
export async function withPrivateKeys<Result>(
  context: Context,
  stateFolder: string,
  work: (store: OpenedStore) => Promise<Result>,
): Promise<Result> {
  const store = openOwnStore(stateFolder)
  if (store === undefined || store.keys.zones().length === 0) {
    await store?.close()
    throw new Failure({
      exitCode: ExitCode.Refused,
      what: `There are no keys in ${stateFolder}`,
      why: 'veild makes them when it first serves a zone.',
      next: '`--state DIR` names another state folder',
    })
  }
  try {
    return await useSealing(context, stateFolder, store, (sealing) =>
      work({ keys: store.keys, privateKeyOf: (zone, key) => openKey(zone, key, sealing) }),
    )
  } finally {
    await store.close()
  }
}

/** Opens what the private keys of a store are sealed with, which has been there before. */
export async function withSealing<Result>(
  context: Context,
  stateFolder: string,
  work: (sealing: Sealing) => Result,
): Promise<Result> {
  const store = openOwnStore(stateFolder)
  if (store?.keys.header() === undefined) {
    await store?.close()
    throw new Failure({
      exitCode: ExitCode.Refused,
      what: `Nothing is sealed yet in ${stateFolder}`,
      why: 'veild makes what it seals with when it first signs a zone.',
      next: '`dnsctl stop`, the same command, then start veild',
    })
  }
  try {
    return await useSealing(context, stateFolder, store, work)
  } finally {
    await store.close()
  }
}

/** A key as the store keeps it: its private key, where there is one, sealed. */
export function sealKey<Key extends Omit<StoredKey, 'sealed'>>(
  zone: string,
  { privateKey, ...key }: Key & { readonly privateKey: KeyObject | undefined },
  sealing: Sealing,
): Omit<Key, 'privateKey'> & Pick<StoredKey, 'sealed'> {
  return { ...key, sealed: privateKey && sealPrivateKey(sealing, zone, key.id, privateKey) }
}

async function useSealing<Result>(
  context: Context,
  stateFolder: string,
  { keys }: ReadOnlyStore,
  work: (sealing: Sealing) => Result | Promise<Result>,
): Promise<Result> {
  const sealing = await openSealing(context, stateFolder, { ...keys, putHeader: refuseWriting })
  try {
    return await work(sealing)
  } finally {
    sealing.end()
  }
}

async function refuseWriting(): Promise<void> {
  throw new Error('this store is open for reading')
}

function openKey(zone: string, key: StoredKey, sealing: Sealing): KeyObject | undefined {
  if (key.sealed === undefined) return undefined
  const privateKey = openPrivateKey(sealing, zone, key)
  if (privateKey !== undefined) return privateKey
  throw new Failure({
    exitCode: ExitCode.File,
    what: `The private key of ${keyName(key)} of ${shortName(zone)} cannot be opened, or is not the one of its DNSKEY`,
    why: 'The store is damaged.',
    next: 'restore it: `dnsctl key restore`',
  })
}
