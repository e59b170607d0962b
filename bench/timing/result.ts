import { type CroppedWelch, meanDifference, t } from '../../guard/welch.ts'

/** What a comparison of times printed. */
export interface TimingResult {
  readonly runs: readonly TimingRun[]
  /**
   * What all runs say together, by limit as `TimingRun.t`, in standard deviations: `pooled` as if they were one, `robust` by
   * their median, which one bad run does not move. As for t, 4.5 and more is a difference.
   */
  readonly pooled: readonly number[]
  readonly robust: readonly number[]
}

export interface TimingRun {
  /** Samples of each group. */
  readonly samples: readonly number[]
  /** Welch's t by limit: of samples below the median, 90 % and 99 %, then of all. */
  readonly t: readonly number[]
  /** Microseconds that the first group took longer on the mean, below the same limits. */
  readonly difference: readonly number[]
  /** Mean of both groups, microseconds, of those below 90 %. */
  readonly mean: number
}

/** Places of limits in `TimingRun.t`. */
export const Limit = { Median: 0, NineTenths: 1, All: 3 } as const

/** Standard deviation of the median of many normal values, in those of their mean: sqrt(pi / 2). */
const MEDIAN_DEVIATION = Math.sqrt(Math.PI / 2)

export function timingResult(runs: readonly { readonly welch: CroppedWelch }[]): TimingResult {
  const all = runs.map(({ welch }) => timingRun(welch))
  const byLimit = (combine: (ts: readonly number[]) => number): number[] =>
    all[0]!.t.map((_, limit) => round(combine(all.map((run) => run.t[limit]!)), 2))
  return {
    runs: all,
    pooled: byLimit((ts) => ts.reduce((sum, one) => sum + one, 0) / Math.sqrt(ts.length)),
    robust: byLimit((ts) => (median(ts) * Math.sqrt(ts.length)) / MEDIAN_DEVIATION),
  }
}

function timingRun(welch: CroppedWelch): TimingRun {
  const tests = [...welch.below, welch.whole]
  const { means } = tests[Limit.NineTenths]!
  return {
    samples: [...welch.whole.counts],
    t: tests.map((test) => round(t(test), 2)),
    difference: tests.map((test) => round(meanDifference(test), 4)),
    mean: round((means[0]! + means[1]!) / 2, 3),
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
