import { expect, test } from 'vitest'
import { createArenaPool } from '../../server/arena-pool.ts'
import { parseConfiguration } from '../../server/configuration/read.ts'
import { createZoneLoader } from '../../server/loading/zone-loader.ts'
import type { SerialStore } from '../../server/state/store.ts'
import { openMemoryStore } from '../helpers/memory-store.ts'

const entry = new URL('../helpers/loader-stub.mjs', import.meta.url)

function configured(user: string) {
  const reading = parseConfiguration('listen: ["::1@53"]\nzones: { a: { file: x } }', 'veil.yaml', '/state')
  if (reading.outcome === 'refused') throw new Error('refused')
  return { ...reading.configuration, user }
}

function setUp(serials: SerialStore = openMemoryStore().serials) {
  const arenas = createArenaPool()
  return { arenas, serials, loader: createZoneLoader({ serials, secret: new Uint8Array(32), arenas, entry }) }
}

test('a load keeps its arenas, and its serials are stored before it resolves', async () => {
  const { arenas, serials, loader } = setUp()
  const loaded = await loader.load(configured('load'), undefined)
  expect(arenas.memory(loaded.views[0]!.images[0]!.arena).byteLength).toBeGreaterThanOrEqual(100_000)
  expect(serials.get('a.', 'public')?.serial).toBe(1)
  await loader.load(configured('load'), loaded)
  expect(serials.get('a.', 'public')?.serial).toBe(2)
})

test.each([
  ['exit', 'the thread that loads zones ended'],
  ['throw', 'thrown in the thread'],
  ['fail', 'told to fail'],
])('a load that ends by "%s" leaves nothing reserved, and the next one works', async (how, reason) => {
  const { arenas, serials, loader } = setUp()
  await expect(loader.load(configured(how), undefined)).rejects.toThrow(reason)
  expect(arenas.usage().used).toBe(0)
  expect(serials.get('a.', 'public')).toBeUndefined()
  await loader.load(configured('load'), undefined)
  expect(serials.get('a.', 'public')?.serial).toBe(1)
})

test('a thread that dies between loads is replaced', async () => {
  const { serials, loader } = setUp()
  await loader.load(configured('die later'), undefined)
  const succeeds = () =>
    loader.load(configured('load'), undefined).then(
      () => true,
      () => false,
    )
  await expect.poll(succeeds).toBe(true)
  expect(serials.get('a.', 'public')?.serial).toBe(2)
})

test('a store that fails makes the load fail, with nothing reserved', async () => {
  const full = { get: () => undefined, put: () => Promise.reject(new Error('no space left on device')) }
  const { arenas, loader } = setUp(full)
  await expect(loader.load(configured('load'), undefined)).rejects.toThrow('no space left')
  expect(arenas.usage().used).toBe(0)
})

test('memory that cannot be had makes the load fail, and only that', async () => {
  const { arenas, serials } = setUp()
  const none = {
    ...arenas,
    allocate: () => {
      throw new RangeError('Array buffer allocation failed')
    },
  }
  const loader = createZoneLoader({ serials, secret: new Uint8Array(32), arenas: none, entry })
  await expect(loader.load(configured('load'), undefined)).rejects.toThrow('allocation failed')
})
