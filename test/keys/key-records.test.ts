import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it } from 'vitest'
import type { KeyStore, StoredKeySet } from '../../keys/key-store.ts'
import { unlockKeys } from '../../server/keys/key-file.ts'
import { readKeyList } from '../../server/keys/key-reading.ts'
import { openKeyRing } from '../../server/keys/key-ring.ts'
import type { Store } from '../../server/state/store.ts'
import { signedZone } from '../helpers/keys.ts'
import { openMemoryKeyStore } from '../helpers/memory-store.ts'
import { useStoreFolder } from '../helpers/store-folder.ts'

const NOW = 1_800_000_000

const { path, open, close, reopen } = useStoreFolder()

function storedSet(zone: string, epoch = 1, keys = 2): StoredKeySet {
  return {
    ...{ zone, epoch },
    keys: Array.from({ length: keys }, (_, index) => ({
      ...{ id: `k${index}`, role: index === 0 ? 'ksk' : 'zsk', algorithm: 13, keyTag: 65_535 - index, created: NOW },
      dnskey: Uint8Array.of(1, 1, 3, 13, index),
      sealed: Uint8Array.from({ length: 200 }, (_, at) => at ^ index),
    })),
  }
}

describe.each<[string, () => KeyStore]>([
  ['on disk', () => open().keys],
  ['in memory', openMemoryKeyStore],
])('key sets %s', (_title, make) => {
  it('are kept by zone, whole', async () => {
    const store = make()
    const longest = `${String.raw`\000`.repeat(61)}.`.repeat(4)
    const sets = ['example.com.', '.', String.raw`a\000b.`, longest].map((zone) => storedSet(zone))
    await store.put(sets)
    for (const set of sets) expect(store.get(set.zone)).toEqual(set)
    expect(store.get('example.net.')).toBeUndefined()
    expect(store.zones().sort()).toEqual(sets.map(({ zone }) => zone).sort())
    await store.put([storedSet('.', 2, 3)])
    expect(store.get('.')).toEqual(storedSet('.', 2, 3))
    await store.put([])
    expect(store.zones()).toHaveLength(4)
  })

  it('have a header', async () => {
    const store = make()
    expect(store.header()).toBeUndefined()
    const header = { version: 1, slots: [{ kind: 'key-file', sealed: Uint8Array.of(0, 1, 255) }] } as const
    await store.putHeader(header)
    await store.settle()
    expect(store.header()).toEqual(header)
  })
})

it('key sets outlive the process, and do not meet serials', async () => {
  const store = open()
  const { keys, serials } = store
  await keys.put([storedSet('example.com.')])
  await serials.put([{ zone: 'example.com.', view: 'v', serial: 1, digest: new Uint8Array(32) }])
  const again = await reopen(store)
  expect(again.keys.get('example.com.')).toEqual(storedSet('example.com.'))
  expect(again.keys.zones()).toEqual(['example.com.'])
})

describe('the offline reader', () => {
  it('says that there is no store', async () => {
    expect(await readKeyList(path())).toBeUndefined()
    expect(await readKeyList(join(path(), 'nowhere'))).toBeUndefined()
  })

  it('reads what a server keeps that runs meanwhile, and after it', async () => {
    const store = open()
    expect(await readKeyList(path())).toEqual([])
    const ring = openRing(store)
    await ring.keySets([signedZone('example.com.'), signedZone('a.')], NOW)
    const listed = await readKeyList(path())
    expect(listed).toEqual(ring.list())
    expect(listed!.map(({ zone, role, created }) => [zone, role, created])).toEqual([
      ['a.', 'ksk', NOW],
      ['a.', 'zsk', NOW],
      ['example.com.', 'ksk', NOW],
      ['example.com.', 'zsk', NOW],
    ])
    const [{ ds, dnskey, keyTag }] = listed as [(typeof listed & object)[number]]
    expect(dnskey).toMatch(/^a\. IN DNSKEY 257 3 13 [A-Za-z0-9+/=]{88}$/)
    expect(ds.map(({ text }) => text)).toEqual([
      `a. IN DS ${keyTag} 13 2 ${ds[0]!.digest}`,
      `a. IN DS ${keyTag} 13 4 ${ds[1]!.digest}`,
    ])
    await close(store)
    expect(await readKeyList(path())).toEqual(listed)
  })
})

describe('a process that is killed while it makes keys', { timeout: 120_000 }, () => {
  it.each([0, 1, 2, 5, 9])('after %i zones leaves whole key sets, and the next one goes on', async (zones) => {
    await expectToGoOn(await killed([], 2 * zones))
  })

  it.each([0, 1, 2, 4, 8, 16])('%i ms after keys went to the store leaves them or none', async (delay) => {
    await expectToGoOn(await killed([String(delay)]))
  })

  interface ToldKey {
    readonly zone: string
    readonly dnskey: string
  }

  async function expectToGoOn(told: readonly ToldKey[]): Promise<void> {
    const ring = openRing(open())
    const before = ring.list()
    for (const key of before) expect(before.filter(({ zone }) => zone === key.zone)).toHaveLength(2)
    // What was said to be on disk is there.
    expect(before.map(({ dnskey }) => dnskey)).toEqual(expect.arrayContaining(told.map(({ dnskey }) => dnskey)))
    const zones = Array.from({ length: 12 }, (_, index) => signedZone(`z${index}.`))
    const sets = await ring.keySets(zones, NOW)
    expect(sets.map(({ epoch }) => epoch)).toEqual(zones.map(() => 1))
    // What was there has not changed.
    expect(ring.list()).toHaveLength(24)
    expect(ring.list()).toEqual(expect.arrayContaining(before))
  }

  /** Runs a process that makes keys, and kills it once it has told of so many, where it does not kill itself. */
  async function killed(more: readonly string[], keys?: number): Promise<ToldKey[]> {
    const script = resolve(import.meta.dirname, '../fixtures/make-keys.mjs')
    const child = spawn(process.execPath, [script, path(), ...more], { stdio: ['pipe', 'pipe', 'inherit'] })
    const exited = once(child, 'exit')
    const told: ToldKey[] = []
    for await (const line of createInterface({ input: child.stdout })) {
      if (line !== 'begin') told.push(JSON.parse(line))
      if (told.length === keys) child.kill('SIGKILL')
    }
    expect((await exited)[1]).toBe('SIGKILL')
    return told
  }
})

function openRing(store: Store) {
  return openKeyRing({
    ...{ store: store.keys, secret: new Uint8Array(32) },
    unlock: () => unlockKeys(path(), store.keys),
    report: () => {},
  })
}
