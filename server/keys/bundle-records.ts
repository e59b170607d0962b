/*
 * What offline keys have signed, in LMDB: ['key-bundles', ZONE], the bundles as their files have them.
 */
import type { RootDatabase } from 'lmdb'
import { readBundle } from '../../keys/bundle/bundle-reading.ts'
import { bundleToDocument } from '../../keys/bundle/bundle-text.ts'
import type { StoredBundles } from '../../keys/key-store.ts'

interface BundlesRecord {
  readonly requests: readonly string[]
  readonly bundles: readonly unknown[]
}

/** The bundles of a zone. Throws where the store holds something else. */
export function getBundles(database: RootDatabase<unknown>, zone: string): StoredBundles {
  const record = database.get(['key-bundles', zone]) as BundlesRecord | undefined
  const bundles = (record?.bundles ?? []).map((document) => {
    const read = readBundle(document)
    if (read.outcome === 'read') return read.value
    throw new Error(`the store holds a bundle of ${zone} that cannot be read: ${read.reason}`)
  })
  return { requests: record?.requests ?? [], bundles }
}

/** Within a transaction. */
export function putBundles(database: RootDatabase<unknown>, zone: string, { requests, bundles }: StoredBundles): void {
  const record: BundlesRecord = { requests, bundles: bundles.map((bundle) => bundleToDocument(bundle)) }
  database.put(['key-bundles', zone], record)
}
