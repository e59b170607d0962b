/**
 * The guard in virtual time: somebody scans through a rough network, others go about their business, the main thread watches
 * and acts, workers take up what it decides at different moments.
 */
import { describe, expect, it } from 'vitest'
import { Rcode } from '../../dns/constants.ts'
import { WORDS } from '../../guard/detection/words.ts'
import { responseKey } from '../../server/guard/guard-state.ts'
import { createGuardWatch } from '../../server/guard/guard-watch.ts'
import { createNoticeStream, type GuardNotice } from '../../server/guard/notices.ts'
import { measuresFor } from '../../server/guard/responses.ts'
import { compileStarved } from '../../server/guard/sanctions.ts'
import { LONG } from '../helpers/long.ts'
import { openMemoryIncidentStore } from '../helpers/memory-store.ts'
import { wireName } from '../helpers/zone.ts'
import { createClient, type Observation } from './client.ts'
import { createNetwork } from './network.ts'
import { type SimulatedServer, startServer } from './server.ts'
import { createSimulation, forSeeds, type Simulation } from './simulation.ts'
import { configurationOf, diskOf, HIDDEN_HOSTS, PUBLIC_HOSTS, ZONE } from './world.ts'

const SERVER = '192.0.2.53'
const SCANNER = '203.0.113.66'
const STRANGERS = ['192.0.2.1', '198.51.100.7', '203.0.113.9']
const ROUGH = { loss: 0.05, duplication: 0.05, delay: 20 }
const SEEDS = LONG ? 50 : 6
const SPAN_MS = 12_000
const QUESTIONS = 120
/** Unix milliseconds at which a run begins. */
const NOW = 1_800_000_000_000
const MAX_EVENTS = 500_000

interface Run {
  readonly observations: Map<string, (Observation | undefined)[]>
  readonly notices: GuardNotice[]
  readonly server: SimulatedServer
}

describe('somebody enumerates', () => {
  it('and is recognised and starved within a moment, while all are told what exists', async () => {
    await forSeeds('enumeration', SEEDS, async (simulation) => {
      const { notices, observations, server } = await play(simulation, { words: 220, overlaid: true })
      const opened = notices.find(({ kind }) => kind === 'incident-opened')
      expect(opened).toMatchObject({
        incident: { kind: 'enumeration', isSpread: false, sources: [{ address: SCANNER }] },
      })
      expect(
        (opened as { incident: { recognisedAfter: { count: number } } }).incident.recognisedAfter.count,
      ).toBeLessThan(200)
      expect(server.guard.starved.size).toBe(1)
      // It is sent to TCP, and once it has guessed enough there as well, it is refused what is over its budget.
      expect(refusedShare(observations.get(SCANNER)!)).toBeGreaterThan(0.1)
      for (const address of STRANGERS) {
        const seen = observations.get(address)!
        expect(seen.filter((one) => one === undefined)).toEqual([])
        expect(refusedShare(seen)).toBe(0)
      }
    })
  })

  it('and nobody does: then nothing is done to anybody', async () => {
    await forSeeds('calm', SEEDS, async (simulation) => {
      const { notices, server } = await play(simulation, { words: 0, overlaid: false })
      expect(notices).toEqual([])
      expect(server.guard.starved.size).toBe(0)
    })
  })

  it('and sees the same octets at the same moments with and without hidden names, whatever is done about it', async () => {
    await forSeeds('guarded concealment', SEEDS, async ({ seed }) => {
      const withSecrets = await play(createSimulation(seed), { words: 220, overlaid: true })
      const without = await play(createSimulation(seed), { words: 220, overlaid: false })
      for (const address of [SCANNER, ...STRANGERS]) {
        expect(transcript(withSecrets, address)).toEqual(transcript(without, address))
      }
      const told = ({ notices }: Run) => notices.filter(({ kind }) => kind !== 'hidden-name-asked')
      expect(told(withSecrets)).toEqual(told(without))
      expect(without.notices).toEqual(told(without))
    })
  })
})

/** Plays one run: strangers ask, somebody asks for so many words of the list, and the operator's guard does its work. */
async function play(simulation: Simulation, options: { words: number; overlaid: boolean }): Promise<Run> {
  const network = createNetwork(simulation, ROUGH)
  const configuration = configurationOf(options.overlaid)
  const disk = diskOf(0, simulation.randomFor('secrets'))
  const server = await startServer(simulation, { network, address: SERVER, configuration, disk })
  const notices = watch(simulation, server)
  const observations = new Map<string, (Observation | undefined)[]>()
  const ask = (address: string, questions: readonly { readonly at: number; readonly name: string }[]): void => {
    const client = createClient(simulation, { network, address, server: SERVER, streams: server })
    const seen: (Observation | undefined)[] = []
    observations.set(address, seen)
    for (const { at, name } of questions) {
      const question = { name: wireName(`${name}.${ZONE}`), type: 1 }
      simulation.after(at, () => client.ask(question, (observation) => seen.push(observation)))
    }
  }
  for (const address of STRANGERS) {
    const random = simulation.randomFor(`questions of ${address}`)
    const names = [...PUBLIC_HOSTS, ...PUBLIC_HOSTS, ...HIDDEN_HOSTS, 'wwww', 'mial']
    ask(
      address,
      Array.from({ length: QUESTIONS }, () => ({ at: random.below(SPAN_MS), name: random.pick(names) })),
    )
  }
  const words = simulation.randomFor('words').some([...WORDS, ...HIDDEN_HOSTS], options.words)
  ask(
    SCANNER,
    words.map((name, index) => ({ at: 500 + index * 50, name })),
  )
  await simulation.run(MAX_EVENTS)
  return { observations, notices, server }
}

/** The main thread's part: looks ten times a second, and publishes what it decides. */
function watch(simulation: Simulation, server: SimulatedServer): GuardNotice[] {
  const notices: GuardNotice[] = []
  const stream = createNoticeStream((error) => {
    throw error
  })
  stream.subscribe((notice) => notices.push(notice))
  const guardWatch = createGuardWatch({
    ...{ rings: server.rings, arena: (id: number) => server.arenas.memory(id), descriptor: server.descriptor },
    ...{ isDetecting: () => true, store: openMemoryIncidentStore(), notices: stream, seed: 7 },
    log: {
      error: (facts: unknown) => {
        throw new Error(JSON.stringify(facts))
      },
    },
    describeResponse: () => 'what the policy says',
    respond: (incidents) => {
      const { starved, zones } = measuresFor(
        incidents,
        () => 'auto',
        () => false,
      )
      server.guard.starved = compileStarved(starved)
      for (const { view, zone, response } of zones.values()) {
        server.guard.responses.set(responseKey(view, zone), { ...response, honey: [] })
      }
      simulation.after(0, () => server.publishGuard())
    },
  })
  const look = (): void => {
    guardWatch.look(NOW + simulation.now())
    if (simulation.now() < SPAN_MS * 2) simulation.after(100, look)
  }
  look()
  return notices
}

/** The share of answers that are REFUSED. */
function refusedShare(seen: readonly (Observation | undefined)[]): number {
  return seen.filter((one) => one?.message.rcode === Rcode.Refused).length / seen.length
}

function transcript({ observations }: Run, address: string): string[] {
  return observations
    .get(address)!
    .map((seen) =>
      seen === undefined ? 'nothing' : `${seen.askedAt} ${seen.answeredAt} ${Buffer.from(seen.octets).toString('hex')}`,
    )
}
