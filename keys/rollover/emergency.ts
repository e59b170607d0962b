/*
 * A key that somebody else may have: how it is replaced, and what that costs.
 */
import { servingSteps, withdrawingSteps } from './direct-steps.ts'
import { isCurrent, isReady, standbyFor, successorOf, takeOver, withoutForeign } from './key-changes.ts'
import { type KeyRecord, RECORDS_OF_ROLE, type RolloverKey, type Transition } from './key-state.ts'
import { hasNoDs, is, isServed, signsKeysEverywhere } from './record-states.ts'
import type { KeyChange, RolloverSituation } from './step.ts'
import { ttlsOf } from './timers.ts'

/**
 * `continuity`: the key goes as in any roll, at once where a standby key is ready, and no validator rejects anything.
 * `security`: it goes at once, whatever caches have; who has the one and not the other rejects answers until the TTL ends.
 */
export type EmergencyManner = 'continuity' | 'security'

export interface Emergency {
  readonly manner: EmergencyManner
  readonly changes: readonly KeyChange[]
  /** Seconds for which validators may reject answers, at most; where the parent has a part in it, after it has acted. */
  readonly bogusSeconds: number
  /** Whether that, and the end of forgeries, wait for the parent to take the new DS and drop the old one. */
  readonly needsParent: boolean
  /** Seconds for which somebody who has the key can forge answers; where the parent has a part in it, after it has acted. */
  readonly forgeableSeconds: number
}

/**
 * What giving up a key asks for. With `security`, apply the changes, the keys that they make included, then
 * `forcedTransitions`, then go on as ever.
 */
export function emergency(
  all: RolloverSituation,
  id: string,
  manner: EmergencyManner,
): Emergency | { readonly refused: string } {
  const situation = withoutForeign(all)
  const bad = situation.keys.find((key) => key.id === id)
  if (bad === undefined) return { refused: 'There is no such key here.' }
  const isForced = manner === 'security'
  if (isForced && !isReplaceable(bad, situation)) {
    return {
      refused: `No key could take the place of key ${bad.keyTag} at once, and validators hold the zone to its DS: they would reject everything. \`--continuity\` gives the key up as soon as it can go.`,
    }
  }
  const { sooner, later } = giveUp(bad, situation)
  const costs = costsOf(bad, situation)
  return {
    manner,
    changes: isForced ? sooner : later,
    bogusSeconds: isForced ? costs.bogusSeconds : 0,
    needsParent: costs.needsParent,
    forgeableSeconds: isForced ? costs.forgeableSeconds : costs.forgeableSeconds + costs.continuitySeconds,
  }
}

/**
 * The steps that `security` takes against the rules, once the changes are applied: everything of the key is withdrawn, and
 * of its successor all is served that may be out there of the key; and where that leaves nobody to sign, or no DS, what
 * keys that are in use have of it, such as one whose roll was cancelled. In the order in which they are to be applied: after
 * them the zone is signed, even if nothing steps any further.
 */
export function forcedTransitions(all: RolloverSituation, id: string): Transition[] {
  const { keys } = withoutForeign(all)
  const bad = keys.find((key) => key.id === id)
  if (bad === undefined) return []
  const others = keys.filter((key) => key !== bad && key.algorithm === bad.algorithm)
  const successors = others.filter((key) => key.replaces === id && key.duty === 'active')
  const lost = RECORDS_OF_ROLE[bad.role].filter(
    (record) =>
      isServed(bad, record) &&
      !others.some((key) => isServed(key, record) || (successors.includes(key) && key.records[record] !== undefined)),
  )
  const inUse = others.filter((key) => isCurrent(key, keys) && lost.some((record) => key.records[record] !== undefined))
  // What signs is published.
  const isNeeded = ({ record }: Transition): boolean => record === 'dnskey' || lost.includes(record)
  return [
    ...successors.flatMap((key) =>
      servingSteps(key, RECORDS_OF_ROLE[key.role]).filter(({ record }) => !is(bad, record, 'hidden')),
    ),
    ...inUse.flatMap((key) => servingSteps(key, RECORDS_OF_ROLE[key.role]).filter(isNeeded)),
    ...withdrawingSteps(bad, RECORDS_OF_ROLE[bad.role]),
  ]
}

