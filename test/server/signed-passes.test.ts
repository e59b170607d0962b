/** Fresh signatures: made in a second pass, paid for by the view, and nothing that an answer shows. */
import { describe, expect, it } from 'vitest'
import { Flag, Rcode } from '../../dns/constants.ts'
import { readMessage } from '../../dns/message.ts'
import { expirationOf } from '../../keys/signature-policy.ts'
import { openSignatureTable, signatureTableOctets } from '../../keys/signature-table.ts'
import { createSigningBudget } from '../../keys/signing-budget.ts'
import type { SigningTools } from '../../server/answer/context.ts'
import { type Exchange, Transport } from '../../server/answer/exchange.ts'
import { DEFERRED, respond, respondDeferred } from '../../server/answer/respond.ts'
import { Counter } from '../../server/statistics.ts'
import { DenialMode, WildcardStyle } from '../../zones/denial/denial.ts'
import { addressOctets, answerTo, INSIDER, STRANGER } from '../helpers/answering.ts'
import { NOW, POLICY, type Signing } from '../helpers/signed-answering.ts'
import { type SignedWorld, signedQuery, signedWorld } from '../helpers/signed-world.ts'
import { readRrsig } from '../helpers/validator-signatures.ts'

const BASE = `
$TTL 3600
@ SOA ns1 hostmaster 7 7200 3600 1209600 300
@ NS ns1
ns1 A 192.0.2.1
www A 192.0.2.4
alias CNAME x.wild
*.wild A 192.0.2.9
sub NS ns.sub
ns.sub A 192.0.2.7
moved DNAME wild
`
const QUESTIONS = [
  ['www', 'A'],
  ['www', 'TXT'],
  ['nowhere', 'A'],
  ['alias', 'A'],
  ['x.wild', 'A'],
  ['x.wild', 'TXT'],
  ['a.sub', 'A'],
  ['b.moved', 'A'],
  ['www', 'RRSIG'],
] as const

const tables: SigningTools = {
  openSignatureTable: () => openSignatureTable(new SharedArrayBuffer(signatureTableOctets(1024)), 42),
}

function world(signing: Signing = {}, tools: SigningTools = tables): SignedWorld {
  return signedWorld({ 'example.com.': { base: BASE, signing } }, tools)
}

function exchangeOf(question: Uint8Array): Exchange {
  const octets = new Uint8Array(1300).fill(0xee)
  octets.set(question)
  const source = { source: addressOctets(STRANGER), sourceStart: 0, listener: 0 }
  return { octets, start: 0, length: question.length, capacity: 1232, ...source, transport: Transport.Udp }
}

describe('an answer that needs fresh signatures', () => {
  it.each(QUESTIONS)('for %s %s waits for the second pass, and is then what it would have been', (name, type) => {
    for (const denial of Object.values(DenialMode)) {
      const { context } = world({ denial })
      const question = signedQuery(`${name}.example.com`, type)
      const expected = answerTo(world({ denial }).context, question)!
      context.mayDefer = true
      const exchange = exchangeOf(question)
      const before = exchange.octets.slice()
      expect(respond(context, exchange)).toBe(DEFERRED)
      expect(exchange.octets).toEqual(before)
      const counts = context.statistics.slice()
      const length = respondDeferred(context, exchange)
      expect(exchange.octets.slice(0, length)).toEqual(expected)
      // Received and judged once; answered when it was.
      counts[Counter.Rcode + (expected[3]! & Flag.RcodeMask)]!++
      expect(context.statistics).toEqual(counts)
      const again = exchangeOf(question)
      expect(again.octets.slice(0, respond(context, again))).toEqual(expected)
    }
  })

  it('waits no longer than it must: not without a batch, nor where all is at hand', () => {
    const { context } = world()
    context.mayDefer = true
    expect(respond(context, exchangeOf(signedQuery('example.com', 'DNSKEY')))).toBeGreaterThan(0)
    expect(respond(context, exchangeOf(signedQuery('www.example.com', 'A', { dnssec: 'edns' })))).toBeGreaterThan(0)
    const byStream = { ...exchangeOf(signedQuery('www.example.com', 'A')), transport: Transport.Stream }
    expect(respond(context, byStream)).toBeGreaterThan(0)
  })

  it('is shown to whoever takes samples', () => {
    const shown: number[] = []
    const { ask } = world(
      { algorithms: [13, 15] },
      { ...tables, onFreshSignature: ({ algorithm }) => shown.push(algorithm) },
    )
    ask('www.example.com', 'A')
    ask('www.example.com', 'A')
    expect(shown).toEqual([13, 15])
  })
})

