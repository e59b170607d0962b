import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  AGREEMENT,
  type BelievedTime,
  beginTime,
  believedAt,
  type ClockReading,
  DRIFT,
  followTime,
  isOver,
  LONGEST_ABSENCE,
  type NotedTime,
  shiftOf,
  TOLERANCE,
  takeUp,
} from '../../../keys/rollover/believed-time.ts'

const START = Date.UTC(2027, 0, 1)
const SECOND = 1000
const HOUR = 3_600_000
const DAY = 24 * HOUR
const YEAR = 365 * DAY

/** A machine, and a server that looks at its clocks; one wait of caches after the other is counted by it. */
class Machine {
  real = 0
  offset = START
  boot = 0
  bootedAt = -5 * HOUR
  time: BelievedTime
  noted: NotedTime
  /** Believed Unix seconds and real milliseconds: when the wait began. */
  wait: { served: number; began: number; readonly length: number } | undefined
  ended: { readonly length: number; readonly took: number }[] = []

  constructor() {
    this.time = beginTime(this.read(), undefined)
    this.noted = this.note()
  }

  read(): ClockReading {
    return { wall: this.real + this.offset, sinceBoot: this.real - this.bootedAt, boot: String(this.boot) }
  }

  note(): NotedTime {
    return { believed: this.time.believed, reading: this.time.reading, isHeld: this.time.hold !== undefined }
  }

  pass(milliseconds: number): void {
    this.real += milliseconds
  }

  look(length = 600): void {
    this.time = followTime(this.time, this.read())
    this.step(length)
  }

  /** What the rollover does: it counts nothing while it is held. */
  step(length: number): void {
    const now = Math.floor(this.time.believed / SECOND)
    if (this.time.hold !== undefined) return
    if (this.wait !== undefined && now >= this.wait.served + this.wait.length) {
      this.ended.push({ length: this.wait.length * SECOND, took: this.real - this.wait.began })
      this.wait = undefined
    }
    this.wait ??= { served: now + 1, began: this.real, length }
  }

  /** `isTold`: the operator says that the clock is right. */
  settle(isTold = false): void {
    if (this.time.hold === undefined || !(isTold || isOver(this.time))) return
    const shift = shiftOf(this.time)
    if (this.wait !== undefined) this.wait.served += shift
    this.time = takeUp(this.time, shift)
    this.noted = this.note()
  }

  restart(): void {
    this.time = beginTime(this.read(), this.noted)
  }

  reboot(off: number): void {
    this.real += off
    this.boot++
    this.bootedAt = this.real - 30 * SECOND
    this.restart()
  }

  /** Seconds for which the server looks once a second. */
  run(seconds: number, length?: number): void {
    for (let second = 0; second < seconds; second++) {
      this.pass(SECOND)
      this.look(length)
      this.settle()
    }
  }
}

const act = fc.oneof(
  fc.record({ kind: fc.constant('run' as const), seconds: fc.integer({ min: 1, max: 900 }) }),
  fc.record({ kind: fc.constant('pass' as const), seconds: fc.integer({ min: 1, max: 8000 }) }),
  fc.record({
    kind: fc.constant('set' as const),
    seconds: fc.oneof(fc.integer({ min: -90, max: 90 }), fc.constantFrom(31_536_000, -31_536_000, 3600, -7200)),
  }),
  fc.record({
    kind: fc.constantFrom('note' as const, 'restart' as const, 'confirm' as const),
    seconds: fc.constant(0),
  }),
  fc.record({ kind: fc.constant('reboot' as const), seconds: fc.constantFrom(20, 500, 90_000, 5_000_000) }),
)

