import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { readMessage } from '../../dns/message.ts'
import type { Random } from '../helpers/random.ts'
import { readFrames } from '../helpers/tcp-client.ts'
import type { MessageSource } from './hostile-messages.ts'

/** What hostile clients need to know of the server they plague. */
export interface StreamTarget {
  readonly port: number
  readonly random: Random
  readonly source: MessageSource
  /** A question and its answer octet for octet; both have the same id. */
  readonly question: Uint8Array
  readonly answer: Uint8Array
}

/** One client's whole life: resolves with the frames, or pieces of garbage, that it has sent. Throws on a wrong answer. */
export type StreamBehaviour = (target: StreamTarget) => Promise<number>

const HEADER_OCTETS = 12
const LARGEST_MESSAGE = 65_535
const ANSWER_MS = 20_000

/** Asks well-framed nonsense, as much as it likes, then a real question. */
const pipelining: StreamBehaviour = async (target) => {
  const client = await open(target)
  const count = 1 + target.random.below(300)
  client.socket.write(Buffer.concat([...frames(target, count), frame(target.question)]))
  await client.answered()
  client.socket.destroy()
  return count
}

/** The same in pieces of a few octets, most of which come alone. */
const splitting: StreamBehaviour = async (target) => {
  const client = await open(target)
  const count = 1 + target.random.below(4)
  const octets = Buffer.concat([...frames(target, count), frame(target.question)])
  for (let at = 0; at < octets.length; ) {
    const next = at + 1 + target.random.below(40)
    client.socket.write(octets.subarray(at, next))
    if (target.random.chance(0.7)) await setImmediate()
    at = next
  }
  await client.answered()
  client.socket.destroy()
  return count
}

/** Says at once that it will send no more, and waits for its answers and the end. */
const halfClosing: StreamBehaviour = async (target) => {
  const client = await open(target)
  const count = target.random.below(100)
  client.socket.end(Buffer.concat([...frames(target, count), frame(target.question)]))
  await client.answered()
  await client.closed()
  return count
}

/** Leaves by a reset, in the midst of a message. */
const resetting: StreamBehaviour = async (target) => {
  const client = await open(target)
  const count = 1 + target.random.below(60)
  const octets = Buffer.concat(frames(target, count))
  client.socket.write(octets.subarray(0, octets.length - target.random.below(20)))
  if (target.random.chance(0.5)) await setImmediate()
  client.socket.resetAndDestroy()
  return count
}

/** Has never heard of frames. */
const babbling: StreamBehaviour = async (target) => {
  const client = await open(target)
  const count = 1 + target.random.below(50)
  for (let i = 0; i < count && client.socket.writable; i++) {
    const noise = Buffer.alloc(1 + target.random.below(1000))
    for (let at = 0; at < noise.length; at++) noise[at] = target.random.next() & 0xff
    client.socket.write(noise)
  }
  client.socket.end()
  await client.closed()
  return count
}

/** Gets its answers first, then sends a message too short to be one, which ends the connection. */
const shortening: StreamBehaviour = async (target) => {
  const client = await open(target)
  const count = target.random.below(20)
  const runt = frame(new Uint8Array(target.random.below(HEADER_OCTETS)))
  client.socket.write(Buffer.concat([...frames(target, count), frame(target.question), runt, ...frames(target, 3)]))
  await client.answered()
  await client.closed()
  return count + 4
}

/** Announces much, sends little, and leaves. */
const promising: StreamBehaviour = async (target) => {
  const client = await open(target)
  const announced = Buffer.of(0xff, 0xff, ...target.question)
  client.socket.end(target.random.chance(0.3) ? announced.subarray(0, 1) : announced)
  await client.closed()
  return 1
}

/** Asks on and on, never reads an answer, and leaves by a reset. */
const deaf: StreamBehaviour = async (target) => {
  const client = await open(target)
  client.socket.pause()
  const count = 1 + target.random.below(100)
  const questions = Array.from({ length: 1000 }, () => frame(target.question))
  client.socket.write(Buffer.concat([...frames(target, count), ...questions]))
  await setImmediate()
  client.socket.resetAndDestroy()
  return count
}

/** A message as large as they can be. */
const swollen: StreamBehaviour = async (target) => {
  const client = await open(target)
  const message = new Uint8Array(LARGEST_MESSAGE)
  target.source.write(message, 0, message.length)
  for (let at = 600; at < message.length; at += 97) message[at] = target.random.next() & 0xff
  client.socket.write(Buffer.concat([frame(message), frame(target.question)]))
  await client.answered()
  client.socket.destroy()
  return 1
}

export const STREAM_BEHAVIOURS: Readonly<Record<string, StreamBehaviour>> = {
  pipelining,
  splitting,
  halfClosing,
  resetting,
  babbling,
  shortening,
  promising,
  deaf,
  swollen,
}

interface HostileClient {
  readonly socket: Socket
  /** Waits for the answer to the target's question; every answer until then must be one. */
  answered(): Promise<void>
  /** Waits until the server has closed the connection. */
  closed(): Promise<void>
}

/** Connects from some address of 127.0.0.0/8, so that nothing runs out of ports, and views and limits change. */
async function open({ port, random, question, answer }: StreamTarget): Promise<HostileClient> {
  const localAddress = `127.${random.below(4)}.${random.below(250)}.${3 + random.below(250)}`
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true, localAddress })
  await once(socket, 'connect')
  const ended = new Promise<string>((resolve) => {
    socket.on('end', () => resolve('the end'))
    // A server that closes while octets are under way to it resets: as good as an end.
    socket.on('error', (problem) => resolve(problem.message))
    socket.on('close', () => resolve('the end'))
  })
  let wrong: string | undefined
  const asked = new Promise<string | undefined>((resolve) => {
    readFrames(socket, (octets) => {
      if (Buffer.compare(octets, answer) === 0) return resolve(wrong)
      if (!isResponse(octets)) wrong = `no answer, but ${Buffer.from(octets).toString('hex')}`
    })
  })
  const describe = () => `the answer to ${Buffer.from(question).toString('hex')} on a hostile connection`
  return {
    socket,
    answered: async () => {
      const problem = await within(
        Promise.race([asked, ended.then((how) => `${how} instead of ${describe()}`)]),
        describe(),
      )
      if (problem !== undefined) throw new Error(problem)
    },
    closed: async () => {
      await within(ended, 'the end of a hostile connection')
      socket.destroy()
    },
  }
}

function isResponse(octets: Uint8Array): boolean {
  return octets.length >= HEADER_OCTETS && octets[2]! >= 0x80 && readMessage(octets) !== undefined
}

/** So many hostile messages, framed well; none shorter than a header, which would end the connection. */
function frames({ source, random }: StreamTarget, count: number): Buffer[] {
  const octets = new Uint8Array(1280)
  return Array.from({ length: count }, () => {
    const length = Math.max(HEADER_OCTETS, source.write(octets, 0, random.chance(0.1) ? octets.length : 300))
    return frame(octets.subarray(0, length))
  })
}

function frame(message: Uint8Array): Buffer {
  return Buffer.concat([Uint8Array.of(message.length >> 8, message.length & 0xff), message])
}

function within<T>(result: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`waited in vain for ${what}`)), ANSWER_MS)
  })
  return Promise.race([result, late]).finally(() => clearTimeout(timer))
}
