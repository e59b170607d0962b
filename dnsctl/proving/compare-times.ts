import {
  addSample,
  createWelch,
  meanDifference,
  quantiles,
  T_THRESHOLD,
  t,
  type Welch,
  type WelchGroup,
} from '../../guard/welch.ts'

/** Pairs of names that are alike in length and labels: one is hidden, the other nobody has. */
export interface TimedPair {
  /** Octets of the questions. */
  readonly hidden: Uint8Array
  readonly absent: Uint8Array
}

/** Asks once and gives what it took, in microseconds; undefined: no answer came. */
export type Stopwatch = (question: Uint8Array) => number | undefined | Promise<number | undefined>

/** What a test of times says. */
export interface TimeComparison {
  /** Of each group. */
  readonly samples: number
  /** On all samples. */
  readonly whole: TimeTest
  /** On the half, 9 in 10 and 99 in 100 nearest to their median. */
  readonly cropped: readonly TimeTest[]
  /** Some test says so, and said so again, to the same side, in a second run. */
  readonly isDifferent: boolean
}

/** One test. */
export interface TimeTest {
  /** Welch's t of hidden against absent. */
  readonly t: number
  /** Microseconds: mean of hidden less that of absent. */
  readonly difference: number
}

/**
 * Microseconds. With samples enough Welch's test sees that two copies of an image lie otherwise in the caches of a
 * processor, which nobody sees from outside: a smaller difference is none.
 */
export const LEAST_DIFFERENCE = 0.02

const SHARES = [0.5, 0.9, 0.99]
/** Index of the crop whose difference is told. */
export const NINE_IN_TEN = 1

/**
 * Times both of each pair, one after the other in an order that `random` chooses, `samples` times; again where they seem to
 * differ, for among many tests one may. `random` gives numbers from 0 to below 1.
 */
export async function compareTimes(
  pair: (index: number) => TimedPair,
  samples: number,
  stopwatch: Stopwatch,
  random: () => number,
): Promise<TimeComparison> {
  const first = await measure(pair, samples, stopwatch, random)
  const result = describe(first)
  if (result.isDifferent === false) return result
  const second = describe(await measure(pair, samples, stopwatch, random))
  const again = testsOf(second)
  const isDifferent = testsOf(result).some(
    (test, at) => exceeds(test) && exceeds(again[at]!) && Math.sign(test.t) === Math.sign(again[at]!.t),
  )
  return { ...result, isDifferent: isDifferent && isLarge(result) && isLarge(second) }
}

/** The test on all samples, and on those no further from the median than each limit: measurements have long tails. */
interface Measured {
  readonly whole: Welch
  readonly median: number
  readonly limits: readonly number[]
  readonly within: readonly Welch[]
}

async function measure(
  pair: (index: number) => TimedPair,
  samples: number,
  stopwatch: Stopwatch,
  random: () => number,
): Promise<Measured> {
  const measured = await pilot(pair, Math.max(50, samples / 10), stopwatch)
  for (let at = 0; at < samples; at++) {
    const { hidden, absent } = pair(at)
    const isHiddenFirst = random() < 0.5
    for (const isHidden of [isHiddenFirst, !isHiddenFirst]) {
      const taken = stopwatch(isHidden ? hidden : absent)
      const microseconds = typeof taken === 'object' ? await taken : taken
      if (microseconds !== undefined) add(measured, isHidden ? 0 : 1, microseconds)
    }
  }
  return measured
}

/** Sets the limits, from samples of both groups alike. */
async function pilot(pair: (index: number) => TimedPair, samples: number, stopwatch: Stopwatch): Promise<Measured> {
  const values: number[] = []
  for (let at = 0; at < samples; at++) {
    const { hidden, absent } = pair(at)
    for (const question of [hidden, absent]) {
      const microseconds = await stopwatch(question)
      if (microseconds !== undefined) values.push(microseconds)
    }
  }
  const [median = 0] = quantiles(values, [0.5])
  const distances = values.map((value) => Math.abs(value - median))
  return { whole: createWelch(), median, limits: quantiles(distances, SHARES), within: SHARES.map(() => createWelch()) }
}

function add({ whole, median, limits, within }: Measured, group: WelchGroup, value: number): void {
  addSample(whole, group, value)
  const distance = Math.abs(value - median)
  for (const [at, limit] of limits.entries()) if (distance < limit) addSample(within[at]!, group, value)
}

function describe({ whole, within }: Measured): TimeComparison {
  const testOf = (welch: Welch): TimeTest => ({ t: t(welch), difference: meanDifference(welch) })
  const tests = { whole: testOf(whole), cropped: within.map(testOf) }
  return {
    samples: Math.min(whole.counts[0]!, whole.counts[1]!),
    ...tests,
    isDifferent: testsOf(tests).some(exceeds) && isLarge(tests),
  }
}

function testsOf({ whole, cropped }: Pick<TimeComparison, 'whole' | 'cropped'>): TimeTest[] {
  return [whole, ...cropped]
}

function exceeds({ t: value }: TimeTest): boolean {
  return Math.abs(value) >= T_THRESHOLD
}

/** By 9 in 10: of all, outliers decide; and the nearer one crops, the less of a shift is left. */
function isLarge({ cropped }: Pick<TimeComparison, 'cropped'>): boolean {
  return Math.abs(cropped[NINE_IN_TEN]!.difference) >= LEAST_DIFFERENCE
}
