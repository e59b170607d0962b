import { beforeEach, describe, expect, it } from 'vitest'
import { Class, Flag, Rcode } from '../../dns/constants.ts'
import { buildQuery, type Message, type QueryOptions, readMessage } from '../../dns/message.ts'
import { nameToText } from '../../dns/name.ts'
import { rdataToText } from '../../dns/rr/rdata.ts'
import { typeFromText } from '../../dns/rr/registry.ts'
import { DEFAULT_RATE_LIMITS } from '../../guard/rate-limiter.ts'
import type { AnswerContext } from '../../server/answer/context.ts'
import { Transport } from '../../server/answer/exchange.ts'
import { Counter } from '../../server/statistics.ts'
import { answerTo, contextOf, generationOf, INSIDER, STRANGER } from '../helpers/answering.ts'
import { wireName } from '../helpers/zone.ts'

const BASE = `
$TTL 3600
@ SOA ns1 hostmaster 7 7200 3600 1209600 300
@ NS ns1
@ NS ns.example.net.
@ MX 10 mail
ns1 A 192.0.2.1
mail A 192.0.2.3
mail AAAA 2001:db8::3
www A 192.0.2.4
alias CNAME www
far CNAME www.example.net.
dangling CNAME nowhere
*.wild A 192.0.2.9
a.b.ent TXT "x"
sub NS ns.sub
sub DS 1 13 2 ${'00'.repeat(32)}
ns.sub A 192.0.2.7
moved DNAME wild
many TXT ${Array.from({ length: 12 }, (_, at) => `"${String(at).repeat(120).slice(0, 120)}"`).join(' ')}
`
const INTERNAL = '$TTL 60\njenkins A 10.0.0.1\nwww A 10.0.0.2\n'

let context: AnswerContext
beforeEach(() => {
  context = contextOf(generationOf({ 'example.com.': { base: BASE, overlays: { internal: INTERNAL } } }))
})

function query(name: string, type: string, options: Partial<QueryOptions> = {}): Uint8Array {
  return buildQuery({ id: 0x1234, name: wireName(name), type: typeFromText(type)!, ...options })
}

function ask(name: string, type: string, options: Partial<QueryOptions> & { from?: string } = {}): Message {
  const octets = answerTo(context, query(name, type, options), { from: options.from ?? STRANGER })
  return readMessage(octets!)!
}

function lines(records: Message['answer']): string[] {
  return records.map(({ name, ttl, type, rdata }) => `${nameToText(name)} ${ttl} ${type} ${rdataToText(type, rdata)}`)
}

