/**
 * What `dnsctl prove-hidden` compares finds leaks of each classical kind, and nothing where there are none.
 */
import { describe, expect, it } from 'vitest'
import { type Comparison, compareAnswers, createComparison } from '../../dnsctl/proving/compare-answers.ts'
import { compareLimits } from '../../dnsctl/proving/compare-limits.ts'
import { compareTimes, NINE_IN_TEN, type Stopwatch } from '../../dnsctl/proving/compare-times.ts'
import { findHiddenTargets } from '../../dnsctl/proving/hidden-targets.ts'
import { namesAround, questionsAbout } from '../../dnsctl/proving/questions.ts'
import { askSubject } from '../../dnsctl/proving/subjects.ts'
import { createRateLimiter, DEFAULT_RATE_LIMITS } from '../../guard/rate-limiter.ts'
import { T_THRESHOLD } from '../../guard/welch.ts'
import { openSigningKey } from '../../keys/open-signing-key.ts'
import { type AnswerContext, createAnswerContext } from '../../server/answer/context.ts'
import { openGeneration } from '../../server/open-generation.ts'
import { openStatistics } from '../../server/statistics.ts'
import { compileViewSelection } from '../../server/view-selection.ts'
import { nsec3Hash } from '../../zones/denial/nsec3-hash.ts'
import { labelSeed } from '../../zones/image/seeds.ts'
import type { Projection } from '../../zones/projection.ts'
import { addressOctets, INSIDER, STRANGER, TWO_VIEWS } from '../helpers/answering.ts'
import { withNodesOfTheWhole } from '../helpers/leaky-projection.ts'
import { createRandom } from '../helpers/random.ts'
import { compileProjection, TEST_SECRET, wireName, zoneProjection } from '../helpers/zone.ts'

const APEX = 'example.com'
const BASE = '$TTL 300\n@ SOA ns1 host 1 2 3 4 300\n@ NS ns1\nns1 A 192.0.2.1\nsub NS ns.sub\n'
const WILDCARD = '* A 192.0.2.2\n'
const HIDDEN = 'db.staging A 10.0.0.1\nns.sub A 10.0.0.2\n'

const CLIENT = { from: addressOctets(STRANGER), listener: 0 }
const INSIDE = { from: addressOctets(INSIDER), listener: 0 }

/** A server in which strangers see `open` and insiders `inside`. */
function contextOf(open: Projection, inside: Projection = open, serial = 1): AnswerContext {
  const images = [compileProjection(inside), compileProjection(open, { serial })]
  const generation = openGeneration(
    {
      epoch: 1,
      labelSeed: labelSeed(TEST_SECRET),
      views: TWO_VIEWS.map(({ name }, arena) => ({ name, images: [{ arena, length: images[arena]!.length }] })),
      selection: compileViewSelection(TWO_VIEWS, 1),
      keySets: [],
      identity: {},
    },
    { arena: (id) => images[id]!.memory, openKey: openSigningKey, nsec3Hash },
  )
  return createAnswerContext({ generation, createLimiter: undefined, statistics: openStatistics() })
}

async function compare(subject: AnswerContext, twin: AnswerContext): Promise<Comparison> {
  const comparison = createComparison()
  const sides = { subject: askSubject(subject, CLIENT), twin: askSubject(twin, CLIENT) }
  const options = { isRandom: false, isLimited: false, progress: () => {} }
  for (const name of ['db.staging.example.com', 'ns.sub.example.com']) {
    const questions = questionsAbout(wireName(name), wireName(APEX).length, 'full')
    await compareAnswers(questions, sides, options, comparison)
  }
  return comparison
}

const zone = (text: string) => zoneProjection(APEX, text)
const isDb = (projection: Projection) => (rrset: number) => projection.octets[projection.owners[rrset]!] === 'db'.length

describe('answers', () => {
  it('do not differ from the twin’s where nothing leaks', async () => {
    for (const base of [BASE, BASE + WILDCARD]) {
      const comparison = await compare(contextOf(zone(base), zone(base + HIDDEN)), contextOf(zone(base)))
      expect(comparison).toMatchObject({ differing: 0, counterExamples: [] })
      expect(comparison.questions).toBeGreaterThan(1000)
    }
  })

  const LEAKS: Record<string, () => AnswerContext> = {
    'a shared serial': () => contextOf(zone(BASE), zone(BASE + HIDDEN), 2),
    'an empty non-terminal kept alive': () => {
      const whole = zone(`${BASE}db.staging A 10.0.0.1\n`)
      return contextOf(withNodesOfTheWhole(whole, isDb(whole)))
    },
    'another TTL': () => contextOf(zone(BASE.replace('4 300', '4 301'))),
    'additional glue': () => contextOf(zone(`${BASE}ns.sub A 10.0.0.2\n`)),
  }

  it.each(Object.entries(LEAKS))('differ where there is %s', async (_, leaky) => {
    const { differing, counterExamples } = await compare(leaky(), contextOf(zone(BASE)))
    expect(differing).toBeGreaterThan(0)
    expect(counterExamples[0]!.answer).not.toEqual(counterExamples[0]!.twin)
  })

  it('differ where a hidden name leaves a hole in a wildcard', async () => {
    const whole = zone(`${BASE}${WILDCARD}db.staging A 10.0.0.1\n`)
    const leaky = contextOf(withNodesOfTheWhole(whole, isDb(whole)))
    expect((await compare(leaky, contextOf(zone(BASE + WILDCARD)))).differing).toBeGreaterThan(0)
  })
})

