import { randomInt } from 'node:crypto'
import { createEventRing } from '../../guard/event-ring.ts'
import { createRateLimitTable, type RateLimitTable } from '../../guard/rate-limit-table.ts'
import { SAMPLE_OCTETS } from '../../keys/signature-sample.ts'
import { signatureTableOctets } from '../../keys/signature-table.ts'
import { DEFAULT_SIGNING_SHARE } from '../../keys/signing-budget.ts'
import type { ArenaPool } from '../arena-pool.ts'
import type { RateLimitConfiguration } from '../configuration/types.ts'
import { arenasOf, type GenerationDescriptor } from '../generation.ts'
import type { Sockets } from '../sockets.ts'
import { openStatistics, STATISTICS_OCTETS, type Statistics } from '../statistics.ts'
import { datagramSockets, type SeatSockets, streamSockets } from './seat-sockets.ts'
import type { SharedSignatureTable, SigningSettings, WorkerSettings } from './worker-channel.ts'
import { createControlWords, oldestAcknowledged, storeEpoch, storeStop } from './worker-channel.ts'
import {
  evict,
  hasAcknowledged,
  occupy,
  retire,
  type Seat,
  type SeatHost,
  sendPublication,
  type WorkerDeath,
  wake,
} from './worker-seat.ts'

export interface WorkerPoolOptions {
  readonly sockets: Sockets
  readonly settings: Pick<WorkerSettings, 'rateLimit' | 'streams'> & Partial<Pick<WorkerSettings, 'signing'>>
  /** Where the descriptors' images are. */
  readonly arenas: ArenaPool
  /** The generation to start with. */
  readonly descriptor: GenerationDescriptor
  /** Scripts of the workers, for tests; without one for streams there is no stream worker. */
  readonly entries?: WorkerEntries
  /** A worker died and is being replaced: worth a line in the log. */
  readonly onDeath: (death: WorkerDeath) => void
}

export interface WorkerEntries {
  readonly udp: URL
  readonly stream: URL | undefined
}

export interface WorkerPool {
  /**
   * Makes the generation the one that answers. Arenas that it does not name any more become free as soon as no worker
   * reads them. Resolves when every worker answers from it. Epochs must rise.
   */
  publish(descriptor: GenerationDescriptor): Promise<void>
  /** The oldest epoch that some worker may still answer from. */
  acknowledgedEpoch(): number
  /** The counters of each worker; they go on counting when a worker is replaced. */
  statistics(): readonly Statistics[]
  /** By worker, where it leaves signatures to be verified: see keys/signature-sample.ts. */
  samples(): readonly SharedArrayBuffer[]
  /** By worker, where it tells of the questions it answers: see guard/event-ring.ts. */
  eventRings(): readonly SharedArrayBuffer[]
  /** Workers that died since the start. */
  deaths(): number
  /**
   * Has every worker end, one after the other, and another take its place: what the old ones had in memory is gone when it
   * resolves, with their samples and tables of signatures. Rejects where one does not end.
   */
  replaceWorkers(): Promise<void>
  /** Lets every worker finish what is in flight and end; by force after a while. Takes less than two seconds. */
  stop(): Promise<void>
}

const DEFAULT_ENTRIES: WorkerEntries = {
  udp: new URL('./worker.js', import.meta.url),
  stream: new URL('../stream/worker.js', import.meta.url),
}

/** 16 MiB for each view where all of it is used. */
const DEFAULT_SIGNING: SigningSettings = { tableSlots: 32_768, share: DEFAULT_SIGNING_SHARE }

/** Deaths on one seat that make the start a failure. */
const START_TRIES = 3
const STOP_MS = 1500

interface Pool {
  readonly host: SeatHost
  readonly seats: readonly Seat[]
  /** By view. */
  readonly signatureTables: Map<string, SharedSignatureTable>
  descriptor: GenerationDescriptor
  stopping: boolean
  /** Called after each acknowledgement, death and end, until they answer true. */
  waiters: (() => boolean)[]
}

