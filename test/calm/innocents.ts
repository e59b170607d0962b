import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { Random } from '../helpers/random.ts'
import { connectTcp } from '../helpers/tcp-client.ts'
import { isTruncated, type Oracle } from './oracle.ts'
import { type Tally, verdictName } from './tally.ts'
import { type Asked, messageOf } from './traffic.ts'

/** Clients over real sockets that ask once more, and no more, where nothing came; and over TCP where TC came. */
export interface Innocents {
  /** Asks as its source does, and counts what became of it. */
  ask(asked: Pick<Asked, 'source' | 'name' | 'type' | 'manner'>): Promise<void>
  close(): void
}

export interface InnocentOptions {
  readonly port: number
  readonly oracle: Oracle
  readonly random: Random
  readonly tally: Tally
  /** Milliseconds that a client waits before it asks again. */
  readonly patience?: number
}

interface Source {
  readonly socket: Socket
  readonly waiting: Map<number, (answer: Uint8Array) => void>
}

export function createInnocents({ port, oracle, random, tally, patience = 1500 }: InnocentOptions): Innocents {
  const sources = new Map<string, Promise<Source>>()
  const sourceAt = (address: string): Promise<Source> => {
    const source = sources.get(address) ?? openSource(address, port)
    sources.set(address, source)
    return source
  }
  const askTcp = async (message: Uint8Array, from: string): Promise<boolean> => {
    try {
      const client = await connectTcp(port, '127.0.0.1', from)
      const answer = await client.ask(message).finally(() => client.close())
      return !isTruncated(answer)
    } catch {
      return false
    }
  }
  return {
    async ask(asked) {
      const source = await sourceAt(asked.source)
      const message = messageOf(asked, random)
      const outcome = tally[verdictName(oracle.verdictOn(message, asked.source))]
      outcome.asked++
      const isAnswer = (answer: Uint8Array): boolean => !isTruncated(answer) || oracle.isTooLarge(message, asked.source)
      const first = await exchange(source, message, patience)
      if (first !== undefined && isAnswer(first)) return
      outcome.limited++
      const last = first ?? (await exchange(source, message, patience))
      if (last === undefined || !(isAnswer(last) || (await askTcp(message, asked.source)))) outcome.failed++
    },
    close: () => {
      for (const source of sources.values()) void source.then(({ socket }) => socket.close())
    },
  }
}

async function openSource(address: string, port: number): Promise<Source> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 })
  const waiting = new Map<number, (answer: Uint8Array) => void>()
  socket.on('message', (answer) => waiting.get(answer.readUInt16BE(0))?.(new Uint8Array(answer)))
  socket.bind(0, address)
  await once(socket, 'listening')
  socket.connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.on('error', () => undefined)
  return { socket, waiting }
}

function exchange({ socket, waiting }: Source, message: Uint8Array, patience: number): Promise<Uint8Array | undefined> {
  let id = (message[0]! << 8) | message[1]!
  while (waiting.has(id)) id = (id + 1) & 0xffff
  message[0] = id >> 8
  message[1] = id & 0xff
  return new Promise((resolve) => {
    const finish = (answer: Uint8Array | undefined): void => {
      clearTimeout(timer)
      waiting.delete(id)
      resolve(answer)
    }
    const timer = setTimeout(finish, patience, undefined)
    waiting.set(id, finish)
    socket.send(message)
  })
}
