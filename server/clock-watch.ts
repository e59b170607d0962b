/*
 * Whether the wall clock can be believed: validators hold signatures against theirs, so a server whose clock is wrong
 * serves what nobody believes.
 */
import type { Logger } from 'pino'

/** Where the last time seen is kept beyond the process. */
export interface ClockStore {
  /** Unix seconds; undefined: nothing was noted yet. */
  last(): number | undefined
  /** Resolves once it is on disk. */
  note(unixSeconds: number): Promise<void>
}

/** Both clocks at one moment, milliseconds. */
export interface ClockReading {
  /** Since 1970. */
  readonly wall: number
  /** Since some moment, never less than before. */
  readonly monotonic: number
}

/** What is odd about the clock. */
export type ClockNotice =
  /** Between one look and the next it was set, so many seconds forward or, less than 0, back. */
  | { readonly kind: 'jumped'; readonly seconds: number }
  /** It is so many seconds behind the last time noted here, or, more than a year of them, ahead. */
  | { readonly kind: 'behind-last-run'; readonly seconds: number }
  | { readonly kind: 'ahead-of-last-run'; readonly seconds: number }
  /** It shows a time before this program was written, or decades after. */
  | { readonly kind: 'impossible'; readonly unixSeconds: number }

/** Smaller jumps matter to no signature: inception lies well before the moment from which one is used. */
const JUMP_MS = 60_000
const YEAR_SECONDS = 366 * 86_400
/** No clock that is right shows less. */
const WRITTEN = Date.UTC(2026, 10, 1) / 1000
const LONGEST_USE_SECONDS = 20 * YEAR_SECONDS

const ROUND_MS = 1000
const NOTE_SECONDS = 3600

/** What this reading says, after the one before. */
export function judgeReading(reading: ClockReading, before: ClockReading): ClockNotice | undefined {
  const jump = reading.wall - before.wall - (reading.monotonic - before.monotonic)
  return Math.abs(jump) < JUMP_MS ? undefined : { kind: 'jumped', seconds: Math.round(jump / 1000) }
}

/** What the time says by itself, and after the last time noted in an earlier run. */
export function judgeTime(unixSeconds: number, noted: number | undefined): ClockNotice | undefined {
  if (unixSeconds < WRITTEN || unixSeconds > WRITTEN + LONGEST_USE_SECONDS) return { kind: 'impossible', unixSeconds }
  const seconds = unixSeconds - (noted ?? unixSeconds)
  if (seconds * 1000 <= -JUMP_MS) return { kind: 'behind-last-run', seconds: -seconds }
  return seconds > YEAR_SECONDS ? { kind: 'ahead-of-last-run', seconds } : undefined
}

/** The notice for people: what was seen, and what to do. */
export function clockNoticeToText(notice: ClockNotice): string {
  switch (notice.kind) {
    case 'jumped':
      return `the clock was set ${duration(notice.seconds)} ${notice.seconds < 0 ? 'back' : 'forward'}, or the machine slept; ${REMEDY}`
    case 'behind-last-run':
      return `the clock is ${duration(notice.seconds)} behind what it showed when veild last ran: it was wrong then, or is now; ${REMEDY}`
    case 'ahead-of-last-run':
      return `veild last ran here ${duration(notice.seconds)} ago by the clock; if that cannot be, the clock is ahead: ${REMEDY}`
    case 'impossible':
      return `the clock shows ${new Date(notice.unixSeconds * 1000).toISOString()}, which cannot be: validators will refuse all signatures; ${REMEDY}`
  }
}

const REMEDY = 'compare it with another (`timedatectl`, `chronyc tracking`) and let NTP keep it'

/** What watching stands on. */
export interface ClockWatchOptions {
  readonly store: ClockStore
  readonly log: Pick<Logger, 'warn' | 'error'>
  readonly read?: () => ClockReading
}

/** What has been noticed. */
export interface ClockWatch {
  /** The last notice, with the Unix seconds that the clock showed then; undefined: nothing was odd. */
  last(): { readonly notice: ClockNotice; readonly unixSeconds: number } | undefined
  /** Looks at the clock now; the timer does so each second. */
  look(): void
  stop(): void
}

/** Watches the clock until `stop`, or the end of the process. Says each oddity once. */
export function watchClock({ store, log, read = readClocks }: ClockWatchOptions): ClockWatch {
  let before = read()
  let noted = store.last()
  let last: ReturnType<ClockWatch['last']>
  let isImpossible = false
  const say = (notice: ClockNotice, unixSeconds: number): void => {
    last = { notice, unixSeconds }
    log.warn({ clock: notice }, clockNoticeToText(notice))
  }
  const note = (unixSeconds: number): void => {
    noted = unixSeconds
    store.note(unixSeconds).catch((err) => log.error({ err }, 'the time could not be noted in the store'))
  }
  const look = (): void => {
    const reading = read()
    const unixSeconds = Math.floor(reading.wall / 1000)
    const jump = judgeReading(reading, before)
    before = reading
    if (jump !== undefined) say(jump, unixSeconds)
    const time = judgeTime(unixSeconds, undefined)
    if (time !== undefined && !isImpossible) say(time, unixSeconds)
    isImpossible = time !== undefined
    if (!isImpossible && Math.abs(unixSeconds - (noted ?? 0)) >= NOTE_SECONDS) note(unixSeconds)
  }
  const first = judgeTime(Math.floor(before.wall / 1000), noted)
  if (first !== undefined && first.kind !== 'impossible') say(first, Math.floor(before.wall / 1000))
  look()
  const timer = setInterval(look, ROUND_MS).unref()
  return { last: () => last, look, stop: () => clearInterval(timer) }
}

function readClocks(): ClockReading {
  return { wall: Date.now(), monotonic: performance.now() }
}

/** `3 days`, `2 hours`, `90 seconds`: the largest unit of which there are two. */
function duration(seconds: number): string {
  const length = Math.abs(seconds)
  const unit = UNITS.find(({ of }) => length >= 2 * of)!
  return `${Math.floor(length / unit.of)} ${unit.name}`
}

const UNITS = [
  { name: 'years', of: YEAR_SECONDS },
  { name: 'days', of: 86_400 },
  { name: 'hours', of: 3600 },
  { name: 'minutes', of: 60 },
  { name: 'seconds', of: 1 },
] as const
