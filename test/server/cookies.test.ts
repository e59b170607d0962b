import { beforeEach, describe, expect, it } from 'vitest'
import { Flag, Rcode } from '../../dns/constants.ts'
import { buildQuery, type Message, readMessage } from '../../dns/message.ts'
import { nameFromText } from '../../dns/name.ts'
import { DEFAULT_RATE_LIMITS } from '../../guard/rate-limiter.ts'
import type { AnswerContext } from '../../server/answer/context.ts'
import { Transport } from '../../server/answer/exchange.ts'
import { Counter } from '../../server/statistics.ts'
import { answerTo, contextOf, generationOf, INSIDER, STRANGER } from '../helpers/answering.ts'

const BASE = `$TTL 60
@ SOA ns1 hostmaster 7 3600 600 86400 300
@ NS ns1
ns1 A 192.0.2.1
www A 192.0.2.2
`
const COOKIE = 10
const CLIENT_COOKIE = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)
const NOW = 1_800_000_000
const HOUR = 3600

let context: AnswerContext

beforeEach(() => {
  context = contextOf(generationOf({ 'example.com.': { base: BASE } }), DEFAULT_RATE_LIMITS)
  context.unixSeconds = NOW
})

interface How {
  readonly from?: string
  readonly transport?: Transport
  readonly cookies?: readonly Uint8Array[]
}

function ask(name: string, { cookies = [CLIENT_COOKIE], ...how }: How = {}): Message & { octets: Uint8Array } {
  const octets = answerTo(context, queryOf(name, cookies), how)!
  return { ...readMessage(octets)!, octets }
}

function queryOf(name: string, cookies: readonly Uint8Array[]): Uint8Array {
  const edns = { udpSize: 1232, options: cookies.map((data) => ({ code: COOKIE, data })) }
  return buildQuery({ id: 1, name: nameFromText(name), type: 1, edns })
}

function cookieOf(message: Message): Uint8Array | undefined {
  return message.edns?.options.find(({ code }) => code === COOKIE)?.data
}

