import { describe, expect, it } from 'vitest'
import { Type } from '../../dns/constants.ts'
import { buildQuery } from '../../dns/message.ts'
import { dnskeys } from '../helpers/key-ring.ts'
import { LONG } from '../helpers/long.ts'
import { judge } from '../helpers/validator.ts'
import { readRrsig } from '../helpers/validator-signatures.ts'
import { wireName } from '../helpers/zone.ts'
import { createClient, type Observation, type Question } from './client.ts'
import { createNetwork, type Network } from './network.ts'
import { type SimulatedServer, startServer } from './server.ts'
import { MAX_TTL, SIGNED_ZONE, simulatedKeys } from './signed-world.ts'
import { createSimulation, forSeeds, type Simulation } from './simulation.ts'
import { configurationOf, diskOf, PUBLIC_HOSTS, ZONE } from './world.ts'

const SERVER = '192.0.2.53'
const STRANGER = '198.51.100.7'
/** Unix seconds at which a run begins. */
const BEGINNING = 1_800_000_000
const DAYS = 90
const HOUR_MS = 3_600_000
const MINUTES_BETWEEN_QUESTIONS = LONG ? 5 : 60
/** Where few days are played. */
const MINUTES_IN_FEW_DAYS = LONG ? 5 : 30
const SEEDS = LONG ? 2 : 1
const MAX_EVENTS = 20_000_000

interface Run {
  readonly simulation: Simulation
  readonly server: SimulatedServer
  readonly network: Network
  /** Seconds that the server's wall clock is ahead of virtual time; to be set. */
  readonly clock: { ahead: number }
  /** Signatures made, by virtual hour. */
  readonly signatures: Map<number, number>
  readonly unixSeconds: () => number
}

describe('a signed zone in fast motion', () => {
  it('never lacks a signature that holds, for ninety days', async () => {
    await forSeeds('ninety days', SEEDS, async ({ seed }) => {
      const run = await startRun(seed, { renews: true })
      const seen = askForDays(run, DAYS, MINUTES_BETWEEN_QUESTIONS)
      await run.simulation.run(MAX_EVENTS)
      expect(seen).toHaveLength(Math.floor((DAYS * 24 * 60) / MINUTES_BETWEEN_QUESTIONS))
      for (const { observation, at } of seen) expectToHold(run, observation, at)
    })
  })

  it('is seen to fail where the key set is not signed anew', async () => {
    await expect(
      forSeeds('no renewal', 1, async ({ seed }) => {
        const run = await startRun(seed, { renews: false })
        const seen = askForDays(run, 3, MINUTES_IN_FEW_DAYS)
        await run.simulation.run(MAX_EVENTS)
        for (const { observation, at } of seen) expectToHold(run, observation, at)
      }),
    ).rejects.toThrow('no renewal failed with seed')
  })

  it('serves what holds by its clock, wherever that is set', async () => {
    await forSeeds('clock', LONG ? 20 : 3, async ({ seed }) => {
      const run = await startRun(seed, { renews: true })
      const random = run.simulation.randomFor('clock')
      for (let hour = 5; hour < 10 * 24; hour += 7) {
        run.simulation.after((hour + 0.1) * HOUR_MS, () => {
          run.clock.ahead = (random.below(40) - 20) * 12 * 3600
        })
      }
      const seen = askForDays(run, 10, MINUTES_IN_FEW_DAYS)
      await run.simulation.run(MAX_EVENTS)
      expect(seen).toHaveLength(Math.floor((10 * 24 * 60) / MINUTES_IN_FEW_DAYS))
      for (const { observation, at } of seen) expectToHold(run, observation, at)
    })
  })

  it('signs hardly more in any hour than in another', async () => {
    const run = await startRun(1, { renews: true })
    const names = Array.from({ length: 60 }, (_, index) => `absent${index}`).concat(PUBLIC_HOSTS)
    const questions = names.map((host) => ({ name: wireName(`${host}.${ZONE}`), type: Type.A }))
    for (let minute = 0; minute < 3 * 24 * 60; minute += 10) {
      run.simulation.after(minute * 60_000, () => {
        for (const question of questions) run.server.askStream(STRANGER, queryOf(question))
      })
    }
    await run.simulation.run(MAX_EVENTS)
    const hours = Array.from({ length: 70 }, (_, hour) => run.signatures.get(hour + 1) ?? 0)
    const mean = hours.reduce((sum, count) => sum + count, 0) / hours.length
    expect(mean).toBeGreaterThan(10)
    expect(Math.max(...hours)).toBeLessThan(2.5 * mean)
    expect(Math.min(...hours)).toBeGreaterThan(0)
  })
})

