import { expect, vi } from 'vitest'
import { checkHistory, type HistoryEntry, type KeyHistory } from '../../../keys/key-history.ts'
import type { KeyMaterial, KeySetDescriptor } from '../../../keys/key-set.ts'
import type { StoredKey, StoredKeySet } from '../../../keys/key-store.ts'
import { is, isServed } from '../../../keys/rollover/record-states.ts'
import { openPrivateKey } from '../../../keys/sealed-private-key.ts'
import { type CrashingDisk, createCrashingDisk, PowerCut } from '../../helpers/crashing-disk.ts'
import { createOutsideView, type OutsideView } from '../../helpers/outside-view.ts'
import {
  DS_TTL,
  MAX_TTL,
  passTime,
  type quickZone,
  type RollingServer,
  sealing,
  startRolling,
  tagsOf,
  ZONE,
} from '../../helpers/rolling-server.ts'

export type QuickZone = ReturnType<typeof quickZone>

/** What somebody does, and what the server makes of it until it is done. */
export interface Phase {
  readonly zone: QuickZone
  /** Done while no server runs. */
  readonly offline?: (run: Run) => Promise<void>
  /** Done by way of the server. */
  readonly act?: (server: RollingServer, run: Run) => Promise<void>
  /** Whether what is to be done has been; without it: whether the history has an entry more that an operator asked for. */
  readonly isActed?: (run: Run) => boolean
  /** Without it: all keys are in use, or stand by, and nothing is under way. */
  readonly until?: (set: StoredKeySet) => boolean
}

/** A scenario as far as it has come: the disk, and all the world beside it. */
export interface Run {
  readonly disk: CrashingDisk
  readonly view: OutsideView
  /** Unix time, milliseconds, when it is not running. */
  time: number
  /** RDATA of the DS records that the parent has. */
  ds: readonly Uint8Array[]
  /** Tags of the keys that were published last. */
  published: readonly number[]
  /** Unix seconds: until then somebody has agreed to bogus answers. */
  agreedUntil: number
  /** Keys that are kept elsewhere. */
  kept: readonly KeyMaterial[]
  /** The key set when the phase began; undefined: there was none. */
  before: StoredKeySet | undefined
  /** The history then. */
  history: readonly HistoryEntry[]
  cuts: number
}

const BEGIN = 1_800_000_000_000
/** Seconds between two looks; the parent looks at CDS at each third. */
const TICK = 180
const MOST_TICKS = 80

export function newRun(): Run {
  return {
    disk: createCrashingDisk(),
    view: createOutsideView(ZONE, { ds: DS_TTL, keys: MAX_TTL, data: MAX_TTL }),
    ...{ time: BEGIN, ds: [], published: [], agreedUntil: 0, kept: [], before: undefined, history: [], cuts: 0 },
  }
}

/** The same, to be gone on with by itself. */
export function cloneRun(run: Run): Run {
  return { ...run, disk: run.disk.clone(), view: run.view.clone() }
}

/** Goes through a phase, starting anew after each end of the process. */
export async function runPhase(run: Run, phase: Phase): Promise<void> {
  vi.setSystemTime(run.time)
  run.before = run.disk.flushed().get(ZONE)
  run.history = run.disk.flushed().history(ZONE).entries
  const isActed = phase.isActed ?? (() => hasAsked(run.disk.open().history(ZONE), run.history.length))
  let server: RollingServer | undefined
  for (let tick = 0; tick < MOST_TICKS; ) {
    try {
      if (phase.offline !== undefined && !isActed(run)) await phase.offline(run)
      server ??= await startRolling(run.disk.open(), phase.zone, (set) => judge(run, set))
      if (phase.act !== undefined && !isActed(run)) await phase.act(server, run)
      const set = run.disk.flushed().get(ZONE)!
      if (tick > 0 && (phase.until ?? isSettled(phase.zone))(set)) break
      passTime(TICK)
      tick++
      await server.step()
      if (tick % 3 === 2) await parentFollows(run, server)
      expectNotBogus(run)
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error
      run.cuts++
      server = undefined
      run.view.end(seconds())
      expectWhole(run)
      passTime(1)
    }
    if (tick === MOST_TICKS)
      throw new Error(`stuck: ${JSON.stringify(run.disk.flushed().get(ZONE)!.keys.map(statesOf))}`)
  }
  expectWhole(run)
  run.time = Date.now()
}

