/*
 * Looks at the parents of zones, by itself and when asked: often while a roll waits for a parent, once a day else. A few
 * looks at a time go out by themselves, so that many zones make no flood, and nobody waits for a parent that is none of his.
 */
import type { SignedAnswers } from '../../keys/key-store.ts'
import type { ParentConfiguration, ZoneConfiguration } from '../configuration/types.ts'
import { coalesce } from '../in-turn.ts'
import { type MeasuredTtl, rememberMeasured } from '../keys/measured-ttl.ts'
import type { ParentObservation, ParentWatch } from '../keys/parent-sightings.ts'
import type { ParentNotification } from '../keys/rollover-protocol.ts'
import { type AwaitedKey, followLags, type Lags, lagAlarms, lagOf } from './lagging.ts'
import { type LookParts, type LookSettings, lookAtParent } from './look.ts'
import { createLookTurns, type DueLook, type LookTurns, parentKeyOf, withinTime } from './look-turns.ts'
import { anchorsOf, whyNotLook } from './may-look.ts'
import { markOutdated, rememberSigned } from './outdated.ts'
import { type ParentLook, wholeOf } from './parent-look.ts'
import { reportLook } from './parent-report.ts'
import { tellParent } from './tell-parent.ts'

/** A zone that is signed here, as it is now. */
export interface WatchedZone extends Pick<ZoneConfiguration, 'name' | 'apex' | 'views'> {
  readonly parent: ParentConfiguration
  /** Those that can have a DS. */
  readonly keys: readonly AwaitedKey[]
  /** What the store has of earlier looks. */
  readonly measured?: MeasuredTtl | undefined
  readonly signed?: SignedAnswers | undefined
}

export interface ParentWatchOptions {
  readonly parts: LookParts
  /** The names of all zones that are signed here, as they are now. */
  readonly names: () => readonly string[]
  readonly zone: (name: string) => WatchedZone | undefined
  /** Hears of each look; resolves once what follows from it has been done. */
  readonly note: (zone: string, observation: ParentObservation) => Promise<void>
  /** Hears what went wrong where nobody waits for it. */
  readonly onError: (error: unknown, zone: string) => void
  /** Runs something once, so many milliseconds from now; what it gives stops that. */
  readonly after: (milliseconds: number, run: () => void) => () => void
  /** From 0 to below 1. */
  readonly random: () => number
}

/** Seconds: to the first look of those that wait for the parent, and the interval that grows from there. */
const FIRST_INTERVAL = 60
const DAY = 86_400
/** However far away the next look is: a clock that jumps must not put it off for longer. */
const LONGEST_WAIT_MS = 60_000

/** Begins to watch. */
export function watchParents(options: ParentWatchOptions): ParentWatch {
  const watch: Watch = { ...options, states: new Map(), turns: createLookTurns(), cancel: () => {}, isStopped: false }
  follow(watch)
  return {
    look: async (name) => {
      const zone = watch.zone(name)
      if (zone !== undefined && whyNotLook(zone, zone.parent) === undefined) await stateOf(watch, name).look()
    },
    expect: (name) => {
      const zone = watch.zone(name)
      if (zone === undefined || whyNotLook(zone, zone.parent) !== undefined) return
      const state = stateOf(watch, name)
      state.interval = firstInterval(zone)
      state.nextAt = watch.parts.now() + state.interval
      schedule(watch)
      if (zone.parent.notify) state.tell().catch((error) => watch.onError(error, name))
    },
    follow: () => follow(watch),
    stop: () => {
      watch.isStopped = true
      watch.cancel()
    },
  }
}

interface Watch extends ParentWatchOptions {
  /** By zone. */
  readonly states: Map<string, ZoneState>
  readonly turns: LookTurns
  cancel: () => void
  isStopped: boolean
}

interface ZoneState {
  /** Unix seconds; undefined: nobody looks. */
  nextAt: number | undefined
  /** Seconds between looks while the parent is waited for. */
  interval: number
  /** What the parent goes by, as far as it is known. */
  parent: string
  /** Who holds things up, by the last look. */
  lags: Lags
  /** What was said last of a zone that nobody looks at. */
  whyNot: string | undefined
  notified: ParentNotification | undefined
  /** Look, and tell the parent of new CDS, now; whoever asks meanwhile gets the next run. */
  readonly look: () => Promise<void>
  readonly tell: () => Promise<void>
}

function follow(watch: Watch): void {
  const names = new Set(watch.names())
  for (const name of watch.states.keys()) if (!names.has(name)) watch.states.delete(name)
  for (const name of names) {
    const zone = watch.zone(name)
    if (zone !== undefined) plan(watch, zone)
  }
  schedule(watch)
}

/** Decides when the zone is looked at next, where that is not decided yet. */
function plan(watch: Watch, zone: WatchedZone): void {
  const state = stateOf(watch, zone.name)
  const whyNot = whyNotLook(zone, zone.parent)
  if (whyNot !== undefined) {
    state.nextAt = undefined
    if (state.whyNot !== whyNot) report(watch, zone.name, { mode: 'off', servers: [], problem: whyNot })
    state.whyNot = whyNot
    return
  }
  state.whyNot = undefined
  const now = watch.parts.now()
  const latest = now + (isWaiting(zone) ? Math.max(state.interval, firstInterval(zone)) : DAY)
  if (state.nextAt !== undefined && state.nextAt <= latest) return
  const isNew = state.nextAt === undefined
  if (isNew) state.parent = parentKeyOf(zone)
  state.nextAt = now + (isWaiting(zone) ? firstInterval(zone) : Math.ceil(DAY * watch.random()))
  if (isNew) report(watch, zone.name, { mode: 'check', servers: [], nextCheckAt: state.nextAt })
}

