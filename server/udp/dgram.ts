import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { MAX_UDP_PAYLOAD } from '../../dns/constants.ts'
import { isMappedIPv4 } from '../../guard/prefix-trie.ts'
import { parseAddress } from '../address.ts'
import { type Exchange, Transport } from '../answer/exchange.ts'
import { Counter } from '../statistics.ts'
import { type Answering, take } from '../workers/answering.ts'
import { acknowledge, type SeatSocket, type WorkerChannel, watchChannel } from '../workers/worker-channel.ts'
import { listenError } from './listen-error.ts'
import { ownAddresses } from './own-addresses.ts'
import { PACKET_OCTETS } from './slab.ts'

/** Milliseconds that answers may take to leave at the end. */
const LAST_SENDS_MS = 500
/** Answers that may wait to leave, at most some 10 MB: where questions come faster than that, more would pile up. */
const MAX_SENDING = 4096

interface Road {
  readonly answering: Answering
  readonly exchange: Exchange
  /** Answers handed to node:dgram that have not left yet. */
  sending: number
}

/**
 * Answers datagrams by node:dgram until main asks for the end: the road where there are no batched system calls. It
 * allocates for each datagram. Rejects where a socket cannot be bound.
 */
export async function serveDgram(channel: WorkerChannel, answering: Answering): Promise<void> {
  const road: Road = { answering, exchange: createExchange(), sending: 0 }
  const stopped = new Promise<void>((resolve) => {
    watchChannel(channel, { publish: (descriptor) => take(channel, answering, descriptor), stop: resolve })
  })
  const sockets: Socket[] = []
  for (const seatSocket of channel.seat.sockets) sockets.push(...(await bindAll(road, seatSocket)))
  acknowledge(channel, channel.epoch)
  await stopped
  // One turn of the loop takes what already waits in the sockets.
  await setImmediate()
  const patience = performance.now() + LAST_SENDS_MS
  while (road.sending > 0 && performance.now() < patience) await setTimeout(5)
  for (const socket of sockets) socket.close()
}

function createExchange(): Exchange {
  return {
    octets: new Uint8Array(PACKET_OCTETS),
    start: 0,
    length: 0,
    capacity: MAX_UDP_PAYLOAD,
    source: new Uint8Array(16),
    sourceStart: 0,
    listener: 0,
    transport: Transport.Udp,
  }
}

/** The bound descriptor; or where there is none, each address that the listener stands for. */
async function bindAll(road: Road, from: SeatSocket): Promise<Socket[]> {
  const { descriptor, address, listener } = from
  const targets =
    descriptor === undefined
      ? ownAddresses(address).map((own) => ({ address: own.address, port: own.port, exclusive: true }))
      : [{ fd: descriptor }]
  return Promise.all(
    targets.map(async (target) => {
      const socket = createSocket({ type: address.family === 6 ? 'udp6' : 'udp4', ipv6Only: address.family === 6 })
      socket.on('message', (message, peer) => answer(road, socket, { listener, message, peer }))
      const listening = once(socket, 'listening')
      socket.bind(target)
      await listening.catch((error) => {
        throw listenError(address, 'UDP', -(error.errno ?? 0))
      })
      // What a peer's ICMP says of one datagram must not end the server.
      socket.on('error', () => road.answering.statistics[Counter.SendFailed]!++)
      return socket
    }),
  )
}

function answer(
  road: Road,
  socket: Socket,
  { listener, message, peer }: { listener: number; message: Buffer; peer: RemoteInfo },
): void {
  const { answering, exchange } = road
  const { statistics } = answering
  if (message.length > PACKET_OCTETS) {
    statistics[Counter.ReceiveTruncated]!++
    return
  }
  if (!readPeer(exchange, peer)) {
    statistics[Counter.SendFailed]!++
    return
  }
  exchange.octets.set(message)
  exchange.length = message.length
  exchange.listener = listener
  answering.context.now = performance.now()
  answering.context.unixSeconds = Math.floor(Date.now() / 1000)
  const length = answering.respond(answering.context, exchange)
  if (length === 0) return
  if (road.sending >= MAX_SENDING) {
    statistics[Counter.SendFailed]!++
    return
  }
  road.sending++
  // A copy: the next datagram may come before this one has left.
  socket.send(exchange.octets.slice(0, length), peer.port, peer.address, (error) => {
    road.sending--
    if (error !== null) statistics[Counter.SendFailed]!++
  })
}

/** Writes the client's address into the exchange; false for those who get no answer, as in server/udp/peer.ts. */
function readPeer(exchange: Exchange, { address, family, port }: RemoteInfo): boolean {
  const octets = parseAddress(address.replace(/%.*/, ''))
  if (octets === undefined || port === 0 || (family === 'IPv6' && isMappedIPv4(octets, 0))) return false
  exchange.source.set(octets)
  return true
}
