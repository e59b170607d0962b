import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import type { RateLimitTable } from '../../guard/rate-limit-table.ts'
import type { ListenAddress, RateLimitConfiguration, StreamLimits } from '../configuration/types.ts'
import type { GenerationDescriptor } from '../generation.ts'

/**
 * What the main thread and every worker share: control words, and a pair of message ports.
 *
 *     Int32 word 0                     published epoch
 *                1                     1: finish what is in flight and end
 *                16 + 16 * seat        epoch that the worker on this seat has acknowledged; a cache line each
 *                17 + 16 * seat        1: the worker on this seat is to end, and another takes its place
 *
 * A message that belongs to an epoch is posted before the epoch is stored, so whoever sees the epoch finds the message
 * in its port. Acknowledging an epoch promises that no arena which only earlier epochs used is read any more.
 */
const PUBLISHED = 0
const STOP = 1
const FIRST_SEAT = 16
const SEAT_WORDS = 16
const LEAVE = 1

/** A seat that nobody holds: it pins no arena. */
export const HOLDS_NOTHING = 0x7fffffff

/** What a worker finds in its `workerData`. A worker that replaces a dead one gets the same seat with a new port. */
export interface WorkerSeat {
  /** Position among all workers: which control words and which block of statistics are its own. */
  readonly index: number
  readonly kind: 'udp' | 'stream'
  readonly control: SharedArrayBuffer
  /** Carries `Publication` to the worker and `Acknowledgement` back. */
  readonly port: MessagePort
  /** All blocks of statistics: this worker's is at `index * STATISTICS_OCTETS`. */
  readonly statistics: SharedArrayBuffer
  /** A cell for signatures that main is to verify: see keys/signature-sample.ts. */
  readonly sample: SharedArrayBuffer
  /** A ring for what main is told of questions: see guard/event-ring.ts. */
  readonly events: SharedArrayBuffer
  readonly sockets: readonly SeatSocket[]
  /** An eventfd that becomes readable when the control words changed, for a worker that blocks in `ppoll`. */
  readonly wake: number | undefined
  readonly settings: WorkerSettings
}

export interface SeatSocket {
  /** Index into the configuration's `listen`. */
  readonly listener: number
  /** Where it is bound, the port filled in where 0 was asked for. */
  readonly address: ListenAddress
  /**
   * A bound datagram socket, or a listening stream socket that is the worker's own to close (`server.listen({ fd })`).
   * Undefined where the platform gives no descriptors: then the worker binds `address` itself.
   */
  readonly descriptor: number | undefined
}

export interface WorkerSettings {
  readonly udp: 'batched' | 'dgram'
  readonly rateLimit: RateLimitConfiguration
  readonly streams: StreamLimits
  readonly signing: SigningSettings
}

/** What signing may take, of each view. */
export interface SigningSettings {
  /** Signatures that the view's table keeps; 528 octets each, which are taken from the system as they fill. */
  readonly tableSlots: number
  /** Share of a core that each worker spends at most on names made on demand. */
  readonly share: number
}

/** A new generation on its way to a worker, with the arenas that it does not have yet. */
export interface Publication {
  readonly descriptor: GenerationDescriptor
  readonly arenas: readonly SharedArena[]
  /** Arenas given back to the system, to be dropped here too. */
  readonly forget: readonly number[]
  /** What clients were answered is counted by view, in tables that all workers share: those it does not have yet. */
  readonly rateLimitTables: readonly ViewRateLimitTable[]
  /** In the same way, the tables of signatures. */
  readonly signatureTables: readonly ViewSignatureTable[]
}

export interface ViewRateLimitTable {
  /** Name of the view, or NO_VIEW. */
  readonly view: string
  readonly table: RateLimitTable
}

export interface ViewSignatureTable {
  /** Name of the view. */
  readonly view: string
  readonly table: SharedSignatureTable
}

/** What `openSignatureTable` takes. */
export interface SharedSignatureTable {
  readonly memory: SharedArrayBuffer
  readonly seed: number
}

export interface SharedArena {
  readonly id: number
  readonly memory: SharedArrayBuffer
}

/** What a worker tells the main thread. */
export interface Acknowledgement {
  readonly acknowledged: number
}

/** The worker's end. */
export interface WorkerChannel {
  readonly seat: WorkerSeat
  readonly words: Int32Array
  readonly arenas: Map<number, SharedArrayBuffer>
  /** By view name. */
  readonly rateLimitTables: Map<string, RateLimitTable>
  readonly signatureTables: Map<string, SharedSignatureTable>
  /** Epoch that this worker answers from; 0 before the first. */
  epoch: number
}

/** Takes the worker's end of the channel. The first publication already waits in it: see `receiveGeneration`. */
export function openChannel(seat: WorkerSeat): WorkerChannel {
  return {
    ...{ seat, words: new Int32Array(seat.control), arenas: new Map(), epoch: 0 },
    ...{ rateLimitTables: new Map(), signatureTables: new Map() },
  }
}

/** The newest epoch: one atomic load, cheap enough for every batch. */
export function publishedEpoch(channel: WorkerChannel): number {
  return Atomics.load(channel.words, PUBLISHED)
}

