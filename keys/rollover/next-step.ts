/*
 * Which records of a zone's keys take a step now, and why each other one does not.
 */
import { applyTransitions } from './apply.ts'
import { type KeyRecord, RECORDS_OF_ROLE, type RecordState, type RolloverKey, type Transition } from './key-state.ts'
import { is, isServed } from './record-states.ts'
import { type BrokenRule, barrierAgainst, brokenRule } from './rule-check.ts'
import type { RolloverSituation, RolloverStep, Wait, WaitReason } from './step.ts'
import { timerOf, ttlsOf } from './timers.ts'

/**
 * All steps that may be taken now, in the order in which they are to be applied, and what stands in the way of others.
 * What is to be served or withdrawn is so as soon as the rules (rules.ts) and the order of a roll allow it; that caches
 * have followed is noted as soon as time has done its part (timers.ts). After these steps none is possible at the same
 * time. The order does not depend on that of the keys.
 *
 * A record that cannot go where it should may settle where it is, which is a matter of time alone: a signature that is to
 * be withdrawn and must not be yet becomes omnipresent, and then others may rely on it.
 *
 * Where signatures of the key set are made elsewhere, the steps are taken together if what they lead to is signed, else
 * those that lead to what is, one by one.
 *
 * Paused, or on a clock that is not to be trusted, nothing is done. Where the policy is manual, what time has done is noted
 * all the same, for it changes nothing that is served; all else waits: the same situation with `isManual: false` says what
 * `dnsctl key step` would do.
 */
export function nextStep(situation: RolloverSituation): RolloverStep {
  const { isSigned, ...unchecked } = situation
  const whole = takeSteps(unchecked)
  if (isSigned === undefined || isSigned(whole.keys)) return whole.step
  return takeSteps(situation).step
}

/** With `isSigned` each transition has to lead to what is signed. */
function takeSteps(situation: RolloverSituation): { step: RolloverStep; keys: readonly RolloverKey[] } {
  const transitions: Transition[] = []
  let keys: readonly RolloverKey[] = [...situation.keys].sort(byAge)
  while (haltOf(situation) === undefined) {
    const found = findStep({ ...situation, keys })
    if (found === undefined) break
    transitions.push(found)
    keys = after(found, { ...situation, keys })
  }
  return { step: { transitions, waits: findWaits({ ...situation, keys }) }, keys }
}

/** A step that a record is to take, or may in place of it. */
interface Intent {
  readonly transition: Transition
  readonly key: RolloverKey
  /** Whether the record is to go elsewhere, and may settle where it is until then. */
  readonly isSettling: boolean
}

/**
 * What is looked for first: what time has done, then what appears, so that what it replaces can leave in the same step.
 * Signatures and DS leave before the key that they need.
 */
const PHASES: readonly { readonly to: readonly RecordState[]; readonly isSettling: boolean }[] = [
  { to: ['omnipresent', 'hidden'], isSettling: false },
  { to: ['rumoured'], isSettling: false },
  { to: ['unretentive'], isSettling: false },
  { to: ['omnipresent', 'hidden'], isSettling: true },
]

function findStep(situation: RolloverSituation): Transition | undefined {
  const intents = intentsOf(situation)
  for (const phase of PHASES) {
    const ofPhase = intents.filter(
      ({ transition, isSettling }) => isSettling === phase.isSettling && phase.to.includes(transition.to),
    )
    if (phase.to.includes('unretentive')) ofPhase.sort(byAgeThenLastRecord)
    const found = ofPhase.find((intent) => refusalOf(intent, situation) === undefined)
    if (found !== undefined) return found.transition
  }
  return undefined
}

function findWaits(situation: RolloverSituation): Wait[] {
  const halt = haltOf(situation)
  return intentsOf(situation).flatMap((intent) => {
    const reason = halt ?? refusalOf(intent, situation)
    // Why a record cannot settle either says nothing more, but when it can.
    const isTold = reason !== undefined && !(intent.isSettling && (reason === halt || reason.kind === 'rule'))
    return isTold ? [{ ...intent.transition, reason }] : []
  })
}

/** Why nothing steps at all; undefined: nothing is in the way of all. */
function haltOf({ isPaused, isClockHeld }: RolloverSituation): WaitReason | undefined {
  return isPaused ? { kind: 'paused' } : isClockHeld ? { kind: 'clock' } : undefined
}

/** Where each record is to go from where it is; nothing of those that are where they should be. */
function intentsOf(situation: RolloverSituation): Intent[] {
  return situation.keys.flatMap((key) =>
    RECORDS_OF_ROLE[key.role].flatMap((record) => {
      const from = key.records[record]?.state ?? 'hidden'
      const [to, settled] = WAYS[isWanted(key, record, situation) ? 'omnipresent' : 'hidden'][from]
      const intent = (state: RecordState, isSettling: boolean): Intent => ({
        transition: { key: key.id, record, from, to: state },
        ...{ key, isSettling },
      })
      if (to === undefined) return []
      return settled === undefined ? [intent(to, false)] : [intent(to, false), intent(settled, true)]
    }),
  )
}

