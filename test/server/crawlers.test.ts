import { describe, expect, it, vi } from 'vitest'
import { parseAddress } from '../../server/address.ts'
import { createCrawlerCheck, type NameResolver } from '../../server/guard/crawlers.ts'

describe('verified crawlers', () => {
  const failure = (code: string) => Promise.reject(Object.assign(new Error(code), { code }))

  function resolver(answers: Partial<NameResolver>): NameResolver & { readonly asked: string[] } {
    const asked: string[] = []
    const ask = (key: keyof NameResolver) => (text: string) => {
      asked.push(text)
      return answers[key]?.(text) ?? failure('ENOTFOUND')
    }
    return { asked, reverse: ask('reverse'), resolve4: ask('resolve4'), resolve6: ask('resolve6') }
  }

  const check = (answers: Partial<NameResolver>, address = '192.0.2.7', suffixes: string[] = []) =>
    createCrawlerCheck(resolver(answers)).check(parseAddress(address)!, suffixes)

  it('have a name that leads back', async () => {
    const reverse = async () => ['other.example.net', 'Crawl-7.GoogleBot.com.']
    expect(await check({ reverse, resolve4: async () => ['192.0.2.9', '192.0.2.7'] })).toEqual({
      kind: 'crawler',
      name: 'crawl-7.googlebot.com',
    })
    expect(await check({ reverse, resolve6: async () => ['2001:0DB8:0::0:7'] }, '2001:db8::7')).toMatchObject({
      kind: 'crawler',
    })
  })

  it.each([
    ['no PTR', {}],
    ['a name of nobody we know', { reverse: async () => ['host.example.com'] }],
    ['a name that only looks like one', { reverse: async () => ['a.notgooglebot.com', 'googlebot.com.evil.example'] }],
    ['a name that leads elsewhere', { reverse: async () => ['a.googlebot.com'], resolve4: async () => ['192.0.2.8'] }],
    ['a name that leads nowhere', { reverse: async () => ['a.googlebot.com'] }],
  ])('are not those with %s', async (_title, answers) => {
    expect(await check(answers)).toEqual({ kind: 'other' })
  })

  it('are known by the suffixes of the configuration too', async () => {
    const answers = { reverse: async () => ['x.crawl.example.com'], resolve4: async () => ['192.0.2.7'] }
    expect(await check(answers)).toEqual({ kind: 'other' })
    expect(await check(answers, '192.0.2.7', ['crawl.example.com'])).toMatchObject({ kind: 'crawler' })
  })

  it.each(['ESERVFAIL', 'ETIMEOUT', 'ECONNREFUSED'])('cannot be told where the DNS says %s', async (code) => {
    expect(await check({ reverse: () => failure(code) })).toEqual({ kind: 'unknown', reason: code })
    expect(await check({ reverse: async () => ['a.googlebot.com'], resolve4: () => failure(code) })).toMatchObject({
      kind: 'unknown',
    })
  })

  it('are looked up once an hour, and within a bound', async () => {
    let now = 1
    const dns = resolver({})
    const crawlers = createCrawlerCheck(dns, () => now)
    await crawlers.check(parseAddress('192.0.2.7')!, [])
    await crawlers.check(parseAddress('192.0.2.7')!, [])
    expect(dns.asked).toEqual(['192.0.2.7'])
    now += 3_600_001
    await crawlers.check(parseAddress('192.0.2.7')!, [])
    expect(dns.asked).toHaveLength(2)
    const slow = createCrawlerCheck(resolver({ reverse: () => new Promise(() => {}) }))
    vi.useFakeTimers()
    const all = Array.from({ length: 40 }, (_, host) => slow.check(parseAddress(`192.0.2.${host}`)!, []))
    await vi.advanceTimersByTimeAsync(10_000)
    vi.useRealTimers()
    const reasons = (await Promise.all(all)).map((verdict) => (verdict.kind === 'unknown' ? verdict.reason : ''))
    expect(reasons.filter((reason) => reason === 'too many lookups at a time')).toHaveLength(24)
    expect(reasons.filter((reason) => reason === 'the lookup took too long')).toHaveLength(16)
  })
})
