import { randomInt } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { Flag } from '../../dns/constants.ts'
import { buildQuery, type Message, type QueryOptions, readMessage } from '../../dns/message.ts'

/** Where questions go, and from where. */
export interface Road {
  readonly address: string
  readonly port: number
  /** A local address to ask from. */
  readonly from: string
}

/** Gives leave to ask. */
export interface Pace {
  /** Waits for the moment of the next question; false: no more may be asked. */
  mayAsk(): Promise<boolean>
  taken(): number
  isSpent(): boolean
}

/** How much may be asked. */
export interface Bounds {
  readonly mostQueries: number
  readonly perSecond: number
  readonly mostSeconds: number
}

/** A client of one server that asks no faster, no more and no longer than it may. */
export interface AttackClient {
  /**
   * Asks over UDP, and again over TCP where the answer is cut short or does not come, as where limits are in force.
   * Undefined: no answer came, or no more may be asked.
   */
  ask(question: Omit<QueryOptions, 'id'>): Promise<Message | undefined>
  /** Asks over TCP and gives the messages that come, until `isLast` is true of one or no more does. */
  stream(question: Omit<QueryOptions, 'id'>, isLast: (message: Message) => boolean): Promise<Message[]>
  /** Messages sent so far. */
  queries(): number
  /** Whether a bound has been reached. */
  isSpent(): boolean
  close(): void
}

/** The server is on this machine. */
const UDP_PATIENCE_MS = 300
const TCP_PATIENCE_MS = 1_000
/** Of one transfer. */
const MOST_STREAM_OCTETS = 16 * 1024 * 1024

/** Opens a client that asks by leave of this pace; throws where `from` is no address of this machine. */
export async function openAttackClient(road: Road, pace: Pace): Promise<AttackClient> {
  const socket = createSocket(road.address.includes(':') ? 'udp6' : 'udp4')
  const waiting = new Map<number, (answer: Uint8Array) => void>()
  socket.on('message', (answer) => answer.length > 2 && waiting.get(answer.readUInt16BE(0))?.(answer))
  await bindAndConnect(socket, road)
  const askUdp = async (question: Omit<QueryOptions, 'id'>): Promise<Uint8Array | undefined> => {
    if (!(await pace.mayAsk())) return undefined
    const id = freeId(waiting)
    const answer = new Promise<Uint8Array | undefined>((resolve) => {
      const timer = setTimeout(resolve, UDP_PATIENCE_MS, undefined)
      waiting.set(id, (octets) => {
        clearTimeout(timer)
        resolve(octets)
      })
    })
    socket.send(buildQuery({ ...question, id }))
    return answer.finally(() => waiting.delete(id))
  }
  const stream: AttackClient['stream'] = async (question, isLast) =>
    (await pace.mayAsk()) ? readStream(road, buildQuery({ ...question, id: randomInt(0x10000) }), isLast) : []
  return {
    ask: async (question) => {
      const octets = await askUdp(question)
      const message = octets && readMessage(octets)
      if (message !== undefined && (message.flags & Flag.TC) === 0) return message
      return (await stream(question, () => true))[0]
    },
    stream,
    queries: pace.taken,
    isSpent: pace.isSpent,
    close: () => socket.close(),
  }
}

async function bindAndConnect(socket: Socket, { address, port, from }: Road): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(0, from, resolve)
  })
  await new Promise<void>((resolve) => socket.connect(port, address, resolve))
  // A server that is gone makes errors out of ICMP; its questions run into their timeouts.
  socket.on('error', () => undefined)
}

function freeId(waiting: ReadonlyMap<number, unknown>): number {
  for (;;) {
    const id = randomInt(0x10000)
    if (!waiting.has(id)) return id
  }
}

/** Gives leave at moments that lie evenly, within these bounds. */
export function createPace({ mostQueries, perSecond, mostSeconds }: Bounds): Pace {
  const end = performance.now() + mostSeconds * 1000
  let taken = 0
  let next = performance.now()
  const isSpent = (): boolean => taken >= mostQueries || performance.now() >= end
  return {
    isSpent,
    taken: () => taken,
    mayAsk: async (): Promise<boolean> => {
      if (isSpent()) return false
      taken++
      next = Math.max(next + 1000 / perSecond, performance.now())
      const wait = next - performance.now()
      if (wait > 1) await delay(wait)
      return true
    },
  }
}

function readStream(road: Road, query: Uint8Array, isLast: (message: Message) => boolean): Promise<Message[]> {
  const socket = connect({ host: road.address, port: road.port, localAddress: road.from, noDelay: true })
  const messages: Message[] = []
  let pending: Buffer = Buffer.alloc(0)
  let octets = 0
  socket.setTimeout(TCP_PATIENCE_MS, () => socket.destroy())
  socket.on('error', () => undefined)
  socket.on('connect', () => socket.write(Buffer.concat([Buffer.of(query.length >> 8, query.length), query])))
  socket.on('data', (data) => {
    octets += data.length
    pending = Buffer.concat([pending, data])
    while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
      const end = 2 + pending.readUInt16BE(0)
      const message = readMessage(new Uint8Array(pending.subarray(2, end)))
      pending = pending.subarray(end)
      if (message !== undefined) messages.push(message)
      if (message === undefined || isLast(message)) socket.destroy()
    }
    if (octets > MOST_STREAM_OCTETS) socket.destroy()
  })
  return new Promise((resolve) => socket.once('close', () => resolve(messages)))
}
