/**
 * Every order of events, as far as each scenario lets them happen, with caches that hold any combination of what was served
 * within its TTL: nobody takes the zone for bogus, and it never stands still without a reason that passes.
 */
import { expect, it } from 'vitest'
import { LONG } from '../../helpers/long.ts'
import { explore, orderlyPath } from './explore.ts'
import { MACHINE } from './machine.ts'
import { modelOf } from './model.ts'
import { failureTable, summary } from './report.ts'
import { scenarios } from './scenarios.ts'
import type { World } from './world.ts'

const MAX_STATES = LONG ? 2_000_000 : 50_000

it.each(scenarios(LONG))('$name', (scenario) => {
  const model = modelOf(scenario, MACHINE)
  let most = 0
  const faultOf = (world: World): string | undefined => {
    most = Math.max(most, mostOfOneRole(world))
    return model.faultOf(world)
  }
  const result = explore({ ...model, faultOf }, MAX_STATES)
  console.log(`${summary(scenario.name, result)}; up to ${most} keys of one role`)
  if (result.failure !== undefined) {
    const then = orderlyPath(model, result.failure.path.at(-1)!.state).map(({ label }) => label)
    throw new Error(`${failureTable(result.failure)}\nthen: ${then.join('; ')}`)
  }
  expect(result.isComplete).toBe(true)
})

function mostOfOneRole({ keys }: World): number {
  return Math.max(0, ...keys.map(({ role }) => keys.filter((key) => key.role === role).length))
}
