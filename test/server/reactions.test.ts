import { describe, expect, it } from 'vitest'
import { Class, Flag, Rcode, Type } from '../../dns/constants.ts'
import { buildQuery } from '../../dns/message.ts'
import { nameFromText } from '../../dns/name.ts'
import { appendPrefixTrie } from '../../guard/prefix-trie.ts'
import { DEFAULT_RATE_LIMITS, type RateLimitOptions } from '../../guard/rate-limiter.ts'
import { Reaction, Sanction } from '../../guard/reaction.ts'
import { Transport } from '../../server/answer/exchange.ts'
import type { ImageDecoys } from '../../server/decoys.ts'
import type { ImageLocation } from '../../server/generation.ts'
import { Counter } from '../../server/statistics.ts'
import { answerTo, contextOf, generationOf, INSIDER, prefix, STRANGER } from '../helpers/answering.ts'
import { decoysOf } from '../helpers/decoys.ts'

const BASE = `$TTL 60
@ SOA ns1 hostmaster 7 3600 600 86400 300
@ NS ns1
ns1 A 192.0.2.1
www A 192.0.2.2
*.wild A 192.0.2.3
sub NS ns.sub
ns.sub A 192.0.2.4
alias CNAME www
`
const HIDDEN = 'db.staging 60 A 10.0.0.1\n'
const zonesOf = (base: string) => ({
  'example.com.': { base, overlays: { internal: HIDDEN } },
  'example.net.': { base },
})
const WITHOUT_WILDCARDS = BASE.replace('*.wild', 'x.wild')
const EXISTING = ['www', 'x.wild', 'host.sub', 'alias', 'ns1'].map((host) => `${host}.example.com.`)

type Entries = readonly (readonly [string, number, Sanction])[]

interface World {
  readonly reaction?: Reaction
  readonly sparesProved?: boolean
  readonly bans?: Entries
  /** In the strangers' view. */
  readonly starved?: Entries
  readonly limits?: Partial<RateLimitOptions>
  readonly base?: string
  /** In the strangers' view. */
  readonly decoys?: ImageDecoys
}

/** `example.com` reacts, in the strangers' view. */
function open({
  reaction = Reaction.None,
  sparesProved = false,
  bans = [],
  starved = [],
  limits = {},
  ...world
}: World) {
  const change = (location: ImageLocation, view: string, zone: string): ImageLocation =>
    view === 'public' && zone === 'example.com.'
      ? { ...location, reaction, sparesProved, ...(world.decoys && { decoys: world.decoys }) }
      : location
  const generation = generationOf(zonesOf(world.base ?? BASE), {
    change,
    bans: trieOf(bans),
    starved: { public: trieOf(starved) },
  })
  const context = contextOf(generation, { ...DEFAULT_RATE_LIMITS, ...limits })
  const ask = (name: string, how: { from?: string; transport?: Transport; type?: number } = {}): string => {
    const query = buildQuery({ id: 1, name: nameFromText(name), type: how.type ?? Type.A, class: Class.In })
    return outcomeOf(answerTo(context, query, how))
  }
  return { context, ask }
}

function trieOf(entries: Entries): Int32Array {
  const words: number[] = []
  appendPrefixTrie(
    words,
    entries.map(([address, length, value]) => ({ prefix: prefix(address, length), value })),
  )
  return Int32Array.from(words)
}

function outcomeOf(answer: Uint8Array | undefined): string {
  if (answer === undefined) return 'silence'
  if ((((answer[2]! << 8) | answer[3]!) & Flag.TC) !== 0) return 'TC'
  const rcode = answer[3]! & 0xf
  return rcode === Rcode.NxDomain ? 'NXDOMAIN' : rcode === Rcode.Refused ? 'REFUSED' : 'answer'
}

const STREAM = { transport: Transport.Stream }

describe('a zone that is being enumerated', () => {
  it.each([
    ['nothing', Reaction.None, 'NXDOMAIN', 'NXDOMAIN'],
    ['a smaller budget', Reaction.SmallerBudget, 'NXDOMAIN', 'NXDOMAIN'],
    ['TC', Reaction.Truncate, 'TC', 'NXDOMAIN'],
    ['silence', Reaction.Drop, 'silence', 'NXDOMAIN'],
    ['REFUSED', Reaction.Refuse, 'REFUSED', 'REFUSED'],
  ] as const)('that reacts by %s', (_, reaction, unproved, proved) => {
    const { ask, context } = open({ reaction })
    expect([ask('nowhere.example.com.'), ask('nowhere.example.com.', STREAM)]).toEqual([unproved, proved])
    // Who guesses for longer has a tenth of the budget, by whatever road.
    const starved = reaction === Reaction.None ? 'NXDOMAIN' : 'REFUSED'
    for (let index = 0; index < 20; index++) ask(`guess${index}.example.com.`, STREAM)
    expect(ask('nowhere.example.com.', STREAM)).toBe(starved)
    for (const name of EXISTING) {
      for (let round = 0; round < 20; round++) expect([ask(name), ask(name, STREAM)]).toEqual(['answer', 'answer'])
      expect(ask(name, { type: Type.TXT })).toBe('answer')
    }
    expect(ask('nowhere.example.net.')).toBe('NXDOMAIN')
    expect(ask('nowhere.example.com.', { from: INSIDER })).toBe('NXDOMAIN')
    expect(context.statistics[Counter.Reacted]).toBe(unproved === 'NXDOMAIN' ? 0 : unproved === 'REFUSED' ? 23 : 1)
  })

  it.each([Reaction.SmallerBudget, Reaction.Truncate, Reaction.Drop])(
    'takes nothing from who has proved its address where nobody proved has guessed: %s',
    (reaction) => {
      const { ask } = open({ reaction, sparesProved: true })
      for (let index = 0; index < 50; index++) {
        const name = `guess${index}.example.com.`
        expect([ask(name), ask(name, STREAM)]).toEqual([expect.any(String), 'NXDOMAIN'])
      }
      expect(ask('nowhere.example.com.')).toBe(reaction === Reaction.Drop ? 'silence' : 'TC')
    },
  )

  it.each(Object.entries(Reaction))('treats a hidden name as any other that is absent: %s', (_, reaction) => {
    const outcomes = ['db.staging', 'staging', 'xy.nothere', 'nothere'].map((host) => {
      const { ask } = open({ reaction })
      const seen = Array.from({ length: 60 }, () => [ask(`${host}.example.com.`), ask(`${host}.example.com.`, STREAM)])
      return seen.flat().join(' ')
    })
    expect(new Set(outcomes).size).toBe(1)
  })

  it('leaves exempt clients alone', () => {
    const { ask } = open({ reaction: Reaction.Drop, limits: { exempt: [prefix(STRANGER, 32)] } })
    for (let index = 0; index < 500; index++) expect(ask(`guess${index}.example.com.`)).toBe('NXDOMAIN')
    expect(ask('nowhere.example.com.', { from: '192.0.2.2' })).toBe('silence')
  })
})

