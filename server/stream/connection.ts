import type { Socket } from 'node:net'
import { Counter } from '../statistics.ts'
import { answerMessages, Progress } from './answer-messages.ts'
import { addConnection, removeConnection, touchConnection } from './connection-table.ts'
import { append, consume, createOctetQueue, type OctetQueue } from './octet-queue.ts'
import { mayWait, type StreamRoad } from './road.ts'

/**
 * One client's stream. It is read and answered as long as the client takes its answers:
 *
 *   reading    each message is answered as soon as it is complete
 *   blocked    as many answers wait for the client as may (`mayWait`): nothing is read until half of them have gone
 *   waiting    it has had its turn (TURN_MESSAGES), or others come first: nothing is read until its next turn
 *   closing    all is said; what still comes is thrown away, but read, lest the kernel answers it with a reset
 *              that overtakes the last answers
 */
export interface Connection {
  readonly socket: Socket
  /** Index into the configuration's `listen`. */
  readonly listener: number
  /** 16 octets. */
  readonly source: Uint8Array
  /** Whom the connection counts for: see `clientOf`. */
  readonly client: string
  readonly openedAt: number
  /** When a message last began or was complete, or answers left. Octets within a message do not count. */
  activeAt: number
  state: 'reading' | 'blocked' | 'waiting' | 'closing'
  /** The client will send no more, or nobody will read it. */
  ended: boolean
  readonly received: OctetQueue
  readonly onWritten: () => void
}

/** Turns taken between two looks at the sockets: a few milliseconds. */
const TURNS_AT_A_TIME = 8

/** Serves a stream until either side closes it. The caller has made room for it in the table of connections. */
export function openConnection(
  road: StreamRoad,
  socket: Socket,
  from: { readonly listener: number; readonly source: Uint8Array; readonly client: string },
): void {
  const now = road.now()
  const connection: Connection = {
    ...from,
    socket,
    openedAt: now,
    activeAt: now,
    state: 'reading',
    ended: false,
    received: createOctetQueue(),
    onWritten: () => continueWriting(road, connection),
  }
  addConnection(road.connections, connection)
  road.answering.statistics[Counter.Connections]!++
  socket.on('data', (chunk) => receive(road, connection, chunk))
  socket.on('end', () => finishConnection(road, connection))
  socket.on('close', () => removeConnection(road.connections, connection))
  // Resets and broken pipes are the client's; 'close' follows.
  socket.on('error', () => road.answering.statistics[Counter.ConnectionErrors]!++)
}

/** Reads no more, answers what is complete, and closes once the answers have left. */
export function finishConnection(road: StreamRoad, connection: Connection): void {
  connection.ended = true
  if (connection.state === 'reading') close(road, connection)
}

/** Closes at once, whatever still waits. */
export function discardConnection(road: StreamRoad, connection: Connection): void {
  removeConnection(road.connections, connection)
  connection.socket.destroy()
}

/** Discards the connection if it is past a limit: idle (RFC 7766 §6.2.3), slow, or simply old. */
export function expireConnection(road: StreamRoad, connection: Connection): void {
  const now = road.now()
  const { idleSeconds, totalSeconds } = road.limits
  if (now - connection.activeAt >= idleSeconds * 1000) discardConnection(road, connection)
  else if (now - connection.openedAt >= totalSeconds * 1000) {
    if (connection.state === 'blocked') discardConnection(road, connection)
    else if (connection.state !== 'closing') finishConnection(road, connection)
  }
}

function receive(road: StreamRoad, connection: Connection, chunk: Buffer): void {
  if (connection.state === 'closing') return
  const { received } = connection
  const before = received.end - received.start
  append(received, chunk)
  if (connection.state === 'reading') answerInTurn(road, connection)
  const isPartOfOne = before > 0 && received.end - received.start === before + chunk.length
  if (!isPartOfOne) noteActivity(road, connection)
}

/** Answers at once where nobody waits. */
function answerInTurn(road: StreamRoad, connection: Connection): void {
  if (road.waiting.length === 0) answer(road, connection)
  else awaitTurn(road, connection)
}

function answer(road: StreamRoad, connection: Connection): void {
  const progress = answerMessages(road, connection)
  if (progress === Progress.TurnOver) awaitTurn(road, connection)
  else if (progress === Progress.Blocked) stopReading(connection, 'blocked')
  else if (progress === Progress.Broken || connection.ended) close(road, connection)
  else if (connection.state !== 'reading') {
    connection.state = 'reading'
    connection.socket.resume()
  }
}

function stopReading(connection: Connection, state: 'blocked' | 'waiting'): void {
  if (connection.state === 'reading') connection.socket.pause()
  connection.state = state
}

function awaitTurn(road: StreamRoad, connection: Connection): void {
  stopReading(connection, 'waiting')
  road.waiting.push(connection)
  if (road.isTurnComing) return
  road.isTurnComing = true
  setImmediate(takeTurns, road)
}

/** Whoever has waited longest goes first. After a few the event loop goes on, for it accepts one newcomer each time. */
function takeTurns(road: StreamRoad): void {
  for (let turn = 0; turn < TURNS_AT_A_TIME && road.waiting.length > 0; turn++) {
    const connection = road.waiting.shift()!
    if (!connection.socket.destroyed) answer(road, connection)
  }
  road.isTurnComing = road.waiting.length > 0
  if (road.isTurnComing) setImmediate(takeTurns, road)
}

/** Some answers were taken by the kernel. */
function continueWriting(road: StreamRoad, connection: Connection): void {
  noteActivity(road, connection)
  if (connection.state !== 'blocked' || connection.socket.destroyed) return
  if (connection.socket.writableLength <= mayWait(road) / 2) answerInTurn(road, connection)
}

function close(road: StreamRoad, connection: Connection): void {
  connection.state = 'closing'
  consume(connection.received, connection.received.end - connection.received.start)
  noteActivity(road, connection)
  connection.socket.end()
  connection.socket.resume()
}

function noteActivity(road: StreamRoad, connection: Connection): void {
  connection.activeAt = road.now()
  touchConnection(road.connections, connection)
}