/** Whether the worker should finish what is in flight and end. */
export function isStopping(channel: WorkerChannel): boolean {
  const { words, seat } = channel
  return Atomics.load(words, STOP) === 1 || Atomics.load(words, FIRST_SEAT + SEAT_WORDS * seat.index + LEAVE) === 1
}

/** Drains the port without waiting: the newest descriptor in it, its arenas taken over; undefined where none waits. */
export function receiveGeneration(channel: WorkerChannel): GenerationDescriptor | undefined {
  let newest: GenerationDescriptor | undefined
  for (;;) {
    const received = receiveMessageOnPort(channel.seat.port) as { message: Publication | Nudge } | undefined
    if (received === undefined) return newest
    if (received.message !== NUDGE) newest = takeOver(channel, received.message)
  }
}

/** Memory of an arena that a descriptor names. Throws where main forgot to send it, which is a bug. */
export function arenaMemory(channel: WorkerChannel, id: number): SharedArrayBuffer {
  const memory = channel.arenas.get(id)
  if (memory === undefined) throw new Error(`arena ${id} was named but never sent`)
  return memory
}

/** Promises that generations before `epoch` are read no more. Call it after the swap, never before. */
export function acknowledge(channel: WorkerChannel, epoch: number): void {
  channel.epoch = epoch
  Atomics.store(channel.words, FIRST_SEAT + SEAT_WORDS * channel.seat.index, epoch)
  channel.seat.port.postMessage({ acknowledged: epoch } satisfies Acknowledgement)
}

/**
 * For workers that live on an event loop: calls `publish` with every generation that arrives and `stop` when the end is
 * asked for (perhaps more than once). Take what already waits with `receiveGeneration` first. The port keeps the
 * thread alive until `closeChannel`.
 */
export function watchChannel(
  channel: WorkerChannel,
  handlers: { readonly publish: (descriptor: GenerationDescriptor) => void; readonly stop: () => void },
): void {
  channel.seat.port.on('message', (message: Publication | Nudge) => {
    if (message !== NUDGE) handlers.publish(takeOver(channel, message))
    if (isStopping(channel)) handlers.stop()
  })
}

/** Lets go of the port, so that the thread may end. */
export function closeChannel(channel: WorkerChannel): void {
  channel.seat.port.close()
}

/** Main's end: how many workers there are, and what they were told and have said. */
export interface ControlWords {
  readonly memory: SharedArrayBuffer
  readonly words: Int32Array
  readonly seats: number
}

/** Control words of so many seats, on which nobody sits yet. */
export function createControlWords(seats: number): ControlWords {
  const memory = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT * (FIRST_SEAT + SEAT_WORDS * seats))
  const words = new Int32Array(memory)
  for (let seat = 0; seat < seats; seat++) words[FIRST_SEAT + SEAT_WORDS * seat] = HOLDS_NOTHING
  return { memory, words, seats }
}

/** Stores the epoch. Post its publication to every port first, wake those who block afterwards. */
export function storeEpoch(control: ControlWords, epoch: number): void {
  Atomics.store(control.words, PUBLISHED, epoch)
}

/** Asks every worker to end; wake those who block, and nudge those on an event loop, afterwards. */
export function storeStop(control: ControlWords): void {
  Atomics.store(control.words, STOP, 1)
}

/** Asks the worker on one seat to end, or takes that back for the next one; wake it afterwards. */
export function storeLeave(control: ControlWords, seat: number, leaves: boolean): void {
  Atomics.store(control.words, FIRST_SEAT + SEAT_WORDS * seat + LEAVE, leaves ? 1 : 0)
}

/** Puts somebody on a seat who holds `epoch`, or with `HOLDS_NOTHING` clears it. */
export function storeSeat(control: ControlWords, seat: number, epoch: number): void {
  Atomics.store(control.words, FIRST_SEAT + SEAT_WORDS * seat, epoch)
}

/** The oldest epoch that some worker may still read; `HOLDS_NOTHING` where there is no worker. */
export function oldestAcknowledged(control: ControlWords): number {
  let oldest = HOLDS_NOTHING
  for (let seat = 0; seat < control.seats; seat++) {
    oldest = Math.min(oldest, Atomics.load(control.words, FIRST_SEAT + SEAT_WORDS * seat))
  }
  return oldest
}

/** An empty message, for workers that wait for messages only. */
export type Nudge = null
export const NUDGE: Nudge = null

function takeOver(channel: WorkerChannel, publication: Publication): GenerationDescriptor {
  for (const { id, memory } of publication.arenas) channel.arenas.set(id, memory)
  for (const id of publication.forget) channel.arenas.delete(id)
  for (const { view, table } of publication.rateLimitTables) channel.rateLimitTables.set(view, table)
  for (const { view, table } of publication.signatureTables) channel.signatureTables.set(view, table)
  if (publication.forget.length > 0) collectGarbage()
  return publication.descriptor
}

/**
 * Collects what was dropped, for a worker that never allocates never collects by itself, and shared memory is given
 * back only when every thread has let go of it. A few milliseconds, and rare: see `ArenaPool`.
 */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
}
