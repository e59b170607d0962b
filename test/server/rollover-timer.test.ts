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
})
