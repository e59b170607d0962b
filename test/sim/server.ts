import { createRateLimiter, DEFAULT_RATE_LIMITS } from '../../guard/rate-limiter.ts'
import { openSigningKey } from '../../keys/open-signing-key.ts'
import { type AnswerContext, adoptGeneration, createAnswerContext } from '../../server/answer/context.ts'
import { type Exchange, Transport } from '../../server/answer/exchange.ts'
import { respond } from '../../server/answer/respond.ts'
import { type ArenaPool, createArenaPool } from '../../server/arena-pool.ts'
import type { Configuration } from '../../server/configuration/types.ts'
import { arenasOf, type Generation, type GenerationDescriptor } from '../../server/generation.ts'
import { type LoadedZones, loadZones } from '../../server/load-zones.ts'
import { openGeneration } from '../../server/open-generation.ts'
import { openStatistics } from '../../server/statistics.ts'
import type { SerialStore } from '../../server/store.ts'
import { compileViewSelection } from '../../server/view-selection.ts'
import { nsec3Hash } from '../../zones/denial/nsec3-hash.ts'
import { labelSeed } from '../../zones/image/seeds.ts'
import { addressOctets } from '../helpers/answering.ts'
import { openMemoryStore } from '../helpers/memory-store.ts'
import type { Random } from '../helpers/random.ts'
import { TEST_SECRET } from '../helpers/zone.ts'
import type { Network } from './network.ts'
import type { Simulation } from './simulation.ts'

/** Files of the simulated disk: path to text. */
export type Disk = ReadonlyMap<string, string>

export interface SimulatedServer {
  /** Loads what is on `disk` now and publishes it; workers take it up when they wake. */
  reload(disk: Disk): Promise<LoadedZones>
  /** Answers over a stream: nothing is lost or limited there. */
  askStream(from: string, message: Uint8Array): Uint8Array
  /** A worker dies with what waits for it and is replaced. */
  crashWorker(index: number): void
  readonly arenas: ArenaPool
}

interface Worker {
  readonly random: Random
  context: AnswerContext
  inbox: { readonly datagram: Uint8Array; readonly from: string }[]
  isAwake: boolean
}

const WORKERS = 3
const BATCH = 4
const UDP_SLOT = 1280
/** Milliseconds that a stalled worker takes for one message. */
const STALL = 120

/** Mistakes that a test plants to see itself fail. */
export type Fault = 'arenas recycled at once' | 'one serial for all views'

/** Brings up a server at `address` of the network: loader, arenas and workers are the real ones, its threads are events. */
export async function startServer(
  simulation: Simulation,
  options: { network: Network; address: string; configuration: Configuration; disk: Disk; fault?: Fault | undefined },
): Promise<SimulatedServer> {
  const { network, address, configuration } = options
  const arenas = createArenaPool()
  const serials = options.fault === 'one serial for all views' ? sharedSerials() : openMemoryStore().serials
  let published: GenerationDescriptor
  let loaded: LoadedZones | undefined
  let epoch = 0

  const open = (): Generation =>
    openGeneration(published, { arena: (id) => arenas.memory(id), openKey: openSigningKey, nsec3Hash })
  const load = async (disk: Disk): Promise<LoadedZones> => {
    const readFile = (path: string): Uint8Array => {
      const text = disk.get(path)
      if (text === undefined) throw new Error(`no such file: ${path}`)
      return Buffer.from(text)
    }
    const next = await loadZones(configuration, {
      readFile,
      serials,
      secret: TEST_SECRET,
      arenas,
      previous: loaded,
      now: () => 0,
    })
    const kept = arenasOf(next)
    const replaced = loaded === undefined ? [] : [...arenasOf(loaded)].filter((id) => !kept.has(id))
    loaded = next
    epoch++
    published = {
      epoch,
      labelSeed: labelSeed(TEST_SECRET),
      views: next.views,
      selection: compileViewSelection(configuration.views, 1),
      keySets: [],
      identity: {},
    }
    arenas.release(replaced, epoch)
    return next
  }
  await load(options.disk)

  const newContext = (random: Random): AnswerContext => {
    const createLimiter = () => createRateLimiter(DEFAULT_RATE_LIMITS, random.next)
    return createAnswerContext({ generation: open(), createLimiter, statistics: openStatistics() })
  }
  const workers = Array.from({ length: WORKERS }, (_, index): Worker => {
    const random = simulation.randomFor(`worker ${index}`)
    return { random, context: newContext(random), inbox: [], isAwake: false }
  })
  const acknowledge = (): void => {
    const held = Math.min(...workers.map(({ context }) => context.generation.epoch))
    arenas.reclaim(options.fault === 'arenas recycled at once' ? epoch : held)
  }

  /** One batch: the epoch is looked at once, then each message takes its time; a stalled worker outlasts reloads. */
  const wake = (worker: Worker): void => {
    if (worker.isAwake) return
    worker.isAwake = true
    const step = worker.random.chance(0.04) ? STALL : 1
    simulation.after(worker.random.below(5), () => {
      if (worker.context.generation.epoch !== epoch) adoptGeneration(worker.context, open())
      acknowledge()
      worker.context.now = simulation.now()
      const batch = worker.inbox.splice(0, BATCH)
      batch.forEach(({ datagram, from }, index) => {
        simulation.after(step * (index + 1), () => {
          const answer = answerWith(worker.context, datagram, from, Transport.Udp)
          if (answer.length > 0) network.send(address, from, answer)
        })
      })
      simulation.after(step * batch.length + 1, () => {
        worker.isAwake = false
        if (worker.inbox.length > 0) wake(worker)
      })
    })
  }
  network.attach(address, (datagram, from) => {
    const worker = workers[seatOf(from)]!
    worker.inbox.push({ datagram, from })
    wake(worker)
  })

  return {
    arenas,
    reload: async (disk) => {
      const next = await load(disk)
      for (const worker of workers) wake(worker)
      return next
    },
    askStream: (from, message) => {
      const worker = workers[seatOf(from)]!
      return answerWith(worker.context, message, from, Transport.Stream)
    },
    crashWorker: (index) => {
      const worker = workers[index]!
      worker.inbox = []
      worker.context = newContext(worker.random)
      acknowledge()
    },
  }
}

/** A store that mixes the views up: whichever moved last decides for all. */
function sharedSerials(): SerialStore {
  const { serials } = openMemoryStore()
  return {
    get: (zone) => serials.get(zone, 'all'),
    put: (entries) => serials.put(entries.map((entry) => ({ ...entry, view: 'all' }))),
  }
}

/** The kernel spreads clients over sockets by a hash of their address. */
function seatOf(from: string): number {
  return [...from].reduce((sum, character) => sum + character.charCodeAt(0), 0) % WORKERS
}

function answerWith(context: AnswerContext, message: Uint8Array, from: string, transport: Transport): Uint8Array {
  const capacity = transport === Transport.Udp ? UDP_SLOT : 65535
  const octets = new Uint8Array(capacity)
  octets.set(message.subarray(0, capacity))
  const exchange: Exchange = {
    octets,
    start: 0,
    length: Math.min(message.length, capacity),
    capacity,
    source: addressOctets(from),
    sourceStart: 0,
    listener: 0,
    transport,
  }
  return octets.subarray(0, respond(context, exchange))
}
