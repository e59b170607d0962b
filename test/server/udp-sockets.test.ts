import { spawnSync } from 'node:child_process'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { readdirSync, readlinkSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import type { ListenAddress } from '../../server/configuration/types.ts'
import { closeSockets, openSockets, type Sockets } from '../../server/sockets.ts'
import { ListenError } from '../../server/udp/listen-error.ts'
import { probePorts } from '../../server/udp/portable-ports.ts'
import {
  LOOPBACK,
  PLANTED,
  readStubAnswer,
  type StubServer,
  startStubServer,
  stubQuestion,
  until,
} from '../helpers/stub-server.ts'

const LOOPBACK6: ListenAddress = { address: '::1', port: 0, family: 6 }
const ANY: ListenAddress = { address: '0.0.0.0', port: 0, family: 4 }
const ANY6: ListenAddress = { address: '::', port: 0, family: 6 }

const cleanups: (() => unknown)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function open(
  listen: readonly ListenAddress[],
  options: Parameters<typeof openSockets>[1] = { workers: 2, udp: 'batched' },
): Promise<Sockets> {
  const sockets = await openSockets(listen, options)
  cleanups.push(() => closeSockets(sockets))
  return sockets
}

async function start(listen: readonly ListenAddress[], udp: 'batched' | 'dgram'): Promise<StubServer> {
  const server = await startStubServer({ listen, udp })
  cleanups.push(() => server.stop())
  return server
}

/** Serves all of `listen` on one port. What is free at one address may be taken at another: then another one is tried. */
async function startOnOnePort(listen: readonly ListenAddress[], udp: 'batched' | 'dgram'): Promise<number> {
  for (let tries = 0; ; tries++) {
    const probe = await startStubServer({ listen: listen.slice(0, 1), udp })
    const port = probe.ports[0]!
    await probe.stop()
    try {
      await start(
        listen.map((each) => ({ ...each, port })),
        udp,
      )
      return port
    } catch (error) {
      if (tries === 10 || !(error instanceof ListenError)) throw error
    }
  }
}

/** Asks from a socket that is not connected, and so hears answers from the wrong address too. */
async function askFrom(address: string, port: number): Promise<{ from: string; epoch: number }> {
  const socket: Socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  cleanups.push(() => socket.close())
  socket.send(stubQuestion(), port, address)
  const [message, peer] = await once(socket, 'message', { signal: AbortSignal.timeout(3000) })
  return { from: peer.address, epoch: readStubAnswer(message).epoch }
}

/** What each descriptor of this process is. */
function openDescriptors(): string[] {
  return readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      return [readlinkSync(`/proc/self/fd/${descriptor}`)]
    } catch {
      return []
    }
  })
}

describe('opening sockets', () => {
  it('gives UDP and TCP the same free port where 0 is asked for, and each worker a socket', async () => {
    const { listeners, workers } = await open([LOOPBACK, LOOPBACK6])
    expect(workers).toBe(2)
    for (const { bound, datagrams, stream } of listeners) {
      expect(bound.port).toBeGreaterThan(0)
      expect(datagrams).toHaveLength(2)
      expect(stream).toBeTypeOf('number')
      const socket = connect(bound.port, bound.address)
      await once(socket, 'connect')
      socket.destroy()
    }
  })

  it('closes what it opened', async () => {
    const sockets = await openSockets([LOOPBACK], { workers: 3, udp: 'batched' })
    const { datagrams, stream } = sockets.listeners[0]!
    const opened = [...datagrams, stream!].map((descriptor) => readlinkSync(`/proc/self/fd/${descriptor}`))
    for (const socket of opened) expect(socket).toMatch(/^socket:/)
    closeSockets(sockets)
    expect(openDescriptors().filter((target) => opened.includes(target))).toEqual([])
  })

  it('does not share a port with another server of the same account', async () => {
    const first = await open([LOOPBACK])
    const { port } = first.listeners[0]!.bound
    await expect(openSockets([{ ...LOOPBACK, port }], { workers: 1, udp: 'batched' })).rejects.toThrow(
      `cannot listen on 127.0.0.1@${port}: address already in use (UDP); another server has this port`,
    )
  })

  it('names the transport where only TCP is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    cleanups.push(() => server.close())
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    await expect(openSockets([{ ...LOOPBACK, port }], { workers: 1, udp: 'batched' })).rejects.toThrow(
      `cannot listen on 127.0.0.1@${port}: address already in use (TCP)`,
    )
  })

  it('leaves nothing open where one of many cannot be had', async () => {
    const { listeners } = await open([LOOPBACK])
    const free = { ...LOOPBACK6, port: listeners[0]!.bound.port }
    const both = [free, { ...LOOPBACK, port: free.port }]
    await expect(openSockets(both, { workers: 2, udp: 'batched' })).rejects.toThrow('already in use')
    await open([free])
  })

  it('says what to do about an address that is not there', async () => {
    const foreign: ListenAddress = { address: '192.0.2.1', port: 5300, family: 4 }
    await expect(openSockets([foreign], { workers: 1, udp: 'batched' })).rejects.toThrow(
      'cannot listen on 192.0.2.1@5300: address not available; no interface of this machine has the address',
    )
  })

  it('refuses listeners that take the same datagrams', async () => {
    const listen: ListenAddress[] = [
      { ...ANY, port: 5399 },
      { ...LOOPBACK, port: 5399 },
    ]
    await expect(openSockets(listen, { workers: 1, udp: 'batched' })).rejects.toThrow(
      'cannot listen on 127.0.0.1@5399: 0.0.0.0@5399 is among the listeners too',
    )
  })

  it.skipIf(process.getuid?.() !== 0)('says how to get a port below 1024', () => {
    const script = fileURLToPath(new URL('../fixtures/listen-as-nobody.mjs', import.meta.url))
    const child = spawnSync(process.execPath, [script], { encoding: 'utf8' })
    expect(child.stdout).toBe(
      'cannot listen on 127.0.0.1@53: permission denied; start as root with "user:" set, ' +
        'or give the capability CAP_NET_BIND_SERVICE, or choose a port above 1023\n',
    )
  })
})

