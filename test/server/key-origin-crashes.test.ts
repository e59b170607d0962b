import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { tryScenario } from './crashes/ends.ts'
import { emergenciesAndOrigins } from './crashes/scenarios.ts'

const SCENARIOS = await emergenciesAndOrigins()

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: 0 })
})

afterEach(() => {
  vi.useRealTimers()
})

describe('a power cut or a kill, at any write of an emergency, an import or a restore', { timeout: 3_600_000 }, () => {
  it.each(SCENARIOS)(
    '$title: it goes on from there, no key is lost, none too early, nothing bogus',
    async (scenario) => {
      expect((await tryScenario(scenario)).writes).toBeGreaterThan(15)
    },
  )
})
