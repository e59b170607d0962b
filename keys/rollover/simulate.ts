/*
 * A rollover on a virtual clock: what would happen, and when, if workers, parent and operator do what is asked of them.
 */
import { applyKeyChange, applyTransitions, type KeyName, noteServed, noteSighting } from './apply.ts'
import { type EmergencyManner, emergency, forcedTransitions } from './emergency.ts'
import { keyChanges, upcomingChanges } from './key-changes.ts'
import type { RolloverKey, Transition } from './key-state.ts'
import { nextStep } from './next-step.ts'
import { cancelRoll, type KeySelection, rollKey } from './operator-changes.ts'
import type { RolloverPolicy } from './policy.ts'
import type { KeyChange, RolloverSituation, Wait } from './step.ts'
import { lastingFrom, ttlsOf } from './timers.ts'

/** What is simulated. Times are Unix seconds. */
export interface Simulation {
  /**
   * Where it begins, and when. Of what waits for an operator, a pause, a clock, `manual`, a backup, a bundle, everything is
   * taken as done.
   */
  readonly start: RolloverSituation
  /** In order of time. */
  readonly events: readonly SimulatedEvent[]
  /** Seconds from a change of CDS until every server of the parent has followed; infinite: it never does. */
  readonly parentDelay: number
  /** The end, where policy goes on for ever. */
  readonly until: number
}

/** Something that somebody does. */
export type SimulatedEvent = { readonly at: number } & SimulatedAct

export type SimulatedAct =
  | { readonly kind: 'roll' | 'cancel'; readonly selection: KeySelection }
  | { readonly kind: 'emergency'; readonly key: string; readonly manner: EmergencyManner }
  | { readonly kind: 'algorithms'; readonly algorithms: readonly number[] }
  | { readonly kind: 'policy'; readonly policy: Partial<RolloverPolicy> }
  | { readonly kind: 'goal'; readonly goal: 'secure' | 'insecure' }

/** What happens at one time, all of it together. */
export interface SimulatedMoment {
  readonly at: number
  readonly acts: readonly SimulatedAct[]
  /** Why acts of this time came to nothing: sentences. */
  readonly refused: readonly string[]
  readonly changes: readonly KeyChange[]
  readonly transitions: readonly Transition[]
  /** After all that. Keys that do not exist yet have the ids `new-1`, `new-2`, and the key tags -1, -2. */
  readonly keys: readonly RolloverKey[]
  /** What is waited for after that. */
  readonly waits: readonly Wait[]
}

/**
 * Every state from the start on, until nothing is left to do or the end is reached; at most `MOST_MOMENTS`. Moments at which
 * nothing changes are left out, but the first.
 */
export function simulate({ start, events, parentDelay, until }: Simulation): SimulatedMoment[] {
  const { isBackedUp: _, isSigned: __, isClockHeld: ___, ...free } = start
  const run: Run = {
    situation: { ...free, isPaused: false, policy: { ...start.policy, isManual: false } },
    parentDelay,
    made: 0,
  }
  const moments: SimulatedMoment[] = []
  const ahead = [...events]
  for (let at: number | undefined = start.now; at !== undefined && at <= until; at = nextTime(run, ahead)) {
    run.situation = { ...run.situation, now: at }
    const acts = ahead.splice(0, countUntil(ahead, at))
    const moment = live(run, acts)
    if (moments.length === 0 || hasContent(moment)) moments.push(moment)
    if (moments.length >= MOST_MOMENTS) break
  }
  return moments
}

/** Lifetimes of seconds would go on for long. */
const MOST_MOMENTS = 10_000

/** A simulation as it runs. */
interface Run {
  situation: RolloverSituation
  readonly parentDelay: number
  made: number
}

/** What has happened at the present time so far. */
interface Happened {
  readonly changes: KeyChange[]
  readonly transitions: Transition[]
  readonly refused: string[]
}

function live(run: Run, acts: readonly SimulatedAct[]): SimulatedMoment {
  const happened: Happened = { changes: [], transitions: [], refused: [] }
  seeParent(run)
  for (const act of acts) perform(run, act, happened)
  const waits = settle(run, happened)
  return { at: run.situation.now, acts, ...happened, keys: run.situation.keys, waits }
}

