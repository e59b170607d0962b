/**
 * A key that is given up at once, `security`, at every moment of a roll: how long caches that hold any combination of what
 * was served can take the zone for bogus. What the operator is told beforehand is never less.
 */
import { expect, it } from 'vitest'
import { LONG } from '../../helpers/long.ts'
import { createBrain } from './brain.ts'
import { bogusness, type Caches, covers } from './caches.ts'
import { type Canon, createCanon } from './canonical.ts'
import { explore, type Model } from './explore.ts'
import { MACHINE } from './machine.ts'
import { isAtRest, modelOf, silenceOf } from './model.ts'
import { changed, orderlyEvents, stepped } from './orderly.ts'
import { failureTable, summary } from './report.ts'
import { type Scenario, scenarioOf } from './scenarios.ts'
import { servedOf } from './served.ts'
import { steady } from './starts.ts'
import { createValidator } from './validator.ts'
import { situationOf, type World } from './world.ts'

/** A world after an emergency, and the ticks since everything that the operator was told to wait for had happened. */
interface Aftermath extends World {
  readonly elapsed: number | undefined
  readonly bogusTicks: number
  readonly needsParent: boolean
}

const SCENARIOS = LONG
  ? [
      scenarioOf('split', steady, { 'roll: zsk': 1, cancel: 1, pause: 1 }),
      scenarioOf('split', steady, { 'roll: ksk': 1, cancel: 1, pause: 1 }),
      scenarioOf('split', steady, { 'roll: ksk': 1, 'roll: zsk': 1 }),
      scenarioOf('split', steady, { 'configure: algorithm 15': 1 }),
      scenarioOf('split', steady, { disable: 1, enable: 1 }),
      scenarioOf('standby ZSK', steady, { 'roll: zsk': 1 }),
      scenarioOf('standby KSK', steady, { 'roll: ksk': 1 }),
      scenarioOf('combined', steady, { 'roll: csk': 1, cancel: 1 }),
      scenarioOf('standby CSK', steady, { 'roll: csk': 1 }),
      scenarioOf('long DS TTL', steady, { 'roll: ksk': 1 }),
    ]
  : [scenarioOf('split', steady, {}), scenarioOf('standby ZSK', steady, {}), scenarioOf('combined', steady, {})]

it.each(SCENARIOS)('$name', (scenario) => {
  const canon = createCanon(scenario.settings, scenario.clockBack)
  const initial = emergenciesIn(scenario, canon)
  expect(initial.length).toBeGreaterThan(0)
  const result = explore(aftermathOf(initial, canon), LONG ? 2_000_000 : 50_000)
  const longest = Math.max(...initial.map(({ bogusTicks }) => bogusTicks))
  console.log(`${summary(`security: ${scenario.name}`, result)}; ${initial.length} emergencies, up to ${longest} ticks`)
  if (result.failure !== undefined) throw new Error(failureTable(result.failure))
  expect(result.isComplete).toBe(true)
})

/** Every key given up in every world of a scenario. */
function emergenciesIn(scenario: Scenario, canon: Canon): Aftermath[] {
  const found = new Map<string, Aftermath[]>()
  const brain = createBrain(MACHINE, canon)
  const model = modelOf(scenario, MACHINE, canon)
  const collect = (world: World): undefined => {
    for (const { id } of world.keys) {
      const result = MACHINE.emergency(situationOf(world), id, 'security')
      if ('refused' in result) continue
      const told = changed(world, result.changes, brain)
      const forced = MACHINE.forcedTransitions(situationOf(told), id)
      const after = canon.worldOf({ ...stepped(told, forced, brain), left: {} })
      const { bogusSeconds: bogusTicks, needsParent } = result
      const aftermath = { ...after, elapsed: undefined, bogusTicks, needsParent }
      const text = textOf(aftermath, canon)
      const alike = found.get(text) ?? []
      if (!alike.some(({ caches }) => covers(caches, after.caches))) found.set(text, [...alike, aftermath])
    }
  }
  const explored = explore({ ...model, faultOf: collect }, 50_000)
  expect(explored.isComplete).toBe(true)
  return [...found.values()].flat()
}

function aftermathOf(initial: readonly Aftermath[], canon: Canon): Model<Aftermath, Caches> {
  const validator = createValidator()
  const brain = createBrain(MACHINE, canon)
  return {
    initial,
    events: (world) =>
      orderlyEvents(world, brain).map(({ next, ...event }) => ({
        ...event,
        next: () => canon.worldOf(counted(world, next(), event.label === 'a tick')),
      })),
    textOf: (world) => textOf(world, canon),
    looseOf: ({ caches }) => caches,
    covers,
    faultOf: (world) => {
      const isOver = world.elapsed !== undefined && world.elapsed >= world.bogusTicks
      const fault = isOver ? bogusness(world.caches, validator) : undefined
      return fault === undefined ? silenceOf(world, brain) : `bogus after ${world.elapsed} ticks: ${fault}`
    },
    isAtRest,
  }
}

function textOf(world: Aftermath, canon: Canon): string {
  return `${canon.textOf(world)} ${world.elapsed} ${world.bogusTicks} ${world.needsParent}`
}

/** Counts from when all workers have followed and, where it has a part in it, the parent, for good: no cache has older CDS. */
function counted({ elapsed, bogusTicks, needsParent }: Aftermath, next: World, isTick: boolean): Aftermath {
  const asked = servedOf(next).asked
  const atParent = [...next.parent, ...next.caches.asked.map(([ds]) => ds)]
  const isFollowed = next.isAcknowledged && (!needsParent || atParent.every((ds) => ds === (asked ?? ds)))
  const since = elapsed === undefined ? (isFollowed ? 0 : undefined) : Math.min(elapsed + (isTick ? 1 : 0), bogusTicks)
  return { ...next, elapsed: since, bogusTicks, needsParent }
}