describe.each(['batched', 'dgram'] as const)('answering, %s', (udp) => {
  it('leaves from the address asked, where the listener is a wildcard', async () => {
    const { ports } = await start([ANY, ANY6], udp)
    const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
    const asked = own.filter(({ address }) => !address.startsWith('fe80')).map(({ address }) => address)
    // Any address within 127/8 is the machine's; but node:dgram knows only those that are written down.
    if (udp === 'batched') asked.push('127.0.0.9')
    for (const address of asked) {
      const { from } = await askFrom(address, ports[address.includes(':') ? 1 : 0]!)
      expect(from.replace(/%.*/, '')).toBe(address)
    }
  })

  it('serves IPv6 and IPv4 on the same port', async () => {
    const port = await startOnOnePort([ANY6, ANY], udp)
    expect((await askFrom('::1', port)).from).toBe('::1')
    expect((await askFrom('127.0.0.1', port)).from).toBe('127.0.0.1')
  })
})

describe('without system calls', () => {
  async function portable(listen: readonly ListenAddress[]): Promise<Sockets> {
    return { udp: 'dgram', workers: 1, listeners: await probePorts(listen) }
  }

  it('binds in the worker, each address of a wildcard for itself', async () => {
    const server = await startStubServer({ sockets: await portable([LOOPBACK6, ANY]) })
    cleanups.push(() => server.stop())
    expect((await askFrom('::1', server.ports[0]!)).from).toBe('::1')
    expect((await askFrom('127.0.0.1', server.ports[1]!)).from).toBe('127.0.0.1')
  })

  it('binds again after the worker died', async () => {
    const server = await startStubServer({ sockets: await portable([LOOPBACK]) })
    cleanups.push(() => server.stop())
    const client = await server.connect({ timeoutMs: 1 })
    await client.ask(PLANTED)
    client.close()
    await until(() => server.pool.deaths() === 1 && server.pool.acknowledgedEpoch() === 1, 'the death')
    await until(() => server.deaths.length === 1, 'its report')
    const next = await server.connect({ timeoutMs: 200 })
    cleanups.push(() => next.close())
    let answer: Uint8Array | undefined
    for (let tries = 0; answer === undefined && tries < 20; tries++) answer = await next.ask(stubQuestion())
    expect(answer).toBeDefined()
  })

  it('says which listener cannot be had, when it is asked for and when it is bound', async () => {
    const { listeners } = await open([LOOPBACK])
    const taken = { ...LOOPBACK, port: listeners[0]!.bound.port }
    const text = `cannot listen on 127.0.0.1@${taken.port}: address already in use`
    await expect(portable([taken])).rejects.toThrow(text)
    const sockets: Sockets = {
      ...{ udp: 'dgram', workers: 1 },
      listeners: [{ bound: taken, datagrams: [], stream: undefined }],
    }
    await expect(startStubServer({ sockets })).rejects.toThrow(text)
  })
})

describe('becoming another account', () => {
  it.skipIf(process.getuid?.() !== 0)('leaves no way back and no core file', () => {
    const script = fileURLToPath(new URL('../fixtures/become-nobody.mjs', import.meta.url))
    const child = spawnSync(process.execPath, [script], { encoding: 'utf8' })
    expect(child.stderr).toBe('')
    const { status, core, regained, missing, root } = JSON.parse(child.stdout)
    const nobody = '65534\t65534\t65534\t65534'
    for (const thread of status) {
      expect(thread).toMatchObject({ Uid: nobody, Gid: nobody, CapPrm: '0'.repeat(16), CapEff: '0'.repeat(16) })
    }
    expect(status[0]).toMatchObject({ NoNewPrivs: '1', Groups: '65534' })
    expect(core).toMatch(/Max core file size\s+0\s+0/)
    expect(regained).toEqual([])
    expect(missing).toContain('there is no account "no-such-account"')
    expect(root).toContain('"root" is root')
  })
})
