import { describe, expect, it } from 'vitest'
import type { StoredKey, StoredKeySet } from '../../keys/key-store.ts'
import { createSealing, openSealing } from '../../keys/sealing.ts'
import { removeSlot } from '../../server/keys/slot-changes.ts'
import { openMemoryKeyStore } from '../helpers/memory-store.ts'

const SECRET = Uint8Array.from({ length: 48 }, (_, index) => index)
const [KEY, OTHER] = [Buffer.alloc(32, 7), Buffer.alloc(32, 8)]
const ZONES = ['a.', 'b.']

/** A store of two slots and two zones, each with a key and one beforehand. */
async function openWorld() {
  const store = openMemoryKeyStore()
  const { header, sealing } = createSealing(KEY)
  await store.putHeader(sealing.addSlot(header, { kind: 'key-file', created: 1 }, OTHER))
  const sets = ZONES.map((zone): StoredKeySet => {
    const key = (id: string, isHere: boolean): StoredKey => ({
      ...{ id, role: 'zsk', algorithm: 13, keyTag: 1, created: 1, duty: 'active', dutySince: 1, records: {} },
      ...{ dnskey: new Uint8Array(4), sealed: isHere ? sealing.seal(SECRET, zone, id) : undefined },
    })
    const keys = [key('1', true), key('2', false)]
    return { zone, epoch: 1, goal: 'secure', isPaused: false, keys, reserve: [key('3', true)] }
  })
  await store.put(sets.map((set) => ({ set, entry: undefined })))
  return { store, sealing }
}

describe('the removal of a slot', () => {
  it('seals every private key anew, those made beforehand too, and leaves those alone that are not here', async () => {
    const { store, sealing } = await openWorld()
    const { slot, renewed } = await removeSlot(store, 1, sealing)
    expect([slot.id, store.header()!.slots.map(({ id }) => id)]).toEqual([1, [2]])
    const opened = openSealing(store.header()!, OTHER)!.sealing
    expect(opened.fingerprint).toBe(renewed!.fingerprint)
    for (const zone of ZONES) {
      const { keys, reserve } = store.get(zone)!
      expect(keys[1]!.sealed).toBeUndefined()
      for (const { id, sealed } of [keys[0]!, reserve![0]!]) {
        expect(sealing.open(sealed!, zone, id)).toBeUndefined()
        expect([...opened.open(sealed!, zone, id)!]).toEqual([...SECRET])
      }
    }
  })

  it('changes nothing where the store cannot be written, or a key does not open', async () => {
    const { store, sealing } = await openWorld()
    const before = [store.header(), ...ZONES.map((zone) => store.get(zone))]
    const failing = { ...store, putSealing: () => Promise.reject(new Error('disk full')) }
    await expect(removeSlot(failing, 1, sealing)).rejects.toThrow('disk full')
    expect([store.header(), ...ZONES.map((zone) => store.get(zone))]).toEqual(before)
    const set = store.get('b.')!
    const damaged = { ...set, keys: [{ ...set.keys[0]!, sealed: new Uint8Array(64) }] }
    await store.put([{ set: damaged, entry: undefined }])
    await expect(removeSlot(store, 1, sealing)).rejects.toThrow('the private key 1 of b. cannot be opened')
    expect(store.header()!.slots).toHaveLength(2)
    expect([...sealing.open(store.get('a.')!.keys[0]!.sealed!, 'a.', '1')!]).toEqual([...SECRET])
  })

  it('refuses the last one, and one that is not there', async () => {
    const { store, sealing } = await openWorld()
    await expect(removeSlot(store, 3, sealing)).rejects.toThrow('no slot 3')
    const { renewed } = await removeSlot(store, 1, sealing)
    await expect(removeSlot(store, 2, renewed!)).rejects.toThrow('is the last one')
  })
})
