import { afterEach, describe, expect, it } from 'vitest'
import type { ClockReading, NotedTime } from '../../keys/rollover/believed-time.ts'
import { clockNoticeToText } from '../../server/clock-text.ts'
import { type ClockWatch, type OddClock, watchClock } from '../../server/clock-watch.ts'

const NOW = Date.UTC(2027, 5, 1)
const HOUR = 3_600_000

interface World {
  readonly watch: ClockWatch
  readonly said: string[]
  readonly noted: NotedTime[]
  /** Lets the time pass that a second takes, and the wall clock show so much more than that. */
  pass(milliseconds: number, set?: number): void
}

const watches: ClockWatch[] = []

afterEach(async () => {
  for (const watch of watches.splice(0)) await watch.stop()
})

function worldAt(wall: number, lastRun?: number): World {
  const clock: { -readonly [Key in keyof ClockReading]: ClockReading[Key] } = { wall, sinceBoot: 5000, boot: 'this' }
  const said: string[] = []
  const noted: NotedTime[] = []
  const before = { wall: lastRun ?? 0, sinceBoot: 9_000_000, boot: 'before' }
  const store = {
    last: () => (lastRun === undefined ? undefined : { believed: lastRun, reading: before, isHeld: false }),
    note: async (time: NotedTime) => void noted.push(time),
  }
  const log = { warn: (_: unknown, text: string) => void said.push(text), error: () => {} }
  const watch = watchClock({ store, log: log as never, read: () => ({ ...clock }) })
  watches.push(watch)
  return {
    ...{ watch, said, noted },
    pass: (milliseconds, set = 0) => {
      clock.wall += milliseconds + set
      clock.sinceBoot += milliseconds
      watch.look()
    },
  }
}

describe('the watch on the clock', () => {
  it('has nothing to say of a clock that goes as time does, with small steps of NTP', () => {
    const world = worldAt(NOW, NOW - HOUR)
    for (let second = 0; second < 7200; second++)
      world.pass(1000, second % 100 === 0 ? 30_000 * (-1) ** (second / 100) : 0)
    expect(world.said).toEqual([])
    expect(world.watch.last()).toBeUndefined()
  })

  it('says once that it was set back, and once that it was set forward', () => {
    const world = worldAt(NOW)
    world.pass(1000, -3 * 24 * HOUR)
    world.pass(1000)
    world.pass(1000, 3 * 24 * HOUR)
    world.pass(1000)
    expect(world.said).toHaveLength(2)
    expect(world.said[0]).toMatch(/^the clock was set 3 days back.*timedatectl/)
    expect(world.said[1]).toMatch(/^the clock was set 3 days forward/)
    expect(world.watch.last()).toMatchObject({ notice: { kind: 'jumped', seconds: 3 * 86_400 } })
  })

  it('notices a clock that is behind its last run, and goes on from there', () => {
    const world = worldAt(NOW, NOW + 5 * HOUR)
    expect(world.said).toHaveLength(1)
    expect(world.said[0]).toMatch(/5 hours behind what it showed when veild last ran/)
    expect(world.noted).toEqual([expect.objectContaining({ believed: NOW + 5 * HOUR, isHeld: true })])
    world.pass(1000)
    expect(world.said).toHaveLength(1)
  })

  it('notices a clock that may be a year ahead, and one that shows what cannot be', () => {
    expect(worldAt(NOW + 500 * 24 * HOUR, NOW).said).toEqual([expect.stringContaining('500 days ago by the clock')])
    const old = worldAt(Date.UTC(1970, 0, 2))
    old.pass(1000)
    expect(old.said).toEqual([expect.stringContaining('1970-01-02T00:00:00.000Z, which cannot be')])
    old.pass(1000, NOW - Date.UTC(1970, 0, 2))
    expect(old.said).toHaveLength(2)
    expect(old.noted.every(({ isHeld }) => isHeld)).toBe(true)
    old.pass(1000, Date.UTC(1970, 0, 2) - NOW)
    old.pass(1000)
    expect(old.said).toHaveLength(3)
  })

  it('takes a first start, and one an hour later, as they come', () => {
    expect(worldAt(NOW).said).toEqual([])
    expect(worldAt(NOW, NOW - 30_000).said).toEqual([])
    expect(worldAt(NOW, NOW - 20 * 24 * HOUR).said).toEqual([])
  })

  it('notes the time every ten minutes, and as soon as it is held', () => {
    const world = worldAt(NOW)
    for (let minute = 0; minute < 600; minute++) world.pass(60_000)
    expect(world.noted.length).toBeGreaterThanOrEqual(60)
    expect(world.noted.length).toBeLessThanOrEqual(62)
    world.pass(1000, -48 * HOUR)
    expect(world.noted.at(-1)).toMatchObject({ isHeld: true, reading: { wall: NOW - 38 * HOUR + 1000 } })
    expect(world.noted.at(-1)!.believed).toBeGreaterThan(NOW + 9 * HOUR)
  })

  it('tells who listens of each oddity, and of the last one at once', () => {
    const world = worldAt(NOW, NOW + 5 * HOUR)
    const told: OddClock[] = []
    world.watch.onOddity((odd) => told.push(odd))
    world.pass(1000, HOUR)
    expect(told.map(({ notice }) => notice.kind)).toEqual(['behind-last-run', 'jumped'])
  })

  it('has no word for time asleep', () => {
    const world = worldAt(NOW)
    world.pass(9 * HOUR)
    expect(world.said).toEqual([])
    expect(world.watch.time()).toMatchObject({ believed: NOW + 9 * HOUR })
  })

  it('goes on where the store fails', async () => {
    const errors: unknown[] = []
    const store = { last: () => undefined, note: () => Promise.reject(new Error('disk full')) }
    const log = { warn: () => {}, error: (...args: unknown[]) => void errors.push(args) }
    const watch = watchClock({ store, log: log as never, read: () => ({ wall: NOW, sinceBoot: 0, boot: 'this' }) })
    watches.push(watch)
    await Promise.resolve()
    await Promise.resolve()
    expect(errors).toHaveLength(1)
  })

  it('counts in units that people use', () => {
    const ago = (seconds: number): string => clockNoticeToText({ kind: 'behind-last-run', seconds })
    expect(ago(90)).toContain('90 seconds')
    expect(ago(7300)).toContain('2 hours')
    expect(ago(3 * 366 * 86_400)).toContain('3 years')
  })
})