describe('lookup by RFC 1034 §4.3.2', () => {
  it('gives the RRset asked for, authoritatively', () => {
    const answer = ask('www.example.com', 'A')
    expect(answer.rcode).toBe(Rcode.NoError)
    expect(answer.flags & Flag.AA).toBe(Flag.AA)
    expect(lines(answer.answer)).toEqual(['www.example.com. 3600 1 192.0.2.4'])
    expect([...answer.authority, ...answer.additional]).toEqual([])
  })

  it('adds addresses of the names in RDATA', () => {
    expect(lines(ask('example.com', 'MX').additional)).toEqual([
      'mail.example.com. 3600 1 192.0.2.3',
      'mail.example.com. 3600 28 2001:db8::3',
    ])
  })

  it('denies with the SOA, its TTL the smaller of its own and MINIMUM (RFC 2308 §3)', () => {
    const absent = ask('nowhere.example.com', 'A')
    expect(absent.rcode).toBe(Rcode.NxDomain)
    expect(lines(absent.authority)[0]).toMatch(/^example\.com\. 300 6 /)
    const nodata = ask('www.example.com', 'AAAA')
    expect(nodata.rcode).toBe(Rcode.NoError)
    expect(nodata.answer).toEqual([])
    expect(lines(nodata.authority)).toEqual(lines(absent.authority))
  })

  it('knows empty non-terminals (RFC 4592 §2.2.2)', () => {
    expect(ask('ent.example.com', 'A').rcode).toBe(Rcode.NoError)
    expect(ask('b.ent.example.com', 'TXT').rcode).toBe(Rcode.NoError)
    expect(ask('c.ent.example.com', 'TXT').rcode).toBe(Rcode.NxDomain)
  })

  it("follows aliases and carries the last name's RCODE (RFC 6604 §3)", () => {
    expect(lines(ask('alias.example.com', 'A').answer)).toEqual([
      'alias.example.com. 3600 5 www.example.com.',
      'www.example.com. 3600 1 192.0.2.4',
    ])
    expect(ask('dangling.example.com', 'A').rcode).toBe(Rcode.NxDomain)
    expect(ask('far.example.com', 'A').rcode).toBe(Rcode.NoError)
  })

  it('synthesises a CNAME from a DNAME, then from a wildcard (RFC 6672 §3.1)', () => {
    expect(lines(ask('x.moved.example.com', 'A').answer)).toEqual([
      'moved.example.com. 3600 39 wild.example.com.',
      'x.moved.example.com. 3600 5 x.wild.example.com.',
      'x.wild.example.com. 3600 1 192.0.2.9',
    ])
  })

  it('refers with glue and without authority at a cut', () => {
    const referral = ask('www.sub.example.com', 'A')
    expect(referral.flags & Flag.AA).toBe(0)
    expect(lines(referral.authority)).toEqual(['sub.example.com. 3600 2 ns.sub.example.com.'])
    expect(lines(referral.additional)).toEqual(['ns.sub.example.com. 3600 1 192.0.2.7'])
  })

  it("answers DS on the parent's side (RFC 4035 §3.1.4.1)", () => {
    const answer = ask('sub.example.com', 'DS')
    expect(answer.flags & Flag.AA).toBe(Flag.AA)
    expect(answer.answer.length).toBe(1)
  })

  it('answers ANY with one RRset (RFC 8482), and denies it like any type for absent names', () => {
    expect(ask('example.com', 'ANY').answer.length).toBe(1)
    expect(ask('nowhere.example.com', 'ANY').rcode).toBe(Rcode.NxDomain)
  })

  it('keeps the case of the question (0x20) and answers it all the same', () => {
    const octets = answerTo(context, query('wWw.eXaMpLe.CoM', 'A'))!
    const asked = buildQuery({
      id: 0x1234,
      name: Uint8Array.from(Buffer.from('\x03wWw\x07eXaMpLe\x03CoM\x00', 'latin1')),
      type: 1,
    })
    const mixed = answerTo(context, asked)!
    expect(Buffer.from(mixed.subarray(12, 29)).toString('latin1')).toBe('\x03wWw\x07eXaMpLe\x03CoM\x00')
    expect(mixed.length).toBe(octets.length)
  })
})

describe('views', () => {
  it('answers insiders from their own projection', () => {
    expect(lines(ask('jenkins.example.com', 'A', { from: INSIDER }).answer)).toEqual([
      'jenkins.example.com. 60 1 10.0.0.1',
    ])
    expect(lines(ask('www.example.com', 'A', { from: INSIDER }).answer)).toEqual(['www.example.com. 60 1 10.0.0.2'])
  })

  it('denies strangers a hidden name as it denies any', () => {
    const hidden = answerTo(context, query('jenkins.example.com', 'A'))!
    const absent = answerTo(context, query('absent7.example.com', 'A'))!
    expect(hidden.subarray(0, 12)).toEqual(absent.subarray(0, 12))
    expect(hidden.subarray(12 + 21)).toEqual(absent.subarray(12 + 21))
  })

  it('never lets EDNS Client Subnet choose the view', () => {
    const ecs = { code: 8, data: Uint8Array.of(0, 1, 32, 0, 127, 0, 0, 2) }
    expect(ask('jenkins.example.com', 'A', { edns: { options: [ecs] } }).rcode).toBe(Rcode.NxDomain)
  })
})

