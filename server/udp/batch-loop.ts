import { MAX_UDP_PAYLOAD } from '../../dns/constants.ts'
import { type Exchange, Transport } from '../answer/exchange.ts'
import { Counter, type Statistics } from '../statistics.ts'
import { type Answering, takeNewest } from '../workers/answering.ts'
import type { SeatSocket, WorkerChannel } from '../workers/worker-channel.ts'
import { acknowledge, isStopping, publishedEpoch } from '../workers/worker-channel.ts'
import { Errno } from './linux.ts'
import { isAnswerable, prepareControl, sourcePosition } from './peer.ts'
import { createSlab, PACKET_OCTETS, queueAnswer, receivedOctets, resetReceiveHeaders, type Slab } from './slab.ts'
import { bindSlabCalls, failure, isReadable, type SlabCalls } from './slab-calls.ts'
import { loadSystemCalls, type SystemCalls } from './system-calls.ts'

/** Messages taken by one system call. Two copies of each header and the packets stay within a core's L2 cache. */
export const BATCH_SLOTS = 64
/** After a batch of so many, more have probably come meanwhile: the socket is asked again without `ppoll` between. */
const BUSY_SLOTS = 8
/** Batches taken from one socket before the others get their turn. */
const MAX_ROUNDS = 8
/** Batches taken from each socket at the end: more than its receive buffer can hold. */
const LAST_ROUNDS = 128
/** Answers that had to be signed, sent together: the first of a batch does not wait for the last. */
const SIGNED_TOGETHER = 8
/** Position of the eventfd among what is polled; the sockets follow. */
const WAKE = 0
const FIRST_SOCKET = 1

interface Loop {
  readonly channel: WorkerChannel
  readonly answering: Answering
  readonly statistics: Statistics
  readonly wake: number
  readonly sockets: readonly BatchSocket[]
  readonly slab: Slab
  readonly calls: SlabCalls
  readonly exchange: Exchange
  /** Slots of the batch whose answers take time. */
  readonly deferred: Int32Array
  deferredCount: number
  /** The last batch took as many as it could. */
  isFull: boolean
}

interface BatchSocket {
  readonly descriptor: number
  readonly listener: number
  readonly ipv6: boolean
}

/**
 * Answers datagrams until main asks for the end: waits in `ppoll`, then drains each readable socket by batches. It
 * blocks the thread and allocates nothing once it runs. Throws only on what is a bug: a descriptor that is none.
 */
export function serveBatches(channel: WorkerChannel, answering: Answering, calls = loadSystemCalls()): void {
  if (calls === undefined) throw new Error('no system calls on this platform')
  const loop = createLoop(calls, channel, answering)
  acknowledge(channel, channel.epoch)
  while (!isStopping(channel)) {
    loop.calls.wait()
    // The event goes before the control words are looked at: what comes later wakes again.
    if (isReadable(loop.slab, WAKE)) loop.calls.clearEvent(loop.wake)
    takeGeneration(loop)
    for (let index = 0; index < loop.sockets.length; index++) {
      if (isReadable(loop.slab, FIRST_SOCKET + index)) drain(loop, loop.sockets[index]!, MAX_ROUNDS, BUSY_SLOTS)
    }
  }
  for (const socket of loop.sockets) drain(loop, socket, LAST_ROUNDS, 1)
}

function createLoop(systemCalls: SystemCalls, channel: WorkerChannel, answering: Answering): Loop {
  const wake = channel.seat.wake ?? -1
  const sockets = channel.seat.sockets.map(batchSocket)
  const slab = createSlab(systemCalls, BATCH_SLOTS, FIRST_SOCKET + sockets.length)
  const calls = bindSlabCalls(systemCalls, slab, [wake, ...sockets.map(({ descriptor }) => descriptor)])
  const exchange: Exchange = {
    octets: slab.octets,
    start: 0,
    length: 0,
    capacity: MAX_UDP_PAYLOAD,
    source: slab.octets,
    sourceStart: 0,
    listener: 0,
    transport: Transport.Udp,
  }
  answering.context.mayDefer = true
  return {
    ...{ channel, answering, statistics: answering.statistics, wake, sockets, slab, calls, exchange },
    ...{ deferred: new Int32Array(BATCH_SLOTS), deferredCount: 0, isFull: false },
  }
}

