import { type Exchange, Transport } from '../answer/exchange.ts'
import type { StreamLimits } from '../configuration/types.ts'
import type { Answering } from '../workers/answering.ts'
import type { Connection } from './connection.ts'
import { type ConnectionTable, createConnectionTable } from './connection-table.ts'

/** RFC 1035 §4.2.2: two octets of length stand before each message, so none is longer than this. */
export const LENGTH_OCTETS = 2
export const LARGEST_MESSAGE = 65535

/** Room for one answer of any size behind those that already wait to be written together. */
const BATCH_OCTETS = 2 * (LENGTH_OCTETS + LARGEST_MESSAGE)

/** Octets of answers that may wait for all clients together, where each takes its time. */
const WAITING_OCTETS = 64 * 1024 * 1024

/** What all streams of one worker share. Answers are made one at a time, so one buffer serves everybody. */
export interface StreamRoad {
  readonly answering: Answering
  readonly limits: StreamLimits
  /** Monotonic clock in whole ms. */
  readonly now: () => number
  readonly connections: ConnectionTable<Connection>
  /** Those with something to answer when their turn comes; `isTurnComing`: somebody sees to that. */
  readonly waiting: Connection[]
  isTurnComing: boolean
  /** Framed answers of the connection being served; `exchange.octets` is the same memory. */
  readonly batch: Buffer
  readonly exchange: Exchange
}

export function createStreamRoad(answering: Answering, limits: StreamLimits, now: () => number): StreamRoad {
  const batch = Buffer.allocUnsafeSlow(BATCH_OCTETS)
  const exchange: Exchange = {
    octets: batch,
    start: 0,
    length: 0,
    capacity: LARGEST_MESSAGE,
    source: new Uint8Array(16),
    sourceStart: 0,
    listener: 0,
    transport: Transport.Stream,
  }
  const connections = createConnectionTable<Connection>(limits)
  return { answering, limits, now, connections, waiting: [], isTurnComing: false, batch, exchange }
}

/** Octets of answers that may wait for one client: as configured, or its share of what may wait for all. */
export function mayWait({ limits, connections }: StreamRoad): number {
  return Math.min(limits.writeBufferOctets, WAITING_OCTETS / connections.byIdleness.size)
}
