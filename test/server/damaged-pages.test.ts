import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { KeySetChange, StoredKey, StoredKeySet } from '../../keys/key-store.ts'
import { StartError } from '../../server/state/state-folder.ts'
import { openStore, type Store } from '../../server/state/store.ts'
import { faultOfStoreFile } from '../../server/state/store-file.ts'
import { STORE_MARK } from '../../server/state/store-mark.ts'
import { LONG } from '../helpers/long.ts'
import { createRandom } from '../helpers/random.ts'

const PAGE = 4096
const ZONES = ['a.test.', 'b.test.', 'c.test.']
const NOW = 1_800_000_000

/** A key set of this zone, large enough for an overflow page where `octets` are many. */
function change(zone: string, epoch: number, octets: number): KeySetChange {
  const key: StoredKey = {
    ...{ id: `k${epoch}`, role: 'zsk', algorithm: 13, keyTag: epoch, created: NOW, duty: 'active', dutySince: NOW },
    ...{ records: {}, dnskey: Uint8Array.of(1, 0, 3, 13, epoch), sealed: new Uint8Array(octets).fill(epoch) },
  }
  const set: StoredKeySet = { zone, epoch, goal: 'secure', isPaused: false, keys: [key] }
  return { set, entry: { at: NOW + epoch, epoch, by: 'policy', what: `step ${epoch}`, transitions: [], changes: [] } }
}

interface Kept {
  /** The state folder after each write, and what its keys were. */
  readonly copies: readonly { readonly folder: string; readonly keys: string }[]
  remove(): void
}

/** A store as it grows: its files after each of so many writes. */
async function keepCopies(writes: number): Promise<Kept> {
  const folder = mkdtempSync(join(tmpdir(), 'veil-pages-'))
  const state = join(folder, 'state')
  mkdirSync(state)
  const store = openStore(state)
  const copies: { folder: string; keys: string }[] = []
  for (let write = 1; write <= writes; write++) {
    const zone = ZONES[write % ZONES.length]!
    await store.keys.put([change(zone, write, write % 5 === 0 ? 9_000 : 300)])
    await store.serials.put([{ zone, view: 'v', serial: write, digest: new Uint8Array(32).fill(write) }])
    const copy = join(folder, String(write))
    cpSync(state, copy, { recursive: true })
    copies.push({ folder: copy, keys: keysOf(store) })
  }
  await store.close()
  return { copies, remove: () => rmSync(folder, { recursive: true }) }
}

function keysOf({ keys }: Store): string {
  return JSON.stringify(keys.zones().map((zone) => [keys.get(zone), keys.history(zone)]))
}

/** What comes of a start on these files: it is refused, the keys are known not to be the last, or they are all there. */
async function outcomeOf(folder: string, expected: string): Promise<'refused' | 'older' | 'whole' | 'WRONG'> {
  let store: Store | undefined
  try {
    store = openStore(folder)
    if (store.age() !== 'current') return 'older'
    return keysOf(store) === expected ? 'whole' : 'WRONG'
  } catch (error) {
    if (error instanceof StartError) return 'refused'
    throw error
  } finally {
    await store?.close()
  }
}

