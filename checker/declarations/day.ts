import { type Reading, read, unreadable } from '../../server/reading.ts'

export const SECONDS_OF_DAY = 86_400

/** Unix seconds at which a day of the form `2026-11-25` begins, in UTC. */
export function readDay(text: string): Reading<number> {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)
  const at = match === null ? Number.NaN : Date.parse(`${text}T00:00:00Z`)
  // Date.parse takes 30 February for 2 March.
  if (Number.isNaN(at) || dayOf(at / 1000) !== text) return unreadable(JSON.stringify(text))
  return read(at / 1000)
}

/** Unix seconds of a moment of the form `2026-11-25 03:10` or `2026-11-25T03:10:00Z`, in UTC; seconds are left aside. */
export function readMoment(text: string): Reading<number> {
  const [, day, hours, minutes] =
    /^(\d{4}-\d\d-\d\d)[ T]([01]\d|2[0-3]):([0-5]\d)(?::[0-5]\d(?:\.\d{1,3})?)?Z?$/.exec(text) ?? []
  const start = readDay(day ?? '')
  if (start.outcome === 'unreadable') return unreadable(JSON.stringify(text))
  return read(start.value + Number(hours) * 3600 + Number(minutes) * 60)
}

/** The day that the moment, in Unix seconds, belongs to in UTC: `2026-11-25`. */
export function dayOf(at: number): string {
  return new Date(at * 1000).toISOString().slice(0, 10)
}

/** Whether a day, given by its beginning, is over. */
export function isOver(day: number, now: number): boolean {
  return now >= day + SECONDS_OF_DAY
}
