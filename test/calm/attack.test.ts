/**
 * While somebody enumerates a zone, names that exist are answered: to others, and to whoever shares an address with the attacker.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { LONG } from '../helpers/long.ts'
import { createRandom } from '../helpers/random.ts'
import { ATTACKS } from './attacks.ts'
import { createInnocents } from './innocents.ts'
import { createOracle } from './oracle.ts'
import { startRealServer } from './real-server.ts'
import { createTally, existingOf, type Tally, tallyText } from './tally.ts'
import { APPLICATIONS, OFFICE, OFFICE_HOSTS } from './world.ts'

const SECONDS = LONG ? 60 : 3
const QUESTIONS_A_SECOND = 400
const OTHERS = Array.from({ length: 40 }, (_, index) => `127.60.${index * 5}.1`)
const LOST_AT_MOST = 0.001

describe('existing names are answered', () => {
  it.each(ATTACKS)('during $name', async ({ name, sources, run }) => {
    const server = await startRealServer({ workers: 2 })
    const [toOthers, toTheSame] = [createTally(), createTally()]
    try {
      let isOver = false
      const attack = run(server.port, () => isOver)
      await Promise.all([askAlong(server.port, OTHERS, toOthers), askAlong(server.port, sources, toTheSame)])
      isOver = true
      const asked = await attack
      if (LONG)
        console.log(`${name}, ${asked} questions: others ${tallyText(toOthers)}; the same ${tallyText(toTheSame)}`)
      expect(asked).toBeGreaterThan(SECONDS * 50)
      const incidents = await server.incidents()
      if (LONG)
        console.log(
          incidents.map(({ kind, measures }) => `${kind}: ${measures.map(({ text }) => text).join(' ')}`).join('\n'),
        )
      // Random names are called a flood where they are three quarters of what a zone is asked, which they are not here.
      if (name !== 'random names') expect(incidents.map(({ zone }) => zone)).toContain(OFFICE)
    } finally {
      await server.stop()
    }
    for (const tally of [toOthers, toTheSame]) {
      const { asked, failed } = existingOf(tally)
      expect(asked).toBeGreaterThan(SECONDS * 50)
      expect(failed / asked).toBeLessThanOrEqual(LOST_AT_MOST)
    }
  })
})

/** Asks for what exists, plain and signed, from each of the sources in turn; spread sources stay below their budgets. */
async function askAlong(port: number, sources: readonly string[], tally: Tally): Promise<void> {
  const random = createRandom(2)
  const innocents = createInnocents({ port, oracle: createOracle(), random, tally })
  const pending: Promise<void>[] = []
  const rate = Math.min(QUESTIONS_A_SECOND, 120 * sources.length)
  const begin = performance.now()
  for (let asked = 0; performance.now() - begin < SECONDS * 500; ) {
    for (const due = ((performance.now() - begin) / 1000) * rate; asked < due; asked++) {
      const host = random.pick(random.chance(0.2) ? APPLICATIONS : OFFICE_HOSTS)
      const [source, manner] = [sources[asked % sources.length]!, { validates: random.chance(0.5) }]
      pending.push(innocents.ask({ source, name: `${host}.${OFFICE}`, type: random.pick([1, 28]), manner }))
    }
    await delay(5)
  }
  await Promise.all(pending)
  innocents.close()
}