describe('a store of which one page is not what it was', { timeout: 600_000 }, () => {
  it('is refused, or known for older, or had no use for that page', async () => {
    const { copies, remove } = await keepCopies(LONG ? 60 : 10)
    const random = createRandom(7)
    const newest = copies.at(-1)!
    const data = readFileSync(join(newest.folder, 'store/data.mdb'))
    const outcomes: Record<string, number> = {}
    const attempt = async (octets: Buffer, what: string): Promise<void> => {
      const folder = join(newest.folder, 'attempt')
      mkdirSync(join(folder, 'store'), { recursive: true })
      cpSync(join(newest.folder, STORE_MARK), join(folder, STORE_MARK))
      writeFileSync(join(folder, 'store/data.mdb'), octets)
      const outcome = await outcomeOf(folder, newest.keys)
      const isWritten = outcome === 'refused' && !readFileSync(join(folder, 'store/data.mdb')).equals(octets)
      rmSync(folder, { recursive: true })
      expect([what, outcome, isWritten]).not.toEqual([what, 'WRONG', expect.anything()])
      expect([what, isWritten]).toEqual([what, false])
      const kind = `${what.split(' ')[0]} ${outcome}`
      outcomes[kind] = (outcomes[kind] ?? 0) + 1
    }
    await attempt(data, 'intact')
    expect(outcomes).toEqual({ 'intact whole': 1 })
    const pages = data.length / PAGE
    // What is refused is tried by a process of its own, and that takes its time.
    for (let page = 0; page < pages; page += LONG ? 1 : 4) {
      const at = page * PAGE
      await attempt(
        Buffer.concat([data.subarray(0, at), Buffer.alloc(PAGE), data.subarray(at + PAGE)]),
        `zeroed ${page}`,
      )
      if (page > 0) await attempt(data.subarray(0, at + (page % 2) * 100), `truncated ${page}`)
      for (let count = 0; count < (LONG ? 4 : 1); count++) {
        const { folder } = copies[random.below(copies.length - 1)]!
        const old = readFileSync(join(folder, 'store/data.mdb')).subarray(at, at + PAGE)
        if (old.length < PAGE || old.equals(data.subarray(at, at + PAGE))) continue
        await attempt(Buffer.concat([data.subarray(0, at), old, data.subarray(at + PAGE)]), `swapped ${page}`)
      }
    }
    console.info(JSON.stringify({ pages, ...outcomes }))
    for (const kind of ['zeroed refused', 'truncated refused']) expect(outcomes[kind]).toBeGreaterThan(0)
    remove()
  })

  it('that is whole is found to be so at each moment, also while it is written to', async () => {
    const { copies, remove } = await keepCopies(LONG ? 60 : 10)
    for (const { folder, keys } of copies) {
      expect(faultOfStoreFile(join(folder, 'store/data.mdb'))).toBeUndefined()
      expect(await outcomeOf(folder, keys)).toBe('whole')
    }
    remove()
  })
})

describe('the lock file of a store', () => {
  it('holds nothing that is missed', async () => {
    const { copies, remove } = await keepCopies(4)
    const { folder, keys } = copies.at(-1)!
    for (const octets of [Buffer.alloc(0), Buffer.alloc(8_192), Buffer.alloc(100, 0xa5)]) {
      writeFileSync(join(folder, 'store/lock.mdb'), octets)
      expect(await outcomeOf(folder, keys)).toBe('whole')
    }
    remove()
  })
})

describe('a store put back from a copy', () => {
  it('is older by its mark, whenever the copy was made', async () => {
    const { copies, remove } = await keepCopies(12)
    const newest = copies.at(-1)!
    for (const { folder } of copies.slice(0, -1)) {
      cpSync(join(newest.folder, STORE_MARK), join(folder, STORE_MARK))
      expect(await outcomeOf(folder, '')).toBe('older')
    }
    remove()
  })

  it('is the present one once it was accepted, and where the power was cut before the mark was written', async () => {
    const { copies, remove } = await keepCopies(6)
    const [before, newest] = [copies.at(-2)!, copies.at(-1)!]
    cpSync(join(before.folder, STORE_MARK), join(newest.folder, STORE_MARK))
    expect(await outcomeOf(newest.folder, newest.keys)).toBe('whole')
    writeFileSync(join(before.folder, STORE_MARK), JSON.stringify({ sequence: 99, heads: '0'.repeat(64) }))
    const store = openStore(before.folder)
    expect(store.age()).toBe('older')
    await store.accept()
    expect(store.age()).toBe('current')
    await store.keys.put([change('a.test.', 50, 10)])
    expect(store.age()).toBe('current')
    await store.close()
    remove()
  })
})
