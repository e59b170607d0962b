/*
 * Whether the wall clock can be believed: validators hold signatures against theirs, so a server whose clock is wrong
 * serves what nobody believes; and what time it is for rollovers, which wait for caches and not for clocks
 * (keys/rollover/believed-time.ts).
 */
import type { Logger } from 'pino'
import {
  type BelievedTime,
  beginTime,
  type ClockReading,
  followTime,
  isPossible,
  type NotedTime,
  TOLERANCE,
  takeUp,
} from '../keys/rollover/believed-time.ts'
import { type ClockNotice, clockNoticeToText, noticeOf } from './clock-text.ts'

/** Where time is kept beyond the process. */
export interface ClockStore {
  /** Undefined: nothing was noted yet. */
  last(): NotedTime | undefined
  /** Resolves once it is on disk. */
  note(time: NotedTime): Promise<void>
}

/** Something odd, and the Unix seconds that the clock showed then. */
export interface OddClock {
  readonly notice: ClockNotice
  readonly unixSeconds: number
}

const ROUND_MS = 1000
const NOTE_MS = 600_000

/** What watching stands on. */
export interface ClockWatchOptions {
  readonly store: ClockStore
  readonly log: Pick<Logger, 'warn' | 'error'>
  readonly read: () => ClockReading
}

/** The clock of a server. */
export interface ClockWatch {
  /** What was odd last; undefined: nothing was. */
  last(): OddClock | undefined
  /** Has each oddity told from now on, and the last one at once. */
  onOddity(listener: (odd: OddClock) => void): void
  /** What is believed now. */
  time(): BelievedTime
  /** The waits of all zones were dated anew by so many seconds, and the hold is over. */
  takeUp(shift: number): void
  /** Looks at the clock now; the timer does so each second. */
  look(): void
  /** Resolves once the time is noted. */
  stop(): Promise<void>
}

/** Watches the clock until `stop`, or the end of the process. Says each oddity once. */
export function watchClock({ store, log, read }: ClockWatchOptions): ClockWatch {
  let time = beginTime(read(), store.last())
  let noted = Number.NEGATIVE_INFINITY
  let last: OddClock | undefined
  let listener: (odd: OddClock) => void = () => {}
  const say = (notice: ClockNotice | undefined): void => {
    if (notice === undefined) return
    last = { notice, unixSeconds: seconds(time.reading.wall) }
    log.warn({ clock: notice }, clockNoticeToText(notice))
    listener(last)
  }
  const note = async (): Promise<void> => {
    noted = time.reading.sinceBoot
    await store.note(toNoted(time)).catch((err) => log.error({ err }, 'the time could not be noted in the store'))
  }
  const follow = (): BelievedTime => {
    const before = time
    time = followTime(before, read())
    say(oddityBetween(before, time))
    if ((time.hold === undefined) !== (before.hold === undefined)) void note()
    return time
  }
  const look = (): void => {
    follow()
    if (time.reading.sinceBoot - noted >= NOTE_MS) void note()
  }
  say(time.hold && noticeOf(time.hold, time.reading.wall))
  look()
  const timer = setInterval(look, ROUND_MS).unref()
  return {
    last: () => last,
    onOddity: (told) => {
      listener = told
      if (last !== undefined) told(last)
    },
    time: follow,
    takeUp: (shift) => {
      time = takeUp(time, shift)
    },
    look,
    stop: () => {
      clearInterval(timer)
      return note()
    },
  }
}

/** What a server leaves behind that believes in this. */
export function toNoted({ believed, reading, hold }: BelievedTime): NotedTime {
  return { believed, reading, isHeld: hold !== undefined }
}

/** A jump, also one after another; and the beginning of whatever else holds. */
function oddityBetween(before: BelievedTime, after: BelievedTime): ClockNotice | undefined {
  const [from, to] = [before.reading, after.reading]
  if (!isPossible(to.wall))
    return isPossible(from.wall) ? { kind: 'impossible', unixSeconds: seconds(to.wall) } : undefined
  const jump = to.wall - from.wall - (to.sinceBoot - from.sinceBoot)
  if (Math.abs(jump) >= TOLERANCE) return { kind: 'jumped', seconds: Math.round(jump / 1000) }
  return before.hold === undefined && after.hold !== undefined ? noticeOf(after.hold, to.wall) : undefined
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000)
}
