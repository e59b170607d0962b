import { createEventRing, openEventRing } from '../../guard/event-ring.ts'
import { createRateLimiter } from '../../guard/rate-limiter.ts'
import type { KeySetDescriptor } from '../../keys/key-set.ts'
import { openSigningKey } from '../../keys/open-signing-key.ts'
import { openSignatureTable, signatureTableOctets } from '../../keys/signature-table.ts'
import { createSigningBudget, DEFAULT_SIGNING_SHARE } from '../../keys/signing-budget.ts'
import {
  type AnswerContext,
  adoptGeneration,
  createAnswerContext,
  type SigningTools,
} from '../../server/answer/context.ts'
import { type Exchange, Transport } from '../../server/answer/exchange.ts'
import { DEFERRED, respond, respondDeferred } from '../../server/answer/respond.ts'
import { type ArenaPool, createArenaPool } from '../../server/arena-pool.ts'
import type { Configuration } from '../../server/configuration/types.ts'
import { arenasOf, type Generation, type GenerationDescriptor } from '../../server/generation.ts'
import { createGuardState, type GuardState } from '../../server/guard/guard-state.ts'
import type { KeyRing } from '../../server/keys/key-ring.ts'
import { nextKeyChange } from '../../server/keys/key-set-signatures.ts'
import { type LoadedZones, loadZones } from '../../server/loading/load-zones.ts'
import { openGeneration } from '../../server/open-generation.ts'
import { describeGeneration } from '../../server/running-server.ts'
import { createSigningStamps } from '../../server/signing-stamps.ts'
import type { SerialStore } from '../../server/state/store.ts'
import { openStatistics } from '../../server/statistics.ts'
import { nsec3Hash } from '../../zones/denial/nsec3-hash.ts'
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
  /** Answers over a stream: nothing is lost there. */
  askStream(from: string, message: Uint8Array): Uint8Array
  /** A worker dies with what waits for it and is replaced. */
  crashWorker(index: number): void
  /** Signs the key sets anew where they need it, as the real server's timer does; whether it did. */
  renewKeySets(): Promise<boolean>
  keySets(): readonly KeySetDescriptor[]
  /** What the guard has decided; it takes effect with the next generation, such as `publishGuard` makes. */
  readonly guard: GuardState
  publishGuard(): Promise<void>
  /** What is answered from now. */
  descriptor(): GenerationDescriptor
  /** Rings in which workers tell of questions, for a main thread that a test plays. */
  readonly rings: readonly SharedArrayBuffer[]
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

/** What signed zones need besides their configuration. */
export interface SimulatedSigning {
  readonly keyRing: KeyRing
  /** The server's wall clock, Unix seconds. */
  readonly unixSeconds: () => number
  /** Hears of each signature that a worker makes. */
  readonly onSignature?: () => void
}

export interface ServerOptions {
  readonly network: Network
  readonly address: string
  readonly configuration: Configuration
  readonly disk: Disk
  readonly signing?: SimulatedSigning | undefined
  /** A client whose messages wait for nobody and keep nobody waiting: a worker of its own hears it. */
  readonly apart?: string | undefined
  readonly fault?: Fault | undefined
}

/** Mistakes that a test plants to see itself fail. */
export type Fault = 'arenas recycled at once' | 'one serial for all views' | 'one table of signatures for all views'

const TABLE_SLOTS = 256

