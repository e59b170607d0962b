import { pino } from 'pino'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { supplyAlarms, tellSupplies } from '../../../server/keys/bundle-watch.ts'
import type { RunningServer } from '../../../server/running-server.ts'
import { DAY } from '../../helpers/bundles.ts'
import { NOW } from '../../helpers/key-ring.ts'
import { signedZone } from '../../helpers/keys.ts'
import { live, type OfflineWorld, openOfflineWorld, takeOffline } from '../../helpers/offline-ring.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW * 1000 })
})

afterEach(() => {
  vi.useRealTimers()
})

/** What the watch sees of a server with this zone. */
function serverOf({ ring, zone }: OfflineWorld, lines: { level: number; msg: string }[]): RunningServer {
  const { name, dnssec } = zone.zone
  const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(JSON.parse(line)) })
  return {
    ...{ keyRing: ring, store: { keys: ring.store }, log },
    ...{ configuration: { zones: [zone.zone] }, loaded: { zones: [{ name, dnssec, views: [{}] }] } },
  } as unknown as RunningServer
}

it('an operator hears of a supply that runs low: at half of it, near its end, and when it is over', async () => {
  const world = openOfflineWorld(signedZone('example.com.', { algorithms: [15] }), NOW)
  await live(world)
  await takeOffline(world, 8)
  const lines: { level: number; msg: string }[] = []
  const server = serverOf(world, lines)
  await world.ring.keySets([world.zone.zone], NOW)
  const told = new Map()
  const days: number[] = []
  for (let hour = 0; hour < 70 * 24; hour++) {
    vi.setSystemTime((NOW + hour * 3600) * 1000)
    const before = lines.length
    tellSupplies(server, told)
    if (lines.length > before) days.push(Math.floor(hour / 24))
    expect(supplyAlarms(server)).toHaveLength(told.size)
  }
  const LEVELS = pino.levels.values
  const at = (level: 'warn' | 'error' | 'fatal') => days.filter((_, index) => lines[index]!.level === LEVELS[level])
  // Eight weeks are nine with what the last signatures hold longer.
  expect(at('warn')).toEqual([31, 38, 45])
  expect(at('error')).toEqual([52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62])
  expect(at('fatal').length).toBeGreaterThan(100)
  expect(lines.every(({ msg }) => msg.includes('dnsctl key bundle request example.com.'))).toBe(true)
  expect(days[0]! * DAY).toBeLessThan(32 * DAY)
})
