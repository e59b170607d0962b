/**
 * Somebody does all that bans and sanctions follow from, in the name of innocent resolvers: by UDP, whose sources prove nothing.
 * Nobody is banned for it, and what exists is answered to them.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createRandom } from '../helpers/random.ts'
import { scanFrom } from './attacks.ts'
import { createInnocents } from './innocents.ts'
import { createOracle } from './oracle.ts'
import { startRealServer } from './real-server.ts'
import { createTally, existingOf } from './tally.ts'
import { OFFICE, OFFICE_HOSTS } from './world.ts'

const INNOCENTS = Array.from({ length: 20 }, (_, index) => `127.60.${index}.1`)
const QUESTIONS = 300
const HONEY = ['backup-old', 'vpn2-admin']

it('bans nobody whose address was forged, and answers them', async () => {
  const server = await startRealServer({
    workers: 2,
    settings: 'guard: { ban: { automatic: true, without-lookup: true } }',
    office: `, guard: { public: { response: refused, honey: [${HONEY.join(', ')}] } }`,
  })
  const tally = createTally()
  try {
    let isOver = false
    const forging = Promise.all([
      scanFrom({ port: server.port, sources: INNOCENTS, isOver: () => isOver }),
      askForHoney(server.port, () => isOver),
    ])
    await askAlong(server.port, tally)
    isOver = true
    await forging
    expect((await server.incidents()).map(({ zone }) => zone)).toContain(OFFICE)
    expect((await server.bans()).bans).toEqual([])
  } finally {
    await server.stop()
  }
  const { asked, failed } = existingOf(tally)
  expect(asked).toBe(QUESTIONS)
  expect(failed / asked).toBeLessThanOrEqual(0.001)
})

async function askAlong(port: number, tally: ReturnType<typeof createTally>): Promise<void> {
  const random = createRandom(5)
  const innocents = createInnocents({ port, oracle: createOracle(), random, tally })
  const pending: Promise<void>[] = []
  for (let asked = 0; asked < QUESTIONS; asked++) {
    await delay(10)
    const [source, name] = [random.pick(INNOCENTS), `${random.pick(OFFICE_HOSTS)}.${OFFICE}`]
    pending.push(innocents.ask({ source, name, type: 1, manner: { validates: random.chance(0.5) } }))
  }
  await Promise.all(pending)
  innocents.close()
}

/** In the name of each innocent, again and again. */
async function askForHoney(port: number, isOver: () => boolean): Promise<void> {
  const innocents = createInnocents({
    port,
    oracle: createOracle(),
    random: createRandom(6),
    tally: createTally(),
    patience: 100,
  })
  while (!isOver()) {
    const round = INNOCENTS.flatMap((source) =>
      HONEY.map((honey) => innocents.ask({ source, name: `${honey}.${OFFICE}`, type: 1, manner: {} })),
    )
    await Promise.all([...round, delay(200)])
  }
  innocents.close()
}
