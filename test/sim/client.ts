import { Flag } from '../../dns/constants.ts'
import { buildQuery, type Message, readMessage } from '../../dns/message.ts'
import type { Random } from '../helpers/random.ts'
import type { Network } from './network.ts'
import type { SimulatedServer } from './server.ts'
import type { Simulation } from './simulation.ts'

/** What a client saw for one question. */
export interface Observation {
  readonly question: Question
  /** Virtual time of the first attempt and of the answer. */
  readonly askedAt: number
  readonly answeredAt: number
  readonly octets: Uint8Array
  readonly message: Message
}

export interface Question {
  readonly name: Uint8Array
  readonly type: number
}

export interface Client {
  readonly address: string
  /** Asks, now and then with the cookie that it was given; `done` gets the answer, or undefined where every attempt was lost. TC is followed by a stream, as resolvers do. */
  ask(question: Question, done: (observation: Observation | undefined) => void): void
}

const ATTEMPTS = 6
const COOKIE = 10
const TIMEOUT = 400

export function createClient(
  simulation: Simulation,
  options: { network: Network; address: string; server: string; streams: SimulatedServer; validates?: boolean },
): Client {
  const { network, address, server, streams } = options
  const random: Random = simulation.randomFor(`client ${address}`)
  const waiting = new Map<number, (octets: Uint8Array) => void>()
  const cookies = simulation.randomFor(`cookies of ${address}`)
  let cookie = Uint8Array.from({ length: 8 }, () => cookies.below(256))
  const remember = (message: Message): void => {
    cookie = Uint8Array.from(message.edns?.options.find(({ code }) => code === COOKIE)?.data ?? cookie)
  }
  network.attach(address, (datagram) => waiting.get((datagram[0]! << 8) | datagram[1]!)?.(datagram))

  return {
    address,
    ask(question, done) {
      const id = freshId(random, waiting)
      const query = buildQuery({
        id,
        ...question,
        edns: {
          udpSize: 1232,
          do: options.validates === true || random.chance(0.5),
          options: cookies.chance(0.5) ? [{ code: COOKIE, data: cookie }] : [],
        },
      })
      const askedAt = simulation.now()
      const finish = (octets: Uint8Array | undefined): void => {
        waiting.delete(id)
        const message = octets && mustRead(octets)
        if (message !== undefined) remember(message)
        done(octets && message && { question, askedAt, answeredAt: simulation.now(), octets, message })
      }
      waiting.set(id, (octets) => finish(isTruncated(octets) ? streams.askStream(address, query) : octets))
      const attempt = (left: number): void => {
        if (!waiting.has(id)) return
        if (left === 0) {
          finish(undefined)
          return
        }
        network.send(address, server, query)
        simulation.after(TIMEOUT, () => attempt(left - 1))
      }
      attempt(ATTEMPTS)
    },
  }
}

function mustRead(octets: Uint8Array): Message {
  const message = readMessage(octets)
  if (message === undefined) throw new Error(`an answer that cannot be read: ${Buffer.from(octets).toString('hex')}`)
  return message
}

function isTruncated(octets: Uint8Array): boolean {
  return (((octets[2]! << 8) | octets[3]!) & Flag.TC) !== 0
}

function freshId(random: Random, waiting: ReadonlyMap<number, unknown>): number {
  for (;;) {
    const id = random.below(65536)
    if (!waiting.has(id)) return id
  }
}