describe('the header and what is no query', () => {
  it('is silent to responses and to what is too short', () => {
    const response = query('www.example.com', 'A')
    response[2]! |= 0x80
    expect(answerTo(context, response)).toBeUndefined()
    for (let length = 0; length < 12; length++)
      expect(answerTo(context, query('www.example.com', 'A').subarray(0, length))).toBeUndefined()
  })

  it('says NOTIMP to other OPCODEs and echoes them', () => {
    for (const opcode of [1, 2, 4, 5, 15]) {
      const message = query('www.example.com', 'A')
      message[2] = opcode << 3
      const answer = readMessage(answerTo(context, message)!)!
      expect([answer.opcode, answer.rcode]).toEqual([opcode, Rcode.NotImp])
    }
  })

  it('says FORMERR to malformed questions, counts and trailing octets', () => {
    const cases: ((message: Uint8Array) => Uint8Array)[] = [
      (message) => message.subarray(0, 20),
      (message) => message.with(5, 0),
      (message) => message.with(5, 2),
      (message) => message.with(7, 1),
      (message) => message.with(9, 1),
      (message) => message.with(11, 1),
      (message) => Uint8Array.from([...message, 0]),
      (message) => message.with(12, 0xc0),
      (message) => message.with(12, 0x40),
    ]
    for (const mutate of cases) {
      const answer = readMessage(answerTo(context, mutate(query('www.example.com', 'A')))!)
      expect(answer?.rcode, mutate.toString()).toBe(Rcode.FormErr)
    }
  })

  it('copies ID and RD, clears AD, CD, RA and Z', () => {
    const message = query('www.example.com', 'A', { rd: true })
    message[3] = 0xf0
    const answer = readMessage(answerTo(context, message)!)!
    expect(answer.id).toBe(0x1234)
    expect(answer.flags).toBe(Flag.QR | Flag.AA | Flag.RD)
  })

  it('refuses names outside its zones, zone transfers and other classes', () => {
    expect(ask('www.example.org', 'A').rcode).toBe(Rcode.Refused)
    for (const type of ['AXFR', 'IXFR']) expect(ask('example.com', type).rcode).toBe(Rcode.Refused)
    for (const type of ['AXFR', 'IXFR']) expect(ask('example.org', type).rcode).toBe(Rcode.Refused)
    expect(ask('example.com', 'A', { class: Class.Hesiod }).rcode).toBe(Rcode.Refused)
  })

  it('refuses clients that no view is for', () => {
    const narrow = generationOf(
      { 'example.com.': { base: BASE } },
      { views: [{ name: 'internal', clients: [], listen: undefined }] },
    )
    context = contextOf(narrow)
    expect(ask('www.example.com', 'A').rcode).toBe(Rcode.Refused)
  })
})

describe('EDNS (RFC 6891)', () => {
  it('answers with OPT only where the query has one, and repeats DO', () => {
    expect(ask('www.example.com', 'A').edns).toBeUndefined()
    const { edns } = ask('www.example.com', 'A', {
      edns: { do: true, options: [{ code: 65001, data: Uint8Array.of(1) }] },
    })
    expect(edns).toMatchObject({ version: 0, udpSize: 1232, dnssecOk: true, options: [] })
  })

  it('says BADVERS to versions it does not know', () => {
    const answer = ask('www.example.com', 'A', { edns: { version: 1 } })
    expect([answer.rcode, answer.edns?.version, answer.answer.length]).toEqual([Rcode.BadVers, 0, 0])
  })

  it('truncates at RRsets to what the requestor takes, at most 1232 octets, at least 512', () => {
    for (const [udpSize, truncated] of [
      [undefined, true],
      [0, true],
      [512, true],
      [1232, true],
      [65535, true],
    ] as const) {
      const answer = ask('many.example.com', 'TXT', udpSize === undefined ? {} : { edns: { udpSize } })
      expect((answer.flags & Flag.TC) !== 0).toBe(truncated)
      expect(answer.answer).toEqual([])
    }
    const whole = readMessage(answerTo(context, query('many.example.com', 'TXT'), { transport: Transport.Stream })!)!
    expect([whole.flags & Flag.TC, whole.answer.length]).toEqual([0, 1])
  })

  it('says FORMERR to two OPT records or one that runs over', () => {
    const message = query('www.example.com', 'A', { edns: {} })
    const opt = message.subarray(message.length - 11)
    const twice = Uint8Array.from([...message, ...opt]).with(11, 2)
    expect(readMessage(answerTo(context, twice)!)!.rcode).toBe(Rcode.FormErr)
    expect(readMessage(answerTo(context, message.with(message.length - 1, 4))!)!.rcode).toBe(Rcode.FormErr)
  })
})