function batchSocket({ descriptor, listener, address }: SeatSocket): BatchSocket {
  if (descriptor === undefined) throw new Error(`listener ${listener} has no descriptor`)
  return { descriptor, listener, ipv6: address.family === 6 }
}

/** Opens the newest generation, if there is one that this worker has not seen. Everything old is let go of after. */
function takeGeneration(loop: Loop): void {
  if (publishedEpoch(loop.channel) !== loop.channel.epoch) takeNewest(loop.channel, loop.answering)
}

/** Answers batch after batch of one socket, as long as each has at least `busy` messages, and up to `rounds`. */
function drain(loop: Loop, socket: BatchSocket, rounds: number, busy: number): void {
  for (let round = 0; round < rounds; round++) {
    const received = loop.calls.receive(socket.descriptor)
    if (received <= 0) {
      // Readable, and yet nothing to read.
      if (round === 0) judgeFailure(loop.calls.errno())
      return
    }
    takeGeneration(loop)
    loop.calls.setClock(loop.answering.context)
    loop.answering.context.isPressed = loop.isFull && received === BATCH_SLOTS
    loop.isFull = received === BATCH_SLOTS
    send(loop, socket, answerBatch(loop, socket, received))
    answerDeferred(loop, socket)
    resetReceiveHeaders(loop.slab, received)
    if (received < busy) return
  }
}

/** Throws on what would come back for ever. Everything else concerns one datagram or passes, and `ppoll` comes back. */
function judgeFailure(errno: number): void {
  if (errno === Errno.EBADF || errno === Errno.ENOTSOCK || errno === Errno.EFAULT) throw failure('recvmmsg', errno)
}

/** Answers in place, and queues in send order what has an answer at once. Returns their number. */
function answerBatch(loop: Loop, socket: BatchSocket, received: number): number {
  const { slab, exchange, statistics } = loop
  const { context, respond } = loop.answering
  exchange.listener = socket.listener
  loop.deferredCount = 0
  let queued = 0
  for (let slot = 0; slot < received; slot++) {
    if (!isAnswerable(slab, slot, socket.ipv6, statistics)) continue
    enterSlot(loop, socket, slot)
    const length = respond(context, exchange)
    if (length > 0) queueAnswer(slab, queued++, slot, length, prepareControl(slab, slot))
    else if (length < 0) loop.deferred[loop.deferredCount++] = slot
  }
  return queued
}

/** Answers what has waited until everybody else was answered, and sends it group by group. */
function answerDeferred(loop: Loop, socket: BatchSocket): void {
  const { slab, exchange, answering, deferred, deferredCount } = loop
  let queued = 0
  for (let index = 0; index < deferredCount; index++) {
    const slot = deferred[index]!
    enterSlot(loop, socket, slot)
    const length = answering.respondDeferred(answering.context, exchange)
    if (length > 0) queueAnswer(slab, queued++, slot, length, prepareControl(slab, slot))
    if (queued < SIGNED_TOGETHER && index < deferredCount - 1) continue
    send(loop, socket, queued)
    queued = 0
  }
}

/** Points the exchange to the message in `slot`. */
function enterSlot({ slab, exchange }: Loop, socket: BatchSocket, slot: number): void {
  exchange.start = slab.packets + slot * PACKET_OCTETS
  exchange.length = receivedOctets(slab, slot)
  exchange.sourceStart = sourcePosition(slab, slot, socket.ipv6)
}

/**
 * Sends the first `count` queued answers. A message that cannot be sent (EPERM of a firewall, no route, a full buffer)
 * is skipped and counted: nothing waits for it, nor is it tried again. Only interruptions are, at most once a message.
 */
function send(loop: Loop, socket: BatchSocket, count: number): void {
  const { calls, statistics } = loop
  let done = 0
  let interruptions = 0
  while (done < count) {
    const sent = calls.send(socket.descriptor, done, count - done)
    if (sent > 0) {
      done += sent
      continue
    }
    if (calls.errno() === Errno.EINTR && interruptions++ < count) continue
    statistics[Counter.SendFailed]!++
    done++
  }
}
