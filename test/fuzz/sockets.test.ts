/**
 * Malformed and random messages, well or badly framed, over real sockets to the real server: nobody in it dies, it
 * complains of nothing, its memory stays flat, and whoever asks something sensible meanwhile gets the right answer.
 */
import { readdirSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, expect, it } from 'vitest'
import { buildQuery, readMessage } from '../../dns/message.ts'
import type { StatusReport } from '../../server/control/protocol.ts'
import { type BurstClient, connectTcpBurst, connectUdpBurst } from '../helpers/burst-client.ts'
import { LONG } from '../helpers/long.ts'
import { createRandom, type Random } from '../helpers/random.ts'
import {
  COUNTING_LIMITER,
  complaintsOf,
  removeFolders,
  startTwoViews,
  type TwoViews,
  waitUntil,
} from '../helpers/two-views.ts'
import { endAll } from '../helpers/veild-process.ts'
import { wireName } from '../helpers/zone.ts'
import { createMessageSource, FUZZED_ZONE, type MessageSource } from './hostile-messages.ts'
import { STREAM_BEHAVIOURS } from './hostile-streams.ts'

/** How much is sent, by the road that datagrams take in the server. Streams have one road only. */
const STORMS: [udp: string, goal: Sent][] = [
  ['batched', LONG ? { datagrams: 7_400_000, frames: 2_500_000 } : { datagrams: 140_000, frames: 49_000 }],
  ['dgram', LONG ? { datagrams: 100_000, frames: 1000 } : { datagrams: 10_000, frames: 1000 }],
]
const TIMEOUT_MS = LONG ? 3_600_000 : 120_000

const DATAGRAM_LANES = 4
const STREAM_LANES = 4
/** What datagrams of a burst may take of the server's receive buffer, whose size is 425,984 with all that Linux counts. */
const BURST_OCTETS = 80_000
const BURST_MESSAGES = 48
const LARGEST_DATAGRAM = 65_507
/** Heaps of four threads, at different moments between collections. */
const RSS_TOLERANCE = 24 * 1024 * 1024

const QUESTION = buildQuery({ id: 0xffff, name: wireName('www.example.com'), type: 1, edns: { udpSize: 1232 } })

afterEach(async () => {
  await endAll()
  removeFolders()
})

interface Sent {
  datagrams: number
  frames: number
}

/** A server under attack, and how far the attack has come. */
interface Storm {
  readonly server: TwoViews
  /** The right answer to `QUESTION`. */
  readonly right: Uint8Array
  readonly goal: Sent
  readonly sent: Sent
}

it.each(STORMS)('survives hostile messages, datagrams by the road %s', { timeout: TIMEOUT_MS }, async (udp, goal) => {
  const zones = { 'example.com': { base: FUZZED_ZONE, overlay: 'secret 60 A 10.0.0.1\n' } }
  const server = await startTwoViews(zones, `${COUNTING_LIMITER}\nudp: ${udp}`)
  const descriptors = openDescriptors(server)
  const storm: Storm = { server, right: await rightAnswer(server), goal, sent: { datagrams: 0, frames: 0 } }
  const watch = watchWhile(storm)
  await Promise.all([
    ...range(DATAGRAM_LANES).map((lane) => sendDatagrams(storm, lane)),
    ...range(STREAM_LANES).map((lane) => openStreams(storm, lane)),
  ]).finally(watch.end)
  const { asked, warm, flat } = await watch.done
  // How often is the machine's affair; besides, every burst of the storm ends with the same question.
  expect(asked).toBeGreaterThanOrEqual(2)
  const { workers, queries, guardOctets } = await server.status()
  expect(workers.filter(({ deaths }) => deaths > 0)).toEqual([])
  // Every datagram came to a worker: those of the storm, every other question of the watch, and the first of all.
  expect(queries.received + queries.receiveTruncated).toBe(storm.sent.datagrams + asked / 2 + 1)
  expect(queries.sendFailed).toBe(0)
  expect(queries.receivedStream).toBeGreaterThan(goal.frames / 2)
  expect(complaintsOf(server.veild)).toEqual([])
  expect(server.veild.stderr()).toBe('')
  // The guard's tables are taken from the system as they fill, and never grow beyond that.
  const guard = Object.values(guardOctets!).reduce((sum, octets) => sum + octets, 0)
  expect(flat - warm).toBeLessThan(RSS_TOLERANCE + guard)
  await waitUntil(() => openDescriptors(server) <= descriptors + 2, 'connections are let go of')
})

