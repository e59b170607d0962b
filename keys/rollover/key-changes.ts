/*
 * What policy, age and configured algorithms ask of a zone's keys: which are to be made, to take over, to retire, to go.
 * The rules (rules.ts) see to the order in which their records follow.
 */
import { isKeySigning, type KeyRole } from '../key-role.ts'
import { RECORDS_OF_ROLE, type RolloverKey } from './key-state.ts'
import type { RolloverPolicy } from './policy.ts'
import { is, signsKeysEverywhere } from './record-states.ts'
import type { KeyChange, RolloverSituation } from './step.ts'

/** A change that the policy will ask for by itself, and when, Unix seconds. */
export interface UpcomingChange {
  readonly at: number
  readonly change: KeyChange
}

/**
 * What is to change now, all of it together and before the next step; nothing while the rollover is paused or the clock not to
 * be trusted, and nothing but the removal of keys that nobody has any more where the zone is to become insecure. No algorithm
 * at all is an error of the caller, and changes nothing. Callers apply the changes (apply.ts) and ask again until there is
 * none, which takes a few rounds.
 */
export function keyChanges(all: RolloverSituation): KeyChange[] {
  if (all.isPaused || all.isClockHeld) return []
  const situation = withoutForeign(all)
  const { algorithms } = situation
  const gone = all.keys.filter(isGone).map(({ id }): KeyChange => ({ kind: 'remove', key: id }))
  if (situation.goal === 'insecure' || algorithms.length === 0) return gone
  return [
    ...[...new Set(algorithms)].flatMap((algorithm) => changesOfAlgorithm(situation, algorithm)),
    ...situation.keys
      .filter((key) => !algorithms.includes(key.algorithm) && key.duty !== 'retired')
      .map((key): KeyChange => ({ kind: 'duty', key: key.id, duty: 'retired' })),
    ...gone,
  ]
}

/** What the policy will ask for by age alone, earliest first: what it asks for now is not in it. */
export function upcomingChanges(all: RolloverSituation): UpcomingChange[] {
  const situation = withoutForeign(all)
  const { keys, algorithms, policy, goal, now } = situation
  if (goal === 'insecure') return []
  return keys
    .filter((key) => algorithms.includes(key.algorithm) && isCurrent(key, keys) && isRoleWanted(key.role, policy))
    .flatMap((key) => {
      const at = successionTime(key, situation)
      return at === undefined || at <= now ? [] : succession(key, situation).map((change) => ({ at, change }))
    })
    .sort((a, b) => a.at - b.at)
}

/** Without the keys of other signers, which the policy has nothing to say about. */
export function withoutForeign(situation: RolloverSituation): RolloverSituation {
  return { ...situation, keys: situation.keys.filter(({ isForeign }) => isForeign !== true) }
}

/**
 * Whether a key may take over: what the signatures of the zone or the parent's DS point to is everywhere, and the parent may
 * be asked for its DS.
 */
export function isReady(key: RolloverKey, { isBackedUp }: Pick<RolloverSituation, 'isBackedUp'>): boolean {
  if (!isKeySigning(key.role)) return is(key, 'dnskey', 'omnipresent')
  return signsKeysEverywhere(key) && (isBackedUp === undefined || isBackedUp(key))
}

/** The key that is to take over from an active one: it is made, and active in all but what it waits for. */
export function successorOf({ id }: RolloverKey, keys: readonly RolloverKey[]): RolloverKey | undefined {
  return keys.find((key) => key.replaces === id && key.duty === 'active')
}

/** Whether a key is active and does not wait for a predecessor to retire. */
export function isCurrent(key: RolloverKey, keys: readonly RolloverKey[]): boolean {
  return key.duty === 'active' && keys.find(({ id }) => id === key.replaces)?.duty !== 'active'
}

/** The standby key that would take over from a key. */
export function standbyFor({ role, algorithm }: RolloverKey, situation: RolloverSituation): RolloverKey | undefined {
  const { keys } = situation
  const standbys = keys.filter((key) => key.role === role && key.algorithm === algorithm && key.duty === 'standby')
  return standbys.find((key) => isReady(key, situation)) ?? standbys[0]
}

/** What makes one key take over from others, at one moment. */
export function takeOver(successor: RolloverKey, predecessors: readonly RolloverKey[]): KeyChange[] {
  const replaces = successor.replaces ?? predecessors[0]?.id
  return [
    { kind: 'duty', key: successor.id, duty: 'active', ...(replaces === undefined ? {} : { replaces }) },
    ...predecessors.map(({ id }): KeyChange => ({ kind: 'duty', key: id, duty: 'retired' })),
  ]
}

/** What gives an active key a successor: a standby key, which takes over now if it is ready, or a new key. */
export function succession(key: RolloverKey, situation: RolloverSituation): KeyChange[] {
  const standby = standbyFor(key, situation)
  if (standby !== undefined) {
    return takeOver({ ...standby, replaces: key.id }, isReady(standby, situation) ? [key] : [])
  }
  const { role, algorithm, id } = key
  return [{ kind: 'make', role, algorithm, duty: 'active', replaces: id }]
}