describe('a sanction', () => {
  it('that bans gets silence for everything, by whatever road, and nobody else does', () => {
    const { ask, context } = open({
      bans: [['192.0.2.0', 30, Sanction.Banned]],
      limits: { exempt: [prefix(STRANGER, 32)] },
    })
    for (const name of [...EXISTING, 'nowhere.example.com.', 'example.org.']) {
      expect([ask(name), ask(name, STREAM)]).toEqual(['silence', 'silence'])
    }
    expect(context.statistics[Counter.Banned]).toBe(14)
    expect(ask('www.example.com.', { from: '192.0.2.4' })).toBe('answer')
  })

  it('that starves leaves a tenth of the budget for absent names, in every zone, and all that exists', () => {
    const { ask, context } = open({ starved: [['192.0.2.1', 32, Sanction.Starved]] })
    const told = Array.from({ length: 40 }, (_, index) => ask(`guess${index}.example.net.`))
    expect(told.filter((outcome) => outcome === 'NXDOMAIN').length).toBeLessThan(20)
    expect(told.at(-1)).toBe('TC')
    for (let round = 0; round < 40; round++) expect(ask('www.example.net.')).toBe('answer')
    expect(ask('nowhere.example.net.', { from: '192.0.2.2' })).toBe('NXDOMAIN')
    expect(context.statistics[Counter.Starved]).toBe(40)
  })

  it('that starves shows in no other view, and holds for who has proved its address only where that guessed', () => {
    const guesses = Array.from({ length: 40 }, (_, index) => `guess${index}.example.com.`)
    for (const [value, proved] of [
      [Sanction.Starved, 'REFUSED'],
      [Sanction.StarvedUnproved, 'NXDOMAIN'],
    ] as const) {
      const { ask } = open({ starved: [['0.0.0.0', 0, value]] })
      expect(guesses.map((name) => ask(name)).at(-1)).toBe('TC')
      expect(guesses.map((name) => ask(name, STREAM)).at(-1)).toBe(proved)
      expect(guesses.map((name) => ask(name, { from: INSIDER })).at(-1)).toBe('NXDOMAIN')
    }
  })

  it('that starves lets nobody off who is banned', () => {
    const { ask } = open({
      bans: [['2001:db8::', 32, Sanction.Banned]],
      starved: [['2001:db8:7::', 48, Sanction.Starved]],
    })
    expect(ask('www.example.com.', { from: '2001:db8:7::1' })).toBe('silence')
    expect(ask('www.example.com.', { from: '2001:db9::1' })).toBe('answer')
  })
})

describe('a worker that cannot keep up', () => {
  it('leaves most of those who guess without a word, hidden names or absent ones, and nobody else', () => {
    for (const name of ['db.staging.example.com.', 'no.such.example.com.']) {
      const { context, ask } = open({ reaction: Reaction.Truncate, base: WITHOUT_WILDCARDS })
      context.isPressed = true
      const outcomes = Array.from({ length: 400 }, () => ask(name))
      const silent = outcomes.filter((outcome) => outcome === 'silence').length
      expect(silent).toBeGreaterThan(250)
      expect(silent).toBeLessThan(350)
      expect(outcomes.filter((outcome) => outcome === 'TC').length).toBe(400 - silent)
      expect(ask(name, STREAM)).toBe('NXDOMAIN')
      for (const existing of EXISTING) expect(ask(existing)).toBe('answer')
      context.isPressed = false
      expect(ask(name)).toBe('TC')
    }
  })

  it.each([
    ['wildcards', { base: BASE }, 'x.wild'],
    ['decoys', { base: WITHOUT_WILDCARDS, decoys: decoysOf({ addresses: ['198.51.100.0/24'] }) }, 'jenkins'],
  ])('tells nobody by its silence which names exist where there are %s', (_, world, made) => {
    const { context, ask } = open({ ...world, limits: { answersPerSecond: { found: 1, absent: 1, error: 1 } } })
    for (let index = 0; index < 1000; index++) ask(`flood-${index}.wild.example.com.`)
    expect(ask('ns1.example.com.')).toBe('TC')
    context.isPressed = true
    for (const name of ['www.example.com.', 'alias.example.com.', `${made}.example.com.`]) {
      expect([name, ask(name), ask(name)]).toEqual([name, 'silence', 'TC'])
      expect(ask(name, { from: '198.51.100.7' })).toBe('answer')
      expect(ask(name, STREAM)).toBe('answer')
    }
    expect(ask('ns1.example.com.')).toBe('TC')
  })
})
