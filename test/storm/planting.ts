import { setTimeout as delay } from 'node:timers/promises'
import { Class } from '../../dns/constants.ts'
import { buildQuery, readMessage } from '../../dns/message.ts'
import type { BurstClient, BurstOptions } from '../helpers/burst-client.ts'
import { connectUdpBurst } from '../helpers/burst-client.ts'
import { STRANGER, type TwoViews, type Zones } from '../helpers/two-views.ts'
import { wireName } from '../helpers/zone.ts'

/** Environment of a veild whose `respond` throws on `PLANTED`. */
export const PLANTING: NodeJS.ProcessEnv = {
  NODE_OPTIONS: `--import ${new URL('../fixtures/plant-in-respond.mjs', import.meta.url)}`,
}

/** A question of class 0xdead. */
export const PLANTED: Uint8Array = buildQuery({ id: 0, name: wireName('example.com'), type: 1, class: 0xdead })

const TYPE_TXT = 16
const QUESTION = buildQuery({ id: 0, name: wireName('example.com'), type: TYPE_TXT, class: Class.In })

/** A zone that tells its version. */
export function zoneOf(version: number): Zones {
  return { 'example.com': { base: `$TTL 60\n@ SOA ns1 host ${version} 1 1 1 1\n@ NS ns1\n@ TXT v${version}\n` } }
}

export interface VersionClient {
  /** The version in the server's answer, which has to come. */
  ask(): Promise<number>
  /** Sends what makes a worker throw, and does not wait. */
  plant(): void
  close(): void
}

export async function connectVersionClient(
  { port }: TwoViews,
  connect: (options: BurstOptions) => Promise<BurstClient>,
): Promise<VersionClient> {
  const client = await connect({ port, from: STRANGER })
  return {
    ask: async () => {
      const { last } = await client.exchange([], QUESTION)
      const text = Buffer.from(readMessage(last)!.answer[0]!.rdata).toString('latin1')
      return Number(/^.v(\d+)$/.exec(text)![1])
    },
    plant: () => client.send(PLANTED),
    close: client.close,
  }
}

/** A client for each UDP worker, by seat: the kernel chooses by source port. */
export async function clientPerWorker(server: TwoViews): Promise<VersionClient[]> {
  const clients: VersionClient[] = []
  const received = async () =>
    (await server.status()).workers.filter(({ kind }) => kind === 'udp').map((worker) => worker.received)
  const before = await received()
  for (let tries = 0; tries < 64 && clients.filter(Boolean).length < before.length; tries++) {
    const client = await connectVersionClient(server, connectUdpBurst)
    const earlier = await received()
    await client.ask()
    const seat = (await received()).findIndex((count, index) => count > earlier[index]!)
    if (clients[seat] === undefined) clients[seat] = client
    else client.close()
  }
  return clients
}

export async function deathsOf(server: TwoViews): Promise<{ udp: number[]; stream: number[] }> {
  const { workers } = await server.status()
  const deaths = (wanted: string) => workers.filter(({ kind }) => kind === wanted).map((worker) => worker.deaths)
  return { udp: deaths('udp'), stream: deaths('stream') }
}

/** Asks without a pause until `end`, which resolves with the versions seen, or rejects where an answer did not come. */
export function askOnAndOn(client: VersionClient): { end(): Promise<number[]> } {
  let ended = false
  const ask = async () => {
    const versions: number[] = []
    while (!ended) {
      versions.push(await client.ask())
      await delay(1)
    }
    return versions
  }
  const done = ask()
  // Awaited at the end.
  done.catch(() => undefined)
  return {
    end: () => {
      ended = true
      return done
    },
  }
}
