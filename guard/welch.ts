/*
 * Welch's t-test on two groups of measurements, as it is used to look for leaks in time ("TVLA"): |t| of 4.5 or more
 * says that the means differ, with about seven chances in a million of being wrong. Measurements on a busy machine have
 * a long tail that hides small differences, so the test is also made on what lies below several limits.
 */

/** Two: what might leak, and what it is compared with. */
export type WelchGroup = 0 | 1

/** Count, mean and sum of squared deviations of both groups, kept as Welford does: no sample is stored. */
export interface Welch {
  readonly counts: Float64Array
  readonly means: Float64Array
  readonly squares: Float64Array
}

/** What says that two groups differ. */
export const T_THRESHOLD = 4.5

/** A test without samples. */
export function createWelch(): Welch {
  return { counts: new Float64Array(2), means: new Float64Array(2), squares: new Float64Array(2) }
}

/** Adds a measurement, in whatever unit both groups share. Allocates nothing. */
export function addSample({ counts, means, squares }: Welch, group: WelchGroup, value: number): void {
  const count = ++counts[group]!
  const deviation = value - means[group]!
  const mean = means[group]! + deviation / count
  means[group] = mean
  squares[group]! += deviation * (value - mean)
}

/** Welch's t of group 0 against group 1; positive where group 0 is larger. 0 with fewer than two samples in a group. */
export function t({ counts, means, squares }: Welch): number {
  if (counts[0]! < 2 || counts[1]! < 2) return 0
  const difference = means[0]! - means[1]!
  const error = Math.sqrt(errorOfMean(counts[0]!, squares[0]!) + errorOfMean(counts[1]!, squares[1]!))
  if (error === 0) return difference === 0 ? 0 : Math.sign(difference) * Number.POSITIVE_INFINITY
  return difference / error
}

/** Mean of group 0 less that of group 1, in the unit of the samples. */
export function meanDifference({ means }: Welch): number {
  return means[0]! - means[1]!
}

/** The test on all samples, and on those below each limit. */
export interface CroppedWelch {
  readonly whole: Welch
  /** Ascending. */
  readonly limits: readonly number[]
  readonly below: readonly Welch[]
}

/**
 * A test that is also made below `limits`. They must not depend on the group: take them from a first share of samples of
 * both, by `quantiles`.
 */
export function createCroppedWelch(limits: readonly number[]): CroppedWelch {
  return { whole: createWelch(), limits, below: limits.map(createWelch) }
}

/** As `addSample`, to each of the tests whose limit the value is below. */
export function addCroppedSample({ whole, limits, below }: CroppedWelch, group: WelchGroup, value: number): void {
  addSample(whole, group, value)
  for (let i = limits.length - 1; i >= 0 && value < limits[i]!; i--) addSample(below[i]!, group, value)
}

/** The values below which those shares of the samples lie; each share from 0 to 1. The samples stay as they are. */
export function quantiles(samples: readonly number[] | Float64Array, shares: readonly number[]): number[] {
  const sorted = Float64Array.from(samples).sort()
  return shares.map((share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0)
}

/** Square of the standard error of a mean. */
function errorOfMean(count: number, squares: number): number {
  return squares / (count - 1) / count
}
