import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { LONG } from '../helpers/long.ts'
import { missingPeerPackage } from '../helpers/peers.ts'
import { isVeildBuilt } from '../helpers/veild.ts'
import { askArena, openArena } from './arena.ts'
import { differentialReport, PRESIGNED } from './differential-report.ts'
import { explain } from './explain.ts'
import { hostileWorld } from './hostile-zones.ts'
import { type Comparison, judge, type Rules, SERVERS } from './judge.ts'
import { questionsFor } from './questions.ts'
import { isSignerMissing, type ZoneSigning } from './sign-worlds.ts'
import { OF_SIGNATURES, SIGNED_DIFFERENCES } from './signed-differences.ts'
import type { PlacedWorld } from './world.ts'

/** `npm run test:long` signs and asks far more. */
const WORLDS = LONG ? 100 : 6
const QUESTIONS = 100
/** Worlds that show rare differences, asked in every run. */
const TELLING_SEEDS: Readonly<Record<ZoneSigning, readonly number[]>> = {
  nsec: [307, 311],
  nsec3: [307],
  'opt-out': [311],
}
const FIRST_SEED = Number(process.env.VEIL_SEED ?? 300)
const DOCUMENT = fileURLToPath(new URL('../../docs/differential-presigned.md', import.meta.url))
/** Failures printed in full, shrunk; the others are counted. */
const PRINTED = 3

const missing = [
  missingPeerPackage('NSD'),
  missingPeerPackage('Knot'),
  isSignerMissing() ? 'bind9-utils' : undefined,
].filter((name) => name !== undefined)
if (missing.length > 0) console.warn(`Presigned zones are not compared: install ${missing.join(', ')}.`)

test.runIf(process.env.CI === 'true')('servers and signer are installed where tests must not be left out', () => {
  expect(missing).toEqual([])
})

describe.skipIf(missing.length > 0)('zones signed beforehand', () => {
  const needed = new Map<string, number>()
  let compared = 0
  let worlds = 0

  test.each(['nsec', 'nsec3', 'opt-out'] as const)(
    '%s: the servers say the same',
    { timeout: 300_000 },
    async (signing) => {
      const placed = worldsFor(signing)
      const rules: Rules = { differences: SIGNED_DIFFERENCES, signing }
      const comparisons = await compareWorlds(placed, signing)
      const failing = comparisons.filter((comparison) => {
        const judgement = judge(comparison, rules.differences)
        for (const id of judgement.needed) needed.set(id, (needed.get(id) ?? 0) + 1)
        return judgement.unexplained.length > 0
      })
      if (failing.length > 0) expect.fail(await explain(failing, PRINTED, rules))
      compared += comparisons.length
      worlds += placed.length
    },
  )

  test('a zone at the root: the servers say the same', { timeout: 60_000 }, async () => {
    const comparisons = await compareWorlds([{ base: '.', world: hostileWorld(4) }], 'nsec3')
    const failing = comparisons.filter((one) => judge(one, SIGNED_DIFFERENCES).unexplained.length > 0)
    if (failing.length > 0)
      expect.fail(await explain(failing, PRINTED, { differences: SIGNED_DIFFERENCES, signing: 'nsec3' }))
  })

  test('no declared difference is stale', () => {
    expect(isVeildBuilt(), 'npm run build makes what is compared').toBe(true)
    expect(compared).toBeGreaterThan(1_500)
    if (process.env.VEIL_WRITE_DOCS === '1') {
      writeFileSync(DOCUMENT, differentialReport({ servers: SERVERS, worlds, compared, needed }, PRESIGNED))
    }
    expect(OF_SIGNATURES.map(({ id }) => id).filter((id) => !needed.has(id))).toEqual([])
  })
})

function worldsFor(signing: ZoneSigning): PlacedWorld[] {
  const telling = TELLING_SEEDS[signing].map((seed) => ({ world: hostileWorld(seed), base: `t${seed}.test.` }))
  const others = Array.from({ length: WORLDS }, (_unused, index) => ({
    world: hostileWorld(FIRST_SEED + index),
    base: `s${index}.test.`,
  }))
  return [...telling, ...others]
}

/** Mostly with DO set; every fourth question as it comes. */
async function compareWorlds(worlds: readonly PlacedWorld[], signing: ZoneSigning): Promise<Comparison[]> {
  const arena = await openArena(worlds, signing)
  try {
    const questions = worlds.flatMap((placed) =>
      questionsFor(placed.world, QUESTIONS).map((question, index) => ({
        placed,
        question: { ...question, class: 'IN' as const, edns: index % 4 === 0 ? question.edns : ('do' as const) },
      })),
    )
    return await askArena(arena, questions)
  } finally {
    await arena.stop()
  }
}
