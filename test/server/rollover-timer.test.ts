import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { rollKeys } from '../../server/keys/rollover-timer.ts'
import { openMemoryKeyStore } from '../helpers/memory-store.ts'
import { quickZone, startRolling, ZONE } from '../helpers/rolling-server.ts'

const OFF = 'example.net.'

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'], now: 1_800_000_000_000 }))
afterEach(() => void vi.useRealTimers())

describe('the timer of rollovers', () => {
  it('notes that a zone is not signed any more once the disk has room again', async () => {
    const store = openMemoryKeyStore()
    const { server } = await startRolling(store, quickZone(), () => {}, { hasBeenServed: false })
    await store.put([{ set: { ...store.get(ZONE)!, zone: OFF }, entry: undefined }])
    Object.assign(server.loaded, {
      zones: [...server.loaded.zones, { name: OFF, dnssec: { kind: 'unsigned' }, views: [{}] }],
    })
    Object.assign(server.configuration, { zones: [...server.configuration.zones, { ...quickZone(), name: OFF }] })
    const error = vi.spyOn(server.log, 'error')
    const { commit } = server.keyRing
    const full = vi.spyOn(server.keyRing, 'commit').mockRejectedValue(new Error('ENOSPC'))
    rollKeys(server)
    await vi.advanceTimersByTimeAsync(10_000)
    const states = () => store.get(OFF)!.keys.map(({ records }) => records.dnskey!.state)
    expect(error).toHaveBeenCalledOnce()
    expect(new Set(states())).toEqual(new Set(['omnipresent']))
    full.mockImplementation(commit)
    await vi.advanceTimersByTimeAsync(120_000)
    expect(new Set(states())).toEqual(new Set(['unretentive']))
    expect(error).toHaveBeenCalledOnce()
  })

  it('notes that a zone was taken out, so that its keys spread anew when it is put back, and not that one does not load', async () => {
    const store = openMemoryKeyStore()
    const zone = quickZone()
    const { server } = await startRolling(store, zone, () => {}, { hasBeenServed: false })
    await store.put([{ set: { ...store.get(ZONE)!, zone: OFF }, entry: undefined }])
    // What a load with errors leaves of a zone: its old images, or none.
    const failing = { name: OFF, state: 'absent', dnssec: { kind: 'unsigned' }, views: [] }
    Object.assign(server.configuration, { zones: [{ ...zone, name: OFF }] })
    Object.assign(server.loaded, { zones: [failing] })
    Object.assign(server.descriptor, { keySets: [] })
    const states = (name: string) => new Set(store.get(name)!.keys.map(({ records }) => records.dnskey!.state))
    rollKeys(server)
    await vi.advanceTimersByTimeAsync(61_000)
    expect(states(OFF)).toEqual(new Set(['omnipresent']))
    expect(states(ZONE)).toEqual(new Set(['unretentive']))
    expect(store.history(ZONE).entries.at(-1)!.what).toContain('does not have the zone any more')
    await server.keyRing.keySets([zone], Math.floor(Date.now() / 1000))
    expect(states(ZONE)).toEqual(new Set(['rumoured']))
  })
})
