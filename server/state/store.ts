import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { open, type RootDatabase } from 'lmdb'
import type { KeyStore } from '../../keys/key-store.ts'
import type { ProjectionSerial } from '../../zones/serial.ts'
import type { ClockStore } from '../clock-watch.ts'
import { type BanStore, banRecords } from '../guard/ban-records.ts'
import { type IncidentStore, incidentRecords } from '../guard/incident-records.ts'
import { acceptKeys, ageOfKeys, keyRecords, LAST_NAME } from '../keys/key-records.ts'
import { clockRecords } from './clock-records.ts'
import { isRunning, type ProcessIdentity, thisProcess } from './process-identity.ts'
import { type SealStore, sealRecords } from './seal-records.ts'
import { damaged, refuseDamagedStore, STORE_FILE } from './sound-store.ts'
import { readMark, type StoreAge, writeMark } from './store-mark.ts'

/** The serial of each view's projection of each zone, kept beyond the process. */
export interface SerialStore {
  get(zone: string, view: string): ProjectionSerial | undefined
  /** Resolves once the entries are on disk, all of them or none: a serial counts only from then on. */
  put(entries: readonly SerialEntry[]): Promise<void>
}

export interface SerialEntry extends ProjectionSerial {
  /** Canonical text, as `ZoneConfiguration.name`. */
  readonly zone: string
  readonly view: string
}

/** What outlives the process, in the state folder. */
export interface Store {
  readonly serials: SerialStore
  /** Names of all zones that some view has had a serial of, under whatever name: clients may have been answered about them. */
  servedZones(): Set<string>
  readonly keys: KeyStore
  readonly clock: ClockStore
  readonly bans: BanStore
  readonly incidents: IncidentStore
  /** Whether its keys are those that were there last. Throws a `StartError` where they cannot be read. */
  age(): StoreAge
  /** Has its keys count as present from now on. Resolves once that is on disk. */
  accept(): Promise<void>
  readonly seals: SealStore
  /**
   * Makes this process the only one that works with the store. Returns the process that has it, where one does. Who
   * dies without `close` loses it.
   */
  claim(): ProcessIdentity | undefined
  /** Waits until everything is on disk and gives up the claim. */
  close(): Promise<void>
}

type StoredSerial = { readonly serial: number; readonly digest: string }

/** The folder of LMDB in the state folder. */
export const STORE_FOLDER = 'store'

/**
 * Opens the store in the state folder. The caller's umask decides who may read it. Throws a `StartError` where it is
 * damaged.
 */
export function openStore(stateFolder: string): Store {
  const folder = join(stateFolder, STORE_FOLDER)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  refuseDamagedStore(folder)
  const database: RootDatabase<unknown> = open({ path: folder, encoding: 'json' })
  const keys = keyRecords(database, (mark) => writeMark(stateFolder, mark))
  return {
    serials: serialRecords(database),
    servedZones: () =>
      new Set([...database.getKeys({ start: ['serial'], end: ['serial', LAST_NAME] })].map((key) => (key as string[])[1]!)),
    keys,
    age: () => {
      try {
        readAllKeys(keys)
        return ageOfKeys(database, readMark(stateFolder))
      } catch (error) {
        throw damaged(join(folder, STORE_FILE), `what it has of keys cannot be read (${(error as Error).message})`)
      }
    },
    accept: async () => writeMark(stateFolder, await acceptKeys(database, readMark(stateFolder))),
    bans: banRecords(database),
    incidents: incidentRecords(database),
    seals: sealRecords(database),
    clock: clockRecords(database),
    claim: () =>
      database.transactionSync(() => {
        const owner = database.get(['owner']) as ProcessIdentity | undefined
        if (owner !== undefined && isRunning(owner)) return owner
        database.putSync(['owner'], thisProcess())
        return undefined
      }),
    close: async () => {
      await database.transaction(() => {
        const owner = database.get(['owner']) as ProcessIdentity | undefined
        if (owner?.pid === process.pid) database.remove(['owner'])
      })
      await database.flushed
      await database.close()
    },
  }
}

/** Throws where something of them cannot be read. */
function readAllKeys(keys: KeyStore): void {
  for (const zone of keys.zones()) {
    keys.get(zone)
    keys.history(zone)
    keys.bundles(zone)
  }
  keys.header()
}

/** The serials in a database that this process alone writes to. */
function serialRecords(database: RootDatabase<unknown>): SerialStore {
  return {
    ...readSerials(database),
    put: async (entries) => {
      if (entries.length === 0) return
      await database.transaction(() => {
        for (const { zone, view, serial, digest } of entries) {
          const stored: StoredSerial = { serial, digest: Buffer.from(digest).toString('hex') }
          database.put(['serial', zone, view], stored)
        }
      })
      // A commit is visible before it is durable.
      await database.flushed
    },
  }
}

/** What can be read of a database that another process may be writing to. */
export function readSerials(database: RootDatabase<unknown>): Pick<SerialStore, 'get'> {
  return {
    get: (zone, view) => {
      const stored = database.get(['serial', zone, view]) as StoredSerial | undefined
      return stored && { serial: stored.serial, digest: new Uint8Array(Buffer.from(stored.digest, 'hex')) }
    },
  }
}
