import { setImmediate } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import type { StreamLimits } from '../../server/configuration/types.ts'
import { Counter } from '../../server/statistics.ts'
import { createRandom } from '../helpers/random.ts'
import { type Client, openClient, question, type StreamEcho, startStreamEcho, until } from '../helpers/stream-echo.ts'

const started: StreamEcho[] = []
const clients: Client[] = []

async function start(limits: Partial<StreamLimits> = {}): Promise<StreamEcho> {
  const server = await startStreamEcho(limits)
  started.push(server)
  return server
}

async function open(server: StreamEcho, options: { localAddress?: string } = {}): Promise<Client> {
  const client = await openClient(server.port, options)
  clients.push(client)
  return client
}

afterEach(async () => {
  for (const { socket } of clients.splice(0)) socket.destroy()
  for (const server of started.splice(0)) await server.stop()
})

const ids = (client: Client): number[] => client.answers.map(({ id }) => id)
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

describe('messages on a stream', () => {
  it('are answered in their order, many of one segment in one write', async () => {
    const client = await open(await start())
    client.socket.write(Buffer.concat(upTo(300).map((id) => question(id, 12 + (id % 80)))))
    await client.wait(300)
    expect(ids(client)).toEqual(upTo(300))
    expect(client.answers.map(({ size }) => size)).toEqual(upTo(300).map((id) => 12 + (id % 80)))
    expect(client.arrivals.length).toBeLessThan(5)
  })

  it('may be cut anywhere', async () => {
    const server = await start()
    const octets = Buffer.concat([question(1, 40, 17), question(2, 50, 12), question(3, 60, 33)])
    for (let cut = 0; cut <= octets.length; cut++) {
      const client = await open(server)
      const asked = server.asked()
      client.socket.write(octets.subarray(0, cut))
      const complete = [19, 33, 68].filter((end) => end <= cut).length
      await until(
        () => server.asked() === asked + complete,
        () => `cut at ${cut}`,
      )
      client.socket.write(octets.subarray(cut))
      await client.wait(3)
      expect(ids(client)).toEqual([1, 2, 3])
      client.socket.destroy()
    }
  })

  it('may come octet by octet', async () => {
    const client = await open(await start())
    const octets = Buffer.concat(upTo(5).map((id) => question(id, 100, 30)))
    for (const octet of octets) {
      client.socket.write(Buffer.of(octet))
      await setImmediate()
    }
    await client.wait(5)
    expect(ids(client)).toEqual(upTo(5))
  })

  it('may be of any size, with answers of any size, cut at random', async () => {
    const random = createRandom(20261121)
    const client = await open(await start())
    const word = (below: number): number => (random.next() >>> 0) % below
    const asked = upTo(200).map((id) => ({ id, size: 12 + word(id % 9 === 0 ? 65524 : 500) }))
    const octets = Buffer.concat(
      asked.map(({ id, size }) => question(id, size, 12 + word(id % 11 === 0 ? 65524 : 300))),
    )
    for (let at = 0; at < octets.length; ) {
      const next = at + 1 + word(20_000)
      client.socket.write(octets.subarray(at, next))
      at = next
      await setImmediate()
    }
    await client.wait(200)
    expect(client.answers.map(({ id, size }) => ({ id, size }))).toEqual(asked)
  })

  it('that get silence leave the others their answers', async () => {
    const server = await start()
    const client = await open(server)
    client.socket.write(Buffer.concat([question(1, 0), question(2, 20), question(3, 0), question(4, 20)]))
    await client.wait(2)
    expect(ids(client)).toEqual([2, 4])
    expect(server.asked()).toBe(4)
  })

  it.each([0, 1, 11])('of %d octets end the stream, after the answers before', async (length) => {
    const client = await open(await start())
    client.socket.write(Buffer.concat([question(7, 30), Buffer.of(0, length), question(8, 30)]))
    expect(await client.closed()).toBe('end')
    expect(ids(client)).toEqual([7])
  })

  it('are answered from the newest generation, on connections that stay', async () => {
    const server = await start()
    const client = await open(server)
    client.socket.write(question(1, 20))
    await client.wait(1)
    server.open(2)
    client.socket.write(Buffer.concat([question(2, 20), question(3, 20)]))
    await client.wait(3)
    expect(client.answers.map(({ epoch }) => epoch)).toEqual([1, 2, 2])
  })
})

