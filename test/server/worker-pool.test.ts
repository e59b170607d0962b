import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { createArenaPool } from '../../server/arena-pool.ts'
import { openStatistics } from '../../server/statistics.ts'
import {
  createControlWords,
  HOLDS_NOTHING,
  oldestAcknowledged,
  storeStop,
} from '../../server/workers/worker-channel.ts'
import { hasAcknowledged, occupy, type Seat, type SeatHost, wake } from '../../server/workers/worker-seat.ts'
import {
  descriptorOf,
  PLANTED,
  readStubAnswer,
  type StubOptions,
  type StubServer,
  startStubServer,
  stubQuestion,
  until,
} from '../helpers/stub-server.ts'
import type { UdpClient } from '../helpers/udp-client.ts'

const running: { stop(): unknown }[] = []

afterEach(async () => {
  for (const one of running.splice(0).reverse()) await one.stop()
})

async function start(options: StubOptions = {}): Promise<StubServer> {
  const server = await startStubServer(options)
  running.push(server)
  return server
}

async function connect(server: StubServer, timeoutMs = 2000): Promise<UdpClient> {
  const client = await server.connect({ timeoutMs })
  running.push({ stop: () => client.close() })
  return client
}

/** A client for each worker: the kernel chooses by source port. */
async function clientPerWorker(server: StubServer): Promise<UdpClient[]> {
  const clients: UdpClient[] = []
  const blocks = server.pool.statistics()
  for (let tries = 0; tries < 64 && clients.filter(Boolean).length < blocks.length; tries++) {
    const client = await connect(server)
    const before = blocks.map((block) => block[0]!)
    await client.ask(stubQuestion())
    const worker = blocks.findIndex((block, index) => block[0]! > before[index]!)
    clients[worker] ??= client
  }
  return clients
}

describe.each(['batched', 'dgram'] as const)('a pool of workers, %s', (udp) => {
  it('answers, takes up a new generation, and stops in no time', async () => {
    const server = await start({ udp })
    const client = await connect(server)
    expect(readStubAnswer((await client.ask(stubQuestion()))!)).toEqual({ epoch: 1, strange: 0 })
    await server.pool.publish(descriptorOf(2, []))
    expect(server.pool.acknowledgedEpoch()).toBe(2)
    expect(readStubAnswer((await client.ask(stubQuestion()))!).epoch).toBe(2)
    const before = performance.now()
    await server.pool.stop()
    expect(performance.now() - before).toBeLessThan(2000)
    expect(await client.ask(stubQuestion()).then((answer) => answer === undefined)).toBe(true)
  })

  it('replaces a worker that dies, on the same sockets, with the newest generation', async () => {
    const server = await start({ udp, workers: 1 })
    const client = await connect(server)
    await server.pool.publish(descriptorOf(5, []))
    await connect(server, 1).then((other) => other.ask(PLANTED))
    await until(() => server.deaths.length === 1, 'the death is reported')
    expect(server.deaths[0]).toMatchObject({ kind: 'udp', seat: 0, deaths: 1, error: { message: 'planted' } })
    expect(server.pool.deaths()).toBe(1)
    expect(readStubAnswer((await client.ask(stubQuestion()))!).epoch).toBe(5)
  })

  it('waits longer for each replacement that dies early, but not for ever', async () => {
    const server = await start({ udp, workers: 1 })
    const delays: number[] = []
    for (let death = 1; death <= 8; death++) {
      await connect(server, 1).then((client) => client.ask(PLANTED))
      await until(() => server.deaths.length === death, `death ${death}`)
      delays.push(server.deaths.at(-1)!.restartInMs)
    }
    expect(delays).toEqual([20, 40, 80, 160, 320, 640, 1000, 1000])
    expect(await (await connect(server)).ask(stubQuestion())).toBeDefined()
  })

  it('rejects where a worker dies of its start, and leaves no thread behind', async () => {
    await expect(startStubServer({ udp, entry: 'failing-worker.mjs' })).rejects.toThrow('no such luck')
  })
})

