/*
 * A zone, its workers, its parent and all caches at one moment. Time is ticks, and now is always the same number: a tick
 * moves everything that is remembered one further into the past, up to where nothing depends on its age any more. So worlds
 * that behave alike are equal, and there are finitely many.
 */
import type { RecordStatus, RolloverKey, Transition } from '../../../keys/rollover/key-state.ts'
import type { RolloverPolicy } from '../../../keys/rollover/policy.ts'
import type { RolloverSituation } from '../../../keys/rollover/step.ts'
import { type RecordTtls, ttlsOf } from '../../../keys/rollover/timers.ts'
import type { Caches } from './caches.ts'
import type { Parent } from './parent.ts'
import type { TtlMemory } from './remembered-ttl.ts'
import { type Served, servedOf, signedText } from './served.ts'

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
  /** Whether the keys that sign the key set are elsewhere, and bring their signatures as bundles. */
  readonly isOffline: boolean
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
  /** What another signer of the zone serves beside us. */
  readonly others: readonly Served[]
  readonly parent: Parent
  /** With which the parent serves the DS RRset, and the largest with which a look has found it, of those that are known of. */
  readonly parentTtl: number
  readonly seenTtl: number
  readonly caches: Caches
  /** What changed last of what is served: what is taken back if it does not verify. */
  readonly lastStep: readonly Transition[]
  /** By how many ticks the clock is ahead of the time that is believed, while nothing steps for that. */
  readonly clockAhead?: number
  /** What an offline key has signed last: the key set, and the DS RRset that CDS asks for. */
  readonly bundle?: string
  /** The keys as a backup has them. */
  readonly backup?: World['keys']
  /** How often each disturbance may happen yet, by label. */
  readonly left: Readonly<Record<string, number>>
}

/** The world gets so on disk: workers follow at moments of their own. */
export function flushed(world: World, change: Partial<World>): World {
  const next = { ...world, ...change }
  const before = servedOf(world)
  const isSame = sameServed(before, servedOf(next))
  const isKnown = world.stale.some((served) => sameServed(served, before))
  const stale = isSame || isKnown ? world.stale : [...world.stale, before].sort(compareServed)
  const largestTtl = next.largestTtl.ttl < next.settings.maxTtl ? { ttl: next.settings.maxTtl } : next.largestTtl
  // Whoever makes backups makes one whenever keys or what is served of them has changed.
  const isBackedUp = (world.left.restore ?? 0) > 0 && (!isSame || next.keys.length !== world.keys.length)
  const backup = isBackedUp ? { backup: next.keys } : {}
  return { ...next, stale, largestTtl, ...backup, isAcknowledged: false }
}

/** How the largest TTL that caches may go by is remembered. */
export type Remember = (before: TtlMemory, maxTtl: number, now: number) => TtlMemory

/** All workers serve what is on disk, with the TTLs that are configured. */
export function acknowledged(world: World, keys: World['keys'], remember: Remember): World {
  const largestTtl = remember(world.largestTtl, world.settings.maxTtl, NOW)
  return { ...world, keys, largestTtl, stale: [], isAcknowledged: true }
}

/** The clock of the server is set forward (positive) or back, and caches go by their own. */
export function afterClockStep(world: World, ticks: number): World {
  return {
    ...world,
    keys: world.keys.map((key) => shiftedKey(key, ticks)),
    largestTtl: shiftedTtl(world.largestTtl, ticks),
  }
}

export function shiftedTtl({ ttl, until }: TtlMemory, ticks: number): TtlMemory {
  return until === undefined ? { ttl } : { ttl, until: until - ticks }
}

export function situationOf(world: World): RolloverSituation {
  const { keys, settings, goal, isPaused, largestTtl, bundle, clockAhead } = world
  const { policy, algorithms, validity, keyTtl } = settings
  const maxTtl = Math.max(settings.maxTtl, largestTtl.ttl)
  const signed = settings.isOffline ? [bundle, signedText(servedOf(world))] : []
  const isSigned: RolloverSituation['isSigned'] = (states) =>
    signed.includes(signedText(servedOf({ keys: states, goal, settings })))
  return {
    ...{ keys, policy, algorithms, maxTtl, validity, keyTtl: Math.min(keyTtl, maxTtl), goal, isPaused, now: NOW },
    ...(settings.isOffline && { isSigned }),
    ...(clockAhead !== undefined && { isClockHeld: true }),
  }
}

export function ttlsOfWorld(world: World): RecordTtls {
  return ttlsOf(situationOf(world))
}

/** Equal for records that nothing can tell apart. */
export function statusText(status: RecordStatus | undefined): string {
  if (status === undefined) return ''
  const { state, since, served, ttl, seen } = status
  if (state === 'hidden' || state === 'omnipresent') return `${state[0]}${ttl}`
  const sighting = seen === undefined ? '' : `${NOW - seen.at}/${seen.ttl}`
  return `${state[0]}${served === undefined ? `?${NOW - since}` : NOW - served},${ttl},${sighting}`
}

/** The key with everything that is remembered of it so many ticks further in the past. */
export function shiftedKey(key: RolloverKey, ticks: number): RolloverKey {
  const shift = (time: number) => time - ticks
  const shiftStatus = (status: RecordStatus): RecordStatus => ({
    ...status,
    since: shift(status.since),
    ...(status.served === undefined ? {} : { served: shift(status.served) }),
    ...(status.seen === undefined ? {} : { seen: { ...status.seen, at: shift(status.seen.at) } }),
  })
  const records = Object.fromEntries(Object.entries(key.records).map(([record, each]) => [record, shiftStatus(each)]))
  return { ...key, dutySince: shift(key.dutySince), records }
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
