import { describe, expect, it } from 'vitest'
import { Type } from '../../../dns/constants.ts'
import type { SignedAnswers } from '../../../keys/key-store.ts'
import type { ParentConfiguration } from '../../../server/configuration/types.ts'
import { drawKey } from '../../helpers/keys.ts'
import { dsOf, NOW, record, type SimulatedZone } from '../../helpers/simulated-dns.ts'
import { KEYS, openWatch, SERVER, type Watched, ZONE } from './watched.ts'

const PARENT_KEY = await drawKey(13, 'ksk')
const OTHER = '127.0.0.98'
const [OLD, NEXT] = [KEYS[0]!, KEYS[1]!]
/** Seconds for which the parent's signatures hold. */
const VALIDITY = 7 * 86_400

/** The parent's zone as it was signed at `at`, from `NOW` on, with the DS of these keys. */
function parentOf({ parent }: Watched, at: number, ...keys: (typeof OLD)[]): SimulatedZone {
  const others = parent.records.filter(({ type }) => type !== Type.DS)
  const ds = keys.map((key) => record(parent.apex, dsOf(ZONE, key)))
  const inception = NOW + at
  return { ...parent, records: [...others, ...ds], validity: { inception, expiration: inception + VALIDITY } }
}

function openSigned(settings: Partial<ParentConfiguration> = {}, signed?: SignedAnswers) {
  const servers = [SERVER, OTHER].map((address) => ({ address, port: 53, family: 4 as const }))
  const watched = openWatch({ servers, ...settings }, signed === undefined ? {} : { signed }, PARENT_KEY)
  /** A look that finds these zones at the two servers; what it says of the two keys. */
  const look = async (first: SimulatedZone, second = first) => {
    watched.serve(SERVER, first)
    watched.serve(OTHER, second)
    await watched.watch.look(ZONE)
    const note = watched.notes.at(-1)!
    return { note, verdicts: note.keys!.map(({ verdict }) => verdict), outdated: note.whole?.outdated }
  }
  return { watched, look, zone: (at: number, ...keys: (typeof OLD)[]) => parentOf(watched, at, ...keys) }
}

