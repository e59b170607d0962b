import { openStoreToRead } from '../state/read-only-store.ts'
import { type KeyListing, listKeys } from './key-listing.ts'

/**
 * The keys in the store of a state folder, by zone in canonical order; a server may be running with it. Undefined:
 * there is no store yet. Throws where it cannot be read.
 */
export async function readKeyList(stateFolder: string): Promise<KeyListing[] | undefined> {
  const store = openStoreToRead(stateFolder)
  try {
    return store && listKeys(store.keys)
  } finally {
    await store?.close()
  }
}
