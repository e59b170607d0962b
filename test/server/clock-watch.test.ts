import { afterEach, describe, expect, it } from 'vitest'
import {
  type ClockReading,
  type ClockWatch,
  clockNoticeToText,
  judgeTime,
  watchClock,
} from '../../server/clock-watch.ts'

const NOW = Date.UTC(2027, 5, 1)
const HOUR = 3_600_000

interface World {
  readonly watch: ClockWatch
  readonly said: string[]
  readonly noted: number[]
  /** Lets the time pass that a second takes, and the wall clock show so much more than that. */
  pass(milliseconds: number, set?: number): void
}

const watches: ClockWatch[] = []

afterEach(() => {
  for (const watch of watches.splice(0)) watch.stop()
})

function worldAt(wall: number, lastRun?: number): World {
  const clock: { -readonly [Key in keyof ClockReading]: ClockReading[Key] } = { wall, monotonic: 5000 }
  const said: string[] = []
  const noted: number[] = []
  const store = {
    last: () => lastRun && lastRun / 1000,
    note: async (seconds: number) => void noted.push(seconds),
  }
  const log = { warn: (_: unknown, text: string) => void said.push(text), error: () => {} }
  const watch = watchClock({ store, log: log as never, read: () => ({ ...clock }) })
  watches.push(watch)
  return {
    ...{ watch, said, noted },
    pass: (milliseconds, set = 0) => {
      clock.wall += milliseconds + set
      clock.monotonic += milliseconds
      watch.look()
    },
  }
}

describe('the watch on the clock', () => {
  it('has nothing to say of a clock that goes as time does, with small steps of NTP', () => {
    const world = worldAt(NOW, NOW - HOUR)
    for (let second = 0; second < 7200; second++) world.pass(1000, second % 100 === 0 ? 30_000 * (-1) ** second : 0)
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
    expect(world.noted).toEqual([NOW / 1000])
    world.pass(1000)
    expect(world.said).toHaveLength(1)
  })

  it('notices a clock that may be a year ahead, and one that shows what cannot be', () => {
    expect(worldAt(NOW + 500 * 24 * HOUR, NOW).said).toEqual([expect.stringContaining('500 days ago by the clock')])
    const old = worldAt(Date.UTC(1970, 0, 2))
    old.pass(1000)
    expect(old.said).toEqual([expect.stringContaining('1970-01-02T00:00:00.000Z, which cannot be')])
    expect(old.noted).toEqual([])
    old.pass(1000, NOW - Date.UTC(1970, 0, 2))
    expect(old.said).toHaveLength(2)
    expect(old.noted).toHaveLength(1)
  })

  it('takes a first start, and one an hour later, as they come', () => {
    expect(worldAt(NOW).said).toEqual([])
    expect(worldAt(NOW, NOW - 30_000).said).toEqual([])
    expect(judgeTime(NOW / 1000, NOW / 1000 - 100 * 86_400)).toBeUndefined()
  })

  it('notes the time once an hour, however the clock goes', () => {
    const world = worldAt(NOW)
    for (let minute = 0; minute < 600; minute++) world.pass(60_000)
    expect(world.noted.length).toBeGreaterThanOrEqual(10)
    expect(world.noted.length).toBeLessThanOrEqual(12)
    world.pass(1000, -48 * HOUR)
    expect(world.noted.at(-1)).toBeLessThan(NOW / 1000)
  })

  it('goes on where the store fails', async () => {
    const errors: unknown[] = []
    const store = { last: () => undefined, note: () => Promise.reject(new Error('disk full')) }
    const log = { warn: () => {}, error: (...args: unknown[]) => void errors.push(args) }
    const watch = watchClock({ store, log: log as never, read: () => ({ wall: NOW, monotonic: 0 }) })
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
