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
  /** How much was sent to a target since then, in Unix seconds. */
  readonly countSince: (target: string, since: number) => number
}

/** The log in a file of JSON lines. */
export function openSentLog(path: string): SentLog {
  return {
    write: (entry) => appendPrivately(path, `${JSON.stringify(entry)}\n`),
    countSince: (target, since) => {
      const end = readEnd(path)
      if (end === undefined) return 0
      const lines = end.text.split('\n')
      // What is cut off may belong to the same day: nobody knows how much, so it counts as all that there may be.
      if (!end.isWhole && (readEntry(lines[0]!)?.at ?? since) >= since) return Number.POSITIVE_INFINITY
      return lines.filter((line) => isOf(line, target, since)).length
    },
  }
}

function isOf(line: string, target: string, since: number): boolean {
  // Most lines are another target's, and parsing all of them takes long.
  if (!line.includes(JSON.stringify(target))) return false
  const entry = readEntry(line)
  return entry?.target === target && typeof entry.at === 'number' && entry.at >= since
}

function readEntry(line: string): Partial<SentEntry> | undefined {
  try {
    return JSON.parse(line) as Partial<SentEntry>
  } catch {
    return undefined
  }
}