describe('identity', () => {
  it('tells nothing unless configured', () => {
    for (const name of ['version.bind', 'version.server', 'id.server', 'hostname.bind']) {
      expect(ask(name, 'TXT', { class: Class.Chaos }).rcode).toBe(Rcode.Refused)
    }
    expect(
      ask('www.example.com', 'A', { edns: { options: [{ code: 3, data: new Uint8Array() }] } }).edns?.options,
    ).toEqual([])
  })

  it('tells what is configured', () => {
    const identity = { version: 'none of yours', nsid: Uint8Array.of(1, 2, 3) }
    context = contextOf(generationOf({ 'example.com.': { base: BASE } }, { identity }))
    const version = ask('version.bind', 'TXT', { class: Class.Chaos })
    expect(lines(version.answer)).toEqual(['version.bind. 0 16 "none of yours"'])
    expect(ask('hostname.bind', 'TXT', { class: Class.Chaos }).rcode).toBe(Rcode.Refused)
    const { edns } = ask('www.example.com', 'A', { edns: { options: [{ code: 3, data: new Uint8Array() }] } })
    expect(edns?.options).toEqual([{ code: 3, data: identity.nsid }])
  })
})

describe('limits', () => {
  const TIGHT = { ...DEFAULT_RATE_LIMITS, answersPerSecond: { found: 20, absent: 5, error: 5 } }

  it('starves an enumeration and keeps answering what exists', () => {
    context = contextOf(generationOf({ 'example.com.': { base: BASE } }), TIGHT)
    const guesses = Array.from({ length: 500 }, (_, at) => answerTo(context, query(`guess${at}.example.com`, 'A')))
    const told = guesses.filter((answer) => answer !== undefined && (answer[3]! & 0xf) === Rcode.NxDomain)
    expect(told.length).toBeGreaterThan(0)
    expect(told.length).toBeLessThan(20)
    expect(ask('www.example.com', 'A').answer.length).toBe(1)
  })

  it('slips limited answers empty, truncated and no larger than the question', () => {
    context = contextOf(generationOf({ 'example.com.': { base: BASE } }), { ...TIGHT, slip: 1 })
    const message = query('nowhere.example.com', 'A', { edns: {} })
    const answers = Array.from({ length: 100 }, () => answerTo(context, message)!)
    const last = answers.at(-1)!
    expect(last.length).toBe(message.length)
    expect(readMessage(last)).toMatchObject({ rcode: Rcode.NoError, answer: [], authority: [] })
    expect(last[2]! & 2).toBe(2)
  })

  it('answers everything in log-only mode, and counts what it would have limited', () => {
    context = contextOf(generationOf({ 'example.com.': { base: BASE } }), { ...TIGHT, logOnly: true })
    for (let at = 0; at < 200; at++) expect(ask(`guess${at}.example.com`, 'A').rcode).toBe(Rcode.NxDomain)
    const limited = context.statistics[Counter.LimitedDrop]! + context.statistics[Counter.LimitedTruncate]!
    expect(limited).toBeGreaterThan(150)
  })

  it('gives streams a budget of their own for absent names, then REFUSED, and all that exists', () => {
    context = contextOf(generationOf({ 'example.com.': { base: BASE } }), TIGHT)
    const over = { transport: Transport.Stream }
    for (let i = 0; i < 50; i++) answerTo(context, query('nowhere.example.com', 'A'))
    const rcodes = Array.from(
      { length: 400 },
      () => answerTo(context, query('nowhere.example.com', 'A'), over)![3]! & 15,
    )
    expect(rcodes.slice(0, 70)).toEqual(rcodes.slice(0, 70).fill(Rcode.NxDomain))
    expect(rcodes.at(-1)).toBe(Rcode.Refused)
    expect(context.statistics[Counter.LimitedRefuse]).toBe(rcodes.filter((rcode) => rcode === Rcode.Refused).length)
    for (let i = 0; i < 400; i++) {
      expect(readMessage(answerTo(context, query('www.example.com', 'A'), over)!)!.answer).toHaveLength(1)
    }
  })
})
