import { afterAll, expect, it } from 'vitest'
import type { KeyRole } from '../../../keys/key-role.ts'
import { LONG } from '../../helpers/long.ts'
import { explore, orderlyPath } from './explore.ts'
import { MACHINE } from './machine.ts'
import { modelOf } from './model.ts'
import { failureTable, summary } from './report.ts'
import { type Row, scenariosOf } from './scenarios.ts'
import type { World } from './world.ts'

/** More than any has: one that comes to this has something in it that never ends. */
const MAX_STATES = LONG ? 1_000_000 : 20_000

/**
 * A test for each scenario of a table: nobody ever takes the zone for bogus, and it never stands still without a reason that
 * passes. Says how much was looked at, and how many keys of a role there were at once; to scripts/test-long.mjs, too.
 */
export function checkScenarios(rows: readonly Row[]): void {
  const total = { scenarios: 0, states: 0, transitions: 0 }

  for (const scenario of scenariosOf(rows, LONG)) {
    it(scenario.name, ({ task }) => {
      const model = modelOf(scenario, MACHINE)
      const most = { ksk: 0, zsk: 0, csk: 0 }
      const faultOf = (world: World): string | undefined => {
        countKeys(world, most)
        return model.faultOf(world)
      }
      const result = explore({ ...model, faultOf }, MAX_STATES)
      const keys = `at most ${most.ksk} KSK, ${most.zsk} ZSK, ${most.csk} CSK`
      console.log(`${summary(scenario.name, result)}; ${keys}`)
      Object.assign(task.meta, { explored: { states: result.states, transitions: result.transitions, keys: most } })
      if (result.failure !== undefined) {
        const then = orderlyPath(model, result.failure.path.at(-1)!.state).map(({ label }) => label)
        throw new Error(`${failureTable(result.failure)}\nthen: ${then.join('; ')}`)
      }
      expect(result.isComplete).toBe(true)
      total.scenarios++
      total.states += result.states
      total.transitions += result.transitions
    })
  }

  afterAll(() => {
    console.log(`${total.scenarios} scenarios, ${total.states} states, ${total.transitions} transitions`)
  })
}

function countKeys({ keys }: World, most: Record<KeyRole, number>): void {
  for (const role of ['ksk', 'zsk', 'csk'] as const) {
    most[role] = Math.max(most[role], keys.filter((key) => key.role === role).length)
  }
}
