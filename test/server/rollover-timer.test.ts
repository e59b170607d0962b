import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { reportRollovers, rolloverAlarms } from '../../server/keys/rollover-reports.ts'
import { lookAgain, rollKeys, scheduleZones } from '../../server/keys/rollover-timer.ts'
import { reportStored } from '../../server/keys/stored-rollovers.ts'
import type { RunningServer } from '../../server/running-server.ts'
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

  it('rolls all other zones, and reports of all, where what becomes of one cannot be worked out', async () => {
    const store = openMemoryKeyStore()
    const zone = quickZone({ zskLifetime: 3600 })
    const { server } = await startRolling(store, zone, () => {}, { hasBeenServed: false })
    const copy = { ...zone, name: OFF }
    // A record that is out of its role's states: whatever asks for it throws.
    const whole = { ...store.get(ZONE)!, zone: OFF }
    const [first, ...others] = whole.keys
    const broken = { ...first!, records: { ...first!.records, dnskey: undefined as never } }
    await store.put([{ set: { ...whole, keys: [broken, ...others] }, entry: undefined }])
    const loaded = [OFF, ZONE].map((name) => ({ name, dnssec: zone.dnssec, views: [{}] }))
    Object.assign(server.configuration, { zones: [copy, zone] })
    Object.assign(server.loaded, { zones: loaded })
    const [keySet] = server.descriptor.keySets
    Object.assign(server.descriptor, { keySets: [{ ...keySet!, zone: OFF }, keySet!] })
    const [error, tell] = [vi.spyOn(server.log, 'error'), vi.spyOn(server.bans, 'tell')]
    rollKeys(server)
    await passMinutes(server, 62)
    const zsks = (name: string) => store.get(name)!.keys.filter(({ role }) => role === 'zsk').length
    expect([zsks(ZONE), zsks(OFF)]).toEqual([2, 1])
    // Once, though it was tried every minute.
    expect(error).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ zone: OFF }), expect.stringContaining(OFF))
    expect(tell.mock.calls.filter(([{ facts }]) => facts?.zone === OFF)).toHaveLength(1)
    const reports = await reportRollovers(server)
    const alarmsOf = (name: string) => rolloverAlarms(server).filter((text) => text.startsWith(name))
    expect(reports.map(({ zone: name, keys }) => [name, keys.length])).toEqual([
      [OFF, 2],
      [ZONE, 3],
    ])
    expect(reports[0]!.alarms).toEqual([expect.stringContaining('its keys cannot be gone on with')])
    expect(alarmsOf(OFF)).toEqual([`${OFF}: ${reports[0]!.alarms[0]}`])
    // Read from the store alone, where nothing has been tried, it is no zone without anything to come.
    const [stored] = reportStored(store, [copy] as never, {
      nowSeconds: Date.now() / 1000,
      unwatched: 'no server runs',
      alarms: [],
    })
    expect(stored!.alarms).toEqual([expect.stringContaining('what comes next cannot be worked out')])
    // Mended, it goes on by itself.
    await store.put([{ set: whole, entry: undefined }])
    await passMinutes(server, 4)
    expect(server.rollovers.unplanned.size).toBe(0)
    // What is on disk, and cannot be served, keeps nobody else waiting either: these keys are sealed for another zone.
    await store.put([{ set: { ...whole, epoch: 9 }, entry: undefined }])
    await passMinutes(server, 62)
    expect(alarmsOf(OFF)).toContainEqual(expect.stringContaining('its keys cannot be gone on with'))
    expect(store.history(ZONE).entries.length).toBeGreaterThan(2)
    // Nor is anything said of it once the configuration has it no more.
    Object.assign(server.descriptor, { keySets: server.descriptor.keySets.filter((set) => set.zone !== OFF) })
    Object.assign(server.configuration, { zones: [zone] })
    lookAgain(server)
    await passMinutes(server, 2)
    expect(alarmsOf(OFF)).toEqual([])
  })

  it('checks the history of a zone when it looks at its keys, and for a list of all zones not once more', async () => {
    const store = openMemoryKeyStore()
    const { server } = await startRolling(store, quickZone(), () => {}, { hasBeenServed: false })
    const history = vi.spyOn(store, 'history')
    const alarmsIn = async (names?: ReadonlySet<string>) => (await reportRollovers(server, names))[0]!.alarms
    // Nobody has looked yet.
    expect(await alarmsIn()).toEqual([])
    expect(history).toHaveBeenCalledTimes(1)
    const { entries, head } = store.history(ZONE)
    history.mockReturnValue({ entries: entries.slice(1), head })
    scheduleZones(server, [ZONE])
    history.mockClear()
    const found = await alarmsIn()
    expect(found).toEqual([expect.stringContaining(`the history of the keys of ${ZONE} does not hold`)])
    expect(rolloverAlarms(server)).toEqual([`${ZONE}: ${found[0]}`])
    expect(history).not.toHaveBeenCalled()
    history.mockRestore()
    // Who asks for one zone hears how it is now.
    expect(await alarmsIn(new Set([ZONE]))).toEqual([])
  })
})

/** Steps take turns of the event loop, and keys are made by threads, which no clock of a test hurries. */
async function passMinutes(server: RunningServer, minutes: number): Promise<void> {
  const { due } = server.rollovers
  const isAllDone = () => server.descriptor.keySets.every(({ zone }) => (due.get(zone) ?? 0) > Date.now() / 1000)
  for (let left = minutes; left > 0; left--) {
    await vi.advanceTimersByTimeAsync(60_000)
    for (let turn = 0; turn < 1e6 && !isAllDone(); turn++) await new Promise((resolve) => setImmediate(resolve))
  }
}
