/*
 * What time a rollover goes by. Waits end when caches have let go of what they held, and caches go by their own clocks: so
 * what counts is how much time has passed, and the wall clock, which anybody may set, does not tell that.
 *
 * Time is believed in as far as the machine's own count of it assures it. It follows the wall clock as long as the two go
 * together, ahead by no more than a crystal may be wrong. Once they part, nothing steps until they have gone together for
 * a while; then the wall clock is taken up as it is, and all waits are dated anew by the difference (redate.ts), so that
 * each lasts as long as it would have.
 *
 *   believed since       runs on as the machine counts, held or not
 *   the machine was off  has stood still: that time cannot be known
 */

/** Both clocks at one moment, milliseconds. */
export interface ClockReading {
  /** Since 1970, as the system shows it. */
  readonly wall: number
  /** Since the machine was started, sleep included: nobody sets it. */
  readonly sinceBoot: number
  /** Tells this start of the machine from all others. */
  readonly boot: string
}

/** What is believed, as of a reading. */
export interface BelievedTime {
  /** Milliseconds since 1970; never less than before but where the wall clock is taken up. */
  readonly believed: number
  readonly reading: ClockReading
  /** The reading from which on the clocks have gone together. */
  readonly steady: Pick<ClockReading, 'wall' | 'sinceBoot'>
  /** Why nothing steps; undefined: steps may be taken. */
  readonly hold?: ClockHold
}

/** That no step is taken. */
export interface ClockHold {
  readonly cause: HoldCause
  /** By how much the wall clock was ahead of what is believed when it began; less than 0: behind. Milliseconds. */
  readonly ahead: number
  /** Believed time, milliseconds: when it began. */
  readonly since: number
}

export type HoldCause =
  /** The wall clock was set, now or while the server did not run. */
  | 'set'
  /** After a start of the machine it shows less than when the server last ran. */
  | 'behind-last-run'
  /** After a start of the machine it shows so much more that somebody ought to look. */
  | 'ahead-of-last-run'
  /** It shows what no clock can that is right. */
  | 'impossible'
  /** The machine was off for a while: that ends by itself at once. */
  | 'off'

/** What a server leaves behind for the next. */
export interface NotedTime {
  readonly believed: number
  readonly reading: ClockReading
  readonly isHeld: boolean
}

/** Milliseconds: by so much the clocks may differ. Believed time does not follow such a step but by `DRIFT`. */
export const TOLERANCE = 60_000
/** Milliseconds: for so long the clocks have to go together after they did not. */
export const AGREEMENT = 3_600_000
/** Milliseconds: who finds the machine to have been off for longer is to look at the clock. */
export const LONGEST_ABSENCE = 30 * 86_400_000
/** How far the crystals of machines may be wrong. */
export const DRIFT = 1e-4
/** Milliseconds: a difference that two readings show which were taken one after the other. */
const STEP = 1_000
/** Milliseconds since 1970: no clock that is right shows less, or so much more. */
const EARLIEST = Date.UTC(2026, 10, 1)
const LATEST = EARLIEST + 20 * 366 * 86_400_000

/** What is believed at a start. `noted`: what the last server left; undefined: there was none. */
export function beginTime(reading: ClockReading, noted: NotedTime | undefined): BelievedTime {
  const isSameBoot = noted?.reading.boot === reading.boot && reading.sinceBoot >= noted.reading.sinceBoot
  const elapsed = isSameBoot ? reading.sinceBoot - noted.reading.sinceBoot : 0
  const believed = noted === undefined ? reading.wall : noted.believed + elapsed
  const time = { believed, reading, steady: reading }
  const cause = causeAtStart(reading, believed, noted !== undefined && !isSameBoot && !noted.isHeld)
  return cause === undefined ? time : held(time, cause)
}

function causeAtStart({ wall }: ClockReading, believed: number, isRebooted: boolean): HoldCause | undefined {
  if (!isPossible(wall)) return 'impossible'
  const ahead = wall - believed
  if (Math.abs(ahead) <= TOLERANCE) return undefined
  if (!isRebooted) return 'set'
  return ahead < 0 ? 'behind-last-run' : ahead > LONGEST_ABSENCE ? 'ahead-of-last-run' : 'off'
}

/** What is believed at the next reading. */
export function followTime(before: BelievedTime, reading: ClockReading): BelievedTime {
  const elapsed = Math.max(0, reading.sinceBoot - before.reading.sinceBoot)
  const assured = before.believed + elapsed
  const steady = steadyFrom(before, reading)
  const ahead = reading.wall - assured
  const time = { ...before, reading, steady, believed: assured }
  if (before.hold !== undefined) return time
  if (!isPossible(reading.wall)) return held(time, 'impossible')
  if (Math.abs(ahead) > TOLERANCE) return held(time, 'set')
  const followed = ahead < 0 ? reading.wall : Math.min(reading.wall, assured + elapsed * DRIFT)
  return { ...time, believed: Math.max(before.believed, followed) }
}

/** Whether a hold may end: the clocks have gone together for long enough, on a time that can be. */
export function isOver({ hold, reading, steady }: BelievedTime): boolean {
  if (hold === undefined || !isPossible(reading.wall)) return false
  return hold.cause === 'off' || reading.sinceBoot - steady.sinceBoot >= AGREEMENT
}

/** By how many whole seconds waits are to be dated anew where the wall clock is taken up as it is; less than 0: back. */
export function shiftOf({ believed, reading }: BelievedTime): number {
  const ahead = reading.wall - believed
  return Math.abs(ahead) <= TOLERANCE ? 0 : Math.floor(ahead / 1000)
}

/** Ends a hold: waits were dated anew by `shift` seconds, and so is what is believed. */
export function takeUp({ hold: _, ...time }: BelievedTime, shift: number): BelievedTime {
  return { ...time, believed: time.believed + shift * 1000 }
}

/**
 * The believed time, Unix seconds, of a moment at which the wall clock showed `unixSeconds`; undefined: it was set since, or
 * that was before the server ran.
 */
export function believedAt({ believed, reading, steady }: BelievedTime, unixSeconds: number): number | undefined {
  if (unixSeconds * 1000 < steady.wall - STEP) return undefined
  return Math.floor(unixSeconds - (reading.wall - believed) / 1000)
}

/** Whether a wall clock that is right can show this; milliseconds since 1970. */
export function isPossible(wall: number): boolean {
  return wall >= EARLIEST && wall <= LATEST
}

function held(time: BelievedTime, cause: HoldCause): BelievedTime {
  return { ...time, hold: { cause, ahead: time.reading.wall - time.believed, since: time.believed } }
}

function steadyFrom({ reading: before, steady }: BelievedTime, reading: ClockReading): BelievedTime['steady'] {
  const isStep = Math.abs(driftOf(before, reading)) > STEP
  return isStep || Math.abs(driftOf(steady, reading)) > TOLERANCE ? reading : steady
}

/** By how much more the wall clock went ahead than the machine counted. */
function driftOf(from: Pick<ClockReading, 'wall' | 'sinceBoot'>, to: ClockReading): number {
  return to.wall - from.wall - (to.sinceBoot - from.sinceBoot)
}
