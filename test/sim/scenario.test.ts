import { describe, expect, it } from 'vitest'
import type { DecoyConfiguration } from '../../server/configuration/types.ts'
import type { KeyRing } from '../../server/keys/key-ring.ts'
import { INSIDER } from '../helpers/answering.ts'
import { LONG } from '../helpers/long.ts'
import { wireName } from '../helpers/zone.ts'
import { type Client, createClient, type Observation } from './client.ts'
import { createNetwork, type Weather } from './network.ts'
import { type Fault, type SimulatedServer, startServer } from './server.ts'
import { SIGNED_ZONE, simulatedKeys } from './signed-world.ts'
import { createSimulation, forSeeds, type Simulation } from './simulation.ts'
import { configurationOf, DECOYS, diskOf, HIDDEN_HOSTS, HIDDEN_MARK, PUBLIC_HOSTS, versionOf, ZONE } from './world.ts'

const SERVER = '192.0.2.53'
const STRANGERS = ['192.0.2.1', '198.51.100.7', '203.0.113.9']
const TYPES = [1, 2, 6, 15, 16, 28, 255]
const ROUGH: Weather = { loss: 0.1, duplication: 0.1, delay: 30 }
const RELOADS = 12
const QUESTIONS = 60
const SEEDS = LONG ? 100 : 20
const MAX_EVENTS = 200_000
/** Unix seconds at which a run begins. */
const NOW = 1_800_000_000
/** Type and class of an RRSIG record, in hexadecimal. */
const SIGNED = '002e0001'

interface Run {
  readonly observations: Map<string, (Observation | undefined)[]>
  /** Virtual time at which each version was published. */
  readonly publishedAt: number[]
  readonly server: SimulatedServer
}

describe('one server, several clients, a rough network and reloads', () => {
  it('answers every question out of one version that was served while it was asked', async () => {
    await forSeeds('consistency', SEEDS, async (simulation) => {
      const { observations, publishedAt } = await play(simulation, { overlaid: true })
      expectOneVersionEach(observations, publishedAt)
    })
  })

  it('answers nearly everything in spite of losses', async () => {
    await forSeeds('availability', SEEDS, async (simulation) => {
      const { observations } = await play(simulation, { overlaid: true })
      for (const [, all] of observations) {
        expect(all.length).toBe(QUESTIONS)
        expect(all.filter((observation) => observation === undefined).length).toBeLessThan(QUESTIONS / 10)
      }
    })
  })

  it('shows strangers the same octets at the same moments with and without hidden names', async () => {
    await forSeeds('concealment', SEEDS, async ({ seed }) => {
      const withSecrets = await play(createSimulation(seed), { overlaid: true })
      const without = await play(createSimulation(seed), { overlaid: false })
      for (const stranger of STRANGERS) {
        expect(transcript(withSecrets, stranger)).toEqual(transcript(without, stranger))
      }
    })
  })

  it('shows strangers the same octets at the same moments where answers are signed', async () => {
    await forSeeds('signed concealment', SEEDS, async ({ seed }) => {
      const keyRing = simulatedKeys()
      const withSecrets = await play(createSimulation(seed), { overlaid: true, keyRing })
      const without = await play(createSimulation(seed), { overlaid: false, keyRing })
      for (const stranger of STRANGERS) {
        const seen = transcript(withSecrets, stranger)
        expect(seen).toEqual(transcript(without, stranger))
        expect(seen.some((line) => line.includes(SIGNED))).toBe(true)
      }
    })
  })

  it('shows strangers the same octets at the same moments where absent names are answered by decoys', async () => {
    await forSeeds('concealment by decoys', Math.ceil(SEEDS / 4), async ({ seed }) => {
      const keyRing = simulatedKeys()
      const withSecrets = await play(createSimulation(seed), { overlaid: true, keyRing, decoys: DECOYS })
      const without = await play(createSimulation(seed), { overlaid: false, keyRing, decoys: DECOYS })
      for (const stranger of STRANGERS) {
        const seen = transcript(withSecrets, stranger)
        expect(seen).toEqual(transcript(without, stranger))
        expect(seen).not.toEqual(transcript(await play(createSimulation(seed), { overlaid: false, keyRing }), stranger))
      }
    })
  })

  it('shows insiders what strangers cannot see', async () => {
    const insiders: boolean[] = []
    await forSeeds('views', SEEDS, async (simulation) => {
      const { observations } = await play(simulation, { overlaid: true })
      insiders.push(seesHidden(observations, INSIDER))
      for (const stranger of STRANGERS) expect(seesHidden(observations, stranger)).toBe(false)
    })
    expect(insiders).toContain(true)
  })

  it('catches planted mistakes', async () => {
    await expect(
      forSeeds('recycling', SEEDS, async (simulation) => {
        const { observations, publishedAt } = await play(simulation, {
          overlaid: true,
          fault: 'arenas recycled at once',
        })
        expectOneVersionEach(observations, publishedAt)
      }),
    ).rejects.toThrow('recycling failed with seed')
    await expect(
      forSeeds('leaking', SEEDS, async ({ seed }) => {
        const leaking = await play(createSimulation(seed), { overlaid: true, fault: 'one serial for all views' })
        const sealed = await play(createSimulation(seed), { overlaid: false })
        for (const stranger of STRANGERS) expect(transcript(leaking, stranger)).toEqual(transcript(sealed, stranger))
      }),
    ).rejects.toThrow('leaking failed with seed')
    await expect(
      forSeeds('warming', SEEDS, async ({ seed }) => {
        const keyRing = simulatedKeys()
        const fault = 'one table of signatures for all views'
        const warming = await play(createSimulation(seed), { overlaid: true, keyRing, fault })
        const sealed = await play(createSimulation(seed), { overlaid: false, keyRing, fault })
        for (const stranger of STRANGERS) expect(transcript(warming, stranger)).toEqual(transcript(sealed, stranger))
      }),
    ).rejects.toThrow('warming failed with seed')
  })

  it('is the same run again for the same seed', async () => {
    const runs = [
      await play(createSimulation(7), { overlaid: true }),
      await play(createSimulation(7), { overlaid: true }),
    ]
    for (const address of [...STRANGERS, INSIDER]) {
      expect(transcript(runs[0]!, address)).toEqual(transcript(runs[1]!, address))
    }
  })

  it('uses its arenas again', async () => {
    await forSeeds('arenas', SEEDS, async (simulation) => {
      const { server } = await play(simulation, { overlaid: true })
      // Two views of the newest generation, and as much again that the last worker may just have let go.
      expect(server.arenas.usage().used).toBeLessThanOrEqual(4 * 8192)
    })
  })
})

