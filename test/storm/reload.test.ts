/**
 * Reloads without a pause while clients ask without a pause: every question is answered, every answer comes from one
 * generation, nobody sees time run backwards, what a reload has acknowledged is what answers, and memory stays flat.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, expect, it } from 'vitest'
import { readMessage } from '../../dns/message.ts'
import { LONG } from '../helpers/long.ts'
import { createRandom } from '../helpers/random.ts'
import { connectTcp } from '../helpers/tcp-client.ts'
import {
  complaintsOf,
  INSIDER,
  removeFolders,
  STRANGER,
  startTwoViews,
  type TwoViews,
  waitUntil,
} from '../helpers/two-views.ts'
import { connectUdp } from '../helpers/udp-client.ts'
import { endAll } from '../helpers/veild-process.ts'
import {
  INTERNAL_QUESTIONS,
  PUBLIC_QUESTIONS,
  recordsOf,
  settingsOf,
  shapeOf,
  type VersionedQuestion,
  versionsIn,
  zonesOf,
} from './versioned-zones.ts'

const RELOADS = LONG ? 3000 : 400
const TIMEOUT_MS = LONG ? 1_800_000 : 300_000
/** Longer than a busy machine lets a process wait: an answer later than this is lost. */
const LOST_MS = 20_000
const RSS_TOLERANCE = 48 * 1024 * 1024

/** Versions by how far they have come. Answers are of one from `acknowledged` to `written`. */
interface Progress {
  written: number
  acknowledged: number
  ended: boolean
}

interface Client {
  ask(query: Uint8Array): Promise<Uint8Array | undefined>
  close(): void
}

afterEach(async () => {
  await endAll()
  removeFolders()
})

it(`answers everything, and from one generation, through ${RELOADS} reloads`, { timeout: TIMEOUT_MS }, async () => {
  const server = await startTwoViews(zonesOf(1), settingsOf(1))
  const progress: Progress = { written: 1, acknowledged: 1, ended: false }
  const clients = await connectClients(server)
  const load = clients.map(({ client, questions }, seed) => askOn(client, questions, progress, seed))
  // Looked at after the storm, which a failure ends early.
  for (const one of load) one.catch(() => endEarly(progress))
  const memory = await reloadOn(server, progress)
  progress.ended = true
  const seen = await Promise.all(load)
  for (const { client } of clients) client.close()

  const asked = seen.reduce((sum, { answers }) => sum + answers, 0)
  expect(asked).toBeGreaterThan(2 * RELOADS)
  // The load was on while versions changed, for every client.
  for (const { versions } of seen) expect(versions).toBeGreaterThan(RELOADS / 20)
  const status = await server.status()
  expect(status).toMatchObject({ epoch: RELOADS + 1, acknowledgedEpoch: RELOADS + 1, zones: { served: 2, failed: [] } })
  expect(status.queries.received + status.queries.receivedStream).toBe(asked)
  expect(status.queries.sendFailed).toBe(0)
  expect(status.workers.map(({ deaths }) => deaths)).toEqual([0, 0, 0])
  expect(status.memory.imageOctets).toBe(memory.images)
  expect(status.memory.residentOctets - memory.warm).toBeLessThan(RSS_TOLERANCE)
  expect(complaintsOf(server.veild)).toEqual([])
  await expectToNoticeMixtures(server)
})

/** Strangers and insiders over both transports, on sockets of their own, and so perhaps at workers of their own. */
async function connectClients({
  port,
}: TwoViews): Promise<{ client: Client; questions: readonly VersionedQuestion[] }[]> {
  const views = [
    { from: STRANGER, questions: PUBLIC_QUESTIONS },
    { from: INSIDER, questions: INTERNAL_QUESTIONS },
  ]
  const clients = views.flatMap(({ from, questions }) => [
    ...[1, 2, 3].map(async () => ({ client: await connectUdp({ port, from, timeoutMs: LOST_MS }), questions })),
    connectTcp(port, '127.0.0.1', from).then((client) => ({ client, questions })),
  ])
  return Promise.all(clients)
}