describe('clients that leave', () => {
  it('get their answers after they have closed their half', async () => {
    const client = await open(await start())
    client.socket.end(Buffer.concat(upTo(100).map((id) => question(id, 30_000))))
    expect(await client.closed()).toBe('end')
    expect(ids(client)).toEqual(upTo(100))
  })

  it('within a message get what was complete', async () => {
    const client = await open(await start())
    client.socket.end(Buffer.concat([question(1, 30), question(2, 30).subarray(0, 9)]))
    expect(await client.closed()).toBe('end')
    expect(ids(client)).toEqual([1])
  })

  it('by reset do no harm and are counted', async () => {
    const server = await start()
    for (let round = 0; round < 10; round++) {
      const client = await open(server)
      client.socket.pause()
      client.socket.write(Buffer.concat(upTo(200).map((id) => question(id, 60_000))))
      const asked = server.asked()
      await until(
        () => server.asked() > asked,
        () => 'nothing asked',
      )
      client.socket.resetAndDestroy()
    }
    await until(
      () => server.statistics[Counter.ConnectionErrors]! > 0,
      () => 'no error counted',
    )
    const client = await open(server)
    client.socket.write(question(1, 20))
    await client.wait(1)
  })
})

describe('slow clients', () => {
  it('that do not read stop being answered, and get everything when they read again', async () => {
    const server = await start()
    const client = await open(server)
    client.socket.pause()
    const total = 2000
    client.socket.write(Buffer.concat(upTo(total).map((id) => question(id, 60_000))))
    await standstill(server)
    expect(server.asked()).toBeGreaterThan(3)
    expect(server.asked() * 60_000).toBeLessThan(20_000_000)
    client.socket.resume()
    await client.wait(total)
    expect(ids(client)).toEqual(upTo(total))
  })

  it('that do not read share the memory there is', async () => {
    const server = await start({ writeBufferOctets: 2 ** 30 })
    const slow = await Promise.all(upTo(10).map(() => open(server)))
    // The share of those who came while they were few stays what it was then.
    await until(
      () => server.connections() === slow.length,
      () => 'connections that are not accepted',
    )
    const questions = Buffer.concat(upTo(1500).map((id) => question(id, 60_000)))
    for (const { socket } of slow) {
      socket.pause()
      socket.write(questions)
    }
    await standstill(server)
    expect(server.asked() * 60_000).toBeGreaterThan(32 * 2 ** 20)
    expect(server.asked() * 60_000).toBeLessThan(64 * 2 ** 20 + slow.length * 8 * 2 ** 20)
  })

  it('that never read are closed after the idle time', async () => {
    const server = await start({ idleSeconds: 0.4 })
    const client = await open(server)
    client.socket.pause()
    client.socket.write(Buffer.concat(upTo(2000).map((id) => question(id, 60_000))))
    await standstill(server)
    await ask(await open(server))
    await until(
      () => server.connections() === 0,
      () => 'still open',
    )
  })

  it('that dribble must complete a message within the idle time', async () => {
    const server = await start({ idleSeconds: 0.5 })
    const client = await open(server)
    const begun = performance.now()
    const dribble = setInterval(() => client.socket.writable && client.socket.write(Buffer.of(0, 200)), 40)
    await client.closed()
    clearInterval(dribble)
    expect(performance.now() - begun).toBeGreaterThan(400)
    expect(performance.now() - begun).toBeLessThan(2000)
    expect(server.asked()).toBe(0)
  })

  it('that keep asking are not idle', async () => {
    const server = await start({ idleSeconds: 0.5 })
    const idle = await open(server)
    const busy = await open(server)
    const keepAsking = setInterval(() => busy.socket.write(question(1, 20)), 50)
    expect(await idle.closed()).toBe('end')
    await busy.wait(30)
    clearInterval(keepAsking)
    expect(busy.ended).toBeUndefined()
  })

  it('however busy are closed after the total time', async () => {
    const client = await open(await start({ totalSeconds: 0.5 }))
    const keepAsking = setInterval(() => client.socket.writable && client.socket.write(question(1, 20)), 20)
    await client.closed()
    clearInterval(keepAsking)
    expect(client.answers.length).toBeGreaterThan(3)
  })
})

