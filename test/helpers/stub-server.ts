import { type ArenaPool, createArenaPool } from '../../server/arena-pool.ts'
import type { ListenAddress } from '../../server/configuration/types.ts'
import type { GenerationDescriptor } from '../../server/generation.ts'
import { closeSockets, openSockets, type Sockets } from '../../server/sockets.ts'
import { startWorkers, type WorkerPool, type WorkerPoolOptions } from '../../server/workers/worker-pool.ts'
import type { WorkerDeath } from '../../server/workers/worker-seat.ts'
import { connectUdp, type UdpClient } from './udp-client.ts'

/** Workers that answer what test/fixtures/udp-worker.mjs says, on sockets of their own. */
export interface StubServer {
  readonly sockets: Sockets
  readonly arenas: ArenaPool
  readonly pool: WorkerPool
  readonly deaths: WorkerDeath[]
  readonly ports: readonly number[]
  /** A client with a source port of its own, and so perhaps a worker of its own. */
  connect(options?: { readonly listener?: number; readonly timeoutMs?: number }): Promise<UdpClient>
  stop(): Promise<void>
}

export interface StubOptions {
  readonly listen?: readonly ListenAddress[]
  readonly workers?: number
  readonly udp?: 'batched' | 'dgram'
  /** In place of those that would be opened. */
  readonly sockets?: Sockets
  readonly entry?: string
  readonly arenas?: ArenaPool
  readonly descriptor?: GenerationDescriptor
}

export const LOOPBACK: ListenAddress = { address: '127.0.0.1', port: 0, family: 4 }

export async function startStubServer(options: StubOptions = {}): Promise<StubServer> {
  const { listen = [LOOPBACK], workers = 2, udp = 'batched', arenas = createArenaPool() } = options
  const sockets = options.sockets ?? (await openSockets(listen, { workers, udp }))
  const deaths: WorkerDeath[] = []
  const closeOnFailure = (error: unknown): never => {
    closeSockets(sockets)
    throw error
  }
  const pool = await startWorkers({
    sockets,
    // The stub knows neither limits nor streams.
    settings: { rateLimit: { enabled: false } } as WorkerPoolOptions['settings'],
    arenas,
    descriptor: options.descriptor ?? descriptorOf(1, []),
    entries: { udp: new URL(`../fixtures/${options.entry ?? 'udp-worker.mjs'}`, import.meta.url), stream: undefined },
    onDeath: (death) => deaths.push(death),
  }).catch(closeOnFailure)
  const ports = sockets.listeners.map(({ bound }) => bound.port)
  return {
    ...{ sockets, arenas, pool, deaths, ports },
    connect: ({ listener = 0, timeoutMs = 2000 } = {}) =>
      connectUdp({ port: ports[listener]!, address: sockets.listeners[listener]!.bound.address, timeoutMs }),
    stop: async () => {
      await pool.stop()
      closeSockets(sockets)
    },
  }
}

export function descriptorOf(epoch: number, arenas: readonly { id: number; length: number }[]): GenerationDescriptor {
  const images = arenas.map(({ id, length }) => ({ arena: id, length }))
  const selection = { words: new Int32Array(), roots: new Int32Array() }
  return { epoch, labelSeed: 1, views: [{ name: 'public', images }], selection, keySets: [], identity: {} }
}

/** A question for the stub; see the fixture for what the third octet does. */
export function stubQuestion(third = 0): Uint8Array {
  const message = new Uint8Array(20)
  message[2] = third
  return message
}

export const PLANTED = stubQuestion(0xee)

/** The epoch that an answer comes from, and the words in it that come from another. */
export function readStubAnswer(answer: Uint8Array): { epoch: number; strange: number } {
  const view = new DataView(answer.buffer, answer.byteOffset)
  return { epoch: view.getUint32(12), strange: view.getUint32(16) }
}

/** Waits until `condition` holds; throws after `timeoutMs`. */
export async function until(condition: () => boolean, what: string, timeoutMs = 10_000): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`waited in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