describe('believed time', () => {
  it('ends no wait before as much time has passed, however the wall clock is set and the machine started', () => {
    let ended = 0
    let wasHeld = 0
    fc.assert(
      fc.property(fc.array(act, { minLength: 4, maxLength: 30 }), fc.integer({ min: 1, max: 2000 }), (acts, length) => {
        const machine = new Machine()
        for (const { kind, seconds } of acts) {
          if (kind === 'run') machine.run(seconds, length)
          else if (kind === 'pass') machine.pass(seconds * SECOND)
          else if (kind === 'set') machine.offset += seconds * SECOND
          else if (kind === 'note') machine.noted = machine.note()
          else if (kind === 'restart') machine.restart()
          else if (kind === 'confirm') machine.settle(true)
          else machine.reboot(seconds * SECOND)
          if (machine.time.hold !== undefined) wasHeld++
          machine.look(length)
          machine.settle()
        }
        for (const { length: least, took } of machine.ended) expect(took * (1 + DRIFT)).toBeGreaterThanOrEqual(least)
        ended += machine.ended.length
      }),
      { numRuns: 400 },
    )
    expect(ended).toBeGreaterThan(1000)
    expect(wasHeld).toBeGreaterThan(400)
  })

  it.each([
    ['a year forward', YEAR],
    ['a year back', -YEAR / 8],
    ['ten minutes forward', 600 * SECOND],
  ])('holds on a clock that was set %s, until it has gone on for an hour', (_, jump) => {
    const machine = new Machine()
    machine.run(10)
    const { wait } = machine
    machine.offset += jump
    machine.run(1)
    expect(machine.time.hold).toMatchObject({ cause: 'set', ahead: expect.closeTo(jump, -3) })
    machine.run(AGREEMENT / SECOND - 1)
    expect(machine.time.hold).toBeDefined()
    expect(machine.ended).toEqual([])
    machine.run(2)
    expect(machine.time.hold).toBeUndefined()
    expect(machine.ended).toEqual([{ length: 600 * SECOND, took: expect.any(Number) }])
    expect(wait).toBeDefined()
    expect(Math.abs(machine.time.believed - machine.read().wall)).toBeLessThan(TOLERANCE)
  })

  it('counts on by itself meanwhile, and begins the hour anew with each jump', () => {
    const machine = new Machine()
    machine.offset += YEAR
    machine.run(3000)
    const { believed } = machine.time
    expect(believed).toBeCloseTo(START + 3000 * SECOND, -3)
    machine.offset += 5 * SECOND
    machine.run(3000)
    expect(machine.time.hold).toBeDefined()
    machine.offset -= YEAR
    machine.run(3599)
    expect(machine.time.hold).toBeDefined()
    machine.run(3)
    expect(machine.time.hold).toBeUndefined()
    expect(machine.time.believed).toBeCloseTo(START + 9602 * SECOND, -5)
  })

  it('is not hurried by many small steps, nor by a clock that is fast', () => {
    const machine = new Machine()
    for (let minute = 0; minute < 500 && machine.time.hold === undefined; minute++) {
      machine.offset += SECOND / 2
      machine.run(60)
    }
    expect(machine.time.hold).toMatchObject({ cause: 'set' })
    expect(machine.time.believed - START).toBeLessThanOrEqual(machine.real * (1 + DRIFT))
  })

  it('follows steps of a second that NTP makes, without a hold', () => {
    const machine = new Machine()
    for (let day = 0; day < 10; day++) {
      machine.offset += day % 3 === 0 ? -2 * SECOND : SECOND
      for (let hour = 0; hour < 24; hour++) {
        machine.pass(HOUR)
        machine.look()
      }
      expect(machine.time.hold).toBeUndefined()
    }
    expect(Math.abs(machine.time.believed - machine.read().wall)).toBeLessThan(2 * SECOND)
  })

  it('takes time asleep for time, which the machine counts as well', () => {
    const machine = new Machine()
    machine.run(5)
    machine.pass(8 * HOUR)
    machine.look()
    expect(machine.time.hold).toBeUndefined()
    expect(machine.ended).toHaveLength(1)
  })

  it('holds after a pause of a virtual machine, of which nothing inside counts anything but the wall clock', () => {
    const machine = new Machine()
    machine.run(5)
    machine.real += 8 * HOUR
    machine.bootedAt += 8 * HOUR
    machine.look()
    expect(machine.time.hold).toMatchObject({ cause: 'set', ahead: expect.closeTo(8 * HOUR, -3) })
  })
})

describe('believed time at a start', () => {
  it('is that of the server before, and what the machine has counted since', () => {
    const machine = new Machine()
    machine.run(100)
    machine.noted = machine.note()
    machine.pass(5 * HOUR)
    machine.restart()
    expect(machine.time.hold).toBeUndefined()
    expect(machine.time.believed).toBe(machine.read().wall)
  })

  it('holds where the clock was set while no server ran', () => {
    const machine = new Machine()
    machine.offset += DAY
    machine.restart()
    expect(machine.time.hold).toMatchObject({ cause: 'set', ahead: DAY })
  })

  it.each([
    [10 * SECOND, undefined],
    [10 * HOUR, 'off'],
    [LONGEST_ABSENCE + HOUR, 'ahead-of-last-run'],
    [-2 * HOUR, 'behind-last-run'],
  ])('does not count what the machine was off for: %i ms, %s', (off, cause) => {
    const machine = new Machine()
    machine.run(1)
    machine.noted = machine.note()
    const { believed } = machine.time
    if (off < 0) machine.offset += off - HOUR
    machine.reboot(off < 0 ? HOUR : off)
    expect(machine.time.hold?.cause).toBe(cause)
    expect(machine.time.believed).toBe(believed)
    expect(isOver(machine.time)).toBe(cause === 'off')
    machine.settle(true)
    expect(machine.time.hold).toBeUndefined()
    expect(Math.abs(machine.time.believed - machine.read().wall)).toBeLessThan(TOLERANCE)
  })

  it('takes a clock that shows what cannot be for right at no time', () => {
    const machine = new Machine()
    machine.offset = 0
    machine.run(2 * 3600)
    expect(machine.time.hold?.cause).toBe('impossible')
    machine.restart()
    machine.run(2 * 3600)
    expect(machine.time.hold?.cause).toBe('impossible')
    machine.offset = START + DAY
    machine.run(3602)
    expect(machine.time.hold).toBeUndefined()
  })
})

it('a moment of the wall clock is a moment of believed time, unless the clock was set since', () => {
  const machine = new Machine()
  machine.run(10)
  const seen = Math.floor(machine.read().wall / SECOND)
  machine.run(100)
  expect(believedAt(machine.time, seen)).toBe(seen)
  machine.offset += YEAR
  machine.run(10)
  expect(believedAt(machine.time, seen)).toBeUndefined()
  const later = Math.floor(machine.read().wall / SECOND)
  machine.run(10)
  expect(believedAt(machine.time, later)).toBe(later - YEAR / SECOND)
})