/** Takes all changes and steps that the present time allows; a bound, for each of them leads on. */
function settle(run: Run, happened: Happened): readonly Wait[] {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const changes = keyChanges(run.situation)
    change(run, changes, happened)
    const { transitions, waits } = nextStep(run.situation)
    step(run, transitions, happened)
    setKeys(run, noteServed(run.situation.keys, run.situation.keys, run.situation.now))
    if (changes.length === 0 && transitions.length === 0) return waits
  }
  throw new Error('a rollover does not come to rest')
}

const MOST_ROUNDS = 100

function perform(run: Run, act: SimulatedAct, happened: Happened): void {
  const { situation } = run
  switch (act.kind) {
    case 'roll':
    case 'cancel': {
      const result = (act.kind === 'roll' ? rollKey : cancelRoll)(situation, act.selection)
      if (result.refused === undefined) change(run, result.changes, happened)
      else happened.refused.push(result.refused)
      return
    }
    case 'emergency': {
      const result = emergency(situation, act.key, act.manner)
      if ('refused' in result) {
        happened.refused.push(result.refused)
        return
      }
      change(run, result.changes, happened)
      if (act.manner === 'security') step(run, forcedTransitions(run.situation, act.key), happened)
      return
    }
    case 'algorithms':
      run.situation = { ...situation, algorithms: act.algorithms }
      return
    case 'policy':
      run.situation = { ...situation, policy: { ...situation.policy, ...act.policy } }
      return
    case 'goal':
      run.situation = { ...situation, goal: act.goal }
      return
  }
}

function change(run: Run, changes: readonly KeyChange[], happened: Happened): void {
  const { now } = run.situation
  for (const each of changes) {
    const made = each.kind === 'make' ? nextName(run) : undefined
    setKeys(run, applyKeyChange(run.situation.keys, each, { now, made }))
  }
  happened.changes.push(...changes)
}

function nextName(run: Run): KeyName {
  run.made++
  return { id: `new-${run.made}`, keyTag: -run.made }
}

function step(run: Run, transitions: readonly Transition[], happened: Happened): void {
  const { situation } = run
  setKeys(run, applyTransitions(situation.keys, transitions, { now: situation.now, ttls: ttlsOf(situation) }))
  happened.transitions.push(...transitions)
}

function setKeys(run: Run, keys: readonly RolloverKey[]): void {
  run.situation = { ...run.situation, keys }
}

/** The parent has done what it was asked for long enough ago. */
function seeParent(run: Run): void {
  const { keys, now, policy } = run.situation
  for (const key of keys) {
    if (!(dueAtParent(run, key) <= now)) continue
    const says = key.records.ds?.state === 'rumoured' ? 'present' : 'absent'
    const sighting = { key: key.id, says, at: now, ttl: policy.parentDsTtl, by: 'check' } as const
    setKeys(run, noteSighting(run.situation.keys, sighting, run.situation))
  }
}

/** When the parent is seen to have done what a key waits for, for good (timers.ts); infinite: it waits for nothing there. */
function dueAtParent({ parentDelay, situation }: Run, { records: { ds } }: RolloverKey): number {
  const isAwaited = (ds?.state === 'rumoured' || ds?.state === 'unretentive') && ds.seen === undefined
  return isAwaited ? Math.max(ds.since + parentDelay, lastingFrom(ds, situation)) : Number.POSITIVE_INFINITY
}

/** When something can happen next; undefined: never. */
function nextTime(run: Run, events: readonly SimulatedEvent[]): number | undefined {
  const { situation } = run
  const times = [
    ...nextStep(situation).waits.flatMap(({ reason }) => (reason.kind === 'time' ? [reason.until] : [])),
    ...situation.keys.map((key) => dueAtParent(run, key)),
    ...upcomingChanges(situation).map(({ at }) => at),
    ...events.slice(0, 1).map(({ at }) => at),
  ].filter((at) => at > situation.now && at < Number.POSITIVE_INFINITY)
  return times.length === 0 ? undefined : Math.min(...times)
}

function countUntil(events: readonly SimulatedEvent[], at: number): number {
  const index = events.findIndex((event) => event.at > at)
  return index < 0 ? events.length : index
}

function hasContent({ acts, changes, transitions }: SimulatedMoment): boolean {
  return acts.length > 0 || changes.length > 0 || transitions.length > 0
}
