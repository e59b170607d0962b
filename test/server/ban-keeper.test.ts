import { describe, expect, it, vi } from 'vitest'
import type { Ban } from '../../guard/bans.ts'
import { findPrefixValue } from '../../guard/prefix-trie.ts'
import { Sanction } from '../../guard/reaction.ts'
import { formatPrefix, parseAddress, parsePrefix } from '../../server/address.ts'
import { DEFAULT_BAN, DEFAULT_GUARD, DEFAULT_RATE_LIMIT } from '../../server/configuration/defaults.ts'
import { createAutomaticBans, type Suspect } from '../../server/guard/automatic-bans.ts'
import { createBanKeeper, type WantedBan } from '../../server/guard/ban-keeper.ts'
import type { BanStore } from '../../server/guard/ban-records.ts'
import { type CrawlerVerdict, createCrawlerCheck, type NameResolver } from '../../server/guard/crawlers.ts'
import { listProtected } from '../../server/guard/protected-prefixes.ts'
import { createSanctions } from '../../server/guard/sanctions.ts'
import { openMemoryBanStore } from '../helpers/memory-store.ts'
import { useStoreFolder } from '../helpers/store-folder.ts'

const log = { info: () => {}, warn: () => {}, error: () => {} }

function wanted(prefix: string, seconds: number | 'never' = 60): WantedBan {
  const time = seconds === 'never' ? undefined : seconds
  return {
    prefix: parsePrefix(prefix)!,
    reason: 'why',
    seconds: time,
    by: 'operator',
    incident: undefined,
    proved: false,
  }
}

/** A keeper over this store, its clock, and what is enforced. */
function keep(store: BanStore, capacity?: number) {
  const clock = { now: 1000 }
  const enforced: string[][] = []
  const keeper = createBanKeeper({
    ...{ store, log, now: () => clock.now },
    ...(capacity === undefined ? {} : { capacity }),
    enforce: async (bans) => {
      enforced.push(shown(bans))
      // Workers take a moment.
      await new Promise(setImmediate)
    },
  })
  keeper.stop()
  return { keeper, clock, enforced }
}

const shown = (bans: readonly Ban[]) => bans.map(({ prefix }) => formatPrefix(prefix))

describe('the keeper of bans', () => {
  const { open, reopen } = useStoreFolder()

  it('has a ban on disk and in force when it is acknowledged, and after a restart', async () => {
    const store = open()
    const { keeper, enforced } = keep(store.bans)
    const { addition, ban } = await keeper.add(wanted('192.0.2.0/24', 600))
    expect(addition).toEqual({ outcome: 'added' })
    expect(ban).toMatchObject({ since: 1000, expires: 1600 })
    await keeper.add(wanted('2001:db8::1', 'never'))
    expect(enforced).toEqual([['192.0.2.0/24'], ['192.0.2.0/24', '2001:db8::1/128']])
    const again = keep((await reopen(store)).bans)
    expect(again.keeper.all()).toEqual(keeper.all())
    expect(again.keeper.all()).toHaveLength(2)
  })

  it('lifts bans, for good', async () => {
    const store = open()
    const { keeper, enforced } = keep(store.bans)
    await keeper.add(wanted('192.0.2.7'))
    expect(await keeper.remove(parsePrefix('192.0.2.0/24')!)).toBeUndefined()
    expect((await keeper.remove(parsePrefix('192.0.2.7')!))?.reason).toBe('why')
    expect(enforced.at(-1)).toEqual([])
    expect((await reopen(store)).bans.all()).toEqual([])
  })

  it('ends bans in time, on disk too', async () => {
    const store = open()
    const { keeper, clock, enforced } = keep(store.bans)
    await keeper.add(wanted('192.0.2.7', 60))
    await keeper.add(wanted('192.0.2.8', 61))
    clock.now = 1060
    await keeper.expire()
    expect(enforced.at(-1)).toEqual(['192.0.2.8/32'])
    expect(shown((await reopen(store)).bans.all())).toEqual(['192.0.2.8/32'])
  })

  it('ends after a restart what was over meanwhile', async () => {
    const store = open()
    await keep(store.bans).keeper.add(wanted('192.0.2.7', 60))
    const again = keep((await reopen(store)).bans)
    again.clock.now = 5000
    await again.keeper.expire()
    expect(again.keeper.all()).toEqual([])
  })

  it('is as it was where the disk will not have it', async () => {
    const memory = openMemoryBanStore()
    const { keeper, enforced } = keep({ ...memory, change: () => Promise.reject(new Error('ENOSPC')) })
    await expect(keeper.add(wanted('192.0.2.7'))).rejects.toThrow('ENOSPC')
    expect(keeper.all()).toEqual([])
    expect(enforced).toEqual([])
  })

  it('puts many changes into force together', async () => {
    const { keeper, enforced } = keep(openMemoryBanStore())
    await Promise.all(Array.from({ length: 100 }, (_, host) => keeper.add(wanted(`192.0.2.${host}`))))
    expect(enforced.length).toBeLessThan(10)
    expect(enforced.at(-1)).toHaveLength(100)
  })

  it('makes room on disk as it does in the list', async () => {
    const memory = openMemoryBanStore()
    const { keeper } = keep(memory, 2)
    await keeper.add({ ...wanted('192.0.2.1', 60), by: 'honey' })
    await keeper.add({ ...wanted('192.0.2.2', 70), by: 'honey' })
    expect((await keeper.add(wanted('192.0.2.3'))).addition.outcome).toBe('displaced')
    expect(shown(memory.all()).sort()).toEqual(['192.0.2.2/32', '192.0.2.3/32'])
  })
})

