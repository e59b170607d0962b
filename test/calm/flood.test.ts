/**
 * A flood of questions for random names, as large as seven tenths of what a bare echo stands, while others go on asking for what
 * exists: also where the flood's sources are forged to be theirs.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HAS_COMPILER } from '../helpers/compiler.ts'
import { LONG } from '../helpers/long.ts'
import { createRandom } from '../helpers/random.ts'
import { compilePrograms, droppedAt, echoLimit, flood, type Programs, SERVER_CORE } from './flooding.ts'
import { createInnocents } from './innocents.ts'
import { createOracle } from './oracle.ts'
import { startRealServer } from './real-server.ts'
import { createTally, existingOf, type Tally, tallyText } from './tally.ts'
import { OFFICE, OFFICE_HOSTS } from './world.ts'

/** Of what the echo stands. `npm test` may share the machine. */
const SHARE = LONG ? 0.7 : 0.3
const SECONDS = LONG ? 20 : 2
const ECHO_SECONDS = LONG ? 1 : 0.3
/** Innocent resolvers, from this address on; and as many questions of each, a second. */
const INNOCENT = { network: '127.60.0', count: 50 }
const QUESTIONS_A_SECOND = 8
const ABSENT_SHARE = 0.2
const LOST_AT_MOST = 0.001
const DECOYS = ', decoys: { public: { mode: prf, addresses: [198.51.100.0/24] } }'

describe.skipIf(!HAS_COMPILER)('a flood of random names', () => {
  let programs: Programs
  let rate = 0

  beforeAll(async () => {
    programs = compilePrograms()
    const limit = await echoLimit(programs, ECHO_SECONDS)
    rate = SHARE * limit
    if (LONG) console.log(`the echo stands ${Math.round(limit)} questions a second`)
  }, 120_000)
  afterAll(() => programs.remove())

  it.each([
    { signed: false, forged: false, decoys: false },
    { signed: true, forged: false, decoys: false },
    { signed: false, forged: true, decoys: false },
    { signed: true, forged: true, decoys: false },
    { signed: false, forged: true, decoys: true },
    { signed: true, forged: true, decoys: true },
  ])(
    'leaves names that exist answered: DO $signed, forged $forged, decoys $decoys',
    async ({ signed, forged, decoys }) => {
      const server = await startRealServer({ core: SERVER_CORE, office: decoys ? DECOYS : '' })
      const tally = createTally()
      let lost = 0
      try {
        const sources = forged
          ? { from: `${INNOCENT.network}.1`, sources: INNOCENT.count }
          : { from: '127.61.0.1', sources: 50 }
        const flooding = flood(programs.flood, {
          port: server.port,
          rate,
          seconds: SECONDS,
          zone: OFFICE,
          signed,
          ...sources,
        })
        await askAlong(server.port, tally)
        const sent = await flooding
        if (LONG) expect((await server.incidents()).map(({ kind }) => kind)).toContain('flood')
        lost = droppedAt(server.port) / (sent * SECONDS)
        const what = `${Math.round(sent)} questions a second, DO ${signed}, forged ${forged}, decoys ${decoys}`
        if (LONG) console.log(`${what}: ${tallyText(tally)}; ${droppedAt(server.port)} datagrams lost by the system`)
      } finally {
        await server.stop()
      }
      const { asked, failed } = existingOf(tally)
      expect(asked).toBeGreaterThan(SECONDS * 50)
      // `npm test` shares its CPUs with whatever runs beside it: what the system threw away meanwhile is nobody's decision.
      expect(failed / asked).toBeLessThanOrEqual(LOST_AT_MOST + (LONG ? 0 : lost))
    },
  )
})

/** Innocents ask as long as the flood lasts, each for itself. */
async function askAlong(port: number, tally: Tally): Promise<void> {
  const random = createRandom(1)
  const innocents = createInnocents({ port, oracle: createOracle(), random, tally })
  const pending: Promise<void>[] = []
  const end = performance.now() + SECONDS * 1000
  for (let asked = 0, begin = performance.now(); performance.now() < end; ) {
    const due = ((performance.now() - begin) / 1000) * QUESTIONS_A_SECOND * INNOCENT.count
    for (; asked < due; asked++) {
      const host = random.chance(ABSENT_SHARE) ? `no-${random.below(1e6)}` : random.pick(OFFICE_HOSTS)
      const source = `${INNOCENT.network}.${1 + (asked % INNOCENT.count)}`
      const manner = { validates: random.chance(0.5) }
      pending.push(innocents.ask({ source, name: `${host}.${OFFICE}`, type: random.pick([1, 28]), manner }))
    }
    await delay(5)
  }
  await Promise.all(pending)
  innocents.close()
}
