import type { RolloverKey } from '../../keys/rollover/key-state.ts'
import { type SimulatedMoment, simulate } from '../../keys/rollover/simulate.ts'
import type { RolloverSituation, Wait } from '../../keys/rollover/step.ts'
import type { RolloverReport } from '../../server/keys/rollover-protocol.ts'
import type { Teller } from './told-rollovers.ts'

/** What comes next of a rollover, by the rules of the server, at the earliest. */
export interface Foresight {
  /** Who told of how things are. */
  readonly source: Teller
  /** Those at which something happens, up to the one behind which nothing is left to do. */
  readonly moments: readonly SimulatedMoment[]
  /** All keys that they are about, those that come and those that go. */
  readonly keys: readonly RolloverKey[]
  /** Nothing is left to be done behind the last moment. */
  readonly isDone: boolean
  /** What has to come true for it, in the words behind `if`; undefined: nothing but time. */
  readonly assumes: string | undefined
}

/** Lets the rollover that `source` told of go on from `now`, the parent following at once and every worker, with nobody to hold it up. */
export function foresee(report: RolloverReport, now: number, source: Teller = 'server'): Foresight {
  const start = situationOf(report, now)
  const all = simulate({ start, events: [], parentDelay: 1, until: now + longestRoll(start) })
  const end = all.findIndex(({ waits }) => waits.length === 0)
  const moments = end < 0 ? all : all.slice(0, end + 1)
  return {
    source,
    moments: moments.filter(({ changes, transitions }) => changes.length > 0 || transitions.length > 0),
    keys: everyKey(report.keys, moments),
    isDone: end >= 0,
    assumes: assumptionOf(source, [report.waits, ...moments.map(({ waits }) => waits)].flat()),
  }
}

/** All that decides about the rollover of a report, as seen at `now`. */
export function situationOf(report: RolloverReport, now: number): RolloverSituation {
  const { keys, policy, times, goal, isPaused } = report
  const inUse = keys.filter(({ duty, isForeign }) => duty !== 'retired' && isForeign !== true)
  const algorithms = [...new Set(inUse.map(({ algorithm }) => algorithm))]
  return { keys, policy, algorithms, ...times, goal, isPaused, now }
}

/** Keys before and in all moments, each as it was last. */
export function everyKey(keys: readonly RolloverKey[], moments: readonly SimulatedMoment[]): RolloverKey[] {
  const all = new Map(keys.map((key) => [key.id, key]))
  for (const moment of moments) for (const key of moment.keys) all.set(key.id, key)
  return [...all.values()]
}

/** Seconds in which any roll ends whose parent follows at once, with room to spare. */
export function longestRoll({ policy, maxTtl, keyTtl }: RolloverSituation): number {
  const { publishSafety, retireSafety, parentDsTtl } = policy
  return 8 * (maxTtl + keyTtl + parentDsTtl + publishSafety + retireSafety)
}

const ASSUMPTIONS: Readonly<Partial<Record<Wait['reason']['kind'], string>>> = {
  paused: 'it is resumed now',
  clock: 'the clock is confirmed now',
  manual: 'each step is taken at once',
  bundle: 'what offline keys have to sign is brought at once',
  backup: 'a backup is made now',
  parent: 'the parent follows at once',
}

function assumptionOf(source: Teller, waits: readonly Wait[]): string | undefined {
  const kinds = new Set(waits.map(({ reason }) => reason.kind))
  const texts = Object.entries(ASSUMPTIONS).flatMap(([kind, text]) =>
    kinds.has(kind as Wait['reason']['kind']) ? [text] : [],
  )
  const all = source === 'store' ? ['veild is started now', ...texts] : texts
  return all.length === 0 ? undefined : all.join(', and ')
}
