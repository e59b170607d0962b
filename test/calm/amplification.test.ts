/**
 * Octets that go to an address whose owner did not ask, over those that somebody sent in its name: IP and UDP headers count on
 * both sides.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RingWord } from '../../guard/event-ring.ts'
import { DEFAULT_RATE_LIMITS } from '../../guard/rate-limiter.ts'
import type { AnswerContext } from '../../server/answer/context.ts'
import { answerTo } from '../helpers/answering.ts'
import { limitedContext } from '../helpers/limited-answering.ts'
import { LONG } from '../helpers/long.ts'
import { createRandom, type Random } from '../helpers/random.ts'
import { signedGenerationOf } from '../helpers/signed-answering.ts'
import { isTruncated } from './oracle.ts'
import { HEADER_OCTETS, REFLECTED, REFLECTING_ZONE, REFLECTIONS } from './reflections.ts'

const BURST_SECONDS = 3
const MEASURED_SECONDS = 10
const GENERATION = signedGenerationOf({ [REFLECTED]: { ...REFLECTING_ZONE, signing: {} } })
const { found } = DEFAULT_RATE_LIMITS.answersPerSecond

/** An innocent, in whose name somebody asks: an address, or a network of them and how much more than an address it may have. */
const VICTIMS = [
  { what: 'an IPv4 address', addressOf: () => '192.0.2.7', multiple: 1, headers: HEADER_OCTETS.IPv4 },
  {
    what: 'an IPv4 /24',
    addressOf: (random: Random) => `192.0.2.${random.below(256)}`,
    multiple: 8,
    headers: HEADER_OCTETS.IPv4,
  },
  {
    what: 'an IPv6 /64',
    addressOf: (random: Random) => `2001:db8::${random.below(65536).toString(16)}`,
    multiple: 2,
    headers: HEADER_OCTETS.IPv6,
  },
] as const
type Victim = (typeof VICTIMS)[number]

describe.each(VICTIMS)('to $what', (victim) => {
  it.each(kindsFor(victim))('a flood is not made larger: %s', (kind) => {
    for (const rate of LONG ? [2.5, 10, 50] : [2.5]) {
      expect(ratioOf(victim, [kind], rate * found * victim.multiple, 1)).toBeLessThanOrEqual(1)
    }
  })

  it.runIf(LONG || victim.multiple === 1)('nor is one of several kinds', () => {
    const kinds = fc.uniqueArray(fc.constantFrom(...Object.keys(REFLECTIONS)), { minLength: 1, maxLength: 6 })
    const rate = fc.integer({ min: 3, max: 5 })
    fc.assert(
      fc.property(kinds, rate, fc.nat(), (mixed, times, seed) => {
        // Each kind by itself is over the largest budget.
        return ratioOf(victim, mixed, times * found * victim.multiple * mixed.length, seed) <= 1
      }),
      { numRuns: LONG ? 50 : 2 },
    )
  })
})

describe('an innocent', () => {
  it('whose address is forged gets its answers, or is sent to TCP, and is never met by silence alone', () => {
    const context = contextFor(1)
    const random = createRandom(1)
    let [full, truncated, silent] = [0, 0, 0]
    for (let second = 0; second < 20; second++) {
      for (let index = 0; index < 3000; index++) {
        advance(context, 1000 / 3000)
        answerTo(context, REFLECTIONS['an absent name']!(random), { from: '192.0.2.7' })
        if (index % 300 !== 0) continue
        const answer = answerTo(context, REFLECTIONS['an address, signed']!(random), { from: '192.0.2.7' })
        if (answer === undefined) silent++
        else if (isTruncated(answer)) truncated++
        else full++
      }
    }
    // Guesses in its name cost names that exist nothing.
    expect({ full, truncated, silent }).toEqual({ full: 200, truncated: 0, silent: 0 })
  })
})

describe('below the budgets', () => {
  it('amplifies by what answers are larger than questions, and no more octets than budgets allow', () => {
    const rate = found * 0.9
    const ratio = ratioOf(VICTIMS[0], ['DNSKEY'], rate, 1)
    if (LONG)
      console.log(`DNSKEY with DO, ${rate} a second, below the budget: ${ratio.toFixed(1)} octets out for each in`)
    expect(ratio * rate * 120).toBeLessThan(found * (1232 + HEADER_OCTETS.IPv4))
  })
})

/** All kinds for one address; for networks, of which each takes longer, only some. */
function kindsFor({ multiple }: Victim): readonly string[] {
  const all = Object.keys(REFLECTIONS)
  return LONG || multiple === 1 ? all : all.filter((_, index) => index % 5 === 2)
}

/** Octets out over octets in, from the time on when a burst is over; `rate` questions a second of these kinds in turn. */
function ratioOf({ addressOf, headers }: Victim, kinds: readonly string[], rate: number, seed: number): number {
  const random = createRandom(seed)
  const context = contextFor(seed)
  let [sent, received] = [0, 0]
  for (let asked = 0; asked < rate * (BURST_SECONDS + MEASURED_SECONDS); asked++) {
    advance(context, 1000 / rate)
    const message = REFLECTIONS[kinds[asked % kinds.length]!]!(random)
    const answer = answerTo(context, message, { from: addressOf(random) })
    if (asked < rate * BURST_SECONDS) continue
    sent += message.length + headers
    received += answer === undefined ? 0 : answer.length + headers
  }
  return received / sent
}

function contextFor(seed: number): AnswerContext {
  return limitedContext(GENERATION, { limits: DEFAULT_RATE_LIMITS, random: createRandom(seed) })
}

/** Lets time pass, and the reader of the ring keep up. */
function advance(context: AnswerContext, milliseconds: number): void {
  context.now += milliseconds
  const { words } = context.events!
  words[RingWord.Read] = words[RingWord.Written]!
}
