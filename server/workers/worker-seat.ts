import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import type { RateLimitTable } from '../../guard/rate-limit-table.ts'
import { NO_VIEW } from '../answer/context.ts'
import type { ArenaPool } from '../arena-pool.ts'
import { arenasOf, type GenerationDescriptor } from '../generation.ts'
import type { SeatSockets } from './seat-sockets.ts'
import type {
  Acknowledgement,
  ControlWords,
  Publication,
  SharedSignatureTable,
  WorkerSeat,
  WorkerSettings,
} from './worker-channel.ts'
import { HOLDS_NOTHING, NUDGE, storeLeave, storeSeat } from './worker-channel.ts'

/** A worker ended that was not asked to; another takes its seat, on the same sockets, after `restartInMs`. */
export interface WorkerDeath {
  readonly kind: 'udp' | 'stream'
  readonly seat: number
  /** What it threw; undefined where it ended by itself. */
  readonly error: Error | undefined
  /** How many have died on this seat since the start. */
  readonly deaths: number
  readonly restartInMs: number
}

/** The place of one worker: it stays while workers on it come and go. */
export interface Seat {
  readonly index: number
  readonly kind: 'udp' | 'stream'
  readonly entry: URL
  readonly sockets: SeatSockets
  deaths: number
  /** Deaths one after the other, each soon after its start. */
  earlyDeaths: number
  /** What the last that died has thrown. */
  failure: Error | undefined
  /** Undefined between a death and the restart, and after the end. */
  occupant: Occupant | undefined
  restart: NodeJS.Timeout | undefined
  /** Its worker was asked to end and is no loss. */
  isRetiring: boolean
}

interface Occupant {
  readonly worker: Worker
  readonly port: MessagePort
  readonly sent: Sent
  readonly startedAt: number
  /** Epoch from which it answers; 0 while it starts. */
  acknowledged: number
}

/** What a worker was sent already, and keeps. */
interface Sent {
  readonly arenas: Set<number>
  /** Views whose tables of the rate limiter it has, and views whose tables of signatures. */
  readonly rateLimitTables: Set<string>
  readonly signatureTables: Set<string>
}

/** What a seat needs to know of the pool. */
export interface SeatHost {
  readonly control: ControlWords
  readonly statistics: SharedArrayBuffer
  /** Of all seats: see keys/signature-sample.ts. */
  readonly samples: readonly SharedArrayBuffer[]
  /** Of all seats: see guard/event-ring.ts. */
  readonly eventRings: readonly SharedArrayBuffer[]
  readonly settings: WorkerSettings
  readonly arenas: ArenaPool
  /** Table of a view's rate limiter, the same whenever it is asked for; undefined where nobody is limited. */
  readonly rateLimitTable: (view: string) => RateLimitTable | undefined
  /** A view's table of signatures, the same whenever it is asked for. */
  readonly signatureTable: (view: string) => SharedSignatureTable
  readonly descriptor: () => GenerationDescriptor
  readonly isStopping: () => boolean
  /** A worker on some seat acknowledged, died or ended. */
  readonly onChange: () => void
  readonly onDeath: (death: WorkerDeath) => void
}

/** A worker that lived so long did not die of its start: the next one starts at once. */
const SETTLED_MS = 10_000
const FIRST_DELAY_MS = 20
const LONGEST_DELAY_MS = 1000

/**
 * Starts a worker on the seat, with the newest generation. From here on the seat holds that epoch, so that nothing the
 * worker is about to open is recycled under it.
 */
export function occupy(seat: Seat, host: SeatHost): void {
  const { port1: port, port2: workerPort } = new MessageChannel()
  const descriptor = host.descriptor()
  const sent: Sent = { arenas: new Set(), rateLimitTables: new Set(), signatureTables: new Set() }
  storeSeat(host.control, seat.index, descriptor.epoch)
  port.postMessage(publicationFor(descriptor, host, sent))
  const workerData: WorkerSeat = {
    index: seat.index,
    kind: seat.kind,
    control: host.control.memory,
    port: workerPort,
    statistics: host.statistics,
    sample: host.samples[seat.index]!,
    events: host.eventRings[seat.index]!,
    sockets: seat.sockets.take(),
    wake: seat.sockets.wakeDescriptor,
    settings: host.settings,
  }
  const name = `veild ${seat.kind} ${seat.index}`
  const worker = new Worker(seat.entry, { name, workerData, transferList: [workerPort] })
  const occupant: Occupant = { worker, port, sent, startedAt: performance.now(), acknowledged: 0 }
  seat.occupant = occupant
  port.on('message', ({ acknowledged }: Acknowledgement) => {
    occupant.acknowledged = acknowledged
    host.onChange()
  })
  port.unref()
  seat.failure = undefined
  worker.on('error', (error: Error) => {
    seat.failure = error
  })
  worker.once('exit', () => vacate(seat, host, occupant))
}