/** Starts the workers on their sockets. Resolves when all of them answer; rejects where one dies of its start. */
export async function startWorkers(options: WorkerPoolOptions): Promise<WorkerPool> {
  const seats = createSeats(options.sockets, options.entries ?? DEFAULT_ENTRIES)
  const statistics = new SharedArrayBuffer(STATISTICS_OCTETS * seats.length)
  const pool = createPool(options, seats, statistics)
  // A thread that blocks in ppoll would keep `process.exit` waiting for ever.
  const stopAtExit = (): void => askToStop(pool)
  process.once('exit', stopAtExit)
  let ended: Promise<void> | undefined
  const end = (): Promise<void> => {
    ended ??= stop(pool).finally(() => process.removeListener('exit', stopAtExit))
    return ended
  }
  storeEpoch(pool.host.control, pool.descriptor.epoch)
  for (const seat of seats) occupy(seat, pool.host)
  await started(pool).catch(async (error) => {
    await end()
    throw error
  })
  const blocks = seats.map((_, index) => openStatistics(statistics, STATISTICS_OCTETS * index))
  return {
    publish: (descriptor) => publish(pool, descriptor),
    acknowledgedEpoch: () => oldestAcknowledged(pool.host.control),
    statistics: () => blocks,
    samples: () => pool.host.samples,
    eventRings: () => pool.host.eventRings,
    replaceWorkers: () => replaceWorkers(pool),
    deaths: () => seats.reduce((sum, { deaths }) => sum + deaths, 0),
    stop: end,
  }
}

function createSeats(sockets: Sockets, entries: WorkerEntries): Seat[] {
  const seat = (index: number, kind: 'udp' | 'stream', entry: URL, seatSockets: SeatSockets): Seat => ({
    index,
    kind,
    entry,
    sockets: seatSockets,
    deaths: 0,
    earlyDeaths: 0,
    failure: undefined,
    occupant: undefined,
    restart: undefined,
    isRetiring: false,
  })
  const { udp, stream } = entries
  const seats = Array.from({ length: sockets.workers }, (_, index) =>
    seat(index, 'udp', udp, datagramSockets(sockets, index)),
  )
  if (stream !== undefined) seats.push(seat(seats.length, 'stream', stream, streamSockets(sockets)))
  return seats
}

function createPool(options: WorkerPoolOptions, seats: readonly Seat[], statistics: SharedArrayBuffer): Pool {
  const control = createControlWords(seats.length)
  const settings: WorkerSettings = { signing: DEFAULT_SIGNING, ...options.settings, udp: options.sockets.udp }
  const signatureTables = new Map<string, SharedSignatureTable>()
  const pool: Pool = {
    seats,
    signatureTables,
    descriptor: options.descriptor,
    stopping: false,
    waiters: [],
    host: {
      control,
      statistics,
      samples: seats.map(() => new SharedArrayBuffer(SAMPLE_OCTETS)),
      eventRings: seats.map(createEventRing),
      settings,
      arenas: options.arenas,
      rateLimitTable: createRateLimitTables(settings.rateLimit),
      signatureTable: createSignatureTables(signatureTables, settings.signing, () => pool.descriptor),
      descriptor: () => pool.descriptor,
      isStopping: () => pool.stopping,
      onDeath: options.onDeath,
      onChange: () => {
        options.arenas.reclaim(oldestAcknowledged(control))
        pool.waiters = pool.waiters.filter((isDone) => !isDone())
      },
    },
  }
  return pool
}

/** One table for each view, made when a generation first has the view. */
function createRateLimitTables(options: RateLimitConfiguration): SeatHost['rateLimitTable'] {
  const tables = new Map<string, RateLimitTable>()
  return (view) => {
    if (!options.enabled) return undefined
    const table = tables.get(view) ?? createRateLimitTable(options.tableSize, () => randomInt(2 ** 32))
    tables.set(view, table)
    return table
  }
}

/** As those of the rate limiter: what insiders have signed must not show in what strangers wait for. */
function createSignatureTables(
  tables: Map<string, SharedSignatureTable>,
  { tableSlots }: SigningSettings,
  descriptor: () => GenerationDescriptor,
): SeatHost['signatureTable'] {
  return (view) => {
    const table = tables.get(view) ?? {
      memory: new SharedArrayBuffer(signatureTableOctets(slotsFor(descriptor(), view, tableSlots))),
      seed: randomInt(2 ** 32),
    }
    tables.set(view, table)
    return table
  }
}

/**
 * Room for all that a view's zones have when its table is made: an RRset that is pushed out is signed anew for whoever
 * asks, and what exists is signed without a budget.
 */
