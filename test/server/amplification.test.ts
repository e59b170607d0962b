/** What a forged source makes the server send to whom it names. */
import { describe, expect, it } from 'vitest'
import { Type } from '../../dns/constants.ts'
import { buildQuery, type QueryOptions } from '../../dns/message.ts'
import { nameFromText } from '../../dns/name.ts'
import { createRateLimiter, DEFAULT_RATE_LIMITS } from '../../guard/rate-limiter.ts'
import { type AnswerContext, createAnswerContext } from '../../server/answer/context.ts'
import { openStatistics } from '../../server/statistics.ts'
import { answerTo } from '../helpers/answering.ts'
import { createRandom } from '../helpers/random.ts'
import { NOW, signedGenerationOf } from '../helpers/signed-answering.ts'

const BASE = `$TTL 60
@ SOA ns1 hostmaster 7 3600 600 86400 300
@ NS ns1
@ MX 10 ns1
ns1 A 192.0.2.1
www A 192.0.2.2
*.wild A 192.0.2.3
large TXT "${'x'.repeat(250)}" "${'y'.repeat(250)}" "${'z'.repeat(250)}"
sub NS ns.sub
ns.sub A 192.0.2.4
`
/** Of IPv4 and UDP. */
const HEADERS = 28
const BURST_MS = 5000
const MEASURED_MS = 10_000
const COOKIE = { code: 10, data: new Uint8Array(8).fill(9) }
const NSID = { code: 3, data: new Uint8Array() }

const QUESTIONS: readonly (readonly [string, string, number, QueryOptions['edns'], number])[] = [
  ['found', 'www.example.com.', Type.A, undefined, 250],
  ['found, signed', 'www.example.com.', Type.A, { udpSize: 1232, do: true }, 250],
  ['found, large', 'large.example.com.', Type.TXT, { udpSize: 4096 }, 250],
  ['ANY', 'example.com.', Type.ANY, { udpSize: 4096, do: true }, 250],
  ['DNSKEY', 'example.com.', Type.DNSKEY, { udpSize: 4096, do: true }, 250],
  ['a wildcard', 'GUESS.wild.example.com.', Type.A, { udpSize: 1232, do: true }, 250],
  ['a referral', 'host.sub.example.com.', Type.A, { udpSize: 1232, do: true }, 250],
  ['absent', 'GUESS.example.com.', Type.A, undefined, 70],
  ['absent, signed', 'GUESS.example.com.', Type.A, { udpSize: 1232, do: true }, 70],
  ['absent, asking for a cookie and an NSID', 'GUESS.example.com.', Type.A, { options: [COOKIE, NSID] }, 70],
  ['refused', 'example.net.', Type.A, { options: [COOKIE, NSID] }, 30],
  ['malformed', 'example.com.', Type.OPT, { options: [COOKIE, NSID] }, 30],
  ['NXNAME', 'example.com.', Type.NXNAME, { udpSize: 1232 }, 30],
]

function createServer(): AnswerContext {
  const identity = { nsid: new Uint8Array(100).fill(65) }
  const generation = { ...signedGenerationOf({ 'example.com.': { base: BASE, signing: {} } }), identity }
  const random = createRandom(3).next
  const createLimiter = () => createRateLimiter(DEFAULT_RATE_LIMITS, random)
  const context = createAnswerContext({ generation, createLimiter, statistics: openStatistics() })
  context.unixSeconds = NOW
  return context
}

/** IP octets sent over IP octets received, once the burst is over, at a rate a little above the budget. */
function amplification(
  [, name, type, edns, rate]: (typeof QUESTIONS)[number],
  sourceOf: (index: number) => string,
  multiple = 1,
): number {
  const context = createServer()
  let [received, sent] = [0, 0]
  const step = 1000 / (rate * multiple)
  for (let index = 0; index * step < BURST_MS + MEASURED_MS; index++) {
    context.now = Math.floor(index * step)
    const query = buildQuery({
      id: 1,
      name: nameFromText(name.replace('GUESS', `guess${index}`)),
      type,
      ...(edns === undefined ? {} : { edns }),
    })
    const answer = answerTo(context, query, { from: sourceOf(index) })
    if (context.now < BURST_MS) continue
    received += query.length + HEADERS
    sent += answer === undefined ? 0 : answer.length + HEADERS
  }
  expect(received).toBeGreaterThan(0)
  return sent / received
}

describe('to a source that has not proved its address, after its burst, no more octets go than come from it', () => {
  it.each(QUESTIONS)('%s', (...question) => {
    expect(amplification(question, () => '192.0.2.66')).toBeLessThanOrEqual(1)
    expect(amplification(question, () => '2001:db8::66')).toBeLessThanOrEqual(1)
  })

  it('a whole /24 that is forged, address by address', () => {
    const found = QUESTIONS[1]!
    expect(amplification(found, (index) => `192.0.2.${index % 256}`, 8)).toBeLessThanOrEqual(1)
  })

  it('and each of these questions gets some answer, so that the owner of the address can come by TCP', () => {
    const context = createServer()
    for (let index = 0; index < 3000; index++) {
      const query = buildQuery({ id: 1, name: nameFromText(`g${index}.example.com.`), type: Type.A })
      expect(answerTo(context, query, { from: '192.0.2.66' })).toBeDefined()
    }
  })
})