describe('what the parent signed before it was seen to sign the contrary', () => {
  it('is no news, whichever way: neither that a DS has come back nor that one has gone', async () => {
    const { watched, look, zone } = openSigned()
    const before = zone(-9000, OLD)
    expect((await look(before)).verdicts).toEqual(['everywhere', 'nowhere'])
    expect((await look(zone(-3000, NEXT))).verdicts).toEqual(['nowhere', 'everywhere'])
    // The roll is cancelled, and somebody shows what was.
    watched.set(0, 'rumoured')
    watched.set(1, 'unretentive')
    const replayed = await look(before)
    expect(replayed.verdicts).toEqual(['partly', 'partly'])
    expect(replayed.outdated).toEqual(['0', '1'])
    const tags = [OLD.keyTag, NEXT.keyTag]
    expect(replayed.note.servers.map(({ outdated }) => outdated)).toEqual([tags, tags])
    // The parent itself has signed it anew.
    const after = await look(zone(-60, OLD))
    expect(after.verdicts).toEqual(['everywhere', 'nowhere'])
    expect(after.outdated).toBeUndefined()
  })

  it('is none where the proof that there was no DS is repeated', async () => {
    const { look, zone } = openSigned()
    const before = zone(-9000)
    await look(before)
    await look(zone(-3000, OLD))
    expect(await look(before)).toMatchObject({ verdicts: ['partly', 'nowhere'], outdated: ['0'] })
    expect((await look(zone(-1000))).verdicts).toEqual(['nowhere', 'nowhere'])
  })

  it('counts for nothing at a single address, though no look was complete since', async () => {
    const { watched, look, zone } = openSigned()
    const before = zone(-9000, OLD)
    await look(before)
    watched.serve(SERVER, zone(-3000, NEXT))
    watched.configure({ servers: [SERVER, '127.0.0.99'].map((address) => ({ address, port: 53, family: 4 })) })
    await watched.watch.look(ZONE)
    expect(watched.notes.at(-1)!.whole).toBeUndefined()
    watched.configure({ servers: [SERVER, OTHER].map((address) => ({ address, port: 53, family: 4 })) })
    expect((await look(zone(-2000, OLD), before)).verdicts).toEqual(['partly', 'partly'])
  })

  it('is none whatever the clock shows, nor for a process that has it from the store', async () => {
    const { watched, look, zone } = openSigned()
    const before = zone(-9000, OLD)
    await look(before)
    await look(zone(-3000, NEXT))
    for (const by of [3 * 86_400, -3 * 86_400 + 1]) {
      watched.setClock(by)
      expect((await look(before)).verdicts).toEqual(['partly', 'partly'])
    }
    const later = openSigned({}, watched.notes.at(-1)!.signed)
    expect((await later.look(later.zone(-9000, OLD))).verdicts).toEqual(['partly', 'partly'])
  })

  it('is told of after a day while a roll waits, with what ends the wait', async () => {
    const { watched, look, zone } = openSigned({ interval: 6 * 3600 })
    const before = zone(-9000, OLD)
    await look(before)
    await look(zone(-3000, NEXT))
    watched.set(1, 'unretentive')
    await look(before)
    expect(watched.notes.at(-1)!.servers[0]!.since).toBe(NOW)
    await watched.advance(2 * 86_400)
    expect(watched.notes.at(-1)!.alarms).toEqual([
      expect.stringMatching(`has given what the parent signed before .* key ds ${ZONE} --withdrawn ${NEXT.keyTag}`),
    ])
  })

  it('is not asked about where nothing is validated', async () => {
    const { look, zone } = openSigned({ trustAnchors: [] })
    const before = zone(-9000, OLD)
    await look(before)
    const { note } = await look(zone(-3000, NEXT))
    expect(note.signed).toBeUndefined()
    expect((await look(before)).verdicts).toEqual(['everywhere', 'nowhere'])
  })
})

describe('an honest parent', () => {
  it('with servers that sign on their own, each at its time, holds nothing up', async () => {
    const { look, zone } = openSigned()
    await look(zone(-9000, OLD), zone(-5000, OLD))
    expect((await look(zone(-9000, OLD), zone(-4000, OLD))).verdicts).toEqual(['everywhere', 'nowhere'])
    expect((await look(zone(-3000, OLD, NEXT), zone(-4000, OLD))).verdicts).toEqual(['everywhere', 'partly'])
    expect((await look(zone(-3000, OLD, NEXT), zone(-2900, OLD, NEXT))).verdicts).toEqual(['everywhere', 'everywhere'])
    // Other records come and go: the older signature of one of them says nothing else of these.
    expect((await look(zone(-3000, OLD, NEXT), zone(-100, OLD, NEXT))).outdated).toBeUndefined()
    expect((await look(zone(-50, NEXT), zone(-60, NEXT))).verdicts).toEqual(['nowhere', 'everywhere'])
  })

  it('whose signatures of one week all begin at one time holds nothing up', async () => {
    const { look, zone } = openSigned()
    for (const keys of [[OLD], [OLD, NEXT], [NEXT], [OLD]]) {
      expect((await look(zone(-9000, ...keys))).outdated).toBeUndefined()
    }
  })

  it('one of whose servers is behind is waited for, and no longer', async () => {
    const { look, zone } = openSigned()
    const before = zone(-9000, OLD)
    await look(before)
    expect((await look(zone(-3000, NEXT), before)).verdicts).toEqual(['partly', 'partly'])
    expect((await look(zone(-3000, NEXT))).verdicts).toEqual(['nowhere', 'everywhere'])
  })

  it('may sign with a time that varies a little: a look later it is believed', async () => {
    const { look, zone } = openSigned()
    await look(zone(-1000, OLD))
    expect((await look(zone(-1020, NEXT))).verdicts).toEqual(['partly', 'partly'])
    expect((await look(zone(-900, NEXT))).verdicts).toEqual(['nowhere', 'everywhere'])
  })
})
