/*
 * One message there and one back: all that looking at parents has to do with the network.
 */
import { createSocket } from 'node:dgram'
import { connect } from 'node:net'

/** Where somebody is asked. */
export interface Place {
  /** Textual IP address. */
  readonly address: string
  readonly port: number
}

/** What is sent, and what counts as its answer. */
export interface Request extends Place {
  readonly via: 'udp' | 'tcp'
  readonly message: Uint8Array
  readonly patienceMs: number
  /** Whether these octets, from there, are the answer; whatever else comes is passed over. */
  readonly isAnswer: (octets: Uint8Array) => boolean
}

/** The answer's octets, or why there are none. Never rejects. */
export type Exchange = (request: Request) => Promise<Uint8Array | ExchangeFailure>

/** `unreachable`: this host knows no way there, and sent nothing; `overdue`: nothing was sent, for the time to ask in is over. */
export interface ExchangeFailure {
  readonly kind: 'timeout' | 'refused' | 'unreachable' | 'overdue'
}

/** The network. Every exchange has a socket of its own: its port is as hard to guess as the message's ID. */
export const exchangeByNetwork: Exchange = (request) =>
  request.via === 'udp' ? exchangeDatagrams(request) : exchangeByStream(request)

/** Datagrams of one exchange that are looked at: whoever sends more is not answering. */
const MOST_DATAGRAMS = 64
/** A length, and as much as it can say. */
const MOST_STREAM_OCTETS = 2 + 0xffff

const UNREACHABLE: ReadonlySet<string | undefined> = new Set([
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EAFNOSUPPORT',
  'EADDRNOTAVAIL',
  'EINVAL',
  'EACCES',
  'EPERM',
])

function exchangeDatagrams({ address, port, message, patienceMs, isAnswer }: Request): ReturnType<Exchange> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  return new Promise((resolve) => {
    let datagrams = 0
    let isDone = false
    const finish = (result: Uint8Array | ExchangeFailure): void => {
      if (isDone) return
      isDone = true
      clearTimeout(timer)
      socket.close()
      resolve(result)
    }
    const timer = setTimeout(finish, patienceMs, { kind: 'timeout' })
    socket.on('error', (error) => finish(failureOf(error)))
    socket.on('message', (octets) => {
      if (isDone) return
      if (isAnswer(octets)) finish(new Uint8Array(octets))
      else if (++datagrams >= MOST_DATAGRAMS) finish({ kind: 'timeout' })
    })
    // Connected, so that the system passes over whatever comes from elsewhere.
    socket.once('connect', () => socket.send(message))
    socket.connect(port, address)
  })
}

function exchangeByStream({ address, port, message, patienceMs, isAnswer }: Request): ReturnType<Exchange> {
  const socket = connect({ host: address, port, noDelay: true })
  return new Promise((resolve) => {
    let received: Buffer = Buffer.alloc(0)
    const finish = (result: Uint8Array | ExchangeFailure): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(result)
    }
    const timer = setTimeout(finish, patienceMs, { kind: 'timeout' })
    socket.on('error', (error) => finish(failureOf(error)))
    socket.on('close', () => finish({ kind: 'refused' }))
    socket.on('connect', () => socket.write(Buffer.concat([Buffer.of(message.length >> 8, message.length), message])))
    socket.on('data', (data) => {
      received = Buffer.concat([received, data])
      const whole = received.length < 2 ? MOST_STREAM_OCTETS : 2 + received.readUInt16BE(0)
      if (received.length < whole) return
      const octets = new Uint8Array(received.subarray(2, whole))
      finish(isAnswer(octets) ? octets : { kind: 'refused' })
    })
  })
}

function failureOf(error: Error): ExchangeFailure {
  return { kind: UNREACHABLE.has((error as NodeJS.ErrnoException).code) ? 'unreachable' : 'refused' }
}
