/*
 * Asks the running server over its own sockets, one question at a time.
 */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { HEADER_LENGTH } from '../../dns/constants.ts'
import type { Road } from '../attack/client.ts'
import type { Ask } from './compare-answers.ts'
import type { ProofQuestion } from './questions.ts'

/** A client at one address of this machine. */
export interface SocketClient {
  readonly ask: Ask
  /** Asks once; undefined: no answer came in time. */
  once(transport: ProofQuestion['transport'], octets: Uint8Array): Promise<Uint8Array | undefined>
  close(): void
}

const PATIENCE_MS = 300
/** Datagrams a second: below what a single address may ask of absent names. */
const DATAGRAMS_PER_SECOND = 40

export async function openSocketClient(road: Road): Promise<SocketClient> {
  const datagrams = await openDatagrams(road)
  let stream: Stream | undefined
  const ask = async (transport: ProofQuestion['transport'], octets: Uint8Array): Promise<Uint8Array | undefined> => {
    if (transport === 'udp') return datagrams.ask(octets)
    if (stream === undefined || stream.isClosed()) stream = await openStream(road)
    return stream.ask(octets)
  }
  return {
    once: ask,
    ask: async (questions) => {
      const answers: (Uint8Array | undefined)[] = []
      for (const { transport, octets } of questions) {
        if (transport === 'udp') await delay(1000 / DATAGRAMS_PER_SECOND)
        answers.push(await ask(transport, octets))
      }
      return answers
    },
    close: () => {
      datagrams.close()
      stream?.close()
    },
  }
}

async function openDatagrams({ address, port, from }: Road) {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  socket.bind(0, from)
  await once(socket, 'listening')
  socket.connect(port, address)
  await once(socket, 'connect')
  let hear: ((answer: Uint8Array) => void) | undefined
  socket.on('message', (answer) => hear?.(new Uint8Array(answer)))
  // A server that is gone makes errors out of ICMP; its questions run into their timeouts.
  socket.on('error', () => {})
  return {
    ask: (octets: Uint8Array) =>
      new Promise<Uint8Array | undefined>((resolve) => {
        const timer = setTimeout(resolve, PATIENCE_MS, undefined)
        hear = (answer) => {
          if (!isAnswerTo(answer, octets)) return
          clearTimeout(timer)
          resolve(answer)
        }
        socket.send(octets)
      }),
    close: () => socket.close(),
  }
}

/** What came late for the question before is not taken for this one's answer. */
function isAnswerTo(answer: Uint8Array, question: Uint8Array): boolean {
  if (answer[0] !== question[0] || answer[1] !== question[1]) return false
  let at = HEADER_LENGTH
  while (question[at]! !== 0) at += question[at]! + 1
  const end = at + 5
  return (
    answer.length < end ||
    Buffer.compare(answer.subarray(HEADER_LENGTH, end), question.subarray(HEADER_LENGTH, end)) === 0
  )
}

interface Stream {
  ask(octets: Uint8Array): Promise<Uint8Array | undefined>
  isClosed(): boolean
  close(): void
}

async function openStream({ address, port, from }: Road): Promise<Stream> {
  const socket: Socket = connect({ host: address, port, localAddress: from, noDelay: true })
  await once(socket, 'connect')
  let pending: Buffer = Buffer.alloc(0)
  let hear: (answer: Uint8Array | undefined) => void = () => {}
  socket.on('data', (data) => {
    pending = pending.length === 0 ? data : Buffer.concat([pending, data])
    if (pending.length < 2 || pending.length < 2 + pending.readUInt16BE(0)) return
    const end = 2 + pending.readUInt16BE(0)
    const answer = new Uint8Array(pending.subarray(2, end))
    pending = pending.subarray(end)
    hear(answer)
  })
  socket.on('error', () => {})
  socket.on('close', () => hear(undefined))
  return {
    ask: (octets) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, 10 * PATIENCE_MS, undefined)
        hear = (answer) => {
          clearTimeout(timer)
          resolve(answer)
        }
        const framed = Buffer.allocUnsafe(2 + octets.length)
        framed.writeUInt16BE(octets.length)
        framed.set(octets, 2)
        socket.write(framed)
      }),
    isClosed: () => socket.destroyed,
    close: () => socket.destroy(),
  }
}
