import { describe, expect, it } from 'vitest'
import { parseAddress, parsePrefix } from '../../server/address.ts'
import { DEFAULT_BAN, DEFAULT_GUARD, DEFAULT_RATE_LIMIT } from '../../server/configuration/defaults.ts'
import { createAutomaticBans, type Suspect } from '../../server/guard/automatic-bans.ts'
import type { CrawlerVerdict } from '../../server/guard/crawlers.ts'
import { listProtected } from '../../server/guard/protected-prefixes.ts'
import { keep, log, shown, wanted } from '../helpers/bans.ts'
import { openMemoryBanStore } from '../helpers/memory-store.ts'

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
