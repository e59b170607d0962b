import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LONG } from '../../helpers/long.ts'
import { RESOLVER_NAMES } from '../../helpers/resolvers.ts'
import { allKinds, deniedFirst, everyNth } from './asking.ts'
import { controlByKnot, controlFamilies, matrixFamilies } from './families.ts'
import { type FamilyQuestion, familyQuestions } from './family-questions.ts'
import { ONE_SHOT } from './one-shot.ts'
import { isExcused } from './peculiarities.ts'
import { obstaclesAloud } from './preconditions.ts'
import { openUniverse, type PlacedFamily, type Universe } from './universe.ts'
import { disagreements } from './validate.ts'
import { openValidators, type Validators } from './validators.ts'

/** Others explore: `VEIL_SEED=$RANDOM npx vitest run test/interop/dnssec`. */
const SEED = Number(process.env.VEIL_SEED ?? 1)
/** One-shot validators take a process for each question. */
const ONE_SHOT_SHARE = LONG ? 1 : 48

const obstacles = await obstaclesAloud('Tests with validating resolvers')

test.runIf(process.env.CI === 'true')('everything is there where tests must not be left out', () => {
  expect(obstacles).toEqual([])
})

const WORLDS = [
  controlByKnot(),
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
      if (LONG) expect(await problems(name, family, deniedFirst(questions, SEED + 1).reverse())).toEqual([])
    })

    test.each(['delv', 'drill'] as const)('%s finds every answer as it should be', async (name) => {
      const some = everyNth(askable(family), ONE_SHOT_SHARE, families.indexOf(family))
      expect(
        await problems(name, family, name === 'drill' ? some.filter(({ secure }) => secure === true) : some),
      ).toEqual([])
    })
  })

  test('every kind of answer was asked for', () => {
    expect(allKinds(families.flatMap(askable)).length).toBeGreaterThan(40)
  })

  async function problems(name: keyof Validators['ask'], { signing }: PlacedFamily, questions: FamilyQuestion[]) {
    const asked = questions.filter((question) => !isExcused(question, name, server, signing))
    const expectations = {
      compact: signing.denial === 'compact',
      securityOnly: name === 'drill',
      forgets: isOneShot(name),
    }
    return disagreements(validators.ask[name], asked, expectations)
  }
})

function isOneShot(name: string): boolean {
  return name in ONE_SHOT
}

function askable({ apex, signing }: PlacedFamily): FamilyQuestion[] {
  return familyQuestions(apex, signing)
}
