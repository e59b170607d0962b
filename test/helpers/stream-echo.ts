import { connect, type Socket } from 'node:net'
import type { Exchange } from '../../server/answer/exchange.ts'
import type { StreamLimits } from '../../server/configuration/types.ts'
import type { GenerationDescriptor } from '../../server/generation.ts'
import { closeSockets, openSockets } from '../../server/sockets.ts'
import { openStatistics } from '../../server/statistics.ts'
import { serveStreams } from '../../server/stream/server.ts'
import type { Answering, Clock } from '../../server/workers/answering.ts'

/** A stream server whose answers tests can foretell, without zones: see `question`. */
export interface StreamEcho {
  readonly port: number
  readonly statistics: Float64Array
  /** Questions it has answered or met with silence. */
  asked(): number
  connections(): number
  /** Later answers carry this epoch. */
  open(epoch: number): void
  stop(): Promise<void>
}

export const LIMITS: StreamLimits = {
  connections: 50,
  connectionsPerClient: 20,
  idleSeconds: 10,
  totalSeconds: 60,
  writeBufferOctets: 256 * 1024,
}

/** Starts it on 127.0.0.1, on a listening descriptor as the real one. */
export async function startStreamEcho(limits: Partial<StreamLimits> = {}): Promise<StreamEcho> {
  const sockets = await openSockets([{ address: '127.0.0.1', port: 0, family: 4 }], { workers: 1, udp: 'batched' })
  const { bound, stream } = sockets.listeners[0]!
  const context = { now: 0, unixSeconds: 0, mayDefer: false, isPressed: false, epoch: 1, asked: 0 }
  const answering: Answering = {
    context,
    respond: echo,
    respondDeferred: echo,
    open: ({ epoch }: GenerationDescriptor) => {
      context.epoch = epoch
    },
    statistics: openStatistics(),
  }
  const seat = [{ listener: 0, address: bound, descriptor: stream }]
  const server = await serveStreams(seat, answering, { ...LIMITS, ...limits })
  return {
    port: bound.port,
    statistics: answering.statistics,
    asked: () => context.asked,
    connections: server.connections,
    open: (epoch) => {
      context.epoch = epoch
    },
    stop: async () => {
      await server.stop()
      // The server has closed the listening descriptor, for it was its own.
      closeSockets({ ...sockets, listeners: sockets.listeners.map((listener) => ({ ...listener, stream: undefined })) })
    },
  }
}

/** A framed message of `length` octets, header included, that asks for an answer of `size`; 0: for silence. */
export function question(id: number, size: number, length = 12): Buffer {
  const frame = Buffer.alloc(2 + length, id)
  frame.writeUInt16BE(length, 0)
  frame.writeUInt16BE(id, 2)
  frame.writeUInt16BE(size, 4)
  return frame
}

export interface Answer {
  readonly id: number
  readonly size: number
  readonly epoch: number
}

export interface Client {
  readonly socket: Socket
  readonly answers: Answer[]
  /** Times at which octets came. */
  readonly arrivals: number[]
  /** How the connection ended; undefined: it has not. */
  ended: 'end' | 'reset' | undefined
  /** Waits until so many answers have come. */
  wait(count: number): Promise<Answer[]>
  /** Waits until the server has closed. */
  closed(): Promise<'end' | 'reset'>
}

/** Connects and collects answers; each is checked to be what `question` asked for. */
export async function openClient(port: number, options: { localAddress?: string } = {}): Promise<Client> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true, ...options })
  const client: Client = {
    socket,
    answers: [],
    arrivals: [],
    ended: undefined,
    wait: async (count) => {
      await until(
        () => client.answers.length >= count,
        () => `${client.answers.length} of ${count} answers`,
      )
      return client.answers
    },
    closed: async () => {
      await until(
        () => client.ended !== undefined,
        () => 'a connection still open',
      )
      return client.ended!
    },
  }
  socket.on('end', () => {
    client.ended ??= 'end'
    socket.end()
  })
  socket.on('error', () => {
    client.ended ??= 'reset'
  })
  collect(client)
  await until(
    () => !socket.connecting,
    () => 'a connection that does not open',
  )
  return client
}

/** Waits for a condition, 10 seconds at most. */
export async function until(condition: () => boolean, otherwise: () => string): Promise<void> {
  const patience = performance.now() + 10_000
  while (!condition()) {
    if (performance.now() > patience) throw new Error(`waited in vain: ${otherwise()}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

function collect(client: Client): void {
  let waiting = Buffer.alloc(0)
  client.socket.on('data', (chunk) => {
    client.arrivals.push(performance.now())
    waiting = Buffer.concat([waiting, chunk])
    while (waiting.length >= 2 && waiting.length >= 2 + waiting.readUInt16BE(0)) {
      const size = waiting.readUInt16BE(0)
      const octets = waiting.subarray(2, 2 + size)
      const filling = octets.subarray(4)
      const id = octets.readUInt16BE(0)
      if (filling.length > 0 && !filling.equals(Buffer.alloc(filling.length, id & 0xff)))
        throw new Error('mixed answers')
      client.answers.push({ id, size, epoch: octets[3]! })
      waiting = Buffer.from(waiting.subarray(2 + size))
    }
  })
}

function echo(context: Clock & { epoch: number; asked: number }, exchange: Exchange): number {
  context.asked++
  const { octets, start, capacity } = exchange
  const size = (octets[start + 2]! << 8) | octets[start + 3]!
  if (size === 0) return 0
  if (size > capacity) throw new Error(`${size} octets asked for, room for ${capacity}`)
  octets.fill(octets[start + 1]!, start + 4, start + size)
  octets[start + 3] = context.epoch
  return size
}
