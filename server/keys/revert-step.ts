import type { StoredKeySet } from '../../keys/key-store.ts'
import { applyTransitions } from '../../keys/rollover/apply.ts'
import { takeBackSteps } from '../../keys/rollover/take-back.ts'
import { ttlsOf } from '../../keys/rollover/timers.ts'
import type { SigningConfiguration } from '../configuration/types.ts'
import { nameOf } from './change-summary.ts'
import { type KeySetPlan, situationOf, withStates } from './zone-rollover.ts'

/** Takes back a step that was served and failed its check (take-back.ts). Nothing goes on before somebody says so. */
export function revertPlan(
  { zone, entry }: KeySetPlan,
  current: StoredKeySet,
  { signing, fault, nowSeconds: at }: { signing: SigningConfiguration; fault: string; nowSeconds: number },
): KeySetPlan {
  const transitions = takeBackSteps(entry?.transitions ?? [], current.keys)
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
