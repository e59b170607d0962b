import { parseArgs } from 'node:util'
import { buildQuery } from '../dns/message.ts'
import { drainEvents, openEventReader } from '../guard/event-reader.ts'
import { ALL, createEventRing, EVENT_KINDS, openEventRing, RingWord } from '../guard/event-ring.ts'
import { createRateLimiter, DEFAULT_RATE_LIMITS } from '../guard/rate-limiter.ts'
import { type AnswerContext, createAnswerContext } from '../server/answer/context.ts'
import { type Exchange, Transport } from '../server/answer/exchange.ts'
import { respond } from '../server/answer/respond.ts'
import { openStatistics } from '../server/statistics.ts'
import { generationOf } from '../test/helpers/answering.ts'
import { createRandom } from '../test/helpers/random.ts'
import { wireName } from '../test/helpers/zone.ts'

/**
 * `npm run bench:road -- [--pairs N]`: what the guard costs within `respond`, in nanoseconds of CPU time per question, in one
 * thread: answering with limiter and ring of events, and without, take turns of some milliseconds, so that whatever else
 * happens on the machine happens to both. No question is asked twice within a turn, and nothing is kept by question.
 */
const { values } = parseArgs({ options: { pairs: { type: 'string', default: '400' } } })

const QUESTIONS = 4096
const CLIENTS = 5000
const NAMES = 2000
const LARGE = { found: 1e9, absent: 1e9, error: 1e9 }
/** Share of questions that are told: what is left of 2,000 a second at 100,000. */
const TOLD = Math.floor(2 ** 32 / 50)

const COOKIE = new Uint8Array(8).fill(5)
const random = createRandom(2026)

interface Case {
  readonly name: string
  readonly absent: number
  readonly told: number
  readonly cookie: boolean
}

const CASES: readonly Case[] = [
  { name: 'names that exist', absent: 0, told: TOLD, cookie: false },
  { name: 'mixed, a third absent', absent: 1 / 3, told: TOLD, cookie: false },
  { name: 'absent names, each new', absent: 1, told: TOLD, cookie: false },
  { name: 'every question told to the watch', absent: 1 / 3, told: ALL, cookie: false },
  { name: 'each with a cookie to be made', absent: 1 / 3, told: TOLD, cookie: true },
]

const zone = `$TTL 60
@ SOA ns hostmaster 1 3600 600 86400 60
@ NS ns
ns A 192.0.2.1
${Array.from({ length: NAMES }, (_, index) => `host${index} A 192.0.2.${index & 255}`).join('\n')}
`
const generation = generationOf({ 'example.com.': { base: zone } })

for (const each of CASES) measure(each)

function measure(each: Case): void {
  const memory = createEventRing()
  const reader = openEventReader([memory])
  const events = openEventRing(memory, random.next)
  events.words.fill(each.told, RingWord.Shares, RingWord.Shares + EVENT_KINDS)
  const limits = { ...DEFAULT_RATE_LIMITS, answersPerSecond: LARGE }
  const on = createAnswerContext({
    ...{ generation, statistics: openStatistics(), events },
    createLimiter: () => createRateLimiter(limits, random.next),
  })
  const off = createAnswerContext({ generation, statistics: openStatistics(), createLimiter: undefined })
  const differences: number[] = []
  const costs: number[] = []
  for (let pair = -50; pair < Number(values.pairs); pair++) {
    const questions = createQuestions(each)
    const order = pair % 2 === 0 ? [on, off] : [off, on]
    const times = new Map(order.map((context) => [context, answerAll(context, questions, pair)]))
    drainEvents(reader, 0, () => {})
    if (pair < 0) continue
    differences.push(times.get(on)! - times.get(off)!)
    costs.push(times.get(off)!)
  }
  const text = [0.25, 0.5, 0.75].map((share) => quantile(differences, share).toFixed(0)).join(' / ')
  console.log(`${each.name.padEnd(34)} + ${text} ns (quartiles) on ${quantile(costs, 0.5).toFixed(0)} ns`)
}

function createQuestions({ absent, cookie }: Case): Exchange[] {
  return Array.from({ length: QUESTIONS }, (): Exchange => {
    const label = random.chance(absent) ? `no${random.next() >>> 0}` : `host${random.below(NAMES)}`
    const edns = cookie ? { options: [{ code: 10, data: COOKIE }] } : {}
    const message = buildQuery({ id: 1, name: wireName(`${label}.example.com.`), type: 1, edns })
    const octets = new Uint8Array(1280)
    octets.set(message)
    const client = random.below(CLIENTS)
    const source = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 198, 51, client >> 8, client)
    const where = { start: 0, length: message.length, capacity: 1280, sourceStart: 0, listener: 0 }
    return { ...where, octets, source, transport: Transport.Udp }
  })
}

/** Nanoseconds of the thread's CPU time for each question. */
function answerAll(context: AnswerContext, questions: readonly Exchange[], pair: number): number {
  const kept = questions.map(({ octets, length }) => octets.slice(0, length))
  context.now = 1000 * (pair + 100)
  const before = process.cpuUsage()
  for (let index = 0; index < questions.length; index++) respond(context, questions[index]!)
  const { user, system } = process.cpuUsage(before)
  for (const [index, { octets }] of questions.entries()) octets.set(kept[index]!)
  return ((user + system) * 1000) / questions.length
}

function quantile(all: readonly number[], share: number): number {
  return all.toSorted((a, b) => a - b)[Math.floor(share * (all.length - 1))]!
}
