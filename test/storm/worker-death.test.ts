/** One packet makes a worker of the real server throw: it is replaced, and only who sent it notices. */
import { readdirSync } from 'node:fs'
import { afterEach, expect, it } from 'vitest'
import { connectTcpBurst } from '../helpers/burst-client.ts'
import {
  complaintsOf,
  NO_LIMITER,
  removeFolders,
  STRANGER,
  startTwoViews,
  type TwoViews,
  waitUntil,
} from '../helpers/two-views.ts'
import { endAll } from '../helpers/veild-process.ts'
import { askOnAndOn, clientPerWorker, connectVersionClient, deathsOf, PLANTED, PLANTING, zoneOf } from './planting.ts'

const DEATHS = 4

afterEach(async () => {
  await endAll()
  removeFolders()
})

it('a worker that throws is replaced, and neither the others nor streams notice', async () => {
  const server = await startTwoViews(zoneOf(1), NO_LIMITER, PLANTING)
  const [victim, other] = await clientPerWorker(server)
  const stream = await connectVersionClient(server, connectTcpBurst)
  expect([await victim!.ask(), await other!.ask(), await stream.ask()]).toEqual([1, 1, 1])
  const descriptors = await mostDescriptors(server)
  const bystanders = [askOnAndOn(other!), askOnAndOn(stream)]
  for (let death = 1; death <= DEATHS; death++) {
    victim!.plant()
    await waitUntil(async () => (await deathsOf(server)).udp[0] === death, `death ${death}`)
    server.write(zoneOf(death + 1))
    // What is asked while nobody is there waits in the socket for the next worker, which has the newest zones.
    const [reloaded] = await Promise.all([server.mustReload(), victim!.ask()])
    expect(reloaded.outcome).toBe('reloaded')
    expect(await victim!.ask()).toBe(death + 1)
  }
  for (const bystander of bystanders) {
    const versions = await bystander.end()
    expect(versions.length).toBeGreaterThan(2 * DEATHS)
    expect(versions).toEqual(versions.toSorted((a, b) => a - b))
  }
  expect([await other!.ask(), await stream.ask()]).toEqual([DEATHS + 1, DEATHS + 1])
  expect(await deathsOf(server)).toEqual({ udp: [DEATHS, 0], stream: [0] })
  expectNothingButDeaths(server)
  await waitUntil(() => descriptorsOf(server) < descriptors + DEATHS, 'nothing is left of the dead')
  for (const client of [victim!, other!, stream]) client.close()
})

it('the stream worker that throws is replaced, and datagrams never notice', async () => {
  const server = await startTwoViews(zoneOf(1), NO_LIMITER, PLANTING)
  const clients = await clientPerWorker(server)
  const bystanders = clients.map(askOnAndOn)
  for (let death = 1; death <= DEATHS; death++) {
    const sender = await connectTcpBurst({ port: server.port, from: STRANGER })
    await expect(sender.exchange([], PLANTED)).rejects.toThrow('closed')
    await waitUntil(async () => (await deathsOf(server)).stream[0] === death, `death ${death}`)
    const next = await connectVersionClient(server, connectTcpBurst)
    expect(await next.ask()).toBe(1)
    next.close()
  }
  for (const bystander of bystanders) expect((await bystander.end()).length).toBeGreaterThan(2 * DEATHS)
  expect(await deathsOf(server)).toEqual({ udp: [0, 0], stream: [DEATHS] })
  expectNothingButDeaths(server)
  for (const client of clients) client.close()
})

function expectNothingButDeaths({ veild }: TwoViews): void {
  expect(complaintsOf(veild).map(({ msg, err }) => [msg, (err as Error).message])).toEqual(
    Array(DEATHS).fill(['a worker died; another takes its place', 'planted']),
  )
}

/** With the thread that loads zones, which comes with the first load and goes after one that takes long. */
async function mostDescriptors(server: TwoViews): Promise<number> {
  const counts: number[] = []
  for (let load = 0; load < 3; load++) {
    await server.mustReload()
    counts.push(descriptorsOf(server))
  }
  return Math.max(...counts)
}

function descriptorsOf({ veild }: TwoViews): number {
  return readdirSync(`/proc/${veild.pid}/fd`).length
}