describe('a pool of batched workers', () => {
  it('lets the others go on while one dies, and counts on in the block of the dead', async () => {
    const server = await start()
    const [victim, other] = await clientPerWorker(server)
    const before = server.pool.statistics()[0]![0]!
    let answered = 0
    const questions = Promise.all(
      Array.from({ length: 200 }, async () => {
        if ((await other!.ask(stubQuestion())) !== undefined) answered++
      }),
    )
    void victim!.ask(PLANTED)
    await questions
    expect(answered).toBe(200)
    await until(() => server.deaths.length === 1, 'the death')
    expect(server.deaths[0]!.seat).toBe(0)
    expect(await victim!.ask(stubQuestion())).toBeDefined()
    expect(server.pool.statistics()[0]![0]).toBe(before + 2)
  })

  it('does not let a dead worker pin arenas, nor free what its successor will read', async () => {
    const server = await start({ workers: 1 })
    const octets = 65536
    const publish = (epoch: number): Promise<void> => {
      const arena = server.arenas.allocate(octets)
      new Int32Array(arena.memory).fill(epoch)
      return server.pool.publish(descriptorOf(epoch, [{ id: arena.id, length: octets }]))
    }
    await publish(2)
    for (let epoch = 3; epoch < 9; epoch++) {
      const client = await connect(server, 1)
      await client.ask(PLANTED)
      await until(() => server.deaths.length === epoch - 2, 'the death')
      await publish(epoch)
      expect(server.arenas.usage().used).toBe(octets)
    }
    const answer = await (await connect(server, 5000)).ask(stubQuestion())
    expect(readStubAnswer(answer!)).toEqual({ epoch: 8, strange: 0 })
    expect(server.arenas.usage()).toEqual({ used: octets, free: octets })
  })

  it('ends a worker by force that does not come back', async () => {
    const server = await start({ workers: 2 })
    await connect(server, 1).then((client) => client.ask(stubQuestion(0xdd)))
    const before = performance.now()
    await server.pool.stop()
    expect(performance.now() - before).toBeLessThan(2000)
  })

  it.each([
    ['exit', 7],
    ['throw', 1],
  ])('does not keep a main thread from leaving by %s', (how, status) => {
    const script = fileURLToPath(new URL('../fixtures/exit-while-serving.mjs', import.meta.url))
    const child = spawnSync(process.execPath, [script, how], { timeout: 20_000 })
    expect(child.signal).toBeNull()
    expect(child.status).toBe(status)
  })

  it('refuses an epoch that was published before', async () => {
    const server = await start()
    expect(() => server.pool.publish(descriptorOf(1, []))).toThrow('epoch 1')
    expect(server.pool.statistics()).toEqual([openStatistics(), openStatistics()])
  })
})

describe('a seat', () => {
  it('holds the generation that its worker is about to open, and nothing when it is empty', async () => {
    const control = createControlWords(1)
    let changes = 0
    const host = {
      ...{ control, statistics: new SharedArrayBuffer(1024), settings: {}, arenas: createArenaPool() },
      ...{ descriptor: () => descriptorOf(7, []), rateLimitTable: () => undefined, isStopping: () => true },
      ...{ signatureTable: () => undefined, eventRings: [], samples: [] },
      ...{ onChange: () => changes++, onDeath: () => {} },
    } as unknown as SeatHost
    const sockets = { wakeDescriptor: undefined, wake: () => {}, take: () => [], giveBack: () => {}, close: () => {} }
    const seat: Seat = {
      ...{ index: 0, kind: 'udp', entry: new URL('../fixtures/idle-worker.mjs', import.meta.url), sockets },
      ...{ deaths: 0, earlyDeaths: 0, failure: undefined, occupant: undefined, restart: undefined },
      isRetiring: false,
    }
    expect(oldestAcknowledged(control)).toBe(HOLDS_NOTHING)
    occupy(seat, host)
    expect(oldestAcknowledged(control)).toBe(7)
    expect(hasAcknowledged(seat, 7)).toBe(false)
    storeStop(control)
    wake(seat)
    await until(() => changes === 1, 'the worker ends')
    expect(oldestAcknowledged(control)).toBe(HOLDS_NOTHING)
  })
})

describe('a storm of generations', () => {
  it('mixes nothing, loses nothing, and keeps memory flat', { timeout: 120_000 }, async () => {
    const server = await start()
    const octets = 1_000_000
    const clients = await clientPerWorker(server)
    let asking = true
    let asked = 0
    const wrong: string[] = []
    const load = clients.map(async (client) => {
      for (let last = 0; asking; asked++) {
        const answer = await client.ask(stubQuestion())
        const { epoch, strange } = answer === undefined ? { epoch: -1, strange: 0 } : readStubAnswer(answer)
        if (epoch < last || strange > 0) wrong.push(`epoch ${epoch} after ${last}, ${strange} strange words`)
        last = epoch
      }
    })
    const resident: number[] = []
    let descriptor = descriptorOf(1, [])
    for (let epoch = 2; epoch <= 1001; epoch++) {
      const arena = server.arenas.allocate(octets)
      new Int32Array(arena.memory).fill(epoch)
      descriptor = descriptorOf(epoch, [{ id: arena.id, length: octets }])
      // Some are overtaken before they were taken up.
      const done = server.pool.publish(descriptor)
      if (epoch % 3 === 0) await done
      if (epoch % 100 === 0) resident.push(process.memoryUsage.rss())
    }
    await until(() => server.pool.acknowledgedEpoch() === 1001, 'the last generation')
    asking = false
    await Promise.all(load)
    expect(wrong).toEqual([])
    expect(asked).toBeGreaterThan(100)
    const { used, free } = server.arenas.usage()
    expect(used + free).toBeLessThan(8 * 1024 * 1024)
    expect(resident.at(-1)! - resident[1]!).toBeLessThan(48 * 1024 * 1024)
  })
})
