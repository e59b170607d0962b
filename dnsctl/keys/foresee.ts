import { applyKeyChange, applyTransitions, noteServed, noteSighting } from '../../keys/rollover/apply.ts'
import { keyChanges } from '../../keys/rollover/key-changes.ts'
import type { RolloverKey, Transition } from '../../keys/rollover/key-state.ts'
import { nextStep } from '../../keys/rollover/next-step.ts'
import type { KeyChange, RolloverSituation, Wait } from '../../keys/rollover/step.ts'
import { ttlsOf } from '../../keys/rollover/timers.ts'
import type { RolloverReport } from '../../server/keys/rollover-protocol.ts'

/** What comes next of a rollover, by the rules of the server, at the earliest. */
export interface Foresight {
  readonly moments: readonly ForeseenMoment[]
  /** Nothing is left to be done behind the last moment. */
  readonly isDone: boolean
  /** What has to come true for it, in the words behind `if`; undefined: nothing but time. */
  readonly assumes: string | undefined
}

export interface ForeseenMoment {
  /** Unix seconds. */
  readonly at: number
  readonly transitions: readonly Transition[]
  readonly changes: readonly KeyChange[]
  /** All keys that it is about: those after it, and those that it deletes. */
  readonly keys: readonly RolloverKey[]
}

/** A roll has a dozen moments; a policy that begins the next one at once must not go on for ever. */
const MOST_MOMENTS = 64
/** Rounds of changes and steps at one moment. */
const MOST_ROUNDS = 16

/** Lets the rollover go on from `now`, the parent following at once and every worker, with nobody to hold it up. */
export function foresee(report: RolloverReport, now: number): Foresight {
  const moments: ForeseenMoment[] = []
  const assumptions = new Set<string>(assumptionsOf(report.waits))
  let situation = situationOf(report, now)
  while (moments.length < MOST_MOMENTS) {
    const { keys, ...moment } = settle(situation)
    const gone = situation.keys.filter(({ id }) => !keys.some((key) => key.id === id))
    const hasEvents = moment.transitions.length > 0 || moment.changes.length > 0
    if (hasEvents) moments.push({ ...moment, keys: [...keys, ...gone] })
    situation = { ...situation, keys }
    const { waits } = nextStep(situation)
    for (const assumption of assumptionsOf(waits)) assumptions.add(assumption)
    const next = goOn(situation, waits)
    if (next === undefined) return { moments, isDone: waits.length === 0, assumes: phrase(assumptions) }
    situation = next
  }
  return { moments, isDone: false, assumes: phrase(assumptions) }
}

function situationOf(report: RolloverReport, now: number): RolloverSituation {
  const { keys, policy, times, goal } = report
  const algorithms = [...new Set(keys.filter(({ duty }) => duty !== 'retired').map(({ algorithm }) => algorithm))]
  return { keys, policy: { ...policy, isManual: false }, algorithms, ...times, goal, isPaused: false, now }
}

/** All that happens at one moment, served as soon as it is decided, and the keys after it. */
function settle(situation: RolloverSituation): ForeseenMoment {
  const { now } = situation
  const transitions: Transition[] = []
  const changes: KeyChange[] = []
  let keys = situation.keys
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const wanted = keyChanges({ ...situation, keys })
    for (const change of wanted) keys = applyKeyChange(keys, change, { now, made: nameless(keys.length) })
    const step = nextStep({ ...situation, keys })
    keys = applyTransitions(keys, step.transitions, { now, ttls: ttlsOf(situation) })
    keys = noteServed(keys, keys, now)
    transitions.push(...step.transitions)
    changes.push(...wanted)
    if (wanted.length === 0 && step.transitions.length === 0) break
  }
  return { at: now, transitions, changes, keys }
}

/** A key that is not made yet: `keyName` shows it as `new zsk`. */
function nameless(index: number): { readonly id: string; readonly keyTag: number } {
  return { id: `foreseen ${index}`, keyTag: -1 }
}

/** The situation at which something happens again; undefined: nothing more does. */
function goOn(situation: RolloverSituation, waits: readonly Wait[]): RolloverSituation | undefined {
  const { now } = situation
  let { keys } = situation
  for (const { key, reason } of waits) {
    if (reason.kind !== 'parent') continue
    const ttl = situation.policy.parentDsTtl
    keys = noteSighting(keys, { key, says: reason.expects, at: now, ttl, by: 'check' })
  }
  if (keys !== situation.keys) return { ...situation, keys }
  const ends = waits.flatMap(({ reason }) => (reason.kind === 'time' ? [reason.until] : []))
  return ends.length === 0 ? undefined : { ...situation, now: Math.min(...ends) }
}

function assumptionsOf(waits: readonly Wait[]): string[] {
  return waits.flatMap(({ reason }) => ASSUMPTIONS[reason.kind] ?? [])
}

const ASSUMPTIONS: Readonly<Partial<Record<Wait['reason']['kind'], string>>> = {
  parent: 'the parent follows at once',
  paused: 'it is resumed now',
  manual: 'each step is taken at once',
  bundle: 'what offline keys have to sign is brought at once',
  backup: 'a backup is made now',
}

function phrase(assumptions: ReadonlySet<string>): string | undefined {
  const all = [...assumptions]
  return all.length === 0 ? undefined : all.join(', and ')
}
