import { describe, expect, it } from 'vitest'
import {
  addCroppedSample,
  addSample,
  createCroppedWelch,
  createWelch,
  meanDifference,
  quantiles,
  T_THRESHOLD,
  t,
  type Welch,
} from '../../guard/welch.ts'
import { createRandom } from '../helpers/random.ts'

function testOf(left: readonly number[], right: readonly number[]): Welch {
  const welch = createWelch()
  for (const value of left) addSample(welch, 0, value)
  for (const value of right) addSample(welch, 1, value)
  return welch
}

describe("Welch's t", () => {
  it('is what its definition says', () => {
    const left = [27.5, 21, 19, 23.6, 17, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19, 21.7, 21.4]
    const right = [27.1, 22, 20.8, 23.4, 23.4, 23.5, 25.8, 22, 24.8, 20.2, 21.9, 22.1, 22.9, 30.5, 24]
    expect(t(testOf(left, right))).toBeCloseTo(-2.8291649, 7)
    expect(t(testOf(left, right))).toBeCloseTo(byTwoPasses(left, right), 10)
    expect(t(testOf(right, left))).toBeCloseTo(-byTwoPasses(left, right), 10)
    expect(meanDifference(testOf(left, right))).toBeCloseTo(mean(left) - mean(right), 10)
  })

  it('keeps its digits where values are large beside their differences', () => {
    const left = [1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16]
    const right = [1e9 + 5, 1e9 + 8, 1e9 + 14, 1e9 + 19]
    expect(t(testOf(left, right))).toBeCloseTo(
      byTwoPasses(
        left.map((value) => value - 1e9),
        right.map((value) => value - 1e9),
      ),
      6,
    )
  })

  it('says nothing of fewer than two samples, and is sure of constants that differ', () => {
    expect(t(createWelch())).toBe(0)
    expect(t(testOf([1], [2, 3]))).toBe(0)
    expect(t(testOf([5, 5], [5, 5]))).toBe(0)
    expect(t(testOf([5, 5], [6, 6]))).toBe(Number.NEGATIVE_INFINITY)
  })
})

describe('the test below limits', () => {
  it('finds a shift that a long tail hides from the whole', () => {
    const { below } = createRandom(7)
    const random = () => below(1e6) / 1e6
    const noise = () => 100 + 10 * (random() + random() + random() - 1.5) + (random() < 0.02 ? 20_000 * random() : 0)
    const limits = quantiles(Float64Array.from({ length: 2000 }, noise), [0.5, 0.9])
    const shifted = createCroppedWelch(limits)
    const same = createCroppedWelch(limits)
    for (let i = 0; i < 20_000; i++) {
      addCroppedSample(shifted, (i & 1) as 0 | 1, noise() + (i & 1))
      addCroppedSample(same, (i & 1) as 0 | 1, noise())
    }
    expect(Math.abs(t(shifted.whole))).toBeLessThan(T_THRESHOLD)
    expect(Math.abs(t(shifted.below[1]!))).toBeGreaterThan(T_THRESHOLD)
    for (const welch of [same.whole, ...same.below]) expect(Math.abs(t(welch))).toBeLessThan(T_THRESHOLD)
  })

  it('takes limits by share', () => {
    expect(quantiles([4, 1, 3, 2], [0, 0.5, 1])).toEqual([1, 3, 4])
  })
})

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function byTwoPasses(left: readonly number[], right: readonly number[]): number {
  const error = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1) / values.length
  return (mean(left) - mean(right)) / Math.sqrt(error(left) + error(right))
}
