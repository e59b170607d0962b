import { describe, expect, it } from 'vitest'
import { Type } from '../../../dns/constants.ts'
import type { ParentConfiguration } from '../../../server/configuration/types.ts'
import type { WatchedZone } from '../../../server/parent/watch.ts'
import { dsOf, NOW, record } from '../../helpers/simulated-dns.ts'
import { KEYS, openWatch, SERVER, ZONE } from './watched.ts'

const DAY = 86_400

describe('the watch', () => {
  it('looks once a day while nothing waits for the parent', async () => {
    const watched = openWatch()
    expect(await watched.advance(3 * DAY)).toEqual([DAY / 2, 1.5 * DAY, 2.5 * DAY])
    expect(watched.notes[0]).toEqual({ mode: 'check', servers: [], nextCheckAt: NOW + DAY / 2 })
  })

  it('looks at growing intervals while a roll waits, and once a day when it does no more', async () => {
    const watched = openWatch()
    watched.set(0, 'rumoured')
    watched.watch.expect(ZONE)
    expect(await watched.advance(4 * 3600)).toEqual([60, 180, 420, 900, 1860, 3780, 7380, 10_980])
    expect(watched.notes.at(-1)).toMatchObject({ keys: [{ verdict: 'nowhere' }, {}], nextCheckAt: NOW + 14_580 })
    watched.parent.records.push(record(watched.parent.apex, dsOf(ZONE, KEYS[0]!)))
    expect(await watched.advance(3600)).toEqual([14_580])
    expect(watched.notes.at(-1)).toMatchObject({
      keys: [{ verdict: 'everywhere' }, { verdict: 'nowhere' }],
      servers: [{ address: SERVER, keyTags: [KEYS[0]!.keyTag], foreign: 0 }],
      nextCheckAt: NOW + 18_180,
      whole: { at: NOW + 14_580, ttl: 3600 },
    })
    expect(await watched.advance(3600)).toEqual([18_180])
    watched.set(0, 'omnipresent')
    expect(await watched.advance(2 * DAY)).toEqual([21_780, 21_780 + DAY])
  })

  it('begins anew when another step waits for the parent', async () => {
    const watched = openWatch()
    watched.set(0, 'rumoured')
    watched.watch.expect(ZONE)
    await watched.advance(7200)
    watched.set(1, 'rumoured')
    watched.watch.expect(ZONE)
    expect(await watched.advance(400)).toEqual([7260, 7380])
  })

  it('takes the largest TTL that it ever saw, and that of the configuration where it saw none', async () => {
    const watched = openWatch({ dsTtl: 50_000 })
    await watched.watch.look(ZONE)
    expect(watched.notes.at(-1)!.whole).toMatchObject({ ttl: 50_000, anywhere: [] })
    watched.parent.records.push(record(watched.parent.apex, dsOf(ZONE, KEYS[0]!).replace(' DS', ' 7200 DS')))
    await watched.watch.look(ZONE)
    expect(watched.notes.at(-1)!.whole).toMatchObject({ ttl: 7200 })
    watched.parent.records = watched.parent.records.filter(({ type }) => type !== Type.DS)
    await watched.watch.look(ZONE)
    expect(watched.notes.at(-1)!.whole).toMatchObject({ ttl: 7200, anywhere: [] })
  })

  it('looks when it is asked, once for all who ask meanwhile', async () => {
    const watched = openWatch()
    await Promise.all(Array.from({ length: 10 }, () => watched.watch.look(ZONE)))
    expect(watched.notes.filter(({ checkedAt }) => checkedAt !== undefined)).toHaveLength(2)
    await watched.watch.look('unknown.test.')
  })

  it('holds while a server is silent, and says so', async () => {
    const watched = openWatch()
    watched.configure({ servers: [SERVER, '127.0.0.99'].map((address) => ({ address, port: 53, family: 4 })) })
    await watched.watch.look(ZONE)
    const note = watched.notes.at(-1)!
    expect(note.whole).toBeUndefined()
    expect(note).toMatchObject({ servers: [{}, { outcome: 'silent', reason: 'no answer came' }] })
    expect(note.keys!.map(({ verdict }) => verdict)).toEqual(['unknown', 'unknown'])
  })

  it('says since when an address holds a roll up, and after a day what to do', async () => {
    const watched = openWatch()
    const dead = '127.0.0.99'
    watched.set(0, 'rumoured')
    watched.configure({ servers: [SERVER, dead].map((address) => ({ address, port: 53, family: 4 })) })
    watched.parent.records.push(record(watched.parent.apex, dsOf(ZONE, KEYS[0]!)))
    const first = (await watched.advance(60))[0]!
    expect(watched.notes.at(-1)!.servers.map(({ since }) => since)).toEqual([undefined, NOW + first])
    await watched.advance(DAY - 7200)
    expect(watched.notes.at(-1)!.servers[1]!.since).toBe(NOW + first)
    expect(watched.notes.at(-1)!.alarms).toBeUndefined()
    await watched.advance(2 * 7200)
    expect(watched.notes.at(-1)!.alarms).toEqual([
      expect.stringMatching(
        `127\\.0\\.0\\.99 has been silent since .*Z; .*key explain ${ZONE}.*key ds ${ZONE} --submitted ${KEYS[0]!.keyTag}`,
      ),
    ])
    // Nothing waits any more, so nobody has to do anything.
    watched.set(0, 'omnipresent')
    await watched.watch.look(ZONE)
    expect(watched.notes.at(-1)!.alarms).toBeUndefined()
  })

  it('points to no word of an operator where an address answers and never follows: the next look would overrule it', async () => {
    const watched = openWatch()
    const late = '127.0.0.98'
    watched.set(0, 'rumoured')
    watched.configure({ servers: [SERVER, late].map((address) => ({ address, port: 53, family: 4 })) })
    watched.serve(late)
    watched.parent.records.push(record(watched.parent.apex, dsOf(ZONE, KEYS[0]!)))
    await watched.advance(DAY + 7200)
    const [alarm, ...others] = watched.notes.at(-1)!.alarms!
    expect(others).toEqual([])
    expect(alarm).toMatch(/127\.0\.0\.98 has not followed the others since .*parent: \{ servers: /)
    expect(alarm).not.toContain('--submitted')
  })

  it('does not say of anybody that it lags while none has followed', async () => {
    const watched = openWatch()
    watched.set(0, 'rumoured')
    await watched.advance(3 * DAY)
    expect(watched.notes.at(-1)!.servers[0]!.since).toBeUndefined()
    expect(watched.notes.at(-1)!.alarms).toBeUndefined()
  })

  it('goes by the TTL that the store has from before', async () => {
    const watched = openWatch({ dsTtl: 60 }, { measured: { ttl: 9000, at: NOW - DAY } })
    watched.set(0, 'rumoured')
    watched.parent.records.push(record(watched.parent.apex, dsOf(ZONE, KEYS[0]!).replace(' DS', ' 300 DS')))
    await watched.watch.look(ZONE)
    expect(watched.notes.at(-1)).toMatchObject({ whole: { ttl: 9000 }, measured: { ttl: 9000 } })
    watched.set(0, 'omnipresent')
    await watched.watch.look(ZONE)
    expect(watched.notes.at(-1)).toMatchObject({ whole: { ttl: 300 }, measured: { ttl: 300, at: NOW } })
  })

  it.each<[string, Partial<ParentConfiguration>, Partial<WatchedZone>]>([
    ['the configuration says so', { check: false }, {}],
    ['only some views have the zone', { servers: undefined }, { views: ['internal'] }],
    ['the zone is none of the public DNS', { servers: undefined, resolver: 'system' }, {}],
  ])('asks nobody where %s, and says why', async (_title, settings, zone) => {
    const watched = openWatch(settings, zone)
    watched.set(0, 'rumoured')
    watched.watch.expect(ZONE)
    await watched.watch.look(ZONE)
    await watched.advance(2 * DAY)
    expect(watched.asked).toEqual([])
    expect(watched.notes).toEqual([{ mode: 'off', servers: [], problem: expect.stringContaining('parent: {') }])
  })

  it('goes by the configuration as it is now', async () => {
    const watched = openWatch({ check: false })
    expect(await watched.advance(DAY)).toEqual([])
    watched.set(0, 'unretentive')
    watched.configure({ check: true, interval: 5 })
    expect(await watched.advance(20)).toEqual([5, 10, 15, 20].map((seconds) => DAY + seconds))
    watched.configure({ check: false })
    expect(await watched.advance(DAY)).toEqual([])
  })

  it('does not wait for a clock that was set back', async () => {
    const watched = openWatch()
    await watched.advance(DAY / 2)
    watched.setClock(-10 * DAY)
    expect(await watched.advance(60)).toHaveLength(1)
  })

  it('is over once it is stopped', async () => {
    const watched = openWatch()
    watched.watch.stop()
    expect(await watched.advance(2 * DAY)).toEqual([])
  })
})
