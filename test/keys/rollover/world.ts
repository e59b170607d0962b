/*
 * A zone, its workers, its parent and all caches at one moment. Time is ticks, and now is always the same number: a tick
 * moves everything that is remembered one further into the past, up to where nothing depends on its age any more. So worlds
 * that behave alike are equal, and there are finitely many.
 */
import type { RecordStatus, RolloverKey } from '../../../keys/rollover/key-state.ts'
import type { RolloverPolicy } from '../../../keys/rollover/policy.ts'
import type { RolloverSituation } from '../../../keys/rollover/step.ts'
import { type RecordTtls, ttlsOf } from '../../../keys/rollover/timers.ts'
import { aged, type Caches, EMPTY_CACHES, filled } from './caches.ts'
import type { Parent } from './parent.ts'
import type { TtlMemory } from './remembered-ttl.ts'
import { type Served, servedOf } from './served.ts'

export const NOW = 1000

/** What is configured, of the zone and of its parent; ticks. */
export interface Settings {
  readonly name: string
  readonly policy: RolloverPolicy
  readonly algorithms: readonly number[]
  readonly maxTtl: number
  readonly validity: number
  /** Of DNSKEY, CDS and CDNSKEY, where no record of the zone is to have a smaller one. */
  readonly keyTtl: number
  /** With which the parent serves the DS RRset. */
  readonly parentTtl: number
  /**
   * Whether the parent's DS RRset becomes what CDS asks for, or gets it besides what it has; or nobody looks at CDS, an
   * operator has it made what is asked for, and says so.
   */
  readonly manner: 'replace' | 'add' | 'by hand'
}

export interface World {
  readonly keys: readonly RolloverKey[]
  readonly settings: Settings
  readonly goal: 'secure' | 'insecure'
  readonly isPaused: boolean
  readonly largestTtl: TtlMemory
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
  const { stale, settings, parent, caches = EMPTY_CACHES } = world
  const offered = [servedOf(world), ...stale]
  return {
    ...world,
    caches: filled(caches, {
      ds: parent.map((ds) => [ds, settings.parentTtl]),
      keySets: offered.map(({ keySet, keyTtl }) => [keySet, keyTtl]),
      data: offered.map(({ data, dataTtl }) => [data, dataTtl]),
      asked: offered.flatMap(({ asked, keyTtl }) => (asked === undefined ? [] : [[asked, keyTtl] as const])),
    }),
  }
}

/** The world gets so on disk: workers follow at moments of their own. */
export function flushed(world: World, change: Partial<World>): World {
  const next = { ...world, ...change }
  const before = servedOf(world)
  const isSame = sameServed(before, servedOf(next))
  const isKnown = world.stale.some((served) => sameServed(served, before))
  const stale = isSame || isKnown ? world.stale : [...world.stale, before].sort(compareServed)
  const largestTtl = next.largestTtl.ttl < next.settings.maxTtl ? { ttl: next.settings.maxTtl } : next.largestTtl
  return settled({ ...next, stale, largestTtl, isAcknowledged: false })
}

/** How the largest TTL that caches may go by is remembered. */
export type Remember = (before: TtlMemory, maxTtl: number, now: number) => TtlMemory

/** All workers serve what is on disk, with the TTLs that are configured. */
export function acknowledged(world: World, keys: World['keys'], remember: Remember): World {
  const largestTtl = remember(world.largestTtl, world.settings.maxTtl, NOW)
  return settled({ ...world, keys, largestTtl, stale: [], isAcknowledged: true })
}

/** Time goes by, for caches and for the zone's clock. */
export function afterTick(world: World, remember: Remember): World {
  const later = afterClockStep(world, 1)
  const { largestTtl, settings } = later
  const remembered = world.isAcknowledged ? remember(largestTtl, settings.maxTtl, NOW) : largestTtl
  return settled({ ...later, largestTtl: remembered, caches: aged(world.caches) })
}

/** The clock of the server is set forward (positive) or back, and caches go by their own. */
export function afterClockStep(world: World, ticks: number): World {
  const floor = NOW - memoryOf(world)
  const shift = (time: number) => Math.max(floor, time - ticks)
  const { ttl, until } = world.largestTtl
  return {
    ...world,
    keys: world.keys.map((key) => shiftedKey(key, shift)),
    largestTtl: until === undefined ? { ttl } : { ttl, until: shift(until) },
  }
}