/** By goal and state: the next state, and the one in which it may settle until that is allowed. */
const WAYS: Readonly<
  Record<'omnipresent' | 'hidden', Record<RecordState, readonly [to?: RecordState, settled?: RecordState]>>
> = {
  omnipresent: {
    hidden: ['rumoured'],
    rumoured: ['omnipresent'],
    omnipresent: [],
    unretentive: ['rumoured', 'hidden'],
  },
  hidden: {
    hidden: [],
    rumoured: ['unretentive', 'omnipresent'],
    omnipresent: ['unretentive'],
    unretentive: ['hidden'],
  },
}

/** Whether a record is to be everywhere. What a zone that becomes insecure has stays until no DS is left anywhere. */
function isWanted(key: RolloverKey, record: KeyRecord, { goal }: RolloverSituation): boolean {
  const { duty, isForeign } = key
  if (goal === 'insecure' || duty === 'retired') return false
  // What another signer does with it stays as it was said to be.
  if (isForeign === true && record !== 'dnskey') return isServed(key, record)
  return duty === 'active' || record !== 'zrrsig'
}

/** Why a step must not be taken now; undefined: it may. */
function refusalOf(intent: Intent, situation: RolloverSituation): WaitReason | undefined {
  const { transition, key } = intent
  const { record, to } = transition
  if (to === 'omnipresent' || to === 'hidden') {
    const status = key.records[record]
    const timer = status === undefined ? undefined : timerOf(record, status, situation)
    return timer ?? ruleAgainst(transition, situation)
  }
  return (
    barrierAgainst(key, transition, situation) ?? ruleAgainst(transition, situation) ?? consentTo(transition, situation)
  )
}

/** What a step that changes what is served needs besides being right. */
function consentTo(transition: Transition, situation: RolloverSituation): WaitReason | undefined {
  const { isSigned, policy } = situation
  const isOfKeySet = transition.record !== 'zrrsig'
  if (isOfKeySet && isSigned !== undefined && !isSigned(after(transition, situation))) return { kind: 'bundle' }
  return policy.isManual ? { kind: 'manual' } : undefined
}

function after(transition: Transition, situation: RolloverSituation): RolloverKey[] {
  return applyTransitions(situation.keys, [transition], { now: situation.now, ttls: ttlsOf(situation) })
}

function ruleAgainst(transition: Transition, situation: RolloverSituation): WaitReason | undefined {
  const { keys, goal } = situation
  const broken = brokenRule(keys, after(transition, situation), goal, requiredFor(transition, situation))
  if (broken === undefined) return undefined
  const { rule, algorithm } = broken
  const others = keys.filter(
    (key) =>
      key.id !== transition.key && (algorithm === 0 || key.algorithm === algorithm) && isOnItsWay(key, situation),
  )
  return { kind: 'rule', rule, others: others.map(({ id }) => id) }
}

/**
 * A zone whose keys nobody knows how far they have spread breaks R2 and R3 as far as anybody can tell. It may move, but it
 * goes on being signed by the keys that it was signed by, and publishes them; and no DS is given up for one whose key may
 * not be found yet, unless somebody else may have the private key.
 */
function requiredFor({ key: id, record, to }: Transition, { keys }: RolloverSituation): BrokenRule | undefined {
  const { algorithm, records, isCompromised } = keys.find((key) => key.id === id)!
  if (to !== 'unretentive') return undefined
  if (record === 'ds') return isCompromised ? undefined : { rule: 'R2', algorithm }
  return record === 'zrrsig' || (record === 'dnskey' && records.zrrsig !== undefined)
    ? { rule: 'R3', algorithm }
    : undefined
}

function isOnItsWay(key: RolloverKey, situation: RolloverSituation): boolean {
  return RECORDS_OF_ROLE[key.role].some(
    (record) => !is(key, record, isWanted(key, record, situation) ? 'omnipresent' : 'hidden'),
  )
}

function byAge(a: RolloverKey, b: RolloverKey): number {
  return a.created - b.created || a.algorithm - b.algorithm || compareText(a.role, b.role) || compareText(a.id, b.id)
}

function byAgeThenLastRecord(a: Intent, b: Intent): number {
  if (a.key.id !== b.key.id) return byAge(a.key, b.key)
  const records = RECORDS_OF_ROLE[a.key.role]
  return records.indexOf(b.transition.record) - records.indexOf(a.transition.record)
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
