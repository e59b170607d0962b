import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { open } from 'lmdb'
import { type KeyListing, listKeys } from './key-listing.ts'
import { readKeyRecords } from './key-records.ts'
import { STORE_FOLDER } from './store.ts'

/**
 * The keys in the store of a state folder, by zone in canonical order; a server may be running with it. Undefined:
 * there is no store yet. Throws where it cannot be read.
 */
export async function readKeyList(stateFolder: string): Promise<KeyListing[] | undefined> {
  const path = join(stateFolder, STORE_FOLDER)
  if (!existsSync(join(path, 'data.mdb'))) return undefined
  const database = open<unknown>({ path, encoding: 'json', readOnly: true })
  try {
    return listKeys(readKeyRecords(database))
  } finally {
    await database.close()
  }
}