function slotsFor({ views }: GenerationDescriptor, view: string, least: number): number {
  const images = views.find(({ name }) => name === view)?.images ?? []
  const octets = images.reduce((sum, { signing, length }) => (signing === undefined ? sum : sum + length), 0)
  return Math.min(Math.max(least, octets / OCTETS_PER_SLOT), MOST_TABLE_SLOTS)
}

/** A name with one RRset takes about 150 octets of an image, and two signatures: that of the RRset and that of its NSEC record. */
const OCTETS_PER_SLOT = 64
/** Half a gigabyte, taken as it is used. */
const MOST_TABLE_SLOTS = 2 ** 20

/** Resolves once every worker answers. */
function started(pool: Pool): Promise<void> {
  return new Promise((resolve, reject) => {
    pool.waiters.push(() => {
      const failed = pool.seats.find(({ deaths }) => deaths >= START_TRIES)
      if (failed !== undefined)
        reject(failed.failure ?? new Error(`the ${failed.kind} worker ends as soon as it starts`))
      const ready = pool.seats.every((seat) => hasAcknowledged(seat, pool.descriptor.epoch))
      if (ready) resolve()
      return ready || failed !== undefined
    })
  })
}

function publish(pool: Pool, descriptor: GenerationDescriptor): Promise<void> {
  const { control, arenas } = pool.host
  if (descriptor.epoch <= pool.descriptor.epoch) throw new Error(`epoch ${descriptor.epoch} was published already`)
  const still = arenasOf(descriptor)
  const dropped = [...arenasOf(pool.descriptor)].filter((id) => !still.has(id))
  pool.descriptor = descriptor
  arenas.release(dropped, descriptor.epoch)
  arenas.reclaim(oldestAcknowledged(control))
  const forget = arenas.trim()
  for (const seat of pool.seats) sendPublication(seat, pool.host, forget)
  storeEpoch(control, descriptor.epoch)
  for (const seat of pool.seats) wake(seat)
  return new Promise((resolve) => {
    pool.waiters.push(() => {
      // A seat that waits for its next worker counts: that one begins with the newest generation.
      const done = pool.seats.every((seat) => seat.occupant === undefined || hasAcknowledged(seat, descriptor.epoch))
      if (done) resolve()
      return done
    })
    pool.host.onChange()
  })
}

/** One by one: the others answer meanwhile, and what comes to its sockets waits there for the next worker. */
async function replaceWorkers(pool: Pool): Promise<void> {
  const tables = [...pool.signatureTables.values()]
  pool.signatureTables.clear()
  for (const seat of pool.seats) {
    if (seat.occupant === undefined) continue
    const ended = untilGone(pool, seat)
    retire(seat, pool.host)
    if (!(await ended)) throw new Error(`the ${seat.kind} worker ${seat.index} does not end`)
  }
  for (const memory of [...tables.map((table) => table.memory), ...pool.host.samples]) new Uint8Array(memory).fill(0)
}

/** Resolves once another worker sits on the seat, or nobody; with false where the one of now does not even end by force. */
function untilGone(pool: Pool, seat: Seat): Promise<boolean> {
  const { occupant } = seat
  return new Promise((resolve) => {
    const force = setTimeout(() => evict(seat), STOP_MS)
    const giveUp = setTimeout(() => resolve(false), 2 * STOP_MS)
    pool.waiters.push(() => {
      if (seat.occupant === occupant) return false
      clearTimeout(force)
      clearTimeout(giveUp)
      resolve(true)
      return true
    })
  })
}

function askToStop(pool: Pool): void {
  pool.stopping = true
  storeStop(pool.host.control)
  for (const seat of pool.seats) wake(seat)
}

async function stop(pool: Pool): Promise<void> {
  for (const { restart } of pool.seats) clearTimeout(restart)
  const ended = new Promise<void>((resolve) => {
    pool.waiters.push(() => {
      const done = pool.seats.every(({ occupant }) => occupant === undefined)
      if (done) resolve()
      return done
    })
  })
  askToStop(pool)
  pool.host.onChange()
  const force = setTimeout(() => pool.seats.forEach(evict), STOP_MS)
  await ended
  clearTimeout(force)
  for (const { sockets } of pool.seats) sockets.close()
}
