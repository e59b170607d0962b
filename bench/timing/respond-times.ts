import { parseArgs } from 'node:util'
import { RingWord } from '../../guard/event-ring.ts'
import { DEFAULT_RATE_LIMITS } from '../../guard/rate-limiter.ts'
import { addCroppedSample, createCroppedWelch, quantiles, type WelchGroup } from '../../guard/welch.ts'
import type { AnswerContext } from '../../server/answer/context.ts'
import { type Exchange, Transport } from '../../server/answer/exchange.ts'
import { respond } from '../../server/answer/respond.ts'
import type { Generation } from '../../server/generation.ts'
import { addressOctets, STRANGER } from '../../test/helpers/answering.ts'
import { decoysOf } from '../../test/helpers/decoys.ts'
import { limitedContext } from '../../test/helpers/limited-answering.ts'
import { createRandom } from '../../test/helpers/random.ts'
import { type SignedZoneText, signedGenerationOf } from '../../test/helpers/signed-answering.ts'
import { APEX, hiddenZone, nameSets, publicZone, questionsFor, realHosts } from './hidden-names.ts'
import { timingResult } from './result.ts'

/**
 * `node dist/bench/timing/respond-times.js --samples N [--runs N] [--state cold|warm] [--transport udp|tcp]
 * [--compare hidden|prf|mirror]`: how long `respond` takes, for a stranger, for hidden names and for absent ones; or for real names and
 * for decoys, made by a keyed function or like one host. Prints what Welch's test says, as JSON.
 *
 * Two generations take turns: what is hidden (or real) in one is absent (or a decoy) in the other. So each name and each generation are in both groups
 * alike, and what is peculiar to one of them (a collision in an index, a cache line) is no difference between the groups.
 */
const { values } = parseArgs({
  options: {
    samples: { type: 'string', default: '100000' },
    runs: { type: 'string', default: '5' },
    state: { type: 'string', default: 'warm' },
    transport: { type: 'string', default: 'udp' },
    compare: { type: 'string', default: 'hidden' },
    seed: { type: 'string', default: '1' },
  },
})

const PAIRS = 1024
const CAPACITY = 1280
const isCold = values.state === 'cold'
const seed = Number(values.seed)
const random = createRandom(seed)
const { odd, even } = nameSets(PAIRS, seed)
const questions = questionsFor([...odd, ...even], isCold ? 'all' : 'half')
const contexts = [contextOf(odd, 1), contextOf(even, 2)]
const exchange = exchangeFor(values.transport === 'tcp' ? Transport.Stream : Transport.Udp)

/** Hidden, or real. */
const THERE: WelchGroup = 0
/** Absent, or a decoy. */
const NOT_THERE: WelchGroup = 1

for (let index = 0; index < 4 * questions.length; index++) sample()
const runs = Array.from({ length: Number(values.runs) }, (_, run) => measure(Number(values.samples), run))
console.log(JSON.stringify(timingResult(runs)))

/** `count` samples of each group, in random order. */
function measure(count: number, run: number) {
  const first = Float64Array.from({ length: 4000 }, () => sample().microseconds)
  const welch = createCroppedWelch(quantiles(first, [0.5, 0.9, 0.99]))
  for (let done = 0; done < 2 * count; done++) {
    const { group, microseconds } = sample()
    addCroppedSample(welch, group, microseconds)
  }
  return { run, welch }
}

/** Asks one name of one generation. */
function sample(): { group: WelchGroup; microseconds: number } {
  const which = random.below(questions.length)
  const generation = random.below(2)
  const context = contexts[generation]!
  const isThere = which < PAIRS === (generation === 0)
  const question = questions[which]!
  exchange.octets.set(question)
  exchange.length = question.length
  if (isCold) forgetSignatures(context)
  // The limiter's counts sink, and the ring has room.
  context.now += 10
  context.events!.words[RingWord.Read] = context.events!.words[RingWord.Written]!
  const begin = performance.now()
  respond(context, exchange)
  const microseconds = (performance.now() - begin) * 1000
  return { group: isThere ? THERE : NOT_THERE, microseconds }
}

/** What is found in the table belongs to a stamp; a stamp that nobody had before finds nothing. */
function forgetSignatures(context: AnswerContext): void {
  const signer = context.generation.views[1]!.zones[0]!.signer as { stamp: number }
  signer.stamp += 2
}

/** What answers where `names` are hidden or, where decoys are compared, real. */
function contextOf(names: readonly string[], epoch: number): AnswerContext {
  const generation: Generation = { ...signedGenerationOf({ [APEX]: zoneWith(names) }), epoch }
  // Enough for a question each ten milliseconds: what is refused takes another road, and would drown the difference.
  const budgets = { found: 1000, absent: 1000, error: 1000 }
  const limits = { ...DEFAULT_RATE_LIMITS, answersPerSecond: budgets, provedAnswersPerSecond: budgets }
  return limitedContext(generation, { limits, random, signatures: 16 * PAIRS })
}

function zoneWith(names: readonly string[]): SignedZoneText {
  if (values.compare === 'hidden') return { base: publicZone(), overlays: { internal: hiddenZone(names) }, signing: {} }
  const decoys = decoysOf(
    values.compare === 'prf' ? { addresses: ['198.51.100.0/24'], depth: 2 } : { of: [`model.${APEX}`], depth: 2 },
  )
  return {
    base: `${publicZone()}${realHosts(names, values.compare === 'prf')}`,
    signing: {},
    decoys: { public: decoys },
  }
}

function exchangeFor(transport: Transport): Exchange {
  const capacity = transport === Transport.Udp ? CAPACITY : 65535
  const source = addressOctets(STRANGER)
  return {
    ...{ octets: new Uint8Array(capacity), start: 0, length: 0, capacity, source, sourceStart: 0, listener: 0 },
    transport,
  }
}
