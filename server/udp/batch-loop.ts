import { type Exchange, Transport } from '../answer/exchange.ts'
import { type Answering, takeNewest } from '../answering.ts'
import { Counter, type Statistics } from '../statistics.ts'
import type { SeatSocket, WorkerChannel } from '../worker-channel.ts'
import { acknowledge, isStopping, publishedEpoch } from '../worker-channel.ts'
import { Errno, Linux } from './linux.ts'
import { isAnswerable, prepareControl, sourcePosition } from './peer.ts'
import {
  createSlab,
  HEADER_OCTETS,
  PACKET_OCTETS,
  PAYLOAD_OCTETS,
  POLL_OCTETS,
  queueAnswer,
  receivedOctets,
  resetReceiveHeaders,
  type Slab,
} from './slab.ts'
import { describeErrno, loadSystemCalls, type SystemCalls } from './system-calls.ts'

/** Messages taken by one system call. Two copies of each header and the packets stay within a core's L2 cache. */
export const BATCH_SLOTS = 64
/** Full batches taken from one socket before the others get their turn. */
const MAX_ROUNDS = 8
/** Batches taken from each socket at the end: more than its receive buffer can hold. */
const LAST_ROUNDS = 128
const CLOCK_MONOTONIC = 1

interface Loop<Context extends { now: number }> {
  readonly calls: SystemCalls
  readonly channel: WorkerChannel
  readonly answering: Answering<Context>
  readonly statistics: Statistics
  readonly sockets: readonly BatchSocket[]
  readonly slab: Slab
  readonly exchange: Exchange
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
export function serveBatches<Context extends { now: number }>(
  channel: WorkerChannel,
  answering: Answering<Context>,
  calls = loadSystemCalls(),
): void {
  if (calls === undefined) throw new Error('no system calls on this platform')
  const loop = createLoop(calls, channel, answering)
  acknowledge(channel, channel.epoch)
  while (!isStopping(channel)) {
    if (waitReadable(loop)) clearWake(loop)
    for (let socket = 0; socket < loop.sockets.length; socket++) {
      if (isReadable(loop.slab, socket + 1)) drain(loop, loop.sockets[socket]!, MAX_ROUNDS)
    }
    takeGeneration(loop)
  }
  for (const socket of loop.sockets) drain(loop, socket, LAST_ROUNDS)
}

function createLoop<Context extends { now: number }>(
  calls: SystemCalls,
  channel: WorkerChannel,
  answering: Answering<Context>,
): Loop<Context> {
  const sockets = channel.seat.sockets.map(batchSocket)
  const slab = createSlab(calls, BATCH_SLOTS, sockets.length + 1)
  pollFor(slab, 0, channel.seat.wake ?? -1)
  sockets.forEach(({ descriptor }, index) => {
    pollFor(slab, index + 1, descriptor)
  })
  const exchange: Exchange = {
    octets: slab.octets,
    start: 0,
    length: 0,
    capacity: PAYLOAD_OCTETS,
    source: slab.octets,
    sourceStart: 0,
    listener: 0,
    transport: Transport.Udp,
  }
  return { calls, channel, answering, statistics: answering.statistics, sockets, slab, exchange }
}

function batchSocket({ descriptor, listener, address }: SeatSocket): BatchSocket {
  if (descriptor === undefined) throw new Error(`listener ${listener} has no descriptor`)
  return { descriptor, listener, ipv6: address.family === 6 }
}

/** Opens the newest generation, if there is one that this worker has not seen. Everything old is let go of after. */
function takeGeneration<Context extends { now: number }>(loop: Loop<Context>): void {
  if (publishedEpoch(loop.channel) !== loop.channel.epoch) takeNewest(loop.channel, loop.answering)
}

function drain<Context extends { now: number }>(loop: Loop<Context>, socket: BatchSocket, rounds: number): void {
  for (let round = 0; round < rounds; round++) {
    const received = receive(loop, socket)
    if (received > 0) {
      takeGeneration(loop)
      loop.answering.context.now = monotonicNow(loop)
      send(loop, socket, answerBatch(loop, socket, received))
      resetReceiveHeaders(loop.slab, received)
    }
    if (received < BATCH_SLOTS) return
  }
}

/** Takes what waits in the socket, up to a batch; 0 where nothing does. */
function receive<Context extends { now: number }>(loop: Loop<Context>, socket: BatchSocket): number {
  const { calls, slab } = loop
  const headers = slab.base + slab.receiveHeaders
  const received = calls.recvmmsg(socket.descriptor, headers, BATCH_SLOTS, Linux.MSG_DONTWAIT, 0)
  if (received >= 0) return received
  const errno = calls.errno()
  // Whatever else it is concerns one datagram or passes: ppoll brings the loop back here.
  if (errno === Errno.EBADF || errno === Errno.ENOTSOCK || errno === Errno.EFAULT) throw failure('recvmmsg', errno)
  return 0
}

/** Answers in place, and queues in send order what has an answer. Answers with their number. */
function answerBatch<Context extends { now: number }>(
  loop: Loop<Context>,
  socket: BatchSocket,
  received: number,
): number {
  const { slab, exchange, statistics } = loop
  const { context, respond } = loop.answering
  exchange.listener = socket.listener
  let queued = 0
  for (let slot = 0; slot < received; slot++) {
    if (!isAnswerable(slab, slot, socket.ipv6, statistics)) continue
    exchange.start = slab.packets + slot * PACKET_OCTETS
    exchange.length = receivedOctets(slab, slot)
    exchange.sourceStart = sourcePosition(slab, slot, socket.ipv6)
    const length = respond(context, exchange)
    if (length > 0) queueAnswer(slab, queued++, slot, length, prepareControl(slab, slot))
  }
  return queued
}

/**
 * Sends the first `count` queued answers. A message that cannot be sent (EPERM of a firewall, no route, a full buffer)
 * is skipped and counted: nothing waits for it, nor is it tried again. Only interruptions are, at most once a message.
 */
function send<Context extends { now: number }>(loop: Loop<Context>, socket: BatchSocket, count: number): void {
  const { calls, slab, statistics } = loop
  let done = 0
  let interruptions = 0
  while (done < count) {
    const headers = slab.base + slab.sendHeaders + done * HEADER_OCTETS
    const sent = calls.sendmmsg(socket.descriptor, headers, count - done, Linux.MSG_DONTWAIT)
    if (sent > 0) {
      done += sent
      continue
    }
    if (calls.errno() === Errno.EINTR && interruptions++ < count) continue
    statistics[Counter.SendFailed]!++
    done++
  }
}

/** Milliseconds since some fixed moment. By system call, for `performance.now()` allocates. */
function monotonicNow<Context extends { now: number }>({ calls, slab }: Loop<Context>): number {
  calls.clock_gettime(CLOCK_MONOTONIC, slab.base + slab.scratch)
  const word = slab.scratch >> 2
  return slab.words[word]! * 1000 + slab.words[word + 2]! / 1e6
}

function pollFor(slab: Slab, position: number, descriptor: number): void {
  const word = (slab.polls + position * POLL_OCTETS) >> 2
  slab.words[word] = descriptor
  slab.words[word + 1] = Linux.POLLIN
}

/** Waits until something is readable; true where it is the eventfd. After an interruption nothing is. */
function waitReadable<Context extends { now: number }>({ calls, slab, sockets }: Loop<Context>): boolean {
  if (calls.ppoll(slab.base + slab.polls, sockets.length + 1, 0, 0) < 0) {
    const errno = calls.errno()
    if (errno !== Errno.EINTR) throw failure('ppoll', errno)
    clearReadable(slab, sockets.length + 1)
  }
  return isReadable(slab, 0)
}

/** Whether `ppoll` returned an event for this position: readable, or an error that the next receive takes away. */
function isReadable(slab: Slab, position: number): boolean {
  const events = slab.words[((slab.polls + position * POLL_OCTETS) >> 2) + 1]! >>> 16
  if ((events & Linux.POLLNVAL) !== 0) throw failure('ppoll', Errno.EBADF)
  return events !== 0
}

function clearReadable(slab: Slab, polls: number): void {
  for (let position = 0; position < polls; position++) {
    slab.words[((slab.polls + position * POLL_OCTETS) >> 2) + 1]! &= 0xffff
  }
}

/** Takes the eventfd's count away, before the control words are looked at: what comes later wakes again. */
function clearWake<Context extends { now: number }>({ calls, channel, slab }: Loop<Context>): void {
  calls.read(channel.seat.wake!, slab.base + slab.scratch, 8)
}

function failure(call: string, errno: number): Error {
  return new Error(`${call}: ${describeErrno(errno)}`)
}
