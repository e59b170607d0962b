import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect } from 'node:net'
import { readFrames } from './tcp-client.ts'

/**
 * A client that finds out what is answered by silence, without waiting for time to pass: behind the messages it sends a
 * question that is always answered. A server answers one socket in order, so what has no answer by then gets none.
 */
export interface BurstClient {
  /**
   * Sends the messages and `last`, and resolves once `last` is answered: by message the answer, undefined for silence,
   * then the answer to `last`. Messages get ids of their own, their places; those shorter than an id stay as they are.
   * Answers nobody asked for, and two to one message, reject. One burst at a time, of less than 65,535 messages.
   */
  exchange(messages: readonly Uint8Array[], last: Uint8Array): Promise<Answers>
  /** Sends a message that is not expected to be answered, as it is. */
  send(message: Uint8Array): void
  close(): void
}

export interface Answers {
  readonly answers: readonly (Uint8Array | undefined)[]
  readonly last: Uint8Array
}

export interface BurstOptions {
  readonly port: number
  /** Address to ask from. */
  readonly from: string
}

/** Longer than a busy machine lets a process wait. */
const ANSWER_MS = 20_000
const LAST_ID = 0xffff

/** Over UDP. The caller sees to it that a burst fits into the server's receive buffer. */
export async function connectUdpBurst({ port, from }: BurstOptions): Promise<BurstClient> {
  const socket = createSocket('udp4')
  socket.bind(0, from)
  await once(socket, 'listening')
  socket.connect(port, '127.0.0.1')
  await once(socket, 'connect')
  const send = (message: Uint8Array): void => socket.send(message)
  const burst = createBurst(send, 'UDP')
  socket.on('message', burst.receive)
  socket.on('error', burst.fail)
  return { exchange: burst.exchange, send, close: () => socket.close() }
}

/** Over one TCP connection. */
export async function connectTcpBurst({ port, from }: BurstOptions): Promise<BurstClient> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from, noDelay: true })
  await once(socket, 'connect')
  const send = (message: Uint8Array): void => {
    socket.write(Uint8Array.of(message.length >> 8, message.length & 0xff))
    socket.write(message)
  }
  const burst = createBurst(send, 'TCP')
  readFrames(socket, burst.receive)
  socket.on('error', burst.fail)
  socket.on('close', () => burst.fail(new Error('the server closed the connection')))
  return {
    exchange: (messages, last) => {
      socket.cork()
      const answers = burst.exchange(messages, last)
      socket.uncork()
      return answers
    },
    send,
    close: () => socket.destroy(),
  }
}

interface Pending {
  readonly answers: (Uint8Array | undefined)[]
  readonly resolve: (answers: Answers) => void
  readonly reject: (problem: Error) => void
}

function createBurst(send: (message: Uint8Array) => void, transport: string) {
  let pending: Pending | undefined
  const fail = (problem: Error): void => {
    pending?.reject(new Error(`${transport}: ${problem.message}`))
    pending = undefined
  }
  return {
    fail,
    receive: (octets: Uint8Array): void => {
      if (pending === undefined) return
      const id = octets.length < 2 ? -1 : (octets[0]! << 8) | octets[1]!
      const answer = new Uint8Array(octets)
      if (id === LAST_ID) {
        const { resolve, answers } = pending
        pending = undefined
        resolve({ answers, last: answer })
      } else if (id < 0 || id >= pending.answers.length || pending.answers[id] !== undefined) {
        fail(new Error(`an answer with the id ${id} that nobody waits for`))
      } else {
        pending.answers[id] = answer
      }
    },
    exchange: (messages: readonly Uint8Array[], last: Uint8Array): Promise<Answers> => {
      const timer = setTimeout(() => fail(new Error(`no answer within ${ANSWER_MS / 1000} s`)), ANSWER_MS)
      const done = new Promise<Answers>((resolve, reject) => {
        pending = { answers: new Array(messages.length).fill(undefined), resolve, reject }
      })
      messages.forEach((message, place) => {
        send(withId(message, place))
      })
      send(withId(last, LAST_ID))
      return done.finally(() => clearTimeout(timer))
    },
  }
}

function withId(message: Uint8Array, id: number): Uint8Array {
  const copy = Uint8Array.from(message)
  if (copy.length < 2) return copy
  copy[0] = id >> 8
  copy[1] = id & 0xff
  return copy
}