/** Plays one run: strangers and an insider ask while the operator reloads and workers die. */
async function play(
  simulation: Simulation,
  options: { overlaid: boolean; keyRing?: KeyRing; fault?: Fault; decoys?: DecoyConfiguration },
): Promise<Run> {
  const { keyRing } = options
  const network = createNetwork(simulation, ROUGH)
  const secrets = simulation.randomFor('secrets')
  const publishedAt = [0]
  const server = await startServer(simulation, {
    network,
    address: SERVER,
    configuration: configurationOf(options.overlaid, keyRing && SIGNED_ZONE, options.decoys),
    disk: diskOf(0, secrets),
    signing: keyRing && { keyRing, unixSeconds: () => NOW + Math.floor(simulation.now() / 1000) },
    fault: options.fault,
    // How long a signature takes is seen by whoever waits behind it in the same socket; what it is of is not.
    apart: keyRing && INSIDER,
  })
  const observations = new Map<string, (Observation | undefined)[]>()
  for (const address of [...STRANGERS, INSIDER]) {
    const client = createClient(simulation, { network, address, server: SERVER, streams: server })
    observations.set(address, askAlong(simulation, client))
  }
  const operator = simulation.randomFor('operator')
  for (let reload = 1; reload <= RELOADS; reload++) {
    // What everyone sees changes every other time; what insiders see, every time.
    const version = reload >> 1
    simulation.after(reload * 150 + operator.below(100), async () => {
      await server.reload(diskOf(version, secrets))
      publishedAt[version] ??= simulation.now()
      if (operator.chance(0.2)) server.crashWorker(operator.below(3))
    })
  }
  await simulation.run(MAX_EVENTS)
  return { observations, publishedAt, server }
}

/** Has `client` ask at random moments around names that are there, hidden or nowhere; fills what it returns. */
function askAlong(simulation: Simulation, client: Client): (Observation | undefined)[] {
  const random = simulation.randomFor(`questions of ${client.address}`)
  const seen: (Observation | undefined)[] = []
  const names = [...PUBLIC_HOSTS, ...HIDDEN_HOSTS, 'staging', 'x.db.staging', 'nowhere', '@'].map((host) =>
    wireName(host === '@' ? ZONE : `${host}.${ZONE}`),
  )
  for (let i = 0; i < QUESTIONS; i++) {
    simulation.after(random.below(RELOADS * 160), () => {
      client.ask({ name: random.pick(names), type: random.pick(TYPES) }, (observation) => seen.push(observation))
    })
  }
  return seen
}

function expectOneVersionEach(observations: Run['observations'], publishedAt: readonly number[]): void {
  for (const { address, seen } of byClient(observations)) {
    for (const observation of seen) expectOneVersion(address, observation, publishedAt)
  }
}

/** All addresses in an answer tell one version, and that version was served between question and answer. */
function expectOneVersion(address: string, observation: Observation, publishedAt: readonly number[]): void {
  const { message, askedAt, answeredAt } = observation
  const records = [...message.answer, ...message.authority, ...message.additional]
  const told = new Set(records.filter(({ type }) => type === 1).map(({ rdata }) => versionOf(rdata)))
  for (const { type, rdata } of records) if (type === 15) told.add(rdata[1])
  told.delete(undefined)
  if (told.size === 0) return
  expect(told.size, `one version for ${address}`).toBe(1)
  const version = [...told][0]!
  const until = publishedAt[version + 1] ?? Number.POSITIVE_INFINITY
  expect(publishedAt[version]).toBeLessThanOrEqual(answeredAt)
  // A worker may answer from the generation before until it wakes: at most the delays of one exchange later.
  expect(until + SLACK).toBeGreaterThanOrEqual(askedAt)
}

/** Milliseconds that a worker may take to look at the epoch, and an answer to arrive. */
const SLACK = 700

function seesHidden(observations: Run['observations'], address: string): boolean {
  const mark = Buffer.from(HIDDEN_MARK)
  return observations.get(address)!.some((seen) => seen !== undefined && Buffer.from(seen.octets).includes(mark))
}

function byClient(observations: Run['observations']): { address: string; seen: Observation[] }[] {
  return [...observations].map(([address, all]) => ({ address, seen: all.filter((one) => one !== undefined) }))
}

function transcript(run: Run, address: string): string[] {
  return run.observations
    .get(address)!
    .map((observation) =>
      observation === undefined
        ? 'nothing'
        : `${observation.askedAt} ${observation.answeredAt} ${Buffer.from(observation.octets).toString('hex')}`,
    )
}
