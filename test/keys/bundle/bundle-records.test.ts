import { join } from 'node:path'
import { open as openDatabase } from 'lmdb'
import { describe, expect, it } from 'vitest'
import { digestOfRequest } from '../../../keys/bundle/bundle-text.ts'
import type { StoredKeySet } from '../../../keys/key-store.ts'
import { openStoreToRead } from '../../../server/state/read-only-store.ts'
import { STORE_FOLDER } from '../../../server/state/store.ts'
import { drawWorld, requestFor, signedBy } from '../../helpers/bundles.ts'
import { useStoreFolder } from '../../helpers/store-folder.ts'

const { path, open, close, reopen } = useStoreFolder()

const SET: StoredKeySet = { zone: 'example.com.', epoch: 1, goal: 'secure', isPaused: false, keys: [] }

describe('bundles in the store', () => {
  it('are found again after a restart, and by who only reads', async () => {
    const world = await drawWorld(2)
    const bundle = await signedBy(world, requestFor(world))
    const bundles = { requests: [digestOfRequest(bundle.request)], bundles: [bundle] }
    const store = open()
    expect(store.keys.bundles(SET.zone)).toEqual({ requests: [], bundles: [] })
    await store.keys.put([{ set: SET, entry: undefined, bundles }])
    expect((await reopen(store)).keys.bundles(SET.zone)).toEqual(bundles)
    const reader = openStoreToRead(path())!
    expect(reader.keys.bundles(SET.zone)).toEqual(bundles)
    await reader.close()
  })

  it('stay when the keys change, and go when others take their place', async () => {
    const world = await drawWorld(1)
    const bundle = await signedBy(world, requestFor(world))
    const { keys } = open()
    await keys.put([{ set: SET, entry: undefined, bundles: { requests: ['a'], bundles: [bundle] } }])
    await keys.put([{ set: { ...SET, epoch: 2 }, entry: undefined }])
    expect(keys.bundles(SET.zone)).toEqual({ requests: ['a'], bundles: [bundle] })
    await keys.put([{ set: SET, entry: undefined, bundles: { requests: [], bundles: [] } }])
    expect(keys.bundles(SET.zone)).toEqual({ requests: [], bundles: [] })
  })

  it('that cannot be read are a damaged store, and no silent loss', async () => {
    const store = open()
    await store.keys.put([{ set: SET, entry: undefined }])
    await close(store)
    const database = openDatabase<unknown>({ path: join(path(), STORE_FOLDER), encoding: 'json' })
    await database.put(['key-bundles', SET.zone], { requests: [], bundles: [{ format: 'other' }] })
    await database.flushed
    await database.close()
    expect(() => open().keys.bundles(SET.zone)).toThrow('the store holds a bundle of example.com. that cannot be read')
  })
})

describe('reserved keys in the store', () => {
  it('are kept with the key set, sealed', async () => {
    const reserved = {
      ...({ id: 'r0', role: 'zsk', algorithm: 13, keyTag: 7, created: 5, duty: 'active', dutySince: 5 } as const),
      ...{ records: {}, dnskey: Uint8Array.of(1, 0, 3, 13, 9), sealed: Uint8Array.of(1, 2, 3) },
    }
    const store = open()
    await store.keys.put([{ set: { ...SET, reserve: [reserved] }, entry: undefined }])
    const { keys } = await reopen(store)
    expect(keys.get(SET.zone)!.reserve).toEqual([reserved])
    await keys.put([{ set: SET, entry: undefined }])
    expect(keys.get(SET.zone)!.reserve).toBeUndefined()
  })
})