/** Asks one question after the other, and checks the answers, until the storm ends. */
async function askOn(client: Client, questions: readonly VersionedQuestion[], progress: Progress, seed: number) {
  const random = createRandom(seed)
  const shapes = new Map<string, string>()
  let last = 0
  let answers = 0
  let versions = 0
  while (!progress.ended) {
    const question = random.pick(questions)
    const oldest = Math.max(last, progress.acknowledged)
    const { version, shape } = readAnswer(question, await client.ask(question.query))
    if (version < oldest || version > progress.written) {
      throw new Error(`${question.text}: version ${version}, not one of ${oldest} to ${progress.written}`)
    }
    if (shape !== (shapes.get(question.text) ?? shape)) throw new Error(`${question.text}: ${shape}`)
    shapes.set(question.text, shape)
    answers++
    if (version > last) versions++
    last = version
    // Leaves some of the machine to those who reload.
    await delay(2)
  }
  return { answers, versions }
}

/** The one version that the answer is from; throws where it is none. */
function readAnswer(question: VersionedQuestion, answer: Uint8Array | undefined): { version: number; shape: string } {
  const message = answer && readMessage(answer)
  if (message === undefined) throw new Error(`${question.text}: no answer within ${LOST_MS / 1000} s, or a broken one`)
  const versions = [...versionsIn(message)]
  if (versions.length !== 1 || recordsOf(message).length < question.records) {
    throw new Error(`${question.text}: versions ${versions} in ${recordsOf(message).length} records`)
  }
  return { version: versions[0]!, shape: shapeOf(message) }
}

/** Writes one version after the other and has it loaded, in all the ways there are. */
async function reloadOn(server: TwoViews, progress: Progress): Promise<{ warm: number; images: number }> {
  const images = (await server.status()).memory.imageOctets
  let warm = 0
  let heard = 0
  for (let version = 2; version <= RELOADS + 1 && !progress.ended; version++) {
    progress.written = version
    server.write(zonesOf(version))
    server.configure(zonesOf(version), settingsOf(version))
    const ways = WAYS_TO_RELOAD[version % WAYS_TO_RELOAD.length]!
    await Promise.all(ways.map((way) => way(server)))
    // A reload that signal or command asked for late must not read the next version's files while they are written.
    await waitUntil(() => loadsLogged(server, heard) === ways.length, `version ${version}`)
    heard = server.veild.stdout().length
    progress.acknowledged = version
    if (version % 50 !== 0) continue
    const { memory } = await server.status()
    if (version <= RELOADS * 0.4) warm = Math.max(warm, memory.residentOctets)
  }
  return { warm, images }
}

const bySignal = ({ veild }: TwoViews) => veild.signal('SIGHUP')
const byCommand = (server: TwoViews) => server.mustReload()
const WAYS_TO_RELOAD = [[bySignal], [byCommand], [bySignal, byCommand]] as const

/** One line each, also for the second of two that were asked for at once. */
function loadsLogged({ veild }: TwoViews, heard: number): number {
  return veild.stdout().slice(heard).split('"msg":"reloaded').length - 1
}

function endEarly(progress: Progress): void {
  progress.ended = true
}

/** The judge of all answers above condemns one that does mix versions, because a file does. */
async function expectToNoticeMixtures(server: TwoViews): Promise<void> {
  const version = RELOADS + 2
  const base = zonesOf(version)['example.com']!.base.replace(/^mail A .*$/m, 'mail A 192.0.1.2')
  server.configure(zonesOf(version), settingsOf(version))
  server.write({ ...zonesOf(version), 'example.com': { ...zonesOf(version)['example.com']!, base } })
  await server.mustReload()
  const client = await connectUdp({ port: server.port, from: STRANGER })
  const [mx, ns] = await Promise.all(PUBLIC_QUESTIONS.slice(0, 2).map(({ query }) => client.ask(query)))
  client.close()
  expect(() => readAnswer(PUBLIC_QUESTIONS[0]!, mx)).toThrow(`versions ${version},1 in`)
  expect(readAnswer(PUBLIC_QUESTIONS[1]!, ns).version).toBe(version)
}
