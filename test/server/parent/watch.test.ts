import { beforeAll, describe, expect, it } from 'vitest'
import { Flag, Opcode, Rcode, Type } from '../../../dns/constants.ts'
import { canonicalName, nameFromText } from '../../../dns/name.ts'
import type { KeyMaterial } from '../../../keys/key-set.ts'
import type { RecordState, RecordStatus } from '../../../keys/rollover/key-state.ts'
import { DEFAULT_PARENT } from '../../../server/configuration/parent.ts'
import type { ParentConfiguration } from '../../../server/configuration/types.ts'
import type { ParentObservation } from '../../../server/keys/parent-sightings.ts'
import { type WatchedZone, watchParents } from '../../../server/parent/watch.ts'
import { encodeMessage } from '../../helpers/encode-message.ts'
import { drawKey } from '../../helpers/keys.ts'
import {
  type Behaviour,
  createSimulatedDns,
  dsOf,
  NOW,
  record,
  type SimulatedZone,
  silently,
  simulatedZone,
} from '../../helpers/simulated-dns.ts'

const ZONE = 'veil.test.'
const SERVER = '127.0.0.9'
const TARGET = '127.0.0.10'
const DAY = 86_400

let keys: KeyMaterial[]

beforeAll(async () => {
  keys = [await drawKey(13, 'ksk'), await drawKey(13, 'ksk')]
})

interface Watched {
  readonly parent: SimulatedZone
  readonly notes: ParentObservation[]
  readonly watch: ReturnType<typeof watchParents>
  readonly asked: readonly { readonly text: string; readonly address: string }[]
  /** The state of the key's DS from now on. */
  set(key: number, state: RecordState): void
  configure(settings: Partial<ParentConfiguration>): void
  /** Lets so many seconds go by; gives the times, from the start, of questions for the DS in them. */
  advance(seconds: number): Promise<number[]>
  /** What the host at which notifications are heard does. */
  target(behave: Behaviour): void
}

function openWatch(settings: Partial<ParentConfiguration> = {}, zone: Partial<WatchedZone> = {}): Watched {
  const dns = createSimulatedDns()
  const parent = simulatedZone('test.', ['@ NS ns', `ns A ${SERVER}`, 'veil NS ns.veil.test.'])
  dns.serve(SERVER, [parent])
  const servers = [{ address: SERVER, port: 53, family: 4 as const }]
  let configured: ParentConfiguration = { ...DEFAULT_PARENT, servers, resolver: servers, ...settings }
  const states = keys.map((): RecordStatus => ({ state: 'hidden', since: 0, ttl: 0 }))
  let now = NOW
  let timers: { at: number; run: () => void }[] = []
  const notes: ParentObservation[] = []
  const looks: number[] = []
  const apex = canonicalName(nameFromText(ZONE))
  const watchedZone = (): WatchedZone => ({
    ...{ name: ZONE, apex, views: undefined, parent: configured },
    keys: keys.map(({ dnskey, keyTag }, index) => ({
      ...{ id: String(index), apex, dnskey, keyTag, records: { ds: states[index]! } },
    })),
    ...zone,
  })
  let id = 0
  const watch = watchParents({
    parts: {
      network: {
        exchange: async (request) => {
          const before = dns.asked.length
          const answer = await dns.exchange(request)
          if (dns.asked[before]!.text === `${ZONE} ${Type.DS}`) looks.push(now - NOW)
          return answer
        },
        randomId: () => id++ & 0xffff,
      },
      now: () => now,
    },
    names: () => [ZONE],
    zone: (name) => (name === ZONE ? watchedZone() : undefined),
    note: async (_zone, observation) => void notes.push(observation),
    onError: (error) => {
      throw error
    },
    after: (milliseconds, run) => {
      const timer = { at: now + Math.ceil(milliseconds / 1000), run }
      timers.push(timer)
      return () => {
        timers = timers.filter((each) => each !== timer)
      }
    },
    random: () => 0.5,
  })
  return {
    ...{ parent, notes, watch, asked: dns.asked },
    target: (behave) => dns.serve(TARGET, [], behave),
    set: (index, state) => {
      states[index] = { state, since: now, ttl: 0 }
    },
    configure: (changed) => {
      configured = { ...configured, ...changed }
      watch.follow()
    },
    advance: async (seconds) => {
      const [end, first] = [now + seconds, looks.length]
      await settle()
      for (;;) {
        const due = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
        if (due === undefined) break
        timers = timers.filter((each) => each !== due)
        now = Math.max(now, due.at)
        due.run()
        await settle()
      }
      now = end
      return looks.slice(first)
    },
  }
}

