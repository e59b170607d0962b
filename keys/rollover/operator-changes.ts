/*
 * What an operator may ask of a zone's keys besides what the policy does by itself. Emergencies: emergency.ts.
 */
import type { KeyRole } from '../key-role.ts'
import { isCurrent, isRoleWanted, succession, successorOf, withoutForeign } from './key-changes.ts'
import type { RolloverKey } from './key-state.ts'
import type { KeyChange, RolloverSituation } from './step.ts'

/** What is to change; or why nothing can, a sentence for the operator. */
export type OperatorChange =
  | { readonly changes: readonly KeyChange[]; readonly refused?: undefined }
  | { readonly refused: string }

/** Which keys a command is about; what is left out restricts nothing. */
export interface KeySelection {
  readonly role?: KeyRole
  readonly algorithm?: number
  readonly keyTag?: number
}

/** A new key for each selected one that is in use; where there is a standby key, it takes over. */
export function rollKey(all: RolloverSituation, selection: KeySelection): OperatorChange {
  const situation = withoutForeign(all)
  const { keys, goal, policy, algorithms } = situation
  if (goal === 'insecure') return { refused: 'The zone is to become insecure, and gets no new keys.' }
  const selected = keys.filter((key) => isSelected(key, selection) && isCurrent(key, keys))
  if (selected.length === 0) return { refused: 'No key that is in use fits that.' }
  const leaving = selected.find((key) => !algorithms.includes(key.algorithm) || !isRoleWanted(key.role, policy))
  if (leaving !== undefined) {
    return {
      refused: `Key ${leaving.keyTag} is being replaced already: the configuration asks for keys of another kind.`,
    }
  }
  for (const key of selected) {
    const successor = successorOf(key, keys)
    if (successor === undefined) continue
    return { refused: `Key ${key.keyTag} already has a successor, key ${successor.keyTag}.` }
  }
  return { changes: selected.flatMap((key) => succession(key, situation)) }
}

/**
 * Successors retire, and the keys that they were to replace are active again, from now on: the policy replaces them once
 * they are that old again. The way back takes what caches take, as the way there did: the rules see to it. It ends where
 * it would lead to a key that is gone, or that somebody else may have.
 */
export function cancelRoll(all: RolloverSituation, selection: KeySelection): OperatorChange {
  const { keys } = withoutForeign(all)
  const pairs = keys.flatMap((successor) => {
    if (successor.duty !== 'active' || !isSelected(successor, selection)) return []
    const predecessor = keys.find(({ id, role }) => id === successor.replaces && role === successor.role)
    return predecessor === undefined ? [] : [{ successor, predecessor }]
  })
  if (pairs.length === 0)
    return {
      refused:
        'No key of these is being replaced, so there is nothing to go back from; a move to another algorithm is called off in the configuration.',
    }
  const lost = pairs.find(({ predecessor }) => predecessor.isCompromised)
  if (lost !== undefined) {
    return { refused: `Key ${lost.predecessor.keyTag} was given up in an emergency, and is not used again.` }
  }
  return {
    changes: pairs.flatMap(({ successor, predecessor }): KeyChange[] => [
      { kind: 'duty', key: predecessor.id, duty: 'active' },
      { kind: 'duty', key: successor.id, duty: 'retired' },
    ]),
  }
}

/** The goal that takes the signatures off a zone: its DS records go first. */
export function goInsecure({ goal }: RolloverSituation): { readonly goal: 'insecure' } | { readonly refused: string } {
  return goal === 'insecure' ? { refused: 'The zone is to become insecure already.' } : { goal: 'insecure' }
}

/** The goal that signs a zone again, with the keys that it has. */
export function goSecure({ goal }: RolloverSituation): { readonly goal: 'secure' } | { readonly refused: string } {
  return goal === 'secure' ? { refused: 'The zone is signed, and is to stay so.' } : { goal: 'secure' }
}

function isSelected({ role, algorithm, keyTag }: RolloverKey, selection: KeySelection): boolean {
  return (
    (selection.role ?? role) === role &&
    (selection.algorithm ?? algorithm) === algorithm &&
    (selection.keyTag ?? keyTag) === keyTag
  )
}
