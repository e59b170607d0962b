import { type Ban, prefixKey } from '../../guard/bans.ts'
import type { Incident } from '../../guard/incident.ts'
import { chainEntry, type HistoryEntry } from '../../keys/key-history.ts'
import type { KeyStore, StoredBundles, StoredKeySet } from '../../keys/key-store.ts'
import type { NotedTime } from '../../keys/rollover/believed-time.ts'
import type { SealingHeader } from '../../keys/sealing.ts'
import type { ClockStore } from '../../server/clock-watch.ts'
import type { BanStore } from '../../server/guard/ban-records.ts'
import type { IncidentStore } from '../../server/guard/incident-records.ts'
import type { Store } from '../../server/state/store.ts'
import type { ProjectionSerial } from '../../zones/serial.ts'

/** A store that forgets when it is dropped. */
export function openMemoryStore(): Store {
  const serials = new Map<string, ProjectionSerial>()
  const key = (zone: string, view: string): string => `${zone} ${view}`
  return {
    serials: {
      get: (zone, view) => serials.get(key(zone, view)),
      put: async (entries) => {
        for (const { zone, view, serial, digest } of entries) serials.set(key(zone, view), { serial, digest })
      },
    },
    servedZones: () => new Set([...serials.keys()].map((each) => each.split(' ')[0]!)),
    ...openTimedKeyStore(),
    bans: openMemoryBanStore(),
    incidents: openMemoryIncidentStore(),
    age: () => 'current',
    accept: async () => {},
    seals: { all: () => [], put: async () => {}, forget: async () => false },
    claim: () => undefined,
    close: async () => {},
  }
}

/** Keys and time that are forgotten when it is dropped. */
export function openMemoryKeyStore(): KeyStore {
  return openTimedKeyStore().keys
}

/** A key store that forgets when it is dropped, and the time that its key sets are dated by. */
export function openTimedKeyStore(): { readonly keys: KeyStore; readonly clock: ClockStore } {
  const sets = new Map<string, StoredKeySet>()
  const histories = new Map<string, HistoryEntry[]>()
  const bundles = new Map<string, StoredBundles>()
  let header: SealingHeader | undefined
  let noted: NotedTime | undefined
  const keys: KeyStore = {
    header: () => header,
    putHeader: async (put) => {
      header = put
    },
    putSealing: async (put, renewed) => {
      header = put
      for (const set of renewed) sets.set(set.zone, set)
    },
    get: (zone) => sets.get(zone),
    zones: () => [...sets.keys()],
    history: (zone) => ({ entries: histories.get(zone) ?? [], head: histories.get(zone)?.at(-1)?.hash }),
    bundles: (zone) => bundles.get(zone) ?? { requests: [], bundles: [] },
    put: async (changes, time) => {
      noted = time ?? noted
      for (const { set, entry, bundles: shelf } of changes) {
        sets.set(set.zone, set)
        if (shelf !== undefined) bundles.set(set.zone, shelf)
        const before = histories.get(set.zone) ?? []
        if (entry !== undefined) histories.set(set.zone, [...before, chainEntry(set.zone, before.at(-1), entry)])
      }
    },
    settle: async () => {},
  }
  const note = async (time: NotedTime): Promise<void> => {
    noted = time
  }
  return { keys, clock: { last: () => noted, note } }
}

/** Incidents that are forgotten when it is dropped. */
export function openMemoryIncidentStore(): IncidentStore {
  const incidents = new Map<string, Incident>()
  return {
    all: () => [...incidents.values()].reverse(),
    get: (id) => incidents.get(id),
    put: async (incident) => void incidents.set(incident.id, incident),
  }
}

/** Bans that are forgotten when it is dropped. */
export function openMemoryBanStore(): BanStore {
  const bans = new Map<string, Ban>()
  return {
    all: () => [...bans.values()],
    change: async ({ put = [], remove = [] }) => {
      for (const prefix of remove) bans.delete(prefixKey(prefix))
      for (const ban of put) bans.set(prefixKey(ban.prefix), ban)
    },
  }
}
