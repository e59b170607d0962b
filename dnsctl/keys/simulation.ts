import type { RolloverKey } from '../../keys/rollover/key-state.ts'
import { type SimulatedAct, type SimulatedMoment, simulate } from '../../keys/rollover/simulate.ts'
import type { RolloverSituation } from '../../keys/rollover/step.ts'
import { everyKey, longestRoll } from './foresee.ts'
import { type CacheView, cachesOver } from './simulated-caches.ts'

/** What is simulated; seconds. */
export interface SimulationWish {
  /** Undefined: what the policy does by itself. */
  readonly act: SimulatedAct | undefined
  /** Infinite: the parent never follows. */
  readonly parentDelay: number
  /** How long the policy is followed, where nothing is asked for. */
  readonly length: number
}

/** A roll on a virtual clock, and what caches make of it. */
export interface SimulatedRoll {
  readonly situation: RolloverSituation
  readonly parentDelay: number
  readonly moments: readonly SimulatedMoment[]
  /** All keys that it is about. */
  readonly keys: readonly RolloverKey[]
  readonly caches: readonly CacheView[]
  /** Nothing is left to be done behind the last moment. */
  readonly isDone: boolean
  /** Why what was asked for came to nothing. */
  readonly refused: string | undefined
}

/** Runs what is wished for until it is done, or for as long as the policy is to be followed. */
export function runSimulation(situation: RolloverSituation, wish: SimulationWish): SimulatedRoll {
  const { act, length } = wish
  // A clock that does not move on sees no parent follow.
  const parentDelay = Math.max(1, wish.parentDelay)
  const events = act === undefined ? [] : [{ at: situation.now, ...act }]
  const delays = Number.isFinite(parentDelay) ? 4 * parentDelay : 0
  const until = situation.now + (act === undefined ? length : longestRoll(situation) + delays)
  const all = simulate({ start: situation, events, parentDelay, until })
  const end = act === undefined ? -1 : all.findIndex(({ waits }) => waits.length === 0)
  const moments = end < 0 ? all : all.slice(0, end + 1)
  const keys = everyKey(situation.keys, moments)
  const caches = cachesOver(moments, situation, { parentDelay, keys })
  const refused = moments[0]?.refused[0]
  return { situation, parentDelay, moments, keys, caches, isDone: moments.at(-1)?.waits.length === 0, refused }
}

/** What caches may hold at one time of it, and the last moment before. */
export function stateAt({ situation, parentDelay, moments, keys }: SimulatedRoll, at: number) {
  const moment = moments.findLast((each) => each.at <= at)
  const [view] = cachesOver(moments, situation, { parentDelay, keys, at: [at] })
  return moment === undefined || view === undefined ? undefined : { at, start: situation.now, moment, view }
}
