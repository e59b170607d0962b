import type { StoredKeySet } from '../../keys/key-store.ts'
import { applyTransitions } from '../../keys/rollover/apply.ts'
import type { RecordState, Transition } from '../../keys/rollover/key-state.ts'
import { ttlsOf } from '../../keys/rollover/timers.ts'
import type { SigningConfiguration } from '../configuration/types.ts'
import { nameOf } from './change-summary.ts'
import { type KeySetPlan, situationOf, withStates } from './zone-rollover.ts'

/**
 * Takes back a step that was served and failed its check. Caches may have some of it by now: what was served is withdrawn
 * (unretentive), what was withdrawn is served again (rumoured), and neither is taken for never having been. Nothing goes on
 * before somebody says so.
 */
export function revertPlan(
  { zone, entry }: KeySetPlan,
  current: StoredKeySet,
  { signing, fault, nowSeconds: at }: { signing: SigningConfiguration; fault: string; nowSeconds: number },
): KeySetPlan {
  const transitions = (entry?.transitions ?? []).flatMap((step) => reverseOf(step, current)).reverse()
  const ttls = ttlsOf(situationOf(current, signing, at))
  const keys = withStates(current.keys, applyTransitions(current.keys, transitions, { now: at, ttls }))
  const concerned = current.keys.filter(({ id }) => transitions.some(({ key }) => key === id)).map(nameOf)
  const what = `a step failed its check once it was served, and was taken back (${concerned.join(', ')}): ${fault}`
  const epoch = current.epoch + 1
  return {
    ...{ zone, before: current, isVisible: true },
    set: { ...current, epoch, keys, failure: { at, what } },
    entry: { at, epoch, by: 'check', what, transitions, changes: [] },
  }
}

/** What was taken for known of caches stays: nothing that is served depends on it. */
const REVERSED: Readonly<Partial<Record<RecordState, RecordState>>> = {
  rumoured: 'unretentive',
  unretentive: 'rumoured',
}

function reverseOf({ key: id, record, to: from }: Transition, { keys }: StoredKeySet): Transition[] {
  const to = REVERSED[from]
  const isStill = keys.find((key) => key.id === id)?.records[record]?.state === from
  return to === undefined || !isStill ? [] : [{ key: id, record, from, to }]
}
