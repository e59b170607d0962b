import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { checkHistory } from '../../keys/key-history.ts'
import type { KeyRole } from '../../keys/key-role.ts'
import type { KeySetDescriptor } from '../../keys/key-set.ts'
import { rollKey } from '../../keys/rollover/operator-changes.ts'
import { isServed } from '../../keys/rollover/record-states.ts'
import { situationOf } from '../../server/keys/zone-rollover.ts'
import {
  type CrashingDisk,
  createCrashingDisk,
  MAX_TTL,
  PowerCut,
  passTime,
  quickZone,
  type RollingServer,
  SAFETY,
  startRolling,
  tagsOf,
  ZONE,
} from '../helpers/rolling-server.ts'

const BEGIN = 1_800_000_000_000
/** Seconds between two looks; the parent looks at CDS at each third. */
const TICK = 180
const MOST_TICKS = 60
const KEY_TTL = MAX_TTL

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: BEGIN })
})

afterEach(() => {
  vi.useRealTimers()
})

/** What was published when, and what must hold of it whatever happened in between. */
interface Watch {
  onPublish(set: KeySetDescriptor): void
  /** Generations that were published. */
  count(): number
}

function watchPublications(disk: CrashingDisk): Watch {
  const publishedSince = new Map<number, number>()
  const signedUntil = new Map<number, number>()
  let before: readonly number[] = []
  let first: readonly number[] | undefined
  let count = 0
  return {
    count: () => count,
    onPublish: (set) => {
      count++
      const now = Date.now() / 1000
      const { published, signing } = tagsOf(set)
      const { keys } = disk.open().get(ZONE)!
      const tags = (record: 'dnskey' | 'zrrsig') =>
        keys.filter((key) => isServed(key, record)).map(({ keyTag }) => keyTag)
      // Nothing is published that is not on disk.
      expect(published).toEqual(tags('dnskey').sort((a, b) => a - b))
      expect([...signing].sort()).toEqual(tags('zrrsig').sort())
      // No key is lost.
      for (const tag of before)
        expect(
          disk
            .open()
            .get(ZONE)!
            .keys.map(({ keyTag }) => keyTag),
        ).toContain(tag)
      first ??= signing
      for (const tag of published) if (!publishedSince.has(tag)) publishedSince.set(tag, now)
      for (const tag of signing) {
        // None is used before its time: whoever has the key set of before has it no more.
        if (!first.includes(tag)) expect(now - publishedSince.get(tag)!).toBeGreaterThanOrEqual(KEY_TTL + SAFETY)
      }
      for (const tag of before.filter((each) => !published.includes(each))) {
        // None is gone before what it has signed is.
        if (signedUntil.has(tag)) expect(now - signedUntil.get(tag)!).toBeGreaterThanOrEqual(MAX_TTL + SAFETY)
      }
      for (const tag of signing) signedUntil.set(tag, now)
      before = published
    },
  }
}

/** Rolls a ZSK and a KSK from the first keys on, and starts anew after each power cut. What was left at the end. */
async function rollBoth(disk: CrashingDisk, watch: Watch, zone = quickZone()) {
  let cuts = 0
  let running: RollingServer | undefined
  /** Goes on from what is on disk until it is done. */
  const persist = async (act: (server: RollingServer) => Promise<void>): Promise<void> => {
    for (;;) {
      try {
        running ??= await startRolling(disk.open(), zone, watch.onPublish)
        return await act(running)
      } catch (error) {
        if (!(error instanceof PowerCut)) throw error
        cuts++
        running = undefined
        passTime(1)
      }
    }
  }
  const untilDone = async (): Promise<void> => {
    for (let tick = 0; tick < MOST_TICKS; tick++) {
      passTime(TICK)
      await persist((server) => server.step())
      if (tick % 3 === 2) await persist((server) => server.parentFollows())
      if (isDone(disk)) return
    }
    throw new Error(
      `stuck: ${JSON.stringify(
        disk
          .open()
          .get(ZONE)!
          .keys.map(({ records }) => records),
      )}`,
    )
  }
  const roll = (role: KeyRole) =>
    persist(async (server) => {
      const set = disk.open().get(ZONE)!
      const asked = rollKey(situationOf(set, zone.dnssec, Date.now() / 1000, true), { role })
      // After a cut the roll may have begun already.
      if (asked.refused === undefined) await server.step({ by: 'operator', lead: 'roll', changes: asked.changes })
    })
  await untilDone()
  await roll('zsk')
  await untilDone()
  await roll('ksk')
  await untilDone()
  return { cuts, set: disk.open().get(ZONE)!, history: disk.open().history(ZONE) }
}

/** Whether all keys are in use and everywhere: nothing is under way. */
function isDone(disk: CrashingDisk): boolean {
  const { keys } = disk.open().get(ZONE)!
  return keys.every(
    ({ duty, records }) => duty === 'active' && Object.values(records).every(({ state }) => state === 'omnipresent'),
  )
}

describe('a roll of a ZSK and a KSK', { timeout: 600_000 }, () => {
  it('goes through, and its history holds', async () => {
    const disk = createCrashingDisk()
    const watch = watchPublications(disk)
    const { set, history } = await rollBoth(disk, watch)
    expect(set.keys.map(({ role }) => role).sort()).toEqual(['ksk', 'zsk'])
    expect(history.entries.length).toBeGreaterThan(8)
    expect(checkHistory(ZONE, history)).toBeUndefined()
    expect(watch.count()).toBeGreaterThan(6)
  })

  it('goes on from the same place after a power cut at any write, before it is on disk or after', async () => {
    const whole = createCrashingDisk()
    const { history: wanted } = await rollBoth(whole, watchPublications(whole))
    const writes = whole.writes()
    expect(writes).toBeGreaterThan(12)
    for (let write = 1; write <= writes; write++) {
      for (const when of ['before', 'after'] as const) {
        vi.setSystemTime(BEGIN)
        const disk = createCrashingDisk()
        disk.cutAt(write, when)
        const { cuts, set, history } = await rollBoth(disk, watchPublications(disk))
        expect([write, when, cuts]).toEqual([write, when, 1])
        expect(set.keys.map(({ role }) => role).sort()).toEqual(['ksk', 'zsk'])
        expect(checkHistory(ZONE, history)).toBeUndefined()
        expect(stepsOf(history)).toEqual(stepsOf(wanted))
      }
    }
    console.info(`${writes} writes, ${2 * writes} power cuts`)
  })
})

/** What was done, whatever the keys are called and however it was spread over entries. */
function stepsOf({ entries }: Awaited<ReturnType<typeof rollBoth>>['history']): string[] {
  return entries
    .flatMap(({ transitions }) => transitions.map(({ record, from, to }) => `${record} ${from} ${to}`))
    .sort()
}
