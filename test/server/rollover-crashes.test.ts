import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { tryScenario } from './crashes/ends.ts'
import { rolls } from './crashes/scenarios.ts'

const SCENARIOS = await rolls()

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: 0 })
})

afterEach(() => {
  vi.useRealTimers()
})

describe('a power cut or a kill, at any write of a roll', { timeout: 3_600_000 }, () => {
  it.each(SCENARIOS)(
    '$title: it goes on from there, no key is lost, none too early, nothing bogus',
    async (scenario) => {
      expect((await tryScenario(scenario)).writes).toBeGreaterThan(15)
    },
  )
})
