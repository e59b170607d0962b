import { lstatSync, renameSync } from 'node:fs'
import { appendPrivately, readEnd } from '../observations/appended-file.ts'

/** What is sent at a time: a connection, a request, a command; never its content. */
export interface SentEntry {
  /** Unix seconds. */
  readonly at: number
  readonly target: string
  readonly probe: string
  readonly what: string
  /** Where to: `192.0.2.1@443`, or `this host`. */
  readonly to: string
  readonly octets: number
}

/** A log of what is sent. */
export interface SentLog {
  /** Writes down what is about to be sent; throws where that cannot be. */
  readonly write: (entry: SentEntry) => void
  /** How much was sent since then, in Unix seconds: to a target, or to all of them. */
  readonly countSince: (target: string | undefined, since: number) => number
}

const DAY_SECONDS = 86_400
/** Octets from which a log is put aside. */
const LONG_OCTETS = 8 * 1024 * 1024

/**
 * The log in a file of JSON lines. One that has grown long is put aside as `FILE.1`, in place of the one before it, once nothing
 * of the last day stands there: so both together hold all of a day, and no more than a day's budgets beyond their bound. `now`:
 * Unix seconds.
 */
export function openSentLog(path: string, now: number): SentLog {
  const earlier = `${path}.1`
  if (isLong(path) && isOver(earlier, now - DAY_SECONDS)) renameSync(path, earlier)
  return {
    write: (entry) => appendPrivately(path, `${JSON.stringify(entry)}\n`),
    countSince: (target, since) => countIn(earlier, target, since) + countIn(path, target, since),
  }
}

function isLong(path: string): boolean {
  return (lstatSync(path, { throwIfNoEntry: false })?.size ?? 0) > LONG_OCTETS
}

/** Whether all that stands there is older. */
function isOver(path: string, since: number): boolean {
  const last = readEnd(path)?.text.trimEnd().split('\n').at(-1) ?? ''
  const at = readEntry(last)?.at
  return last === '' || (typeof at === 'number' && at < since)
}

function countIn(path: string, target: string | undefined, since: number): number {
  const end = readEnd(path)
  if (end === undefined) return 0
  const lines = end.text.split('\n')
  // What is cut off may belong to the same day: nobody knows how much, so it counts as all that there may be.
  if (!end.isWhole && (readEntry(lines[0]!)?.at ?? since) >= since) return Number.POSITIVE_INFINITY
  return lines.filter((line) => isOf(line, target, since)).length
}

function isOf(line: string, target: string | undefined, since: number): boolean {
  // Most lines are another target's, and parsing all of them takes long.
  if (line === '' || (target !== undefined && !line.includes(JSON.stringify(target)))) return false
  const entry = readEntry(line)
  if (target !== undefined && entry?.target !== target) return false
  return typeof entry?.at === 'number' && entry.at >= since
}

function readEntry(line: string): Partial<SentEntry> | undefined {
  try {
    return JSON.parse(line) as Partial<SentEntry>
  } catch {
    return undefined
  }
}
