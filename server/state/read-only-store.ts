import { statSync } from 'node:fs'
import { join } from 'node:path'
import { open } from 'lmdb'
import type { KeyStore } from '../../keys/key-store.ts'
import type { Sealing } from '../../keys/sealing.ts'
import { type IncidentStore, readIncidents } from '../guard/incident-records.ts'
import { unlockKeys } from '../keys/key-file.ts'
import { readKeyRecords } from '../keys/key-records.ts'
import { refuseDamagedStore, STORE_FILE } from './sound-store.ts'
import { readSerials, type SerialStore, STORE_FOLDER } from './store.ts'

/** What can be read of the store in a state folder; a server may be running with it. */
export interface ReadOnlyStore {
  readonly serials: Pick<SerialStore, 'get'>
  readonly keys: Pick<KeyStore, 'header' | 'get' | 'zones' | 'history' | 'bundles'>
  readonly incidents: Pick<IncidentStore, 'all' | 'get'>
  /** Opens what the private keys are sealed with; rejects with a `StartError`. Only where there are keys. */
  unlock(): Promise<Sealing>
  close(): Promise<void>
}

/** Opens what the secrets of a store are sealed with; by its key file where nothing else is said. */
export type Unseal = (store: Pick<KeyStore, 'header' | 'putHeader'>) => Promise<Sealing>

/** Opens the store of a state folder for reading; undefined: there is none yet. Throws where it cannot be read, a `StartError` where it is damaged. */
export function openStoreToRead(
  stateFolder: string,
  unseal: Unseal = (store) => unlockKeys(stateFolder, store),
): ReadOnlyStore | undefined {
  const path = join(stateFolder, STORE_FOLDER)
  if (statSync(join(path, STORE_FILE), { throwIfNoEntry: false }) === undefined) return undefined
  refuseDamagedStore(path)
  const database = open<unknown>({ path, encoding: 'json', readOnly: true })
  const keys = readKeyRecords(database)
  return {
    serials: readSerials(database),
    keys,
    incidents: readIncidents(database),
    unlock: () => unseal({ header: keys.header, putHeader: refuseWriting }),
    close: () => database.close(),
  }
}

async function refuseWriting(): Promise<void> {
  throw new Error('this store is open for reading')
}