/**
 * Whether others serve, or can from now on, what would be missing without the key: one whose algorithm leaves, or the
 * last one of a zone that is to become insecure, has nobody to follow it.
 */
function isReplaceable(bad: RolloverKey, { keys, goal }: RolloverSituation): boolean {
  if (hasNoDs(keys) || (bad.duty === 'active' && goal === 'secure')) return true
  const others = keys.filter((key) => key !== bad && key.algorithm === bad.algorithm)
  const canServe = (key: RolloverKey, record: KeyRecord): boolean =>
    isServed(key, record) || (isCurrent(key, keys) && key.records[record] !== undefined)
  return RECORDS_OF_ROLE[bad.role].every(
    (record) => !isServed(bad, record) || others.some((key) => canServe(key, record)),
  )
}

/** The changes that take the key out of use at once, and those that wait until another one is ready. */
function giveUp(bad: RolloverKey, situation: RolloverSituation): { sooner: KeyChange[]; later: KeyChange[] } {
  const { id, role, algorithm } = bad
  const leave: KeyChange = { kind: 'duty', key: id, duty: 'retired', isCompromised: true }
  const stay: KeyChange = { kind: 'duty', key: id, duty: 'active', isCompromised: true }
  const isInUse = bad.duty === 'active' && situation.goal === 'secure'
  const predecessor = situation.keys.find((key) => key.id === bad.replaces)
  // Nothing depends on a key that has not taken over yet, that stands by, or that is leaving.
  if (!isInUse || predecessor?.duty === 'active') return { sooner: [leave], later: [leave] }
  const young = successorOf(bad, situation.keys) ?? standbyFor(bad, situation)
  if (young === undefined) {
    const make: KeyChange = { kind: 'make', role, algorithm, duty: 'active', replaces: id }
    return { sooner: [make, leave], later: [make, stay] }
  }
  const [takesOver] = takeOver({ ...young, replaces: id }, [])
  const isAtOnce = isReady(young, situation)
  return { sooner: [takesOver!, leave], later: [takesOver!, isAtOnce ? leave : stay] }
}

/** What it costs to take a key out at once, and how much longer it can be misused otherwise. */
function costsOf(bad: RolloverKey, situation: RolloverSituation) {
  const { keys, policy } = situation
  const ttls = ttlsOf(situation)
  const young = successorOf(bad, keys) ?? keyInUse(bad, keys) ?? standbyFor(bad, situation)
  const isYoungKnown = young !== undefined && is(young, 'dnskey', 'omnipresent')
  const isSecure = !hasNoDs(keys)
  // Whoever has its signatures finds no key for them; whoever has the old key set finds none for the new signatures.
  const unsigned = isSecure && !is(bad, 'zrrsig', 'hidden') ? Math.max(ttls.zone, isYoungKnown ? 0 : ttls.key) : 0
  const needsParent = !is(bad, 'ds', 'hidden')
  const isChained = keys.some(
    (key) => key !== bad && key.algorithm === bad.algorithm && signsKeysEverywhere(key) && is(key, 'ds', 'omnipresent'),
  )
  const unchained = needsParent && !isChained ? Math.max(ttls.ds, ttls.key) : 0
  const untilKnown = isYoungKnown ? 0 : ttls.key + policy.publishSafety
  const untilForgotten = is(bad, 'zrrsig', 'hidden') ? 0 : ttls.zone + policy.retireSafety
  return {
    bogusSeconds: Math.max(unsigned, unchained),
    needsParent,
    forgeableSeconds: needsParent ? ttls.ds : is(bad, 'dnskey', 'hidden') ? 0 : ttls.key,
    continuitySeconds: needsParent ? policy.retireSafety : untilKnown + untilForgotten,
  }
}

/** The key that is in use although the bad one may be still: its roll was cancelled, or is nearly over. */
function keyInUse({ id, role, algorithm }: RolloverKey, keys: readonly RolloverKey[]): RolloverKey | undefined {
  return keys.find((key) => key.id !== id && key.role === role && key.algorithm === algorithm && isCurrent(key, keys))
}
