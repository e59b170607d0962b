import { randomInt } from 'node:crypto'
import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { connectTcp, readFrames } from '../../helpers/tcp-client.ts'
import { connectUdp, type UdpClient } from '../../helpers/udp-client.ts'

/** Resolvers that iterate ask this port and no other. */
const DNS_PORT = 53

/** One question that a resolver asked and what the server said to it. */
export interface Exchange {
  readonly transport: 'udp' | 'tcp'
  readonly query: Uint8Array
  readonly answer: Uint8Array
}

/**
 * Stands at port 53 of a loopback address of its own and passes messages on to a server at any port of 127.0.0.1, so
 * that resolvers iterate as in the Internet and the server needs no privilege.
 */
export interface Relay {
  readonly address: string
  /** Sees every exchange and gives what the resolver is to receive; undefined: nothing. Answers pass as they are by default. */
  through: (exchange: Exchange) => Uint8Array | undefined
  /** Hears of every question as it arrives, also of those that get no answer; it may hold it back for a while. */
  asked: (query: Uint8Array) => Promise<void> | void
  /** Where messages go from now on: a port of 127.0.0.1. */
  target(port: number): Promise<void>
  stop(): Promise<void>
}

/** Whether this process may listen at port 53 of loopback addresses. */
export async function mayRelay(): Promise<boolean> {
  const relay = await openRelay().catch(() => undefined)
  await relay?.stop()
  return relay !== undefined
}

/** A relay at a loopback address that nobody uses, or at `wanted`; messages are dropped until it has a target. */
export async function openRelay(wanted?: string): Promise<Relay> {
  const { address, udp, tcp } = await bindSomewhere(wanted)
  const connections = new Set<Socket>()
  let upstream: { readonly port: number; readonly client: UdpClient } | undefined
  const relay: Relay = {
    address,
    through: ({ answer }) => answer,
    asked: () => undefined,
    target: async (port) => {
      upstream?.client.close()
      upstream = { port, client: await connectUdp({ port }) }
    },
    stop: async () => {
      upstream?.client.close()
      udp.close()
      for (const connection of connections) connection.destroy()
      tcp.close()
      await once(tcp, 'close')
    },
  }
  udp.on('error', () => undefined)
  udp.on('message', async (query, from) => {
    await relay.asked(query)
    const answer = await upstream?.client.ask(query)
    const passed = answer && relay.through({ transport: 'udp', query, answer: withIdOf(query, answer) })
    if (passed !== undefined) sendIfOpen(udp, passed, from.port, from.address)
  })
  tcp.on('connection', (connection) => {
    connections.add(connection)
    connection.on('error', () => undefined)
    connection.on('close', () => connections.delete(connection))
    if (upstream === undefined) connection.destroy()
    else void relayStream(connection, upstream.port, relay)
  })
  return relay
}

async function relayStream(connection: Socket, port: number, relay: Relay): Promise<void> {
  const client = connectTcp(port)
  connection.on('close', () => client.then(({ close }) => close()).catch(() => undefined))
  readFrames(connection, async (query) => {
    await relay.asked(query)
    try {
      const answer = await (await client).ask(query)
      const passed = relay.through({ transport: 'tcp', query, answer })
      if (passed !== undefined) connection.write(Buffer.concat([Buffer.of(passed.length >> 8, passed.length), passed]))
    } catch {
      connection.destroy()
    }
  })
}

async function bindSomewhere(wanted?: string): Promise<{ address: string; udp: UdpSocket; tcp: Server }> {
  let problem: unknown
  for (let attempt = 0; attempt < 20; attempt++) {
    const address = wanted ?? `127.${randomInt(1, 255)}.${randomInt(256)}.${randomInt(1, 255)}`
    const udp = createSocket(address.includes(':') ? 'udp6' : 'udp4')
    const tcp = createServer()
    try {
      tcp.listen(DNS_PORT, address)
      await once(tcp, 'listening')
      udp.bind(DNS_PORT, address)
      await once(udp, 'listening')
      return { address, udp, tcp }
    } catch (caught) {
      problem = caught
      udp.close()
      tcp.close()
    }
  }
  throw problem
}

function withIdOf(query: Uint8Array, answer: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(answer)
  copy.set(query.subarray(0, 2))
  return copy
}

/** An answer may come when the test is over. */
function sendIfOpen(socket: UdpSocket, message: Uint8Array, port: number, address: string): void {
  try {
    socket.send(message, port, address)
  } catch {
    // Closed meanwhile.
  }
}