it('sanctions never let a banned source off with being starved', async () => {
  let words = new Int32Array()
  const sanctions = createSanctions(async (published) => {
    words = Int32Array.from(published ?? [])
  })
  const { keeper } = keep(openMemoryBanStore())
  await keeper.add(wanted('192.0.2.0/24'))
  await sanctions.ban(keeper.all())
  await sanctions.starve([parsePrefix('192.0.2.7')!, parsePrefix('198.51.100.0/24')!, parsePrefix('192.0.0.0/16')!])
  const find = (text: string) => findPrefixValue(words, 0, parseAddress(text)!, 0)
  expect(['192.0.2.7', '192.0.2.8', '192.0.3.1', '198.51.100.1', '203.0.113.1'].map(find)).toEqual([
    ...[Sanction.Banned, Sanction.Banned, Sanction.Starved, Sanction.Starved, -1],
  ])
  await sanctions.starve([])
  await sanctions.ban([])
  expect(words).toHaveLength(0)
})

describe('automatic bans', () => {
  const CONFIGURATION = {
    guard: { ...DEFAULT_GUARD, neverBan: [parsePrefix('203.0.113.0/28')!] },
    rateLimit: { ...DEFAULT_RATE_LIMIT, exempt: [parsePrefix('10.0.0.0/8')!] },
    listen: [{ address: '198.51.100.53', port: 53, family: 4 as const }],
  }

  function judging(settings = {}, verdict: CrawlerVerdict = { kind: 'other' }) {
    const { keeper } = keep(openMemoryBanStore())
    const lookups: string[] = []
    const automatic = createAutomaticBans({
      keeper,
      crawlers: {
        check: async (address) => {
          lookups.push(String(address))
          return verdict
        },
        known: () => undefined,
      },
      settings: () => ({ ...DEFAULT_BAN, automatic: true, ...settings }),
      protectedPrefixes: () => listProtected(CONFIGURATION, () => ['198.51.100.99', 'fe80::1%eth0']),
      log,
      now: () => 1000,
    })
    const judge = (address: string, more: Partial<Suspect> = {}) =>
      automatic.judge({
        ...{ address: parseAddress(address)!, proved: true, by: 'honey', reason: 'honey', incident: 'e1' },
        ...more,
      })
    return { keeper, automatic, judge, lookups }
  }

  it('take in one IPv4 address, and of IPv6 what is configured', async () => {
    const { keeper, judge } = judging({ ipv6Length: 64, seconds: 120 })
    expect((await judge('192.0.2.7')).outcome).toBe('banned')
    expect((await judge('2001:db8:1:2:3:4:5:6', { by: 'incident' })).outcome).toBe('banned')
    expect(shown(keeper.all())).toEqual(['2001:db8:1:2::/64', '192.0.2.7/32'])
    expect(keeper.all()[1]).toMatchObject({ expires: 1120, by: 'honey', incident: 'e1', proved: true })
    expect((await judge('192.0.2.7')).outcome).toBe('held')
  })

  it.each([
    ['a source that has not proved its address', '192.0.2.7', { proved: false }, 'unproved'],
    ['guard.never-ban', '203.0.113.5', {}, 'protected'],
    ['exempt clients', '10.1.2.3', {}, 'protected'],
    ['the address it listens at', '198.51.100.53', {}, 'protected'],
    ['addresses of this machine', '198.51.100.99', {}, 'protected'],
    ['loopback', '127.0.0.2', {}, 'protected'],
    ['loopback, IPv6', '::1', {}, 'protected'],
    ['public resolvers', '8.8.8.8', {}, 'protected'],
    ['the machines behind public resolvers', '172.253.1.2', {}, 'protected'],
    ['public resolvers, IPv6', '2606:4700::7', {}, 'protected'],
  ])('spare %s, whatever it did, and look nothing up', async (_title, address, more, why) => {
    for (const by of ['honey', 'incident', 'program'] as const) {
      const { keeper, judge, lookups, automatic } = judging()
      expect(await judge(address, { ...more, by })).toMatchObject({ outcome: 'spared', why })
      expect(keeper.all()).toEqual([])
      expect(lookups).toEqual([])
      expect(automatic.lastSpared(parseAddress(address)!)).toMatchObject({ at: 1000, reason: 'honey' })
    }
  })

  it('are off unless switched on; what the operator made ban is another matter', async () => {
    const { judge } = judging({ automatic: false })
    expect(await judge('192.0.2.7')).toMatchObject({ outcome: 'spared', why: 'off' })
    expect((await judge('192.0.2.7', { by: 'program' })).outcome).toBe('banned')
  })

  it('spare crawlers, and, unless told otherwise, who might be one', async () => {
    const crawler = judging({}, { kind: 'crawler', name: 'crawl-1.googlebot.com' })
    expect(await crawler.judge('192.0.2.7')).toMatchObject({ outcome: 'spared', why: 'crawler' })
    const unknown: CrawlerVerdict = { kind: 'unknown', reason: 'ETIMEOUT' }
    expect(await judging({}, unknown).judge('192.0.2.7')).toMatchObject({ outcome: 'spared', why: 'unknown' })
    expect((await judging({ withoutLookup: true }, unknown).judge('192.0.2.7')).outcome).toBe('banned')
  })

  it('are lifted when a reload protects their source, the operator’s are not', async () => {
    const { keeper, automatic } = judging()
    await keeper.add({ ...wanted('203.0.113.5'), by: 'incident' })
    await keeper.add(wanted('203.0.113.6'))
    await automatic.review()
    expect(shown(keeper.all())).toEqual(['203.0.113.6/32'])
  })
})

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