describe('DNS cookies (RFC 7873)', () => {
  it('come with every answer that asked for one, whatever it says', () => {
    for (const name of ['www.example.com.', 'nowhere.example.com.', 'example.net.']) {
      const cookie = cookieOf(ask(name))!
      expect([cookie.length, cookie.subarray(0, 8)]).toEqual([24, CLIENT_COOKIE])
      expect(cookieOf(ask(name, { cookies: [cookie] }))).toEqual(cookie)
    }
    expect(cookieOf(ask('www.example.com.', { cookies: [] }))).toBeUndefined()
    expect(cookieOf(ask('www.example.com.', { transport: Transport.Stream }))).toHaveLength(24)
  })

  it('are made anew once they are old, and where they do not hold', () => {
    const cookie = cookieOf(ask('www.example.com.'))!
    context.unixSeconds = NOW + HOUR / 2 + 1
    const renewed = cookieOf(ask('www.example.com.', { cookies: [cookie] }))!
    expect(renewed).not.toEqual(cookie)
    expect(cookieOf(ask('www.example.com.', { cookies: [renewed] }))).toEqual(renewed)
    for (const bad of [cookie.with(20, cookie[20]! ^ 1), new Uint8Array(40), new Uint8Array(16)]) {
      expect(cookieOf(ask('www.example.com.', { cookies: [bad] }))!.subarray(0, 8)).toEqual(bad.subarray(0, 8))
    }
    expect(context.statistics[Counter.Cookies]).toBe(6)
    expect(context.statistics[Counter.CookiesValid]).toBe(2)
  })

  it('of impossible length are FORMERR, and of several the first counts', () => {
    for (const length of [0, 1, 7, 9, 15, 41, 100]) {
      const { rcode, edns } = ask('www.example.com.', { cookies: [new Uint8Array(length)] })
      expect([rcode, edns?.options]).toEqual([Rcode.FormErr, []])
    }
    const twice = ask('www.example.com.', { cookies: [CLIENT_COOKIE, new Uint8Array(3)] })
    expect([twice.rcode, cookieOf(twice)!.length]).toEqual([Rcode.NoError, 24])
  })

  it('may be asked for without a question', () => {
    const query = queryOf('.', [CLIENT_COOKIE])
    const bare = Uint8Array.from([...query.subarray(0, 12), ...query.subarray(17)]).with(5, 0)
    // What was asked before must not be answered instead.
    answerTo(context, buildQuery({ id: 1, name: nameFromText('version.bind.'), type: 16, class: 3 }))
    const answer = readMessage(answerTo(context, bare)!)!
    expect([answer.rcode, answer.question, answer.answer]).toEqual([Rcode.NoError, undefined, []])
    expect(cookieOf(answer)).toHaveLength(24)
    const without = bare
      .subarray(0, 12 + 11)
      .with(21, 0)
      .with(22, 0)
    expect(readMessage(answerTo(context, without)!)!.rcode).toBe(Rcode.FormErr)
  })

  it('may be confirmed without a question', () => {
    const confirm = (cookie: Uint8Array, transport: Transport): Message => {
      const query = queryOf('.', [cookie])
      const bare = Uint8Array.from([...query.subarray(0, 12), ...query.subarray(17)]).with(5, 0)
      return readMessage(answerTo(context, bare, { transport })!)!
    }
    const cookie = cookieOf(ask('www.example.com.'))!
    for (const transport of [Transport.Udp, Transport.Stream]) {
      expect(confirm(cookie, transport).rcode).toBe(Rcode.NoError)
      for (const bad of [cookie.with(20, cookie[20]! ^ 1), new Uint8Array(40), cookie.subarray(0, 16)]) {
        const answer = confirm(bad, transport)
        expect([answer.rcode, cookieOf(answer)!.length]).toEqual([Rcode.BadCookie, 24])
      }
    }
    expect(ask('www.example.com.', { cookies: [cookie.with(20, cookie[20]! ^ 1)] }).rcode).toBe(Rcode.NoError)
    const { views, ...rest } = context.generation
    context = contextOf({ ...rest, views: views.map((view) => ({ ...view, cookies: undefined })) })
    expect(confirm(cookie, Transport.Udp)).toMatchObject({ rcode: Rcode.FormErr, edns: { options: [] } })
  })

  it('tell nothing across views', () => {
    const strangers = cookieOf(ask('www.example.com.', { from: STRANGER }))!
    const insiders = cookieOf(ask('www.example.com.', { from: INSIDER }))!
    const jars = context.generation.views.map(({ cookies }) => cookies!.secret.key.join())
    expect(new Set(jars).size).toBe(2)
    expect(strangers.subarray(16)).not.toEqual(insiders.subarray(16))
  })
})

describe('who proved its address by a cookie', () => {
  /** Uses up all that may be asked in a stranger's name. */
  function flood(): void {
    for (let index = 0; index < 2000; index++) {
      for (const name of ['www.example.com.', `guess${index}.example.com.`, 'example.net.']) ask(name, { cookies: [] })
    }
  }

  it('is answered while others flood in its name', () => {
    const cookie = cookieOf(ask('www.example.com.'))!
    flood()
    expect(ask('www.example.com.', { cookies: [] }).flags & Flag.TC).toBe(Flag.TC)
    for (let index = 0; index < 1000; index++) {
      expect(ask('www.example.com.', { cookies: [cookie] }).answer).toHaveLength(1)
    }
    expect(ask('typo.example.com.', { cookies: [cookie] }).rcode).toBe(Rcode.NxDomain)
    expect(ask('example.net.', { cookies: [cookie] }).rcode).toBe(Rcode.Refused)
  })

  it('gets its budget of absent names, then REFUSED', () => {
    const cookie = cookieOf(ask('www.example.com.'))!
    const rcodes = Array.from({ length: 500 }, (_, index) => ask(`g${index}.example.com.`, { cookies: [cookie] }).rcode)
    expect(rcodes.filter((rcode) => rcode === Rcode.NxDomain).length).toBeLessThan(200)
    expect(rcodes.at(-1)).toBe(Rcode.Refused)
    expect(ask('www.example.com.', { cookies: [cookie] }).answer).toHaveLength(1)
  })

  it('gets no cookie by UDP while it has none and its budget is used up, but by TCP', () => {
    flood()
    const limited = ask('www.example.com.')
    expect([limited.flags & Flag.TC, cookieOf(limited), limited.answer]).toEqual([Flag.TC, undefined, []])
    const cookie = cookieOf(ask('www.example.com.', { transport: Transport.Stream }))!
    expect(ask('www.example.com.', { cookies: [cookie] }).answer).toHaveLength(1)
  })
})