describe('limits', () => {
  const names = [wireName('db.staging.example.com'), wireName('staging.example.com')]
  const limited = (): AnswerContext => {
    const { generation } = contextOf(zone(BASE), zone(BASE + HIDDEN))
    const createLimiter = () => createRateLimiter(DEFAULT_RATE_LIMITS, createRandom(1).next)
    return createAnswerContext({ generation, createLimiter, statistics: openStatistics() })
  }
  const sides = () => ({
    whole: limited(),
    client: CLIENT,
    others: [{ ...INSIDE, from: addressOctets('10.0.0.1') }],
    twin: limited(),
    twinClient: CLIENT,
  })

  it('are the same where each view has its own', async () => {
    expect(await compareLimits(names, sides(), false)).toMatchObject({ differing: 0 })
  })

  it('differ where hidden names cost what others do not', async () => {
    const cheap = limited()
    const insideLimits = createRateLimiter(
      { ...DEFAULT_RATE_LIMITS, answersPerSecond: { found: 200, absent: 60, error: 20 } },
      createRandom(1).next,
    )
    cheap.limiters = cheap.limiters.map(() => insideLimits)
    const { differing } = await compareLimits(names, { ...sides(), whole: cheap }, false)
    expect(differing).toBeGreaterThan(0)
  })
})

describe('times', () => {
  /** Microseconds as a machine gives them: a base, noise, and now and then something else. */
  function machine(seed: number, delay: number): Stopwatch {
    const { below } = createRandom(seed)
    return (question) => {
      const noise = (below(1000) + below(1000)) / 500
      return 10 + noise + (below(50) === 0 ? below(2000) : 0) + (question[0] === 1 ? delay : 0)
    }
  }
  const pair = () => ({ hidden: Uint8Array.of(1), absent: Uint8Array.of(0) })
  const random = (seed: number) => {
    const { below } = createRandom(seed)
    return () => below(1000) / 1000
  }

  it('do not differ where nothing is planted', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      expect(await compareTimes(pair, 4000, machine(seed, 0), random(seed))).toMatchObject({ isDifferent: false })
    }
  })

  it('differ where a fifth of a microsecond is planted, though outliers hide it from the mean', async () => {
    const result = await compareTimes(pair, 10_000, machine(1, 0.2), random(1))
    expect(result.isDifferent).toBe(true)
    expect(Math.abs(result.whole.t)).toBeLessThan(T_THRESHOLD)
    const { difference } = result.cropped[NINE_IN_TEN]!
    expect(difference).toBeGreaterThan(0.05)
    expect(difference).toBeLessThan(0.25)
  })
})

describe('what is asked', () => {
  it('is about the name and all around it, each once', () => {
    const text = namesAround(wireName('db.staging.example.com'), wireName(APEX).length).map((name) =>
      Buffer.from(name).toString('latin1'),
    )
    for (const name of [
      'db.staging',
      'staging',
      'x.db.staging',
      '*.db.staging',
      'zz.staging',
      '*.staging',
      'da.staging',
    ]) {
      expect(text).toContain(Buffer.from(wireName(`${name}.example.com`)).toString('latin1'))
    }
    expect(new Set(text).size).toBe(text.length)
    expect(text).toContain(Buffer.from(wireName('com')).toString('latin1'))
  })

  it('is about names, zones and reverse names that other views have', () => {
    const at = (view: string, text: string) => ({ view, overlay: undefined, projection: zone(text), serial: 1 })
    const configured = {
      name: 'example.com.',
      apex: wireName(APEX),
      file: '',
      overlays: {},
      hide: {},
      views: undefined,
    }
    const read = {
      zone: { ...configured, dnssec: { kind: 'off' } as const },
      views: [at('internal', BASE + HIDDEN), at('public', BASE)],
      problems: [],
      waived: [],
    }
    const { all, absent } = findHiddenTargets([read], 'public')
    const told = all.map(({ name }) => Buffer.from(name).toString('latin1'))
    for (const name of ['db.staging.example.com', '1.0.0.10.in-addr.arpa']) {
      expect(told).toContain(Buffer.from(wireName(name)).toString('latin1'))
    }
    expect(absent.length).toBeLessThan(all.length)
  })
})
