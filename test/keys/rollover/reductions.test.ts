/**
 * What makes explorations small leaves nothing out: whatever is reached without it is one of the worlds that are looked at
 * with it, or differs from one of them by caches that hold less.
 */
import { expect, it } from 'vitest'
import { RECORDS_OF_ROLE, type RecordStatus, type RolloverKey } from '../../../keys/rollover/key-state.ts'
import { LONG } from '../../helpers/long.ts'
import { type Caches, covers, type Held } from './caches.ts'
import { type Canon, createCanon } from './canonical.ts'
import { explore, type Model } from './explore.ts'
import { MACHINE } from './machine.ts'
import { modelOf } from './model.ts'
import { scenarioOf } from './scenarios.ts'
import { servedOf } from './served.ts'
import { steady, unsigned } from './starts.ts'
import { NOW, shiftedKey, type World } from './world.ts'

const SCENARIOS = [
  scenarioOf('split', unsigned, {}),
  scenarioOf('split', steady, { 'roll: ksk': 1, cancel: 1 }),
  scenarioOf('standby ZSK', steady, { 'emergency: zsk': 1 }),
  ...(LONG
    ? [
        scenarioOf('split', steady, { 'roll: zsk': 2 }),
        scenarioOf('split', steady, { 'roll: ksk': 1, 'roll: zsk': 1 }),
        scenarioOf('combined', steady, { 'roll: csk': 1, crash: 1 }),
        scenarioOf('split', steady, { 'roll: ksk': 1, 'parent TTL: 3': 1 }),
        scenarioOf('parent that only adds', steady, { 'roll: ksk': 1 }),
        scenarioOf('split', steady, { 'configure: algorithm 15': 1, 'step fails': 1 }),
      ]
    : []),
]

it.each(SCENARIOS)('$name', (scenario) => {
  const canon = createCanon(scenario.settings, scenario.clockBack)
  const reached = worldsOf({ ...modelOf(scenario, MACHINE, createPlain()), covers: () => true })
  const seen = new Map<string, Caches[]>()
  const looked = worldsOf(modelOf(scenario, MACHINE, canon))
  for (const world of looked) seen.set(canon.textOf(world), [...(seen.get(canon.textOf(world)) ?? []), world.caches])
  const missing = reached.filter((world) => {
    const reduced = canon.worldOf(world)
    return !seen.get(canon.textOf(reduced))?.some((caches) => covers(caches, reduced.caches))
  })
  console.log(`${scenario.name}: ${reached.length} worlds, of which ${looked.length} are looked at`)
  expect(reached.length).toBeGreaterThan(looked.length)
  expect(missing).toEqual([])
})

function worldsOf(model: Model<World, Caches>): World[] {
  const worlds: World[] = []
  const faultOf = (world: World): undefined => {
    worlds.push(world)
  }
  expect(explore({ ...model, faultOf }, 100_000).isComplete).toBe(true)
  return worlds
}

/** Nothing is left out of a world but how long ago things were that were very long ago. */
function createPlain(): Canon {
  const known = new Map<string, World['keys']>()
  const keysOf = (given: World['keys']): World['keys'] => {
    const keys = given.map(plainKey)
    const text = JSON.stringify(keys)
    if (!known.has(text)) known.set(text, keys)
    return known.get(text)!
  }
  return {
    ...PLAIN,
    keysOf,
    worldOf: (world) => {
      const keys = keysOf(world.keys)
      return { ...world, keys, caches: filledWhole({ ...world, keys }) }
    },
  }
}

const PLAIN = {
  later: (world: World) => {
    const older = (held: Held): Held => held.flatMap(([text, left]) => (left > 1 ? [[text, left - 1] as const] : []))
    const { ds, keySets, data, asked } = world.caches
    const caches = { ds: older(ds), keySets: older(keySets), data: older(data), asked: older(asked) }
    return { ...world, keys: world.keys.map((key) => shiftedKey(key, 1)), caches }
  },
  textOf: (world: World) => JSON.stringify(world),
  situationText: ({ caches: _, parent: __, left: ___, stale: ____, ...world }: World) => JSON.stringify(world),
}

const LONG_AGO = NOW - 4

function plainKey(key: RolloverKey, created: number): RolloverKey {
  const { id, role, algorithm, keyTag, duty, replaces, isCompromised, records } = key
  const plain = ({ state, served, ttl, seen }: RecordStatus): RecordStatus => ({
    ...{ state, since: NOW, ttl },
    ...(served !== undefined && { served: Math.max(served, LONG_AGO) }),
    ...(seen !== undefined && { seen: { ...seen, at: Math.max(seen.at, LONG_AGO) } }),
  })
  return {
    ...{ id, role, algorithm, keyTag, created, duty, dutySince: NOW },
    ...(replaces !== undefined && { replaces }),
    ...(isCompromised && { isCompromised }),
    records: Object.fromEntries(RECORDS_OF_ROLE[role].map((record) => [record, plain(records[record]!)])),
  }
}

/** Everything that is served could have been asked for just now. */
function filledWhole(world: World): Caches {
  const { caches, stale, parent, parentTtl } = world
  const offering = [servedOf(world), ...stale]
  const fill = (held: Held, offered: Held): Held => {
    const left = new Map(held)
    for (const [text, ttl] of offered) left.set(text, Math.max(ttl, left.get(text) ?? 0))
    return [...left].sort(([one], [other]) => (one < other ? -1 : 1))
  }
  return {
    ds: fill(
      caches.ds,
      parent.map((ds) => [ds, parentTtl]),
    ),
    keySets: fill(
      caches.keySets,
      offering.map(({ keySet, keyTtl }) => [keySet, keyTtl]),
    ),
    data: fill(
      caches.data,
      offering.map(({ data, dataTtl }) => [data, dataTtl]),
    ),
    asked: fill(
      caches.asked,
      offering.flatMap(({ asked, keyTtl }) => (asked === undefined ? [] : [[asked, keyTtl] as const])),
    ),
  }
}
