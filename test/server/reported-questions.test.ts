import { describe, expect, it } from 'vitest'
import { Class, Type } from '../../dns/constants.ts'
import { buildQuery } from '../../dns/message.ts'
import { nameFromText, nameToText } from '../../dns/name.ts'
import { drainEvents, openEventReader } from '../../guard/event-reader.ts'
import { createEventRing, openEventRing } from '../../guard/event-ring.ts'
import { type QueryEvent, Trait } from '../../guard/query-event.ts'
import { DEFAULT_RATE_LIMITS } from '../../guard/rate-limiter.ts'
import { Verdict } from '../../guard/verdict.ts'
import { createAnswerContext } from '../../server/answer/context.ts'
import { Transport } from '../../server/answer/exchange.ts'
import { openStatistics } from '../../server/statistics.ts'
import { addressOctets, answerTo, contextOf, generationOf, INSIDER, STRANGER } from '../helpers/answering.ts'
import { createRandom } from '../helpers/random.ts'

const BASE = `$TTL 60
@ SOA ns1 hostmaster 7 3600 600 86400 300
@ NS ns1
ns1 A 192.0.2.1
www A 192.0.2.2
alias CNAME nowhere.example.com.
`
const generation = generationOf({ 'example.com.': { base: BASE, overlays: { internal: 'db 60 A 10.0.0.1\n' } } })

function listening(limits?: typeof DEFAULT_RATE_LIMITS) {
  const memory = createEventRing()
  const random = createRandom(7).next
  const { createLimiter } = contextOf(generation, limits)
  const events = openEventRing(memory, random)
  const context = createAnswerContext({ generation, createLimiter, statistics: openStatistics(), events })
  const reader = openEventReader([memory])
  return {
    context,
    ask: (name: string, options: { from?: string; transport?: Transport; type?: number; flags?: number } = {}) => {
      const message = buildQuery({ id: 1, name: nameFromText(name), type: options.type ?? Type.A, class: Class.In })
      if (options.flags !== undefined) new DataView(message.buffer, message.byteOffset).setUint16(2, options.flags)
      return answerTo(context, message, options)
    },
    heard: (): QueryEvent[] => {
      const heard: QueryEvent[] = []
      drainEvents(reader, 5000, (event) => heard.push(structuredClone(event)))
      return heard
    },
  }
}

function textOf({ name, nameLength }: QueryEvent): string {
  return nameToText(name.subarray(0, nameLength))
}

describe('what main is told of questions', () => {
  it('is the verdict of the client’s view, the name, the zone and the source', () => {
    const { ask, heard } = listening()
    ask('www.example.com.', { type: Type.AAAA })
    ask('db.example.com.')
    ask('db.example.com.', { from: INSIDER })
    ask('example.net.')
    ask('alias.example.com.')
    const events = heard()
    expect(events.map(textOf)).toEqual([
      ...['www.example.com.', 'db.example.com.', 'db.example.com.', 'example.net.', 'alias.example.com.'],
    ])
    expect(events.map(({ verdict }) => verdict)).toEqual([
      ...[Verdict.Nodata, Verdict.Absent, Verdict.Found, Verdict.Refused, Verdict.Found],
    ])
    expect(events.map(({ view }) => view)).toEqual([1, 1, 0, 1, 1])
    expect(events.map(({ apexLength }) => apexLength)).toEqual([13, 13, 13, 0, 13])
    expect(events[0]).toMatchObject({ type: Type.AAAA, source: addressOctets(STRANGER), weight: 1, at: 5000 })
  })

  it('has the traits of the question', () => {
    const { ask, heard } = listening()
    ask('www.example.com.', { flags: 0x0100 })
    ask('wWw.exAmple.com.', { flags: 0 })
    ask('WWW.EXAMPLE.COM.', { flags: 0 })
    ask('www.example.com.', { transport: Transport.Stream, flags: 0 })
    const traits = heard().map((event) => event.traits)
    expect(traits).toEqual([Trait.RecursionDesired, Trait.MixedCase, 0, Trait.Stream | Trait.Proved])
  })

  it('names nothing that could not be read, and is silent on what gets silence', () => {
    const { ask, context, heard } = listening()
    answerTo(context, Uint8Array.of(0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 63))
    ask('www.example.com.', { flags: 0x8000 })
    const [malformed, ...more] = heard()
    expect(malformed).toMatchObject({ verdict: Verdict.Malformed, nameLength: 0, apexLength: 0, type: 0 })
    expect(more).toEqual([])
  })

  it('tells of limited questions as well, and that they were', () => {
    const limits = { ...DEFAULT_RATE_LIMITS, answersPerSecond: { found: 200, absent: 0, error: 20 } }
    const { ask, heard } = listening(limits)
    ask('nowhere.example.com.')
    ask('www.example.com.')
    expect(heard().map(({ traits, verdict }) => [verdict, traits & Trait.Limited])).toEqual([
      [Verdict.Absent, Trait.Limited],
      [Verdict.Found, 0],
    ])
  })
})

describe('honey names', () => {
  it('are told with their trait, in their view and zone only, however they are written', () => {
    const honey = ['vault.example.com.', 'old-vpn.example.com.'].map((name) => nameFromText(name))
    const baited = generationOf(
      { 'example.com.': { base: BASE } },
      { change: (location, view) => (view === 'public' ? { ...location, honey } : location) },
    )
    const { context, ask, heard } = listening()
    context.generation = baited
    for (const name of ['vault.example.com.', 'OLD-vpn.example.com.', 'vaulu.example.com.', 'vault.www.example.com.']) {
      ask(name, { flags: 0 })
    }
    ask('vault.example.com.', { from: INSIDER, flags: 0 })
    expect(heard().map(({ traits }) => traits & Trait.Honey)).toEqual([Trait.Honey, Trait.Honey, 0, 0, 0])
  })

  it('have all that is below them for honey, however deep, and nothing above', () => {
    const honey = ['vault.example.com.', 'a.b.example.com.'].map((name) => nameFromText(name))
    const { context, ask, heard } = listening()
    context.generation = generationOf(
      { 'example.com.': { base: BASE } },
      { change: (location) => ({ ...location, honey }) },
    )
    const deep = `${'x.'.repeat(100)}vault.example.com.`
    for (const name of ['a.vault.example.com.', deep, 'c.A.b.example.com.', 'b.example.com.', 'avault.example.com.']) {
      ask(name, { flags: 0 })
    }
    expect(heard().map(({ traits }) => traits & Trait.Honey)).toEqual([Trait.Honey, Trait.Honey, Trait.Honey, 0, 0])
  })
})
