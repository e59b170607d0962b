import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { buildQuery, readMessage } from '../../dns/message.ts'
import { nameFromText } from '../../dns/name.ts'
import { typeFromText } from '../../dns/rr/registry.ts'
import { createArenaPool } from '../../server/arena-pool.ts'
import { DEFAULT_RATE_LIMIT } from '../../server/configuration/defaults.ts'
import type { GenerationDescriptor } from '../../server/generation.ts'
import { closeSockets, openSockets } from '../../server/sockets.ts'
import { compileViewSelection } from '../../server/view-selection.ts'
import { startWorkers, type WorkerPool } from '../../server/workers/worker-pool.ts'
import type { WorkerDeath } from '../../server/workers/worker-seat.ts'
import { freePort } from '../helpers/daemon.ts'
import { type Client, LIMITS, openClient, question, until } from '../helpers/stream-echo.ts'
import { askAll, connectTcp } from '../helpers/tcp-client.ts'
import { connectUdp } from '../helpers/udp-client.ts'

/** Workers on real threads, which run the built server; they tell the epoch as version.bind. */
interface Running {
  readonly pool: WorkerPool
  readonly port: number
  readonly deaths: WorkerDeath[]
  stop(): Promise<void>
}

const running: Running[] = []

async function start(): Promise<Running> {
  const sockets = await openSockets([{ address: '127.0.0.1', port: 0, family: 4 }], { workers: 1, udp: 'batched' })
  const deaths: WorkerDeath[] = []
  const pool = await startWorkers({
    sockets,
    settings: { rateLimit: { ...DEFAULT_RATE_LIMIT, enabled: false }, streams: LIMITS },
    arenas: createArenaPool(),
    descriptor: generation(1),
    entries: {
      udp: new URL('../../dist/server/workers/worker.js', import.meta.url),
      stream: new URL('../helpers/crashing-stream-worker.mjs', import.meta.url),
    },
    onDeath: (death) => deaths.push(death),
  })
  const stop = async () => {
    await pool.stop()
    closeSockets(sockets)
  }
  const started = { pool, port: sockets.listeners[0]!.bound.port, deaths, stop }
  running.push(started)
  return started
}

function generation(epoch: number): GenerationDescriptor {
  const views = [{ name: 'public', clients: undefined, listen: undefined }]
  return {
    epoch,
    views: [{ name: 'public', images: [] }],
    labelSeed: 1,
    selection: compileViewSelection(views, 1),
    keySets: [],
    identity: { version: `epoch ${epoch}` },
  }
}

afterEach(async () => {
  for (const one of running.splice(0)) await one.stop()
})

const CHAOS = 3
const versionQuery = buildQuery({
  id: 7,
  name: nameFromText('version.bind.'),
  type: typeFromText('TXT')!,
  class: CHAOS,
})

function epochOf(answer: Uint8Array): number {
  const text = Buffer.from(readMessage(answer)!.answer[0]!.rdata).toString('latin1', 1)
  return Number(text.replace('epoch ', ''))
}

describe('the stream worker', () => {
  it('takes new generations while connections stay, none of them twice or out of order', async () => {
    const { pool, port } = await start()
    const client = await connectTcp(port)
    const asked = askAll(
      client,
      Array.from({ length: 3000 }, () => versionQuery),
      20,
    )
    for (let epoch = 2; epoch <= 30; epoch++) await pool.publish(generation(epoch))
    const epochs = (await asked).map(epochOf)
    expect(epochs).toEqual(epochs.toSorted((a, b) => a - b))
    expect(epochOf(await client.ask(versionQuery))).toBe(30)
    client.close()
  })

  it('acknowledges generations that nobody asks', async () => {
    const { pool } = await start()
    for (let epoch = 2; epoch <= 5; epoch++) {
      await pool.publish(generation(epoch))
      expect(pool.acknowledgedEpoch()).toBe(epoch)
    }
  })

  it('is replaced when it dies, on the same socket, and datagrams never notice', async () => {
    const { pool, port, deaths } = await start()
    const udp = await connectUdp({ port })
    const victim = await connectTcp(port)
    await victim.ask(versionQuery)
    const planted = await openClient(port)
    for (let round = 1; round <= 2; round++) {
      const client: Client = round === 1 ? planted : await openClient(port)
      client.socket.write(question(0xdead, 12))
      await client.closed()
      expect(epochOf((await udp.ask(versionQuery))!)).toBe(1)
      const next = await connectTcp(port)
      expect(epochOf(await next.ask(versionQuery))).toBe(1)
      next.close()
      client.socket.destroy()
    }
    expect(deaths.map(({ kind, error }) => [kind, error?.message])).toEqual([
      ['stream', 'planted'],
      ['stream', 'planted'],
    ])
    await pool.publish(generation(2))
    const last = await connectTcp(port)
    expect(epochOf(await last.ask(versionQuery))).toBe(2)
    last.close()
    victim.close()
    udp.close()
  })

  it('ends within a second while clients hold their connections', async () => {
    const { pool, port } = await start()
    const clients = await Promise.all(Array.from({ length: 10 }, () => connectTcp(port)))
    await Promise.all(clients.map((client) => client.ask(versionQuery)))
    const begun = performance.now()
    await pool.stop()
    expect(performance.now() - begun).toBeLessThan(1500)
    for (const client of clients) client.close()
  })
})

describe('a system with few descriptors', () => {
  it('neither spins nor turns newcomers away because of one greedy client', async () => {
    const port = await freePort()
    const script = new URL('../helpers/few-descriptors.mjs', import.meta.url).pathname
    const server = spawn('/bin/sh', ['-c', 'ulimit -n 64 && exec "$0" "$@"', process.execPath, script, String(port)])
    const exited = once(server, 'exit')
    let last = { connections: -1, cpuMs: 0 }
    server.stdout.on('data', (chunk: Buffer) => {
      const lines = chunk.toString().trim().split('\n')
      last = JSON.parse(lines.at(-1)!)
    })
    try {
      await until(
        () => last.connections === 0,
        () => 'no server',
      )
      const greedy = await Promise.all(Array.from({ length: 100 }, () => openClient(port)))
      await until(
        () => greedy.filter(({ ended }) => ended !== undefined).length >= 60,
        () => 'too many connections',
      )
      const cpuMs = last.cpuMs
      const since = performance.now()
      const newcomer = await openClient(port, { localAddress: '127.0.0.2' })
      newcomer.socket.write(question(1, 12))
      await newcomer.wait(1)
      await until(
        () => performance.now() - since > 500,
        () => 'time',
      )
      expect(last.connections).toBeGreaterThan(5)
      expect(last.connections).toBeLessThan(50)
      expect(last.cpuMs - cpuMs).toBeLessThan(250)
      for (const { socket } of [...greedy, newcomer]) socket.destroy()
    } finally {
      server.kill()
      await exited
    }
  })
})