/** Bursts of hostile datagrams from one address, each followed by a question that is answered right. */
async function sendDatagrams({ server, right, goal, sent }: Storm, lane: number) {
  const random = createRandom(1000 + lane)
  const source = createMessageSource(random)
  while (sent.datagrams < goal.datagrams) {
    const client = await connectUdpBurst({ port: server.port, from: `127.0.${lane}.${1 + random.below(200)}` })
    for (let burst = 0; burst < 100 && sent.datagrams < goal.datagrams; burst++) {
      const messages = hostileBurst(source, random)
      sent.datagrams += messages.length + 1
      await expectSoundAnswers(client, messages, right)
    }
    client.close()
  }
}

async function expectSoundAnswers(client: BurstClient, messages: readonly Uint8Array[], right: Uint8Array) {
  const { answers, last } = await client.exchange(messages, QUESTION)
  if (Buffer.compare(last, right) !== 0) expect(hex(last)).toBe(hex(right))
  answers.forEach((answer, at) => {
    if (answer === undefined || isSound(answer)) return
    expect.fail(`${hex(messages[at]!)} got ${hex(answer)}`)
  })
}

/** As many as fit into the server's receive buffer, whatever their size. */
function hostileBurst(source: MessageSource, random: Random): Uint8Array[] {
  const messages: Uint8Array[] = []
  for (let octets = 0; octets < BURST_OCTETS && messages.length < BURST_MESSAGES; ) {
    const capacity = random.chance(0.005) ? LARGEST_DATAGRAM : random.chance(0.05) ? 1400 : 300
    const message = new Uint8Array(capacity)
    const length = source.write(message, 0, capacity)
    messages.push(message.subarray(0, length))
    octets += 1280 + 2 * length
  }
  return messages
}

async function openStreams({ server, right: answer, goal, sent }: Storm, lane: number) {
  const random = createRandom(2000 + lane)
  const target = { port: server.port, random, source: createMessageSource(random), question: QUESTION, answer }
  const names = Object.keys(STREAM_BEHAVIOURS)
  while (sent.frames < goal.frames) {
    const name = random.pick(names)
    const frames = await STREAM_BEHAVIOURS[name]!(target).catch((error) => {
      throw new Error(`${name}: ${(error as Error).message}`, { cause: error })
    })
    sent.frames += frames
  }
}

/** Asks over UDP and one long-lived TCP connection all the while, and notes how much memory the server has. */
function watchWhile({ server, right, goal, sent }: Storm) {
  const progress = () => (sent.datagrams + sent.frames) / (goal.datagrams + goal.frames)
  let ended = false
  const watch = async () => {
    const from = '127.0.0.1'
    const clients = [
      await connectUdpBurst({ port: server.port, from }),
      await connectTcpBurst({ port: server.port, from }),
    ]
    let asked = 0
    let warm = 0
    let flat = Number.POSITIVE_INFINITY
    while (!ended) {
      for (const client of clients) {
        const { last } = await client.exchange([], QUESTION)
        expect(hex(last)).toBe(hex(right))
        asked++
      }
      const { memory, workers }: StatusReport = await server.status()
      expect(workers.filter(({ deaths }) => deaths > 0)).toEqual([])
      if (warm === 0 || progress() < 0.4) warm = Math.max(warm, memory.residentOctets)
      else if (progress() > 0.8) flat = Math.min(flat, memory.residentOctets)
      await delay(LONG ? 200 : 20)
    }
    for (const client of clients) client.close()
    flat = Math.min(flat, (await server.status()).memory.residentOctets)
    return { asked, warm, flat }
  }
  const done = watch()
  // Awaited only after the storm, which goes on where this fails.
  done.catch(() => undefined)
  const end = (): void => {
    ended = true
  }
  return { done, end }
}

async function rightAnswer(server: TwoViews): Promise<Uint8Array> {
  const client = await connectUdpBurst({ port: server.port, from: '127.0.0.1' })
  const { last } = await client.exchange([], QUESTION)
  client.close()
  expect(readMessage(last)).toMatchObject({ rcode: 0, answer: [{ rdata: Uint8Array.of(192, 0, 2, 3) }] })
  return last
}

/** The answer can be read, is a response, and is within bounds. */
function isSound(answer: Uint8Array): boolean {
  return answer.length <= 1232 && answer[2]! >= 0x80 && readMessage(answer) !== undefined
}

function openDescriptors({ veild }: TwoViews): number {
  return readdirSync(`/proc/${veild.pid}/fd`).length
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index)
}

function hex(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex')
}