describe('the budget of a view', () => {
  const poor = () => world({}, { ...tables, createSigningBudget: () => createSigningBudget(1e-9) })

  it('is not asked for names that exist', () => {
    const { judge } = poor()
    for (const [name, type, kind] of [
      ['www', 'A', 'answer'],
      ['www', 'TXT', 'nodata'],
      ['*.wild', 'A', 'answer'],
      ['a.sub', 'A', 'insecure-referral'],
    ] as const) {
      expect(judge(`${name}.example.com`, type)).toEqual({ kind })
    }
  })

  it.each([
    ['nowhere', 'A'],
    ['x.wild', 'A'],
    ['x.wild', 'TXT'],
    ['b.moved', 'A'],
  ])('once empty, sends %s %s to TCP, and refuses it there', (name, type) => {
    const { context } = poor()
    const question = signedQuery(`${name}.example.com`, type)
    const truncated = readMessage(answerTo(context, question)!)!
    expect(truncated.flags & Flag.TC).toBe(Flag.TC)
    expect([truncated.rcode, truncated.answer, truncated.authority]).toEqual([Rcode.NoError, [], []])
    const refused = readMessage(answerTo(context, question, { transport: Transport.Stream })!)!
    expect([refused.rcode, refused.answer, refused.authority]).toEqual([Rcode.Refused, [], []])
    expect([context.statistics[Counter.LimitedTruncate], context.statistics[Counter.LimitedRefuse]]).toEqual([1, 1])
    expect(answerTo(context, signedQuery(`${name}.example.com`, type, { dnssec: 'off' }))!.length).toBeGreaterThan(12)
  })

  it('is spared by what the table has, and is no other view’s', () => {
    const budgets = new Map<string, ReturnType<typeof createSigningBudget>>()
    const createSigningBudget_ = (view: string) => {
      const budget = createSigningBudget(1)
      budgets.set(view, budget)
      return budget
    }
    const { context } = world({}, { ...tables, createSigningBudget: createSigningBudget_ })
    const question = signedQuery('nowhere.example.com', 'A')
    const leftAfter = (from: string) => {
      answerTo(context, question, { from })
      return [...budgets.values()].map(({ left }) => left)
    }
    const full = [...budgets.values()].map(({ left }) => left)
    const once = leftAfter(STRANGER)
    expect(once[0]).toBe(full[0])
    expect(once[1]).toBeLessThan(full[1]!)
    expect(leftAfter(STRANGER)).toEqual(once)
    expect(leftAfter(INSIDER)[0]).toBeLessThan(full[0]!)
  })
})

describe('what an answer shows', () => {
  it.each(Object.entries(WildcardStyle))('does not depend on what was asked before, wildcards %s', (_, wildcards) => {
    for (const denial of Object.values(DenialMode)) {
      const asked = world({ denial, wildcards })
      for (const [name, type] of [...QUESTIONS].reverse()) asked.ask(`${name}.example.com`, type)
      for (const [name, type] of QUESTIONS) {
        const question = signedQuery(`${name}.example.com`, type)
        expect(answerTo(asked.context, question)).toEqual(answerTo(world({ denial, wildcards }, {}).context, question))
      }
    }
  })

  it('changes with the clock alone, and always holds for longer than anybody may keep it', () => {
    const { context, ask, judge } = world()
    const expirations = new Set<number>()
    for (let hour = -3; hour <= 30; hour++) {
      context.unixSeconds = NOW + hour * 3600
      const [, rrsig] = ask('www.example.com', 'A').answer
      const { expiration, inception } = readRrsig(rrsig!)
      expirations.add(expiration)
      expect(context.unixSeconds + POLICY.maxTtl).toBeLessThan(expiration)
      expect(inception + POLICY.backdate).toBeLessThanOrEqual(context.unixSeconds)
      expect(judge('nowhere.example.com', 'A')).toEqual({ kind: 'nxdomain' })
    }
    // 33 hours hold one or two of the moments at which a day's signatures change.
    expect([2, 3]).toContain(expirations.size)
    expect(expirationOf(POLICY, 0, 1) - expirationOf(POLICY, 0, 0)).toBe(POLICY.quantum)
  })

  it('has phases of its own for each owner, absent ones too', () => {
    const { ask } = world()
    const expirationOfNsec = (name: string) => readRrsig(ask(`${name}.example.com`, 'TXT').authority.at(-1)!).expiration
    expect(new Set(['www', 'ns1', 'absent1', 'absent2'].map(expirationOfNsec)).size).toBe(4)
  })
})

it('allocates nothing for answers whose signatures are at hand', { timeout: 120_000 }, () => {
  const { context } = world({ denial: DenialMode.WhiteLies })
  context.mayDefer = true
  const questions = QUESTIONS.map(([name, type]) => signedQuery(`${name}.example.com`, type))
  const exchange = exchangeOf(questions[0]!)
  const run = (rounds: number): void => {
    for (let round = 0; round < rounds; round++) {
      for (const question of questions) {
        for (let i = 0; i < question.length; i++) exchange.octets[i] = question[i]!
        exchange.length = question.length
        if (respond(context, exchange) === DEFERRED) respondDeferred(context, exchange)
      }
    }
  }
  run(5000)
  const growth = (): number => {
    const before = process.memoryUsage().heapUsed
    run(2000)
    return process.memoryUsage().heapUsed - before
  }
  // 18,000 answers; what is measured with makes some objects itself.
  const isSteady = (grown: number): boolean => grown >= 0 && grown < 40_000
  let grown = growth()
  for (let round = 0; round < 30 && !isSteady(grown); round++) grown = growth()
  expect(grown).toSatisfy(isSteady)
})
