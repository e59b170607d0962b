/*
 * What is said to people of a clock that cannot be trusted.
 */
import type { ClockHold } from '../keys/rollover/believed-time.ts'
import type { Alarm } from './guard/notify/alarm.ts'

/** What is odd about the clock. */
export type ClockNotice =
  /** It was set, so many seconds forward or, less than 0, back. */
  | { readonly kind: 'jumped'; readonly seconds: number }
  /** It is so many seconds behind the last time noted here, or, more than a month of them, ahead. */
  | { readonly kind: 'behind-last-run'; readonly seconds: number }
  | { readonly kind: 'ahead-of-last-run'; readonly seconds: number }
  /** It shows a time before this program was written, or decades after. */
  | { readonly kind: 'impossible'; readonly unixSeconds: number }

/** What a hold is about; undefined: nothing that anybody has to look at. `wall` in milliseconds, as shown. */
export function noticeOf({ cause, ahead }: ClockHold, wall: number): ClockNotice | undefined {
  const seconds = Math.round(ahead / 1000)
  switch (cause) {
    case 'set':
      return { kind: 'jumped', seconds }
    case 'behind-last-run':
      return { kind: cause, seconds: -seconds }
    case 'ahead-of-last-run':
      return { kind: cause, seconds }
    case 'impossible':
      return { kind: cause, unixSeconds: Math.floor(wall / 1000) }
    case 'off':
      return undefined
  }
}

/** The notice for people: what was seen, and what to do. */
export function clockNoticeToText(notice: ClockNotice): string {
  return `${oddity(notice)}; ${REMEDY}`
}

/** What was seen, a sentence without its full stop. */
export function oddity(notice: ClockNotice): string {
  switch (notice.kind) {
    case 'jumped':
      return `the clock was set ${duration(notice.seconds)} ${notice.seconds < 0 ? 'back' : 'forward'}, or the machine stood still`
    case 'behind-last-run':
      return `the clock is ${duration(notice.seconds)} behind what it showed when veild last ran: it was wrong then, or is now`
    case 'ahead-of-last-run':
      return `veild last ran here ${duration(notice.seconds)} ago by the clock; if that cannot be, the clock is ahead`
    case 'impossible':
      return `the clock shows ${new Date(notice.unixSeconds * 1000).toISOString()}, which cannot be: validators will refuse all signatures`
  }
}

const REMEDY =
  'compare it with another (`timedatectl`, `chronyc tracking`) and let NTP keep it; no key is rolled meanwhile: `dnsctl key clock`'

/** The same for whoever is told of alarms. */
export function clockAlarm(notice: ClockNotice, unixSeconds: number): Alarm {
  const text = `${capital(oddity(notice))}. No key is rolled by it until it has gone on for an hour, or somebody says that it is right.`
  return { kind: 'clock', at: unixSeconds * 1000, text, next: 'dnsctl key clock', facts: { clock: notice } }
}

/** `3 days`, `2 hours`, `90 seconds`: the largest unit of which there are two. */
export function duration(seconds: number): string {
  const length = Math.abs(seconds)
  const unit = UNITS.find(({ of }) => length >= 2 * of) ?? UNITS.at(-1)!
  return `${Math.floor(length / unit.of)} ${unit.name}`
}

const UNITS = [
  { name: 'years', of: 366 * 86_400 },
  { name: 'days', of: 86_400 },
  { name: 'hours', of: 3600 },
  { name: 'minutes', of: 60 },
  { name: 'seconds', of: 1 },
] as const

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
