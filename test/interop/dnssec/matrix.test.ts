import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LONG } from '../../helpers/long.ts'
import { RESOLVER_NAMES } from '../../helpers/resolvers.ts'
import { allKinds, deniedFirst, everyNth } from './asking.ts'
import { controlFamilies, matrixFamilies } from './families.ts'
import { familyQuestions } from './family.ts'
import { excused } from './peculiarities.ts'
import { obstaclesAloud } from './preconditions.ts'
import { openUniverse, type PlacedFamily, type Universe } from './universe.ts'
import { disagreements } from './validate.ts'
import { openValidators, type Validators } from './validators.ts'

/** Others explore: `VEIL_SEED=$RANDOM npx vitest run test/interop/dnssec`. */
const SEED = Number(process.env.VEIL_SEED ?? 1)
/** One-shot validators take a process for each question. */
const ONE_SHOT_SHARE = LONG ? 1 : 8

const obstacles = await obstaclesAloud('Tests with validating resolvers')

test.runIf(process.env.CI === 'true')('everything is there where tests must not be left out', () => {
  expect(obstacles).toEqual([])
})

const WORLDS = [
  { server: 'Knot', families: controlFamilies(), title: 'control: zones signed and served by Knot DNS' },
  { server: 'BIND', families: controlFamilies(), title: 'control: the same served by BIND' },
  { server: 'Veil', families: matrixFamilies(LONG), title: 'zones signed by Veil' },
] as const

describe.skipIf(obstacles.length > 0).each(WORLDS)('$title', ({ server, families }) => {
  let universe: Universe
  let validators: Validators
  beforeAll(async () => {
    universe = await openUniverse(server, families)
    validators = await openValidators(universe.root)
  }, 180_000)
  afterAll(async () => {
    await validators?.stop()
    await universe?.stop()
  })

  describe.each(families.map((family) => [family.apex, family] as const))('%s', (_apex, family) => {
    test.each(RESOLVER_NAMES)('%s finds every answer as it should be, whatever was denied before', async (name) => {
      const questions = askable(family)
      expect(await problems(name, family, deniedFirst(questions, SEED))).toEqual([])
      expect(await problems(name, family, deniedFirst(questions, SEED + 1).reverse())).toEqual([])
    })

    test.each(['delv', 'drill'] as const)('%s finds every answer as it should be', async (name) => {
      const some = everyNth(askable(family), ONE_SHOT_SHARE, families.indexOf(family))
      expect(await problems(name, family, name === 'drill' ? some.filter(({ secure }) => secure) : some)).toEqual([])
    })
  })

  test('every kind of answer was asked for', () => {
    expect(allKinds(families.flatMap(askable)).length).toBeGreaterThan(40)
  })

  async function problems(name: keyof Validators['ask'], family: PlacedFamily, questions: ReturnType<typeof askable>) {
    const compact = family.signing.denial === 'compact'
    const found = await disagreements(validators.ask[name], questions, { compact, securityOnly: name === 'drill' })
    const rest = found.filter((problem) => !excused(problem, name, server, family.signing))
    return rest.map((problem) => problem.text)
  }
})

function askable({ apex, signing }: PlacedFamily) {
  return familyQuestions(apex, { publishesCds: signing.kind === 'live' })
}
