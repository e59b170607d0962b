import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nameFromText } from '../../dns/name.ts'
import { DsDigest, dsRdata } from '../../keys/dnskey.ts'
import type { StoredKeySet } from '../../keys/key-store.ts'
import type { RecordState } from '../../keys/rollover/key-state.ts'
import { noteParent, type WholeSighting } from '../../server/keys/parent-sightings.ts'
import { noteSightings, trustedDs } from '../../server/keys/sighted-ds.ts'
import { openMemoryKeyStore } from '../helpers/memory-store.ts'
import { quickZone, startRolling, ZONE } from '../helpers/rolling-server.ts'

const START = 1_800_000_000

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: START * 1000 }))
afterEach(() => void vi.useRealTimers())

/** A zone whose KSK has a DS in this state, served long ago; and what becomes of it by a look. */
async function zoneWith(state: RecordState) {
  const zone = quickZone()
  const { server } = await startRolling(openMemoryKeyStore(), zone, () => {}, { hasBeenServed: false })
  const stored = server.store.keys.get(ZONE)!
  const ds = { state, since: START, served: START, ttl: 60 } as const
  const keys = stored.keys.map((key) =>
    key.records.ds === undefined ? key : { ...key, records: { ...key.records, ds } },
  )
  const set: StoredKeySet = { ...stored, keys }
  const ksk = keys.find(({ records }) => records.ds !== undefined)!
  const own = (digest: DsDigest = DsDigest.Sha256) => dsRdata(nameFromText(ZONE), ksk.dnskey, digest)
  const whole = (everywhere: readonly Uint8Array[], more: Partial<WholeSighting> = {}): WholeSighting => ({
    ...{ at: START + 100_000, ttl: 60, everywhere, anywhere: everywhere },
    ...more,
  })
  const become = (seen: WholeSighting) =>
    noteSightings(set, seen, zone.dnssec).keys.find(({ id }) => id === ksk.id)!.records.ds!
  return { server, set, ksk, own, whole, become }
}

describe('a look at the parent', () => {
  it.each([
    ['unretentive', 'gone'],
    ['rumoured', 'there'],
  ] as const)(
    'starts the timer of a DS that is %s once it is %s, and not by what is out of date',
    async (state, word) => {
      const { own, whole, become, ksk } = await zoneWith(state)
      const found = word === 'there' ? [own()] : []
      expect(become(whole(found)).seen).toMatchObject({ at: START + 100_000, by: 'check' })
      const outdated = become(whole(found, { outdated: [ksk.id] }))
      expect(outdated.state).toBe(state)
      expect(outdated.seen).toBeUndefined()
    },
  )

  it('has no DS leave by what is out of date, nor has the server checked by it', async () => {
    const { own, whole, become, ksk, server, set } = await zoneWith('omnipresent')
    expect(become(whole([])).state).toBe('unretentive')
    expect(become(whole([], { outdated: [ksk.id] })).state).toBe('rumoured')
    const seen = (more: Partial<WholeSighting>) => {
      server.rollovers.parents.set(ZONE, { mode: 'check', servers: [], whole: whole([own()], more) })
      return trustedDs(server, set)
    }
    expect(seen({})).toHaveLength(1)
    expect(seen({ outdated: ['elsewhere'] })).toEqual([])
  })

  it('has nothing rely on a DS beside one with a wrong digest that did not before', async () => {
    const wrong = (own: Uint8Array) => own.map((octet, at) => (at < 4 ? octet : octet ^ 1))
    for (const state of ['rumoured', 'omnipresent'] as const) {
      const { own, whole, become } = await zoneWith(state)
      const both = [own(), wrong(own(DsDigest.Sha384))]
      expect(become(whole(both))).toMatchObject({ state })
      expect(become(whole(both)).seen).toBeUndefined()
      expect(become(whole([...both.slice(0, 1), own(DsDigest.Sha384)])).seen).toEqual(
        state === 'rumoured' ? expect.anything() : undefined,
      )
    }
  })

  it('has an alarm told of a wrong digest', async () => {
    const { server } = await zoneWith('rumoured')
    const misfits = ['7 13 4 CC']
    const found = { name: '', address: '192.0.2.1', outcome: 'answered', ds: misfits, keyTags: [] } as const
    await noteParent(server, ZONE, { mode: 'check', servers: [{ ...found, foreign: 1, misfits }] })
    expect(server.rollovers.parents.get(ZONE)!.alarms).toEqual([expect.stringContaining('remove exactly that')])
  })

  it('is what the server is checked by after a step, unless no DS led to a key before', async () => {
    const { server, set, own, whole, ksk } = await zoneWith('omnipresent')
    server.rollovers.parents.set(ZONE, { mode: 'check', servers: [], whole: whole([own()]) })
    const keys = set.keys.map((key) => {
      const { krrsig } = key.records
      return key.id === ksk.id
        ? { ...key, records: { ...key.records, krrsig: { ...krrsig!, state: 'hidden' as const } } }
        : key
    })
    const without = { ...set, keys }
    // The step that lets go of the last key is to blame; one that comes after it is not.
    expect(trustedDs(server, without, set)).toHaveLength(1)
    expect(trustedDs(server, without, without)).toEqual([])
    expect(trustedDs(server, set, undefined)).toHaveLength(1)
  })

  it('leaves in the store when the parent signed, though it was not complete', async () => {
    const { server } = await zoneWith('rumoured')
    const signed = { a0: { present: START } }
    await noteParent(server, ZONE, { mode: 'check', servers: [], signed })
    expect(server.store.keys.get(ZONE)!.parentSigned).toEqual(signed)
  })
})
