import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { open as openDatabase } from 'lmdb'
import { describe, expect, it } from 'vitest'
import { checkHistory, type HistoryDraft } from '../../keys/key-history.ts'
import type { KeySetChange, KeyStore, StoredKeySet } from '../../keys/key-store.ts'
import type { SealingHeader } from '../../keys/sealing.ts'
import { unlockKeys } from '../../server/keys/key-file.ts'
import { readKeyList } from '../../server/keys/key-reading.ts'
import { openKeyRing } from '../../server/keys/key-ring.ts'
import { STORE_FOLDER, type Store } from '../../server/state/store.ts'
import { signedZone } from '../helpers/keys.ts'
import { openMemoryKeyStore } from '../helpers/memory-store.ts'
import { useStoreFolder } from '../helpers/store-folder.ts'

const NOW = 1_800_000_000

const { path, open, close, reopen } = useStoreFolder()

function storedSet(zone: string, epoch = 1, keys = 2): StoredKeySet {
  return {
    ...{ zone, epoch, goal: 'secure', isPaused: false },
    keys: Array.from({ length: keys }, (_, index) => ({
      ...{ id: `k${index}`, role: index === 0 ? 'ksk' : 'zsk', algorithm: 13, keyTag: 65_535 - index, created: NOW },
      ...{ duty: 'active', dutySince: NOW, records: { dnskey: { state: 'hidden', since: NOW, ttl: 0 } } },
      dnskey: Uint8Array.of(1, 1, 3, 13, index),
      sealed: Uint8Array.from({ length: 200 }, (_, at) => at ^ index),
    })),
  }
}

/** A change that no history tells of. */
function unsaid(set: StoredKeySet): KeySetChange {
  return { set, entry: undefined }
}

function draft(epoch: number): HistoryDraft {
  const transitions = [{ key: 'k0', record: 'dnskey', from: 'hidden', to: 'rumoured' }] as const
  const changes = [{ kind: 'make', role: 'zsk', algorithm: 13, duty: 'active', replaces: undefined }] as const
  return { at: NOW + epoch, epoch, by: 'policy', what: `step ${epoch}`, transitions, changes }
}

describe.each<[string, () => KeyStore]>([
  ['on disk', () => open().keys],
  ['in memory', openMemoryKeyStore],
])('key sets %s', (_title, make) => {
  it('are kept by zone, whole', async () => {
    const store = make()
    const longest = `${String.raw`\000`.repeat(61)}.`.repeat(4)
    const sets = ['example.com.', '.', String.raw`a\000b.`, longest].map((zone) => storedSet(zone))
    await store.put(sets.map(unsaid))
    for (const set of sets) expect(store.get(set.zone)).toEqual(set)
    expect(store.get('example.net.')).toBeUndefined()
    expect(store.zones().sort()).toEqual(sets.map(({ zone }) => zone).sort())
    await store.put([unsaid(storedSet('.', 2, 3))])
    expect(store.get('.')).toEqual(storedSet('.', 2, 3))
    await store.put([])
    expect(store.zones()).toHaveLength(4)
  })

  it('have a header', async () => {
    const store = make()
    expect(store.header()).toBeUndefined()
    const sealed = Uint8Array.of(0, 1, 255)
    const slots = [
      { id: 1, kind: 'key-file', created: 5, sealed },
      { id: 3, kind: 'passphrase', created: 6, sealed, salt: Uint8Array.of(7), operations: 3, memoryOctets: 8 },
    ] as const
    const header: SealingHeader = { version: 1, slots }
    await store.putHeader(header)
    await store.settle()
    expect(store.header()).toEqual(header)
  })
})

it('key sets outlive the process, and do not meet serials', async () => {
  const store = open()
  const { keys, serials } = store
  await keys.put([unsaid(storedSet('example.com.'))])
  await serials.put([{ zone: 'example.com.', view: 'v', serial: 1, digest: new Uint8Array(32) }])
  const again = await reopen(store)
  expect(again.keys.get('example.com.')).toEqual(storedSet('example.com.'))
  expect(again.keys.zones()).toEqual(['example.com.'])
})

