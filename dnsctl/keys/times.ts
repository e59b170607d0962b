import { duration, moment } from '../paper.ts'

/** `2026-11-25 14:03:33` of Unix seconds, in UTC. */
export function second(at: number): string {
  return moment(at * 1000)
}

/** `2026-11-25 14:03`. */
export function minute(at: number): string {
  return second(at).slice(0, 16)
}

/** `2026-11-25`. */
export function day(at: number): string {
  return second(at).slice(0, 10)
}

/** `in 3 min`, `2 h ago`, `now`, as seen at `now`. */
export function awayFrom(now: number, at: number): string {
  if (Math.abs(at - now) < 1) return 'now'
  return at > now ? `in ${duration(at - now)}` : `${duration(now - at)} ago`
}

/** The clock of this machine, Unix seconds. */
export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000)
}
