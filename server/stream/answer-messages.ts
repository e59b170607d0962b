import { HEADER_LENGTH } from '../../dns/constants.ts'
import type { Connection } from './connection.ts'
import { consume } from './octet-queue.ts'
import { LARGEST_MESSAGE, LENGTH_OCTETS, mayWait, type StreamRoad } from './road.ts'

/** How far the messages of a connection were answered. */
export const Progress = {
  /** All that are complete. */
  Done: 0,
  /** Until the client has more answers waiting than it may have. */
  Blocked: 1,
  /** Until one that cannot be a DNS message: the stream has lost its framing. */
  Broken: 2,
  /** As many as others can wait for. */
  TurnOver: 3,
} as const
export type Progress = (typeof Progress)[keyof typeof Progress]

/** Messages answered before other connections get their turn: those who wait, wait for a fraction of a millisecond. */
const TURN_MESSAGES = 128

/**
 * Answers the messages received, in their order, each in place behind the answer before (RFC 7766 §6.2.1.1), and writes
 * all answers at once, or by 64 KiB where they are many.
 */
export function answerMessages(road: StreamRoad, connection: Connection): Progress {
  const { socket, received } = connection
  const waiting = mayWait(road)
  let used = 0
  let left = TURN_MESSAGES
  let progress: Progress = Progress.Done
  road.answering.context.now = road.now()
  road.answering.context.unixSeconds = Math.floor(Date.now() / 1000)
  while (received.end - received.start >= LENGTH_OCTETS) {
    const length = received.octets.readUInt16BE(received.start)
    if (length < HEADER_LENGTH) progress = Progress.Broken
    else if (received.end - received.start - LENGTH_OCTETS < length) break
    else if (socket.writableLength + used >= waiting) progress = Progress.Blocked
    else if (left-- === 0) progress = Progress.TurnOver
    if (progress !== Progress.Done) break
    used += answerOne(road, connection, used, length)
    if (used > LARGEST_MESSAGE) used = flush(road, connection, used)
  }
  flush(road, connection, used)
  return progress
}

/** Octets that the framed answer took; 0 where there is none. */
function answerOne(
  { answering, batch, exchange }: StreamRoad,
  connection: Connection,
  position: number,
  length: number,
): number {
  const { received } = connection
  const from = received.start + LENGTH_OCTETS
  exchange.start = position + LENGTH_OCTETS
  received.octets.copy(batch, exchange.start, from, from + length)
  exchange.length = length
  exchange.source = connection.source
  exchange.listener = connection.listener
  consume(received, LENGTH_OCTETS + length)
  const answered = answering.respond(answering.context, exchange)
  if (answered === 0) return 0
  batch.writeUInt16BE(answered, position)
  return LENGTH_OCTETS + answered
}

/** Writes a copy: what the kernel does not take at once waits in the socket while the buffer serves others. */
function flush(road: StreamRoad, connection: Connection, used: number): number {
  if (used > 0) connection.socket.write(Buffer.from(road.batch.subarray(0, used)), connection.onWritten)
  return 0
}
