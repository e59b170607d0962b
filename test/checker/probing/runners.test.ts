import { expect, it } from 'vitest'
import { FOUND_SCHEMAS } from '../../../checker/observations/found-schemas.ts'
import { RUNNERS } from '../../../checker/probing/runners.ts'

it('has the shape of what every runner finds', () => {
  for (const { probe } of RUNNERS) expect(FOUND_SCHEMAS.has(probe.name)).toBe(true)
})