function changesOfAlgorithm(situation: RolloverSituation, algorithm: number): KeyChange[] {
  const { keys, policy } = situation
  const ofAlgorithm = keys.filter((key) => key.algorithm === algorithm)
  const roles = rolesOf(policy)
  return firstOfEachKey([
    ...roles.flatMap((role) => missingKey(role, algorithm, ofAlgorithm)),
    ...roleChange(ofAlgorithm, situation),
    ...ofAlgorithm.flatMap((key) => replacement(key, situation)),
    ...roles.flatMap((role) => standbyKeys(role, algorithm, situation)),
  ])
}

/** A standby key that takes over just now does not retire because no standby key is wanted. */
function firstOfEachKey(changes: readonly KeyChange[]): KeyChange[] {
  return changes.filter(
    (change, index) =>
      change.kind === 'make' ||
      !changes.slice(0, index).some((before) => before.kind !== 'make' && before.key === change.key),
  )
}

/** Where no key of a role is active: the standby one, or one that retires and that nothing has replaced, or a new one. */
function missingKey(role: KeyRole, algorithm: number, keys: readonly RolloverKey[]): KeyChange[] {
  const ofRole = keys.filter((key) => key.role === role)
  if (ofRole.some(({ duty }) => duty === 'active')) return []
  const standby = ofRole.find(({ duty }) => duty === 'standby')
  const returning = ofRole.find(
    (key) => !isGone(key) && key.isCompromised !== true && !keys.some(({ replaces }) => replaces === key.id),
  )
  const found = standby ?? returning
  if (found !== undefined) return [{ kind: 'duty', key: found.id, duty: 'active' }]
  const replaces = predecessorAcrossRoles(role, keys)?.id
  return [{ kind: 'make', role, algorithm, duty: 'active', replaces }]
}

/** Of which key a first key of a role takes over the signatures of the zone, or, a KSK, the DS. */
function predecessorAcrossRoles(role: KeyRole, keys: readonly RolloverKey[]): RolloverKey | undefined {
  return keys.find((key) => key.role === (role === 'csk' ? 'zsk' : 'csk') && isCurrent(key, keys))
}

/** From one key that signs everything to two, or back: once all that take over are ready, the others retire. */
function roleChange(keys: readonly RolloverKey[], situation: RolloverSituation): KeyChange[] {
  const { policy } = situation
  const unwanted = keys.filter((key) => key.duty !== 'retired' && !isRoleWanted(key.role, policy))
  if (unwanted.length === 0) return []
  const successors = rolesOf(policy).map((role) =>
    keys.find((key) => key.role === role && key.duty === 'active' && isReady(key, situation)),
  )
  if (!successors.every((key) => key !== undefined)) return []
  return [
    ...successors.map(({ id }): KeyChange => ({ kind: 'duty', key: id, duty: 'active' })),
    ...unwanted.map(({ id }): KeyChange => ({ kind: 'duty', key: id, duty: 'retired' })),
  ]
}

/** Whether the policy wants keys of a role. */
export function isRoleWanted(role: KeyRole, policy: RolloverPolicy): boolean {
  return rolesOf(policy).includes(role)
}

/** A successor takes over as soon as it is ready; an active key that is old enough gets one. */
function replacement(key: RolloverKey, situation: RolloverSituation): KeyChange[] {
  const { keys, policy, now } = situation
  if (!isCurrent(key, keys) || !isRoleWanted(key.role, policy)) return []
  const successor = successorOf(key, keys)
  if (successor !== undefined) return isReady(successor, situation) ? takeOver(successor, [key]) : []
  const at = successionTime(key, situation)
  if (at === undefined || now < at) return []
  const standby = standbyFor(key, situation)
  return standby === undefined || isReady(standby, situation) ? succession(key, situation) : []
}

/**
 * When a key gets its successor: a standby key takes over when it is too old, a new one has to be published before that
 * (Ipub, RFC 7583 §3.2.1).
 */
function successionTime(key: RolloverKey, situation: RolloverSituation): number | undefined {
  const { keys, policy, keyTtl } = situation
  const lifetime = key.role === 'zsk' ? policy.zskLifetime : policy.kskLifetime
  if (lifetime === undefined || successorOf(key, keys) !== undefined) return undefined
  const ahead = standbyFor(key, situation) === undefined ? keyTtl + policy.publishSafety : 0
  return key.dutySince + Math.max(lifetime - ahead, 0)
}

/** One standby key where the policy wants any; none where it does not. */
function standbyKeys(role: KeyRole, algorithm: number, { keys, policy }: RolloverSituation): KeyChange[] {
  const standbys = keys.filter((key) => key.role === role && key.algorithm === algorithm && key.duty === 'standby')
  const isStandbyWanted = (role !== 'ksk' && policy.standbyZsk) || (role !== 'zsk' && policy.standbyKsk)
  if (!isStandbyWanted) return standbys.map(({ id }): KeyChange => ({ kind: 'duty', key: id, duty: 'retired' }))
  return standbys.length > 0 ? [] : [{ kind: 'make', role, algorithm, duty: 'standby', replaces: undefined }]
}

function isGone(key: RolloverKey): boolean {
  return key.duty === 'retired' && RECORDS_OF_ROLE[key.role].every((record) => is(key, record, 'hidden'))
}

/** The roles whose keys the policy wants. */
function rolesOf({ isCombined }: RolloverPolicy): readonly KeyRole[] {
  return isCombined ? ['csk'] : ['ksk', 'zsk']
}