/** Tells the seat's worker of a new generation. One that is yet to start will begin with it. */
export function sendPublication(seat: Seat, host: SeatHost, forget: readonly number[]): void {
  const { occupant } = seat
  if (occupant === undefined) return
  const forgotten = forget.filter((id) => occupant.sent.arenas.delete(id))
  const publication = publicationFor(host.descriptor(), host, occupant.sent)
  occupant.port.postMessage({ ...publication, forget: forgotten })
}

/** Makes the seat's worker look at the control words, whether it blocks or waits for messages. */
export function wake(seat: Seat): void {
  if (seat.sockets.wakeDescriptor !== undefined) seat.sockets.wake()
  else seat.occupant?.port.postMessage(NUDGE)
}

/** Whether the seat's worker answers from `epoch` or a later one. */
export function hasAcknowledged(seat: Seat, epoch: number): boolean {
  return seat.occupant !== undefined && seat.occupant.acknowledged >= epoch
}

/** Asks the seat's worker to finish what is in flight and end; another takes the seat at once, on the same sockets. */
export function retire(seat: Seat, { control }: SeatHost): void {
  if (seat.occupant === undefined) return
  seat.isRetiring = true
  storeLeave(control, seat.index, true)
  wake(seat)
}

/** Ends the seat's worker by force, where asking did not help. */
export function evict(seat: Seat): void {
  void seat.occupant?.worker.terminate()
}

/** The worker's thread has ended: nothing in it runs any more, so its epoch and its sockets can be let go of. */
function vacate(seat: Seat, host: SeatHost, occupant: Occupant): void {
  occupant.port.close()
  seat.occupant = undefined
  seat.sockets.giveBack()
  storeSeat(host.control, seat.index, HOLDS_NOTHING)
  const { isRetiring } = seat
  seat.isRetiring = false
  storeLeave(host.control, seat.index, false)
  if (isRetiring && !host.isStopping()) {
    occupy(seat, host)
  } else if (!host.isStopping()) {
    seat.deaths++
    const restartInMs = restartDelay(seat, performance.now() - occupant.startedAt)
    seat.restart = setTimeout(() => occupy(seat, host), restartInMs)
    host.onDeath({ kind: seat.kind, seat: seat.index, error: seat.failure, deaths: seat.deaths, restartInMs })
  }
  host.onChange()
}

function publicationFor(descriptor: GenerationDescriptor, host: SeatHost, sent: Sent): Publication {
  const missing = [...arenasOf(descriptor)].filter((id) => !sent.arenas.has(id))
  for (const id of missing) sent.arenas.add(id)
  const arenas = missing.map((id) => ({ id, memory: host.arenas.memory(id) }))
  const views = descriptor.views.map(({ name }) => name)
  return {
    ...{ descriptor, arenas, forget: [] },
    rateLimitTables: missingTables([...views, NO_VIEW], sent.rateLimitTables, host.rateLimitTable),
    signatureTables: missingTables(views, sent.signatureTables, host.signatureTable),
  }
}

function missingTables<Table>(
  views: readonly string[],
  sent: Set<string>,
  tableOf: (view: string) => Table | undefined,
): { view: string; table: Table }[] {
  return views.flatMap((view) => {
    const table = sent.has(view) ? undefined : tableOf(view)
    if (table === undefined) return []
    sent.add(view)
    return [{ view, table }]
  })
}

/** A worker that dies of each start must not keep a core busy with dying. */
function restartDelay(seat: Seat, livedMs: number): number {
  seat.earlyDeaths = livedMs >= SETTLED_MS ? 0 : seat.earlyDeaths + 1
  if (seat.earlyDeaths === 0) return 0
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (seat.earlyDeaths - 1))
}