function hasAsked({ entries }: KeyHistory, since: number): boolean {
  return entries.slice(since).some(({ by }) => by === 'operator')
}

function seconds(): number {
  return Math.floor(Date.now() / 1000)
}

/** What is published is what is on disk, no key is lost, and nobody takes it for bogus. */
function judge(run: Run, set: KeySetDescriptor): void {
  const { published, signing } = tagsOf(set)
  const { keys } = run.disk.flushed().get(ZONE)!
  const tags = (record: 'dnskey' | 'zrrsig') => keys.filter((key) => isServed(key, record)).map(({ keyTag }) => keyTag)
  expect(published).toEqual(tags('dnskey').sort((a, b) => a - b))
  expect([...signing].sort()).toEqual(tags('zrrsig').sort())
  expect(keys.map(({ keyTag }) => keyTag)).toEqual(expect.arrayContaining([...run.published]))
  run.published = published
  run.view.serve(set, seconds())
  expectNotBogus(run)
}

function expectNotBogus(run: Run): void {
  if (seconds() >= run.agreedUntil) expect(run.view.fault(seconds())).toBeUndefined()
}

/** The parent takes the CDS that is served for its DS, and the server looks at the parent. */
async function parentFollows(run: Run, server: RollingServer): Promise<void> {
  const asked = server.cds()
  if (asked !== undefined) {
    run.ds = asked
    run.view.delegate(asked, seconds())
  }
  await server.sees(run.ds)
}

/** The history holds, and every private key opens that is not kept elsewhere. */
function expectWhole({ disk, kept }: Run): void {
  for (const store of [disk.flushed(), disk.open()]) {
    expect(checkHistory(ZONE, store.history(ZONE))).toBeUndefined()
    for (const key of store.get(ZONE)?.keys ?? []) {
      const isHere = openPrivateKey(sealing, ZONE, key) !== undefined
      expect([key.keyTag, isHere || kept.some(({ keyTag }) => keyTag === key.keyTag)]).toEqual([key.keyTag, true])
    }
  }
}

function isSettled({ dnssec }: QuickZone): (set: StoredKeySet) => boolean {
  const roles = dnssec.keys.isCombined ? ['csk'] : ['ksk', 'zsk']
  const { standbyKsk, standbyZsk } = dnssec.keys
  const wanted = dnssec.algorithms.flatMap((algorithm) => [
    ...roles.map((role) => `active ${role} ${algorithm}`),
    ...(standbyKsk ? [`standby ksk ${algorithm}`] : []),
    ...(standbyZsk ? [`standby zsk ${algorithm}`] : []),
  ])
  return ({ keys }) => {
    const there = keys.map(({ duty, role, algorithm }) => `${duty} ${role} ${algorithm}`)
    return there.sort().join() === wanted.sort().join() && keys.every(isAtRest)
  }
}

function isAtRest(key: StoredKey): boolean {
  return Object.keys(key.records).every((name) =>
    is(key, name as 'zrrsig', name === 'zrrsig' && key.duty === 'standby' ? 'hidden' : 'omnipresent'),
  )
}

function statesOf({ role, duty, records }: StoredKey): object {
  return { role, duty, ...Object.fromEntries(Object.entries(records).map(([name, { state }]) => [name, state])) }
}

/** What was done with each key, whatever the keys are called and however it was spread over entries. */
export function stepsOf({ disk }: Run): string[] {
  const steps = new Map<string, string[]>()
  for (const { transitions } of disk.flushed().history(ZONE).entries) {
    for (const { key, record, from, to } of transitions) {
      steps.set(key, [...(steps.get(key) ?? []), `${record} ${from} ${to}`])
    }
  }
  // Records of one key that step at different moments step in an order of their own.
  return [...steps.values()].map((each) => each.sort().join(', ')).sort()
}
