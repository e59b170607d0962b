/**
 * The same day in a minute, over sockets, against a real server with all that ships: every source at an address of its own.
 * Each question keeps its place in the day; of all, a share is asked.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { LONG } from '../helpers/long.ts'
import { createRandom } from '../helpers/random.ts'
import { createInnocents } from './innocents.ts'
import { machines } from './machines.ts'
import { createOracle } from './oracle.ts'
import { publicResolvers } from './public-resolvers.ts'
import { startRealServer } from './real-server.ts'
import { smallResolvers } from './small-resolvers.ts'
import { createTally, existingOf, sumOf, tallyText } from './tally.ts'
import { type Asked, DAY_MS } from './traffic.ts'

const SECONDS = LONG ? 60 : 5
/** Questions asked of each second's worth: a busy server's load, and within what a single address may ask. */
const QUESTIONS = SECONDS * 500
const HOUR_MS = 3_600_000

describe('a calm day in a minute', () => {
  it('harms nobody', async () => {
    const day = sampleOfDay(QUESTIONS)
    const server = await startRealServer({ workers: 2 })
    const tally = createTally()
    const { guardOctets } = await server.status()
    try {
      await ask(server.port, day, tally)
      // The server's own count: what a busy machine loses on the way is not its doing.
      const { limited } = (await server.status()).queries
      expect(limited).toMatchObject({ truncated: 0, dropped: 0 })
      expect(await server.incidents()).toEqual([])
      expect((await server.status()).guardOctets).toEqual(guardOctets)
      expect(Object.values(guardOctets!).every((octets) => octets > 0)).toBe(true)
      if (LONG) console.log(`${day.length} questions: ${tallyText(tally)}`)
    } finally {
      await server.stop()
    }
    expect(sumOf(tally).asked).toBeGreaterThan(QUESTIONS * 0.9)
    expect(tally.Absent.asked / sumOf(tally).asked).toBeGreaterThan(0.1)
    expect(existingOf(tally).failed).toBe(0)
  })
})

/** About so many questions of a day of all three generators, in order. */
function sampleOfDay(count: number): Asked[] {
  const random = createRandom(3)
  const all = [publicResolvers, smallResolvers, machines].map((generator) => generator(createRandom(random.next())))
  // A few minutes of each hour are played, for what takes long is to make them up.
  const played = HOUR_MS / 60
  const asked: Asked[] = []
  for (let hour = 0; hour < DAY_MS; hour += HOUR_MS) {
    for (const traffic of all) {
      for (const one of traffic.during(hour, hour + played)) {
        if (one.at >= hour) asked.push({ ...one, at: hour + (one.at - hour) * 60 })
      }
    }
  }
  return asked.filter(() => random.chance(count / asked.length)).sort((a, b) => a.at - b.at)
}

async function ask(port: number, day: readonly Asked[], tally: ReturnType<typeof createTally>): Promise<void> {
  const innocents = createInnocents({ port, oracle: createOracle(), random: createRandom(4), tally, patience: 4000 })
  const pending: Promise<void>[] = []
  const begin = performance.now()
  for (let next = 0; next < day.length; ) {
    const due = ((performance.now() - begin) / (SECONDS * 1000)) * DAY_MS
    for (; next < day.length && day[next]!.at <= due; next++) pending.push(innocents.ask(day[next]!))
    await delay(5)
  }
  await Promise.all(pending)
  innocents.close()
}
