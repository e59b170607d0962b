import { describe, expect, it } from 'vitest'
import { areaOfCategories, areaUnderCurve } from '../../guard/area-under-curve.ts'

describe('the area under the curve', () => {
  it.each([
    [[1, 2, 3], [4, 5, 6], 1],
    [[4, 5, 6], [1, 2, 3], 1],
    [[1, 2, 3], [1, 2, 3], 0.5],
    [[7], [7, 7, 7], 0.5],
    [[1, 3], [2, 4], 0.75],
    [[], [1], 0.5],
  ])('of %j against %j is %d', (group, others, area) => expect(areaUnderCurve(group, others)).toBeCloseTo(area))

  it.each([
    [['a', 'a'], ['b', 'c'], 1],
    [['a', 'b'], ['a', 'b'], 0.5],
    [['a', 'a', 'a', 'b'], ['b', 'b', 'b', 'a'], 0.75],
  ])('of %j against %j, which have no order, is %d', (group, others, area) =>
    expect(areaOfCategories(group, others)).toBeCloseTo(area),
  )
})
