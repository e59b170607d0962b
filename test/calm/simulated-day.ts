import type { Incident } from '../../guard/incident.ts'
import { DEFAULT_RATE_LIMIT } from '../../server/configuration/defaults.ts'
import type { Configuration, RateLimitConfiguration } from '../../server/configuration/types.ts'
import { signedZone } from '../helpers/keys.ts'
import type { Random } from '../helpers/random.ts'
import { wireName } from '../helpers/zone.ts'
import { createNetwork, type Network } from '../sim/network.ts'
import { type Disk, type SimulatedServer, startServer } from '../sim/server.ts'
import { simulatedKeys } from '../sim/signed-world.ts'
import type { Simulation } from '../sim/simulation.ts'
import { configurationOf } from '../sim/world.ts'
import { createOracle, isTruncated, type Oracle } from './oracle.ts'
import { startSimulatedGuard } from './simulated-guard.ts'
import { createTally, type Tally, verdictName } from './tally.ts'
import { type Asked, messageOf, type Traffic } from './traffic.ts'
import { CALM_ZONES } from './world.ts'

const SERVER = '192.0.2.53'
const NOW = 1_800_000_000
const MAX_EVENTS = 100_000_000
/** Longer than questions wait where workers stall and many come at once, so that silence is a decision. */
const RETRY_MS = 10_000

/** Spans of a day that are played, milliseconds; time stands still between them. */
export interface Span {
  readonly from: number
  readonly to: number
}

export interface PlayedDay {
  readonly tally: Tally
  readonly incidents: readonly Incident[]
  /** Questions that the guard was told of. */
  readonly watched: number
}

const WATCH_MS = 500

/** Plays the traffic against a simulated server with the limits that ship. */
export async function playDay(
  simulation: Simulation,
  traffic: Traffic,
  spans: readonly Span[],
  rateLimit: RateLimitConfiguration = DEFAULT_RATE_LIMIT,
): Promise<PlayedDay> {
  const network = createNetwork(simulation, { loss: 0, duplication: 0, delay: 5 })
  const server = await startServer(simulation, {
    ...{ network, address: SERVER, configuration: { ...CONFIGURATION, rateLimit }, disk: diskOfCalm() },
    signing: { keyRing: simulatedKeys(), unixSeconds: () => NOW + Math.floor(simulation.now() / 1000) },
  })
  const tally = createTally()
  const asker = createAsker({ simulation, network, server, oracle: createOracle(), tally })
  const guard = startSimulatedGuard(server)
  let watched = 0
  const watch = (until: number): void => {
    watched += guard.watch(NOW * 1000 + simulation.now())
    if (simulation.now() < until) simulation.after(WATCH_MS, () => watch(until))
  }
  for (const { from, to } of spans) {
    simulation.after(from, () => watch(to + RETRY_MS))
    simulation.after(Math.max(0, from - simulation.now()), () => {
      for (const asked of traffic.during(from, to)) {
        if (asked.at >= from) simulation.after(asked.at - from, () => asker(asked))
      }
    })
  }
  await simulation.run(MAX_EVENTS)
  watched += guard.watch(NOW * 1000 + simulation.now())
  return { tally, incidents: guard.incidents(), watched }
}

interface World {
  readonly simulation: Simulation
  readonly network: Network
  readonly server: SimulatedServer
  readonly oracle: Oracle
  readonly tally: Tally
}

/** What asks as resolvers do: once more after silence, over TCP after TC. */
function createAsker({ simulation, network, server, oracle, tally }: World): (asked: Asked) => void {
  const random: Random = simulation.randomFor('messages')
  const sources = new Map<string, Map<number, (answer: Uint8Array) => void>>()
  const waitingAt = (source: string) => {
    const known = sources.get(source)
    if (known !== undefined) return known
    const waiting = new Map<number, (answer: Uint8Array) => void>()
    network.attach(source, (answer) => waiting.get(idOf(answer))?.(answer))
    sources.set(source, waiting)
    return waiting
  }
  return (asked) => {
    const waiting = waitingAt(asked.source)
    const message = messageOf(asked, random)
    while (waiting.has(idOf(message))) message[1] = random.below(256)
    const outcome = tally[verdictName(oracle.verdictOn(message, asked.source))]
    outcome.asked++
    let attempts = 0
    const attempt = (): void => {
      if (attempts > 0 && !waiting.has(idOf(message))) return
      if (attempts === 1) outcome.limited++
      if (attempts === 2) {
        outcome.failed++
        waiting.delete(idOf(message))
        return
      }
      attempts++
      network.send(asked.source, SERVER, message)
      simulation.after(RETRY_MS, attempt)
    }
    waiting.set(idOf(message), (answer) => {
      waiting.delete(idOf(message))
      if (!isTruncated(answer) || oracle.isTooLarge(message, asked.source)) return
      outcome.limited++
      if (attempts === 2 || server.askStream(asked.source, message).length === 0) outcome.failed++
    })
    attempt()
  }
}

function idOf(message: Uint8Array): number {
  return (message[0]! << 8) | message[1]!
}

const CONFIGURATION: Configuration = {
  ...configurationOf(false),
  zones: Object.entries(CALM_ZONES).map(([name, { overlays }]) => ({
    ...{ name, apex: wireName(name), file: `/${name}zone`, hide: {}, views: undefined },
    overlays: overlays === undefined ? {} : { internal: `/${name}internal` },
    dnssec: signedZone(name, { algorithms: [15] }).dnssec,
  })),
}

function diskOfCalm(): Disk {
  return new Map(
    Object.entries(CALM_ZONES).flatMap(([name, { base, overlays }]): [string, string][] => [
      [`/${name}zone`, base],
      ...(overlays?.internal === undefined ? [] : [[`/${name}internal`, overlays.internal] as [string, string]]),
    ]),
  )
}