/** Everything in the simulation follows at once: nothing waits for more than promises. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

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
    watched.parent.records.push(record(watched.parent.apex, dsOf(ZONE, keys[0]!)))
    expect(await watched.advance(3600)).toEqual([14_580])
    expect(watched.notes.at(-1)).toMatchObject({
      keys: [{ verdict: 'everywhere' }, { verdict: 'nowhere' }],
      servers: [{ address: SERVER, keyTags: [keys[0]!.keyTag], foreign: 0 }],
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
    watched.parent.records.push(record(watched.parent.apex, dsOf(ZONE, keys[0]!).replace(' DS', ' 7200 DS')))
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

  it('is over once it is stopped', async () => {
    const watched = openWatch()
    watched.watch.stop()
    expect(await watched.advance(2 * DAY)).toEqual([])
  })
})

describe('the parent is told of new CDS records', () => {
  const DSYNC = `*._dsync DSYNC CDS NOTIFY 5359 scanner.test.`

  async function tell(lines: readonly string[], behave: Behaviour, settings: Partial<ParentConfiguration> = {}) {
    const watched = openWatch(settings)
    watched.parent.records.push(...lines.map((line) => record(watched.parent.apex, line)))
    watched.target(behave)
    watched.set(0, 'rumoured')
    watched.watch.expect(ZONE)
    await watched.advance(60)
    const told = watched.asked.filter(({ text }) => text === `${ZONE} ${Type.CDS}`)
    return { notified: watched.notes.at(-1)!.notified, told }
  }

  const reply =
    (rcode: number): Behaviour =>
    (query) => {
      if (query.opcode !== Opcode.Notify || (query.flags & Flag.AA) === 0) throw new Error('no NOTIFY')
      const flags = Flag.QR | Flag.AA | (Opcode.Notify << 11) | rcode
      return [
        encodeMessage({ id: query.id ^ 1, flags, question: query.question }),
        encodeMessage({ id: query.id, flags, question: query.question }),
      ]
    }

  it.each<[string, readonly string[]]>([
    ['at its own place', ['veil._dsync DSYNC CDS NOTIFY 5359 scanner']],
    ['at the place of all', ['_dsync DSYNC CDS NOTIFY 5359 scanner']],
    ['where other notifications go elsewhere', ['_dsync DSYNC CSYNC NOTIFY 53 x', '_dsync DSYNC CDS 1 5359 scanner']],
  ])('%s', async (_title, lines) => {
    const { notified, told } = await tell([...lines, `scanner A ${TARGET}`], reply(Rcode.NoError))
    expect(notified).toEqual({ at: NOW, target: 'scanner.test.@5359', outcome: 'acknowledged' })
    expect(told).toEqual([{ address: TARGET, via: 'udp', text: `${ZONE} ${Type.CDS}` }])
  })

  it('five times where nobody answers, and that is said', async () => {
    const { notified, told } = await tell(['_dsync DSYNC CDS NOTIFY 5359 scanner', `scanner A ${TARGET}`], silently)
    expect(notified).toMatchObject({ outcome: 'silent' })
    expect(told).toHaveLength(5)
  })

  it('and may refuse', async () => {
    const { notified, told } = await tell(
      ['_dsync DSYNC CDS NOTIFY 5359 scanner', `scanner A ${TARGET}`],
      reply(Rcode.NotImp),
    )
    expect(notified).toMatchObject({ outcome: 'refused' })
    expect(told).toHaveLength(1)
  })

  it.each<[string, readonly string[], string]>([
    ['it does not ask for it', [], 'none'],
    ['it asks for something else', ['_dsync DSYNC CSYNC NOTIFY 5359 scanner'], 'none'],
    ['it asks for it in another way', ['_dsync DSYNC CDS 200 5359 scanner'], 'none'],
    ['there is no port', ['_dsync DSYNC CDS NOTIFY 0 scanner'], 'none'],
    ['the target has no address', ['_dsync DSYNC CDS NOTIFY 5359 nobody'], 'nobody.test. has no address'],
  ])('not where %s', async (_title, lines, target) => {
    const { notified, told } = await tell(lines, reply(Rcode.NoError))
    expect(notified).toMatchObject({ target: expect.stringContaining(target), outcome: 'none' })
    expect(told).toEqual([])
  })

  it('not where the target is a group of hosts', async () => {
    const { notified, told } = await tell(
      ['_dsync DSYNC CDS NOTIFY 5359 scanner', 'scanner A 224.0.0.251', 'scanner AAAA ff02::fb', 'scanner A 0.0.0.0'],
      reply(Rcode.NoError),
    )
    expect(notified).toMatchObject({ target: expect.stringContaining('scanner.test. has no address'), outcome: 'none' })
    expect(told).toEqual([])
  })

  it('not where the configuration says so', async () => {
    const { notified, told } = await tell([DSYNC], reply(Rcode.NoError), { notify: false })
    expect([notified, told]).toEqual([undefined, []])
  })
})