function schedule(watch: Watch): void {
  watch.cancel()
  if (watch.isStopped) return
  const now = watch.parts.now()
  // What is due, and has no room, begins when a look has ended.
  const isReady = watch.turns.next(dueLooks(watch)) !== undefined
  const times = [...watch.states.values()].flatMap(({ nextAt = now }) => (nextAt > now ? nextAt : []))
  const wait = isReady ? 0 : Math.min(LONGEST_WAIT_MS, (Math.min(...times) - now) * 1000)
  watch.cancel = watch.after(wait, () => tick(watch))
}

/** Begins looks at what is due, as far as there is room. */
function tick(watch: Watch): void {
  for (let due = dueLooks(watch), next = watch.turns.next(due); next !== undefined; next = watch.turns.next(due)) {
    const { zone } = next
    const state = stateOf(watch, zone)
    // Whatever becomes of this look, the next is not at once.
    state.nextAt = watch.parts.now() + FIRST_INTERVAL
    const run = watch.turns.run(next, state.look)
    void run.catch((error) => watch.onError(error, zone)).finally(() => tick(watch))
    due = due.filter((each) => each.zone !== zone)
  }
  schedule(watch)
}

/** Those that have waited longest first. */
function dueLooks(watch: Watch): DueLook[] {
  if (watch.isStopped) return []
  const now = watch.parts.now()
  return [...watch.states]
    .filter(([, { nextAt }]) => nextAt !== undefined && isDue(nextAt, now))
    .sort(([, a], [, b]) => a.nextAt! - b.nextAt!)
    .map(([zone, { parent }]) => ({ zone, parent }))
}

/** No look is put off for longer than a day: what seems to be was planned before the clock was set back. */
function isDue(at: number, now: number): boolean {
  return at <= now || at > now + DAY
}

function stateOf(watch: Watch, name: string): ZoneState {
  const known = watch.states.get(name)
  if (known !== undefined) return known
  const state: ZoneState = {
    ...{ nextAt: undefined, interval: 0, parent: name, lags: new Map(), whyNot: undefined },
    notified: undefined,
    look: coalesce(() => lookAt(watch, name, state)),
    tell: coalesce(() => tell(watch, name, state)),
  }
  watch.states.set(name, state)
  return state
}

async function lookAt(watch: Watch, name: string, state: ZoneState): Promise<void> {
  const before = watch.zone(name)
  if (before === undefined) {
    state.nextAt = undefined
    return
  }
  state.nextAt = watch.parts.now() + firstInterval(before)
  const { parts, end } = withinTime(watch.parts, watch.after)
  const found = await lookAtParent(before.apex, settingsOf(before), parts).finally(end)
  state.parent = parentKeyOf(before, found.parent)
  // Meanwhile keys may have come and gone, or the zone.
  const zone = watch.zone(name)
  if (zone === undefined || watch.isStopped) return
  const look = markOutdated(found, zone.keys, zone.signed)
  const signed = rememberSigned(zone.signed, look, zone.keys)
  const measured = rememberMeasured(zone.measured, { at: look.at, ttl: ttlIn(look), isWaiting: isWaiting(zone) })
  const whole = wholeOf(look, measured?.ttl ?? zone.parent.dsTtl)
  state.lags = followLags(state.lags, look, zone.keys)
  state.interval = Math.min(zone.parent.interval, Math.max(firstInterval(zone), 2 * state.interval))
  state.nextAt = look.at + (isWaiting(zone) ? state.interval : DAY)
  const known = { ...(whole && { whole }), ...(measured && { measured }), ...(signed && { signed }) }
  await watch.note(name, { ...observe(state, zone, look), ...known })
}

function observe({ nextAt, notified, lags }: ZoneState, zone: WatchedZone, look: ParentLook): ParentObservation {
  const alarms = isWaiting(zone) ? lagAlarms(lags, zone.name, look, zone.keys) : []
  return {
    ...reportLook(look, zone.keys, (server) => lagOf(lags, server)),
    ...(alarms.length > 0 && { alarms }),
    ...(nextAt === undefined ? {} : { nextCheckAt: nextAt }),
    ...(notified === undefined ? {} : { notified }),
  }
}

async function tell(watch: Watch, name: string, state: ZoneState): Promise<void> {
  const zone = watch.zone(name)
  if (zone !== undefined) state.notified = await tellParent(zone.apex, settingsOf(zone), watch.parts)
}

/** The largest TTL of a DS RRset that the look found. */
function ttlIn({ servers }: ParentLook): number | undefined {
  const ttls = servers.flatMap(({ ds, ttl }) => (ds.length > 0 ? (ttl ?? []) : []))
  return ttls.length === 0 ? undefined : Math.max(...ttls)
}

function settingsOf({ parent }: WatchedZone): LookSettings {
  return { ...parent, trustAnchors: anchorsOf(parent) }
}

function report(watch: Watch, zone: string, observation: ParentObservation): void {
  watch.note(zone, observation).catch((error) => watch.onError(error, zone))
}

function firstInterval({ parent }: WatchedZone): number {
  return Math.min(FIRST_INTERVAL, parent.interval)
}

/**
 * Whether the parent's DS of one of the keys is on its way, there or back: until caches have followed it may still change
 * its mind.
 */
function isWaiting({ keys }: WatchedZone): boolean {
  return keys.some(({ records: { ds } }) => ds?.state === 'rumoured' || ds?.state === 'unretentive')
}