describe('limits on connections', () => {
  it('take from a client at its limit its own idlest connection', async () => {
    const server = await start({ connectionsPerClient: 3 })
    const held = [await open(server), await open(server), await open(server)]
    held[0]!.socket.write(question(1, 20))
    await held[0]!.wait(1)
    const other = await open(server, { localAddress: '127.0.0.2' })
    const fourth = await open(server)
    await held[1]!.closed()
    for (const client of [held[0]!, held[2]!, fourth, other]) await ask(client)
    expect(server.statistics[Counter.ConnectionsPushedOut]).toBe(1)
  })

  it('take in a full server from the client that holds most', async () => {
    const server = await start({ connections: 4, connectionsPerClient: 3 })
    const quiet = await open(server, { localAddress: '127.0.0.2' })
    await until(
      () => server.statistics[Counter.Connections] === 1,
      () => 'not accepted',
    )
    const greedy = [await open(server), await open(server), await open(server)]
    await until(
      () => server.statistics[Counter.Connections] === 4,
      () => 'not accepted',
    )
    const newcomer = await open(server, { localAddress: '127.0.0.3' })
    await greedy[0]!.closed()
    for (const client of [quiet, newcomer, greedy[1]!, greedy[2]!]) await ask(client)
  })

  it('hold under a storm of connections, while a patient client is served', async () => {
    const server = await start({ connections: 20, connectionsPerClient: 10 })
    const patient = await open(server, { localAddress: '127.0.0.9' })
    for (let round = 0; round < 20; round++) {
      await Promise.all(upTo(10).map(() => open(server)))
      await ask(patient)
    }
    await until(
      () => server.statistics[Counter.Connections] === 201,
      () => 'not accepted',
    )
    expect(server.statistics[Counter.ConnectionsPushedOut]).toBe(190)
    expect(server.connections()).toBe(11)
  })
})

describe('the end', () => {
  it('comes at once without clients', async () => {
    const server = await startStreamEcho()
    const begun = performance.now()
    await server.stop()
    expect(performance.now() - begun).toBeLessThan(200)
  })

  it('lets what is in flight be answered, tells idle clients, and waits for nobody longer than a second', async () => {
    const server = await startStreamEcho()
    const idle = await openClient(server.port)
    const stubborn = await openClient(server.port)
    stubborn.socket.removeAllListeners('end')
    const asking = await openClient(server.port)
    asking.socket.write(question(1, 20))
    await asking.wait(1)
    asking.socket.write(Buffer.concat(upTo(50).map((id) => question(id, 10_000))))
    await until(
      () => server.asked() > 1,
      () => 'nothing asked',
    )
    const begun = performance.now()
    await server.stop()
    expect(performance.now() - begun).toBeLessThan(1000)
    expect(await asking.closed()).toBe('end')
    expect(asking.answers.length).toBe(51)
    expect(await idle.closed()).toBe('end')
    for (const client of [idle, stubborn, asking]) client.socket.destroy()
    await expect(refused(server.port)).resolves.toBe(true)
  })
})

async function ask(client: Client): Promise<void> {
  const before = client.answers.length
  client.socket.write(question(9, 20))
  await client.wait(before + 1)
}

/** Waits until the server has not answered anything for a while. */
async function standstill(server: StreamEcho): Promise<void> {
  let last = -1
  let since = performance.now()
  await until(
    () => {
      if (server.asked() !== last) {
        last = server.asked()
        since = performance.now()
      }
      return last > 0 && performance.now() - since > 100
    },
    () => 'no standstill',
  )
}

async function refused(port: number): Promise<boolean> {
  const client = await openClient(port)
  return client.ended !== undefined
}
