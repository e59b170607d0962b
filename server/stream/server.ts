import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { isMappedIPv4 } from '../../guard/prefix-trie.ts'
import { parseAddress } from '../address.ts'
import type { StreamLimits } from '../configuration/types.ts'
import { Counter } from '../statistics.ts'
import { listenError } from '../udp/listen-error.ts'
import type { Answering } from '../workers/answering.ts'
import type { SeatSocket } from '../workers/worker-channel.ts'
import { discardConnection, expireConnection, finishConnection, openConnection } from './connection.ts'
import { connectionToClose } from './connection-table.ts'
import { connectionsWithin } from './descriptor-limit.ts'
import { createStreamRoad, type StreamRoad } from './road.ts'

/** Streams being served. */
export interface StreamServer {
  /** Connections that are open. */
  connections(): number
  /** Accepts no more, answers what is in flight, closes; by force after a while. Takes less than a second. */
  stop(): Promise<void>
}

const STOP_MS = 800
/** Longest time that connections are accepted once the end is asked for. */
const LAST_ACCEPTS_MS = 400
/** Turns of the event loop without a connection: the rest of this one, one that finds none, one that reads the last. */
const QUIET_TURNS = 3
/** Connections to close when the system has no descriptor left for another. */
const RELIEF = 8

/** Answers streams on the sockets until `stop`. Resolves when all of them listen, rejects where one cannot. */
export async function serveStreams(
  sockets: readonly SeatSocket[],
  answering: Answering,
  limits: StreamLimits,
): Promise<StreamServer> {
  const within = { ...limits, connections: connectionsWithin(limits.connections) }
  const road = createStreamRoad(answering, within, () => Math.floor(performance.now()))
  const servers = await Promise.all(sockets.map((socket) => listen(road, socket)))
  const sweep = setInterval(() => {
    for (const connection of [...road.connections.byIdleness]) expireConnection(road, connection)
  }, sweepMs(limits))
  return { connections: () => road.connections.byIdleness.size, stop: () => stop(road, servers, sweep) }
}

async function listen(road: StreamRoad, { listener, address, descriptor }: SeatSocket): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, noDelay: true })
  server.on('connection', (socket) => accept(road, socket, listener))
  if (descriptor !== undefined) server.listen({ fd: descriptor })
  else server.listen({ host: address.address, port: address.port, ipv6Only: address.family === 6, exclusive: true })
  await once(server, 'listening').catch((error) => {
    throw listenError(address, 'TCP', -(error.errno ?? 0))
  })
  server.on('error', () => relieve(road))
  return server
}

function accept(road: StreamRoad, socket: Socket, listener: number): void {
  // A client that has already gone has no address any more.
  const source = parseAddress(socket.remoteAddress?.replace(/%.*/, '') ?? '')
  if (source === undefined) {
    socket.on('error', () => {})
    socket.destroy()
    return
  }
  const client = clientOf(source)
  const superfluous = connectionToClose(road.connections, client)
  if (superfluous !== undefined) {
    road.answering.statistics[Counter.ConnectionsPushedOut]!++
    discardConnection(road, superfluous)
  }
  openConnection(road, socket, { listener, source, client })
}

/** An IPv4 address or an IPv6 /64, for whoever has one address of a /64 has them all. */
function clientOf(source: Uint8Array): string {
  const prefix = isMappedIPv4(source, 0) ? source : source.subarray(0, 8)
  return Buffer.from(prefix).toString('latin1')
}

/** Accepting failed for want of descriptors or memory: libuv has turned the client away; make room for the next. */
function relieve(road: StreamRoad): void {
  road.answering.statistics[Counter.ConnectionErrors]!++
  let closed = 0
  for (const connection of road.connections.byIdleness) {
    if (closed++ === RELIEF) return
    discardConnection(road, connection)
  }
}

function sweepMs({ idleSeconds, totalSeconds }: StreamLimits): number {
  return Math.min(1000, Math.max(10, Math.min(idleSeconds, totalSeconds) * 250))
}

async function stop(road: StreamRoad, servers: readonly Server[], sweep: NodeJS.Timeout): Promise<void> {
  const { byIdleness } = road.connections
  const force = setTimeout(() => {
    for (const connection of byIdleness) discardConnection(road, connection)
  }, STOP_MS)
  await acceptWaiting(road)
  const closed = servers.map((server) => once(server, 'close'))
  for (const server of servers) server.close()
  for (const connection of [...byIdleness]) finishConnection(road, connection)
  await Promise.all(closed)
  clearTimeout(force)
  clearInterval(sweep)
}

/** Takes in who connected before the end, which closing the listener would reset: libuv accepts one a turn. */
async function acceptWaiting({ answering, now }: StreamRoad): Promise<void> {
  const deadline = now() + LAST_ACCEPTS_MS
  for (let quiet = 0; quiet < QUIET_TURNS && now() < deadline; quiet++) {
    const before = answering.statistics[Counter.Connections]
    await setImmediate()
    if (answering.statistics[Counter.Connections] !== before) quiet = -1
  }
}
