import { Failure } from '../../console/failure.ts'
import { duration, moment } from '../../console/paper.ts'
import { parseDuration } from '../../server/configuration/quantities.ts'
import { ExitCode } from '../exit-code.ts'

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

/** Unix seconds of `+3d`, counted from `start`, or of `2026-12-02`, `2026-12-02 15:00` or `2026-12-02T15:00:30`, in UTC. */
export function readMoment(text: string, start: number): number {
  const after = text.startsWith('+') ? parseDuration(text.slice(1)) : undefined
  if (after !== undefined) return start + after
  const [, date, time = '00:00'] = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?)Z?)?$/.exec(text) ?? []
  const at = Date.parse(`${date}T${time}Z`)
  if (!Number.isNaN(at)) return Math.floor(at / 1000)
  throw new Failure({
    exitCode: ExitCode.Usage,
    what: `"${text}" is no time`,
    why: 'Write +3d, +12h, 2026-12-02 or "2026-12-02 15:00"; times are in UTC.',
  })
}