/** Brings up a server with a signed zone, whose operator loads a new version every week. */
async function startRun(seed: number, { renews }: { renews: boolean }): Promise<Run> {
  const simulation = createSimulation(seed)
  const clock = { ahead: 0 }
  const unixSeconds = (): number => BEGINNING + clock.ahead + Math.floor(simulation.now() / 1000)
  const signatures = new Map<number, number>()
  const onSignature = (): void => {
    const hour = Math.floor(simulation.now() / HOUR_MS)
    signatures.set(hour, (signatures.get(hour) ?? 0) + 1)
  }
  const secrets = simulation.randomFor('secrets')
  const network = createNetwork(simulation, { loss: 0, duplication: 0, delay: 5 })
  const server = await startServer(simulation, {
    ...{ network, address: SERVER, configuration: configurationOf(true, SIGNED_ZONE), disk: diskOf(0, secrets) },
    signing: { keyRing: simulatedKeys(), unixSeconds, onSignature },
  })
  for (let week = 1; week < DAYS / 7; week++) {
    simulation.after((week * 7 * 24 + 0.7) * HOUR_MS, () => server.reload(diskOf(week, secrets)).then(() => {}))
  }
  for (let minute = 1; renews && minute < DAYS * 24 * 60; minute++) {
    simulation.after(minute * 60_000 - 1, () => server.renewKeySets().then(() => {}))
  }
  return { simulation, server, network, clock, signatures, unixSeconds }
}

/** Has a validating client ask again and again; fills what it returns with the answers and when they came, by the clock. */
function askForDays({ simulation, server, network, unixSeconds }: Run, days: number, minutes: number) {
  const random = simulation.randomFor('questions')
  const client = createClient(simulation, {
    network,
    address: STRANGER,
    server: SERVER,
    streams: server,
    validates: true,
  })
  const seen: { observation: Observation | undefined; at: number }[] = []
  for (let minute = 0; minute < days * 24 * 60; minute += minutes) {
    simulation.after(minute * 60_000, () => {
      const host = random.pick([...PUBLIC_HOSTS, `absent${random.below(5)}`, 'x.deep', ''])
      const question = { name: wireName(host === '' ? ZONE : `${host}.${ZONE}`), type: random.pick(TYPES) }
      client.ask(question, (observation) => seen.push({ observation, at: unixSeconds() }))
    })
  }
  return seen
}

const TYPES = [Type.A, Type.AAAA, Type.SOA, Type.MX, Type.DNSKEY, Type.CDS, Type.TXT]

/** A validator believes the answer, and every signature in it outlives every cache. */
function expectToHold({ server }: Run, observation: Observation | undefined, at: number): void {
  const zones = server.keySets().map((set) => ({ apex: wireName(set.zone), dnskeys: dnskeys(set) }))
  expect(observation).toBeDefined()
  const { message } = observation!
  expect(judge(message, zones, at)).not.toMatchObject({ kind: expect.stringMatching(/bogus|insecure/) })
  const rrsigs = [...message.answer, ...message.authority].filter(({ type }) => type === Type.RRSIG)
  expect(rrsigs.length).toBeGreaterThan(0)
  for (const { expiration, inception } of rrsigs.map(readRrsig)) {
    expect(expiration - at).toBeGreaterThan(MAX_TTL)
    expect(inception).toBeLessThanOrEqual(at)
  }
}

function queryOf(question: Question): Uint8Array {
  return buildQuery({ id: 1, ...question, edns: { udpSize: 1232, do: true } })
}
