import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { exchangeByNetwork, type Request } from '../../../server/parent/exchange.ts'

const closing: (() => Promise<unknown>)[] = []

afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()))
})

async function datagramServer(answer: (socket: Socket, port: number, address: string) => void): Promise<number> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  socket.on('message', (_octets, { port, address }) => answer(socket, port, address))
  closing.push(() => new Promise((resolve) => socket.close(() => resolve(undefined))))
  return socket.address().port
}

async function streamServer(octets: readonly Uint8Array[], isKeptOpen = false): Promise<number> {
  const server = createServer((connection) => {
    connection.on('error', () => undefined)
    connection.on('data', () => {
      for (const some of octets) connection.write(some)
      if (!isKeptOpen) connection.end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => new Promise((resolve) => server.close(resolve)))
  return (server.address() as { port: number }).port
}

function request(port: number, via: Request['via'], options: Partial<Request> = {}): Request {
  const message = Uint8Array.of(1, 2, 3)
  return {
    address: '127.0.0.1',
    port,
    via,
    message,
    patienceMs: 2000,
    isAnswer: (octets) => octets[0] === 7,
    ...options,
  }
}

describe('an exchange over UDP', () => {
  it('takes the first datagram that is the answer', async () => {
    const port = await datagramServer((socket, to, address) => {
      for (const first of [5, 6, 7, 8]) socket.send(Uint8Array.of(first), to, address)
    })
    expect(await exchangeByNetwork(request(port, 'udp'))).toEqual(Uint8Array.of(7))
  })

  it('does not take what comes from elsewhere', async () => {
    const other = createSocket('udp4')
    closing.push(() => new Promise((resolve) => other.close(() => resolve(undefined))))
    const port = await datagramServer((_socket, to, address) => other.send(Uint8Array.of(7), to, address))
    expect(await exchangeByNetwork(request(port, 'udp', { patienceMs: 150 }))).toEqual({ kind: 'timeout' })
  })

  it('ends in time, also where there is a flood of other datagrams', async () => {
    const port = await datagramServer((socket, to, address) => {
      for (let i = 0; i < 100; i++) socket.send(Uint8Array.of(1), to, address)
    })
    expect(await exchangeByNetwork(request(port, 'udp'))).toEqual({ kind: 'timeout' })
  })

  it('knows that nobody is there, and that there is no way', async () => {
    const port = await datagramServer(() => undefined)
    await closing.pop()!()
    expect(await exchangeByNetwork(request(port, 'udp'))).toEqual({ kind: 'refused' })
    expect(await exchangeByNetwork(request(53, 'udp', { address: '255.255.255.255' }))).toEqual({ kind: 'unreachable' })
  })
})

describe('an exchange over TCP', () => {
  it('takes a message that comes in pieces', async () => {
    const port = await streamServer([Uint8Array.of(0), Uint8Array.of(3, 7), Uint8Array.of(8, 9, 1, 1)])
    expect(await exchangeByNetwork(request(port, 'tcp'))).toEqual(Uint8Array.of(7, 8, 9))
  })

  it.each<[string, readonly Uint8Array[], boolean, string]>([
    ['something else', [Uint8Array.of(0, 1, 6)], true, 'refused'],
    ['half a message', [Uint8Array.of(0, 9, 7)], false, 'refused'],
    ['nothing', [], true, 'timeout'],
  ])('gives up at %s', async (_title, octets, isKeptOpen, kind) => {
    const port = await streamServer(octets, isKeptOpen)
    expect(await exchangeByNetwork(request(port, 'tcp', { patienceMs: 200 }))).toEqual({ kind })
  })
})
