/*
 * The keys that a twin signs with: the server's own, from its store, or where there is none yet some that are made for
 * this occasion and forgotten.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KeySetDescriptor } from '../../keys/key-set.ts'
import type { KeyStore, StoredKeySet } from '../../keys/key-store.ts'
import type { Sealing } from '../../keys/sealing.ts'
import type { Configuration } from '../../server/configuration/types.ts'
import { openKeyRing } from '../../server/keys/key-ring.ts'
import { type BootstrapRecords, bootstrappedZones, bootstrapRecords } from '../../server/loading/signalling.ts'
import { openStoreToRead, type Unseal } from '../../server/state/read-only-store.ts'
import type { SerialEntry } from '../../server/state/store.ts'

/** What a server has that stands in no file of the operator's. */
export interface ProofKeys {
  readonly secret: Uint8Array
  readonly keySets: readonly KeySetDescriptor[]
  readonly bootstraps: readonly BootstrapRecords[]
  /** As the store has them. */
  readonly serials: readonly SerialEntry[]
  /** False: they were made for this occasion. */
  readonly areServers: boolean
}

/** Opens them; rejects where the store is there and cannot be read, or lacks keys. */
export async function openProofKeys(
  configuration: Configuration,
  stateFolder: string,
  unseal?: Unseal,
): Promise<ProofKeys> {
  const store = openStoreToRead(stateFolder, unseal)
  if (store === undefined) return makeProofKeys(configuration)
  try {
    const secret = new Uint8Array(readFileSync(join(stateFolder, 'secret')))
    const keys: KeyStore = { ...store.keys, putHeader: refuse, putSealing: refuse, put: refuse, settle: async () => {} }
    const serials = configuration.zones.flatMap(({ name: zone }) =>
      configuration.views.flatMap(({ name: view }) => {
        const known = store.serials.get(zone, view)
        return known === undefined ? [] : [{ zone, view, ...known }]
      }),
    )
    return { ...(await openSets(configuration, keys, () => store.unlock(), secret)), secret, serials, areServers: true }
  } finally {
    await store.close()
  }
}

async function makeProofKeys(configuration: Configuration): Promise<ProofKeys> {
  const secret = new Uint8Array(32)
  const sets = new Map<string, StoredKeySet>()
  const keys: KeyStore = {
    header: () => undefined,
    putHeader: async () => {},
    putSealing: async () => {},
    get: (zone) => sets.get(zone),
    zones: () => [...sets.keys()],
    history: () => ({ entries: [], head: undefined }),
    bundles: () => ({ requests: [], bundles: [] }),
    put: async (changes) => {
      for (const { set } of changes) sets.set(set.zone, set)
    },
    settle: async () => {},
  }
  const opened = await openSets(configuration, keys, async () => UNSEALED, secret)
  return { ...opened, secret, serials: [], areServers: false }
}

/** Keys that never leave the memory of this process. */
const UNSEALED: Sealing = {
  seal: (secret) => Uint8Array.from(secret),
  open: (sealed) => Buffer.from(sealed),
}

async function openSets(
  configuration: Configuration,
  store: KeyStore,
  unlock: () => Promise<Sealing>,
  secret: Uint8Array,
): Promise<Pick<ProofKeys, 'keySets' | 'bootstraps'>> {
  const ring = openKeyRing({ store, secret, unlock, report: () => {} })
  const now = Math.floor(Date.now() / 1000)
  const keySets = await ring.keySets(configuration.zones, now)
  const named = new Set(bootstrappedZones(configuration).map(({ name }) => name))
  return { keySets, bootstraps: keySets.filter(({ zone }) => named.has(zone)).map(bootstrapRecords) }
}

async function refuse(): Promise<never> {
  throw new Error('keys are missing that only veild makes: start it, or `dnsctl reload` where it runs')
}
