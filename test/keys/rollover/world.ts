/*
 * A zone, its workers, its parent and all caches at one moment. Time is ticks, and now is always the same number: a tick
 * moves everything that is remembered one further into the past, up to where nothing depends on its age any more. So worlds
 * that behave alike are equal, and there are finitely many.
 */
import type { KeyRecord, RecordStatus, RolloverKey } from '../../../keys/rollover/key-state.ts'
import type { RolloverPolicy } from '../../../keys/rollover/policy.ts'
import type { RolloverSituation } from '../../../keys/rollover/step.ts'
import { aged, type Caches, EMPTY_CACHES, filled } from './caches.ts'
import type { Parent } from './parent.ts'
import { type Served, servedOf } from './served.ts'

export const NOW = 1000

/** What is configured, of the zone and of its parent; ticks. */
export interface Settings {
  readonly name: string
  readonly policy: RolloverPolicy
  readonly algorithms: readonly number[]
  readonly maxTtl: number
  readonly validity: number
  readonly keyTtl: number
  /** With which the parent serves the DS RRset. */
  readonly parentTtl: number
}

export interface World {
  readonly keys: readonly RolloverKey[]
  readonly settings: Settings
  readonly goal: 'secure' | 'insecure'
  readonly isPaused: boolean
  /** What some workers may serve still, besides what the keys say. */
  readonly stale: readonly Served[]
  /** Whether all workers have acknowledged that they serve what the keys say. */
  readonly isAcknowledged: boolean
  readonly parent: Parent
  readonly caches: Caches
  /** How often each disturbance may happen yet, by label. */
  readonly left: Readonly<Record<string, number>>
}

/** A world in which everything that is served could have been asked for just now. */
export function settled(world: Omit<World, 'caches'> & { readonly caches?: Caches }): World {
  const { keys, goal, stale, settings, parent, caches = EMPTY_CACHES } = world
  const offered = [servedOf(keys, goal), ...stale]
  return {
    ...world,
    caches: filled(caches, {
      ds: { generations: parent, ttl: settings.parentTtl },
      keySets: { generations: offered.map(({ keySet }) => keySet), ttl: Math.min(settings.keyTtl, settings.validity) },
      data: { generations: offered.map(({ data }) => data), ttl: Math.min(settings.maxTtl, settings.validity) },
    }),
  }
}

/** The keys get into these states on disk: workers follow at moments of their own. */
export function flushed(world: World, keys: readonly RolloverKey[], change: Partial<World> = {}): World {
  const next = { ...world, keys, ...change }
  const before = servedOf(world.keys, world.goal)
  const isSame = sameServed(before, servedOf(next.keys, next.goal))
  const stale =
    isSame || world.stale.some((served) => sameServed(served, before)) ? world.stale : [...world.stale, before]
  return settled({ ...next, stale: [...stale].sort(compareServed), isAcknowledged: false })
}

/** Time goes by, for caches and for the zone's clock. */
export function afterTick(world: World): World {
  return settled({ ...world, keys: shifted(world, 1), caches: aged(world.caches) })
}

/** The clock of the server is set forward (positive) or back, and caches go by their own. */
export function afterClockStep(world: World, ticks: number): World {
  return { ...world, keys: shifted(world, ticks) }
}

export function situationOf({ keys, settings, goal, isPaused }: World): RolloverSituation {
  const { policy, algorithms, maxTtl, validity, keyTtl } = settings
  return { keys, policy, algorithms, maxTtl, validity, keyTtl, goal, isPaused, now: NOW }
}

/** Equal for worlds that behave alike. */
export function worldText({
  keys,
  settings,
  goal,
  isPaused,
  stale,
  isAcknowledged,
  parent,
  caches,
  left,
}: World): string {
  const rest = [
    settings.name,
    goal,
    isPaused,
    stale,
    isAcknowledged,
    parent,
    caches.ds,
    caches.keySets,
    caches.data,
    left,
  ]
  return JSON.stringify([keys.map(keyText), rest])
}

/** What is in a key's text besides its records: its role, tag and algorithm are in its name. */
function keyText({ id, duty, dutySince, created, replaces, records }: RolloverKey): unknown[] {
  return [id, duty, NOW - dutySince, NOW - created, replaces ?? '', ...Object.values(records).map(statusText)]
}

function statusText({ state, since, served, ttl, seen }: RecordStatus): string {
  const sighting = seen === undefined ? '' : `${NOW - seen.at}/${seen.ttl}`
  return `${state[0]}${NOW - since},${served === undefined ? '' : NOW - served},${ttl},${sighting}`
}

/** The keys with everything that they remember `ticks` further back. */
function shifted({ keys, settings }: World, ticks: number): RolloverKey[] {
  const floor = NOW - memoryOf(settings)
  const shift = (time: number) => Math.max(floor, time - ticks)
  const shiftStatus = (status: RecordStatus): RecordStatus => ({
    ...status,
    since: shift(status.since),
    ...(status.served === undefined ? {} : { served: shift(status.served) }),
    ...(status.seen === undefined ? {} : { seen: { ...status.seen, at: shift(status.seen.at) } }),
  })
  return keys.map((key) => ({
    ...key,
    created: shift(key.created),
    dutySince: shift(key.dutySince),
    records: Object.fromEntries(
      Object.entries(key.records).map(([record, status]) => [record as KeyRecord, shiftStatus(status)]),
    ),
  }))
}

/** How far back anything can matter: the longest wait, the age at which a key is replaced, and room for the clock's steps. */
function memoryOf({ policy, maxTtl, keyTtl, parentTtl }: Settings): number {
  const longestTtl = Math.max(maxTtl, keyTtl, parentTtl, policy.parentDsTtl, LONGEST_TTL)
  const longestWait = longestTtl + Math.max(policy.publishSafety, policy.retireSafety)
  return Math.max(longestWait, policy.zskLifetime ?? 0, policy.kskLifetime ?? 0) + 1
}

/** Ticks: no setting of any scenario has a longer one, so that waits begun under others fit in. */
export const LONGEST_TTL = 3

function sameServed(one: Served, other: Served): boolean {
  return compareServed(one, other) === 0
}

function compareServed(one: Served, other: Served): number {
  const [first, second] = [one, other].map(({ keySet, data, asked }) => `${keySet} ${data} ${asked}`) as [
    string,
    string,
  ]
  return first < second ? -1 : first > second ? 1 : 0
}