/** Brings up a server at `address` of the network: loader, arenas and workers are the real ones, its threads are events. */
export async function startServer(simulation: Simulation, options: ServerOptions): Promise<SimulatedServer> {
  const { network, address, configuration, signing } = options
  const arenas = createArenaPool()
  const stamps = createSigningStamps()
  const guard = createGuardState()
  const serials = options.fault === 'one serial for all views' ? sharedSerials() : openMemoryStore().serials
  const unixSeconds = (): number => signing?.unixSeconds() ?? 0
  let published: GenerationDescriptor
  let loaded: LoadedZones | undefined
  let epoch = 0

  const open = (): Generation =>
    openGeneration(published, { arena: (id) => arenas.memory(id), openKey: openSigningKey, nsec3Hash })
  const publish = async (next: LoadedZones): Promise<void> => {
    const keySets = signing === undefined ? [] : await signing.keyRing.keySets(configuration.zones, unixSeconds())
    epoch++
    published = describeGeneration(
      epoch,
      { configuration, loaded: next, keySets },
      { secret: TEST_SECRET, stamps, guard },
    )
  }
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
    await publish(next)
    arenas.release(replaced, epoch)
    return next
  }
  await load(options.disk)

  const tools = signingTools(options)
  const seats = options.apart === undefined ? WORKERS : WORKERS + 1
  const rings = Array.from({ length: seats }, createEventRing)
  const limits = simulation.randomFor('limits')
  const newContext = (seat: number): AnswerContext => {
    const createLimiter = () => createRateLimiter(configuration.rateLimit, limits.next)
    return createAnswerContext({
      ...{ generation: open(), createLimiter, statistics: openStatistics(), tools },
      events: openEventRing(rings[seat]!, limits.next),
    })
  }
  const workers = Array.from({ length: seats }, (_, index): Worker => {
    const random = simulation.randomFor(`worker ${index}`)
    return { random, context: newContext(index), inbox: [], isAwake: false }
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
      worker.context.unixSeconds = unixSeconds()
      const batch = worker.inbox.splice(0, BATCH)
      const later: typeof batch = []
      batch.forEach(({ datagram, from }, index) => {
        simulation.after(step * (index + 1), () => {
          worker.context.mayDefer = true
          const answer = answerWith(worker.context, datagram, from, Transport.Udp)
          if (answer === DEFERRED) later.push({ datagram, from })
          else if (answer.length > 0) network.send(address, from, answer)
        })
      })
      simulation.after(step * batch.length + 1, () => {
        for (const { datagram, from } of later) {
          const answer = answerWith(worker.context, datagram, from, Transport.Udp, respondDeferred)
          if (answer !== DEFERRED && answer.length > 0) network.send(address, from, answer)
        }
        worker.isAwake = false
        if (worker.inbox.length > 0) wake(worker)
      })
    })
  }
  network.attach(address, (datagram, from) => {
    const worker = workers[seatOf(from, options.apart)]!
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
      const worker = workers[seatOf(from, options.apart)]!
      worker.context.now = simulation.now()
      worker.context.unixSeconds = unixSeconds()
      const answer = answerWith(worker.context, message, from, Transport.Stream)
      return answer === DEFERRED ? new Uint8Array() : answer
    },
    renewKeySets: async () => {
      const now = unixSeconds()
      const next = nextKeyChange(published.keySets, now)
      if (next === undefined || next > now) return false
      await publish(loaded!)
      for (const worker of workers) wake(worker)
      return true
    },
    keySets: () => published.keySets,
    guard,
    publishGuard: async () => {
      await publish(loaded!)
      for (const worker of workers) wake(worker)
    },
    descriptor: () => published,
    rings,
    crashWorker: (index) => {
      const worker = workers[index]!
      worker.inbox = []
      worker.context = newContext(index)
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

/** What workers share of signing: a table for each view. */
function signingTools({ signing, fault }: ServerOptions): SigningTools {
  if (signing === undefined) return {}
  const tables = new Map<string, SharedArrayBuffer>()
  return {
    openSignatureTable: (view) => {
      const name = fault === 'one table of signatures for all views' ? 'all' : view
      const memory = tables.get(name) ?? new SharedArrayBuffer(signatureTableOctets(TABLE_SLOTS))
      tables.set(name, memory)
      return openSignatureTable(memory, 4711)
    },
    createSigningBudget: () => createSigningBudget(DEFAULT_SIGNING_SHARE),
    onFreshSignature: () => signing.onSignature?.(),
  }
}

/** The kernel spreads clients over sockets by a hash of their address. */
function seatOf(from: string, apart: string | undefined): number {
  if (from === apart) return WORKERS
  return [...from].reduce((sum, character) => sum + character.charCodeAt(0), 0) % WORKERS
}

function answerWith(
  context: AnswerContext,
  message: Uint8Array,
  from: string,
  transport: Transport,
  answer = respond,
): Uint8Array | typeof DEFERRED {
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
  const length = answer(context, exchange)
  return length === DEFERRED ? DEFERRED : octets.subarray(0, length)
}
