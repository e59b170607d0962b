import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { openStore, type Store } from '../../server/state/store.ts'

/** A state folder, new for each test, and the stores opened in it, which end with the test. */
export interface StoreFolder {
  readonly path: () => string
  readonly open: () => Store
  readonly close: (store: Store) => Promise<void>
  /** Closes the store and opens another on the same files. */
  readonly reopen: (store: Store) => Promise<Store>
}

/** To be called where tests are declared. */
export function useStoreFolder(): StoreFolder {
  let folder: string
  const opened: Store[] = []
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'veil-store-'))
  })
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close()
    rmSync(folder, { recursive: true })
  })
  const open = (): Store => {
    const store = openStore(folder)
    opened.push(store)
    return store
  }
  const close = async (store: Store): Promise<void> => {
    opened.splice(opened.indexOf(store), 1)
    await store.close()
  }
  return {
    ...{ path: () => folder, open, close },
    reopen: async (store) => {
      await close(store)
      return open()
    },
  }
}