export function situationOf({ keys, settings, goal, isPaused, largestTtl }: World): RolloverSituation {
  const { policy, algorithms, validity, keyTtl } = settings
  const maxTtl = Math.max(settings.maxTtl, largestTtl.ttl)
  return { keys, policy, algorithms, maxTtl, validity, keyTtl: Math.min(keyTtl, maxTtl), goal, isPaused, now: NOW }
}

export function ttlsOfWorld(world: World): RecordTtls {
  return ttlsOf(situationOf(world))
}

/** Equal for worlds that behave alike. */
export function worldText(world: World): string {
  const { stale, isAcknowledged, parent, caches, left } = world
  const { ds, keySets, data, asked } = caches
  return statesText(world) + JSON.stringify([isAcknowledged, stale, parent, ds, keySets, data, asked, left])
}

/**
 * Equal for worlds in which the machine decides alike. Of records that nothing is waited for with, no times count, nor those
 * of duties but where they decide how old a key may get; of when keys were made, the order counts.
 */
export function statesText({ keys, settings, goal, isPaused, largestTtl }: World): string {
  const made = [...new Set(keys.map(({ created }) => created))].sort()
  const texts = keys.map((key) => keyText(key, made.indexOf(key.created), settings.policy))
  const { ttl, until } = largestTtl
  return `${settings.name} ${goal} ${isPaused} ${ttl} ${until === undefined ? '' : until - NOW} ${texts.join(' ')}`
}

/** Its role, tag and algorithm are in its name. */
function keyText(key: RolloverKey, order: number, { zskLifetime, kskLifetime }: RolloverPolicy): string {
  const { id, role, duty, dutySince, replaces, isCompromised, records } = key
  const { dnskey, krrsig, zrrsig, ds } = records
  const isAging = duty === 'active' && (role === 'zsk' ? zskLifetime : kskLifetime) !== undefined
  const states = `${statusText(dnskey)};${statusText(krrsig)};${statusText(zrrsig)};${statusText(ds)}`
  return `${id},${duty},${isAging ? NOW - dutySince : ''},${replaces ?? ''},${isCompromised ?? ''},${order},${states}`
}

export function statusText(status: RecordStatus | undefined): string {
  if (status === undefined) return ''
  const { state, since, served, ttl, seen } = status
  if (state === 'hidden' || state === 'omnipresent') return `${state[0]}${served === undefined}`
  const sighting = seen === undefined ? '' : `${NOW - seen.at}/${seen.ttl}`
  return `${state[0]}${served === undefined ? `?${NOW - since}` : NOW - served},${ttl},${sighting}`
}

/** The key with all that is remembered of it at other times. */
function shiftedKey(key: RolloverKey, shift: (time: number) => number): RolloverKey {
  const shiftStatus = (status: RecordStatus): RecordStatus => ({
    ...status,
    since: shift(status.since),
    ...(status.served === undefined ? {} : { served: shift(status.served) }),
    ...(status.seen === undefined ? {} : { seen: { ...status.seen, at: shift(status.seen.at) } }),
  })
  const records = Object.fromEntries(Object.entries(key.records).map(([record, each]) => [record, shiftStatus(each)]))
  return { ...key, created: shift(key.created), dutySince: shift(key.dutySince), records }
}

/** How far back anything can matter: the longest wait, the age at which a key is replaced, and room for the clock's steps. */
function memoryOf({ settings: { policy } }: World): number {
  const longestWait = 2 * LONGEST_TTL + Math.max(policy.publishSafety, policy.retireSafety)
  return Math.max(longestWait, policy.zskLifetime ?? 0, policy.kskLifetime ?? 0)
}

/** Ticks: no setting of any scenario has a longer one, so that waits begun under others fit in. */
export const LONGEST_TTL = 3

function sameServed(one: Served, other: Served): boolean {
  return compareServed(one, other) === 0
}

function compareServed(one: Served, other: Served): number {
  const [first, second] = [one, other].map(
    ({ keySet, data, asked, keyTtl, dataTtl }) => `${keySet} ${data} ${asked} ${keyTtl} ${dataTtl}`,
  ) as [string, string]
  return first < second ? -1 : first > second ? 1 : 0
}
