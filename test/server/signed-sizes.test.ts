/** Answers that do not fit: TC, and nothing that would make them longer than their question (RFC 4035 §3.1.1). */
import { describe, expect, it } from 'vitest'
import { Flag, Type } from '../../dns/constants.ts'
import { type Message, type MessageRecord, readMessage } from '../../dns/message.ts'
import { nameToText } from '../../dns/name.ts'
import { Transport } from '../../server/answer/exchange.ts'
import { DenialMode, WildcardStyle } from '../../zones/denial/denial.ts'
import { answerTo } from '../helpers/answering.ts'
import { signedQuery, signedWorld } from '../helpers/signed-world.ts'
import { readRrsig } from '../helpers/validator-signatures.ts'

const BASE = `
$TTL 3600
@ SOA ns1 hostmaster 7 7200 3600 1209600 300
@ NS ns1
ns1 A 192.0.2.1
www A 192.0.2.4
one CNAME two
two CNAME three
three CNAME four
four A 192.0.2.5
text TXT ${Array.from({ length: 4 }, (_, at) => `"${String(at).repeat(120)}"`).join(' ')}
*.wild CNAME four
sec NS ns.sec
sec DS 1 13 2 ${'00'.repeat(32)}
ns.sec A 192.0.2.8
moved DNAME wild
`
const QUESTIONS = [
  ['www', 'A'],
  ['one', 'A'],
  ['one', 'TXT'],
  ['text', 'TXT'],
  ['x.wild', 'A'],
  ['a.moved', 'A'],
  ['nowhere', 'A'],
  ['sec', 'A'],
  ['@', 'DNSKEY'],
  ['www', 'RRSIG'],
] as const

describe.each(Object.entries(DenialMode))('denial by %s', (_, denial) => {
  it.each([[[15]], [[8, 15]]])('algorithms %j', (algorithms) => {
    const signing = { denial, algorithms, wildcards: WildcardStyle.Conventional }
    const { context } = signedWorld({ 'example.com.': { base: BASE, signing } })
    let truncated = 0
    for (const [label, type] of QUESTIONS) {
      const name = label === '@' ? 'example.com' : `${label}.example.com`
      const whole = readMessage(answerTo(context, signedQuery(name, type), { transport: Transport.Stream })!)!
      for (let udpSize = 512; udpSize <= 1232; udpSize += 45) {
        const octets = answerTo(context, signedQuery(name, type, { udpSize }))!
        const answer = readMessage(octets)!
        const what = `${name} ${type} in ${udpSize}`
        expect(octets.length, what).toBeLessThanOrEqual(udpSize)
        expect(answer.edns?.dnssecOk, what).toBe(true)
        expect((answer.flags & Flag.TC) !== 0, what).toBe(whole.length > udpSize)
        if (whole.length <= udpSize) expect(answer, what).toEqual({ ...whole, edns: answer.edns })
        else expect(octets.length, what).toBe(signedQuery(name, type, { udpSize }).length)
        if (whole.length > udpSize) truncated++
        expect(signaturesBySet(answer.answer, whole.answer), what).toBe(true)
        expect(signaturesBySet(answer.authority, whole.authority), what).toBe(true)
      }
    }
    expect(truncated).toBeGreaterThan(10)
  })
})

it('is truncated at a long chain, and whole over a stream', () => {
  const chain = Array.from({ length: 16 }, (_, at) => `c${at} CNAME c${at + 1}\n`).join('')
  const signing = { algorithms: [8, 10], wildcards: WildcardStyle.Conventional }
  const { context, judge } = signedWorld({ 'example.com.': { base: `${BASE}${chain}c16 A 192.0.2.1\n`, signing } })
  const byUdp = readMessage(answerTo(context, signedQuery('c0.example.com', 'A'))!)!
  expect(byUdp.flags & Flag.TC).toBe(Flag.TC)
  expect(judge('c1.example.com', 'A')).toEqual({ kind: 'answer' })
})

it('is truncated over a stream, too, where no pointer would reach the next name', () => {
  const label = (at: number) =>
    `${String.fromCharCode(97 + at).repeat(60)}.${'x'.repeat(60)}.${'y'.repeat(60)}.${'z'.repeat(40)}`
  const chain = Array.from({ length: 16 }, (_, at) => `${label(at)} CNAME ${label(at + 1)}\n`).join('')
  const signing = { algorithms: [8, 10], wildcards: WildcardStyle.Conventional }
  const { context } = signedWorld({ 'example.com.': { base: `${BASE}${chain}${label(16)} A 192.0.2.1\n`, signing } })
  const octets = answerTo(context, signedQuery(`${label(0)}.example.com`, 'A'), { transport: Transport.Stream })!
  const answer = readMessage(octets)!
  expect(octets.length).toBeGreaterThan(8_000)
  expect(answer.answer.length % 3).toBe(0)
})

/** Whether each RRset has as many records and signatures here as in the whole answer. */
function signaturesBySet(part: readonly MessageRecord[], whole: Message['answer']): boolean {
  const counts = countBySet(part)
  const all = countBySet(whole)
  return [...counts].every(([set, count]) => all.get(set) === count)
}

function countBySet(records: readonly MessageRecord[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const record of records) {
    const type = record.type === Type.RRSIG ? readRrsig(record).covered : record.type
    const set = `${nameToText(record.name)} ${type}`
    counts.set(set, (counts.get(set) ?? 0) + 1)
  }
  return counts
}