it('keys stored before states were are in use, and whether the parent has their DS is not known', async () => {
  const store = open()
  const { keys } = storedSet('example.com.')
  const database = openDatabase({ path: join(path(), STORE_FOLDER), encoding: 'json' })
  const text = (octets: Uint8Array) => Buffer.from(octets).toString('base64')
  const records = keys.map(({ id, role, algorithm, keyTag, created, dnskey, sealed }) => ({
    ...{ id, role, algorithm, keyTag, created, dnskey: text(dnskey), sealed: text(sealed!) },
  }))
  await database.put(['keys', 'example.com.'], { epoch: 7, keys: records })
  await database.close()
  const read = (await reopen(store)).keys
  const [ksk, zsk] = read.get('example.com.')!.keys
  expect(read.get('example.com.')).toMatchObject({ epoch: 7, goal: 'secure', isPaused: false })
  expect(ksk).toMatchObject({ role: 'ksk', duty: 'active', dutySince: NOW, sealed: keys[0]!.sealed })
  const rumoured = { state: 'rumoured', since: NOW }
  expect(ksk!.records).toMatchObject({ dnskey: rumoured, krrsig: rumoured, ds: rumoured })
  expect(ksk!.records.ds).not.toHaveProperty('seen')
  expect(Object.keys(zsk!.records)).toEqual(['dnskey', 'zrrsig'])
  expect(checkHistory('example.com.', read.history('example.com.'))).toBeUndefined()
})

describe('the history of keys', () => {
  it('is written with the set, goes on after a restart, and is each zone’s own', async () => {
    const store = open()
    for (const epoch of [1, 2]) {
      const sets = ['a.', 'b.'].map((zone) => ({ set: storedSet(zone, epoch), entry: draft(epoch) }))
      await store.keys.put(sets)
    }
    const again = await reopen(store)
    await again.keys.put([unsaid(storedSet('a.', 3))])
    await again.keys.put([{ set: storedSet('a.', 4), entry: draft(4) }])
    const { entries, head } = again.keys.history('a.')
    expect(entries.map(({ sequence, what }) => [sequence, what])).toEqual([
      [1, 'step 1'],
      [2, 'step 2'],
      [3, 'step 4'],
    ])
    expect(entries.map(({ previous }) => previous).slice(1)).toEqual(entries.map(({ hash }) => hash).slice(0, -1))
    expect(head).toBe(entries.at(-1)!.hash)
    expect(again.keys.history('b.').entries).toHaveLength(2)
    for (const zone of ['a.', 'b.']) expect(checkHistory(zone, again.keys.history(zone))).toBeUndefined()
  })

  it('keeps its order beyond ten entries, and does not hold once it was changed', async () => {
    const { keys } = open()
    for (let epoch = 1; epoch <= 12; epoch++) await keys.put([{ set: storedSet('a.', epoch), entry: draft(epoch) }])
    const history = keys.history('a.')
    const { entries, head } = history
    expect(checkHistory('a.', history)).toBeUndefined()
    const changed = (at: number, change: Partial<(typeof entries)[number]>) =>
      checkHistory('a.', {
        entries: entries.map((entry, index) => (index === at ? { ...entry, ...change } : entry)),
        head,
      })
    expect(changed(3, { what: 'nothing happened' })).toContain('entry 4 was changed')
    expect(changed(3, { transitions: [] })).toContain('entry 4 was changed')
    expect(changed(0, { previous: '00' })).toContain('entry 1 does not follow')
    expect(checkHistory('a.', { entries: entries.filter((_, at) => at !== 5), head })).toContain('entry 6 is missing')
    expect(checkHistory('a.', { entries: entries.slice(0, -1), head })).toContain('its last entry, 11,')
    expect(checkHistory('a.', { entries: [], head })).toContain('of which there is none')
    expect(checkHistory('b.', history)).toContain('entry 1 does not follow')
  })
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
