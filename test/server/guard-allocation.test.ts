import { expect, it } from 'vitest'
import { buildQuery } from '../../dns/message.ts'
import { nameFromText } from '../../dns/name.ts'
import { drainEvents, openEventReader } from '../../guard/event-reader.ts'
import { createEventRing, openEventRing } from '../../guard/event-ring.ts'
import { appendPrefixTrie } from '../../guard/prefix-trie.ts'
import { createRateLimiter, DEFAULT_RATE_LIMITS } from '../../guard/rate-limiter.ts'
import { Reaction, Sanction } from '../../guard/reaction.ts'
import { createAnswerContext } from '../../server/answer/context.ts'
import { Transport } from '../../server/answer/exchange.ts'
import { respond } from '../../server/answer/respond.ts'
import { Counter, openStatistics } from '../../server/statistics.ts'
import { answerTo, generationOf, prefix } from '../helpers/answering.ts'
import { createRandom } from '../helpers/random.ts'

const ZONE = '$TTL 60\n@ SOA ns hostmaster 1 3600 600 86400 60\n@ NS ns\nns A 192.0.2.1\nwww A 192.0.2.2\n'
const NOW = 1_800_000_000

it('answering allocates nothing, with limits, cookies, sanctions, honey names and events', { timeout: 120_000 }, () => {
  const memory = createEventRing()
  const reader = openEventReader([memory])
  const { context, exchange, questions, sources } = createWorld(memory)
  const run = (rounds: number): void => {
    for (let round = 0; round < rounds; round++) {
      context.now += 3
      for (let index = 0; index < questions.length; index++) {
        const question = questions[index]!
        for (let at = 0; at < question.length; at++) exchange.octets[at] = question[at]!
        exchange.length = question.length
        exchange.source = sources[round % sources.length]!
        exchange.transport = index % 3 === 0 ? Transport.Stream : Transport.Udp
        respond(context, exchange)
      }
      if (round % 100 === 0) drainEvents(reader, 0, ignore)
    }
  }
  run(5000)
  const growth = (): number => {
    const before = process.memoryUsage().heapUsed
    run(5000)
    return process.memoryUsage().heapUsed - before
  }
  // 40,000 answers; what is measured with makes some objects itself.
  const isSteady = (grown: number): boolean => grown >= 0 && grown < 40_000
  let grown = growth()
  for (let round = 0; round < 30 && !isSteady(grown); round++) grown = growth()
  expect(grown).toSatisfy(isSteady)
  const { statistics } = context
  const used = [Counter.CookiesValid, Counter.LimitedTruncate, Counter.LimitedRefuse, Counter.Banned, Counter.Starved]
  for (const counter of [...used, Counter.EventsTold]) expect(statistics[counter]).toBeGreaterThan(0)
})

function ignore(): void {}

function createWorld(memory: SharedArrayBuffer) {
  const random = createRandom(4).next
  const [bans, starved]: [number[], number[]] = [[], []]
  appendPrefixTrie(bans, [{ prefix: prefix('192.0.2.66', 32), value: Sanction.Banned }])
  appendPrefixTrie(starved, [{ prefix: prefix('192.0.2.0', 30), value: Sanction.Starved }])
  const generation = generationOf(
    { 'example.com.': { base: ZONE } },
    {
      bans: Int32Array.from(bans),
      starved: { public: Int32Array.from(starved) },
      change: (location) => ({
        ...location,
        reaction: Reaction.SmallerBudget,
        honey: [nameFromText('vault.example.com.')],
      }),
    },
  )
  const limits = { ...DEFAULT_RATE_LIMITS, exempt: [prefix('10.0.0.0', 8)] }
  const context = createAnswerContext({
    ...{ generation, statistics: openStatistics(), events: openEventRing(memory, random) },
    createLimiter: () => createRateLimiter(limits, random),
  })
  context.unixSeconds = NOW
  const ask = (name: string, cookie?: Uint8Array): Uint8Array =>
    buildQuery({
      ...{ id: 1, name: nameFromText(name), type: 1 },
      edns: { options: cookie === undefined ? [] : [{ code: 10, data: cookie }] },
    })
  const client = new Uint8Array(8).fill(3)
  const sources = ['192.0.2.1', '192.0.2.66', '2001:db8::1', '10.1.2.3'].map((each) => prefix(each, 0).address)
  const answer = answerTo(context, ask('www.example.com.', client), { from: '192.0.2.1' })!
  const held = answer.slice(answer.length - 24)
  const questions = [
    ...['www.example.com.', 'nowhere.example.com.', 'vault.example.com.', 'example.net.'].map((name) => ask(name)),
    ...['www.example.com.', 'nowhere.example.com.'].map((name) => ask(name, client)),
    ...['www.example.com.', 'nowhere.example.com.'].map((name) => ask(name, held)),
  ]
  const exchange = {
    ...{ octets: new Uint8Array(1280), start: 0, length: 0, capacity: 1280, source: sources[0]!, sourceStart: 0 },
    ...{ listener: 0, transport: Transport.Udp as Transport },
  }
  return { context, exchange, questions, sources }
}
