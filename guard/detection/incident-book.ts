import { createOpenIncident, type Matter, type OpenIncident } from './open-incident.ts'

/** The incidents that go on, and those that ended a moment ago. */
export interface IncidentBook {
  /** By number, which tables refer to: never 0. */
  readonly open: Map<number, OpenIncident>
  /** By scope and kind: the last that ended, with the time at which it did. */
  readonly ended: Map<string, { readonly incident: OpenIncident; readonly at: number }>
  readonly nextId: (now: number) => string
  nextNumber: number
  /** Incidents that there was no room for. */
  refused: number
}

/** So many at a time: one more is counted, and not followed. */
const MOST_OPEN = 64
/** What goes on within so long is the same incident. */
const REOPENED_MS = 3600 * 1000

/** A book without incidents. */
export function createIncidentBook(nextId: (now: number) => string): IncidentBook {
  return { open: new Map(), ended: new Map(), nextId, nextNumber: 1, refused: 0 }
}

/** Number and incident about this matter: the one that goes on, the one that ended a moment ago, or a new one. */
export function openIncident(
  book: IncidentBook,
  matter: Matter,
  now: number,
): readonly [number, OpenIncident] | undefined {
  const key = keyOf(matter)
  for (const entry of book.open) if (keyOf(entry[1]) === key) return entry
  if (book.open.size >= MOST_OPEN) {
    book.refused++
    return undefined
  }
  const last = book.ended.get(key)
  book.ended.delete(key)
  const isSame = last !== undefined && now - last.at < REOPENED_MS
  const incident = isSame ? last.incident : createOpenIncident(book.nextId(now), matter, now)
  if (isSame) {
    incident.reopened++
    incident.lastSeen = now
  }
  const number = book.nextNumber++
  book.open.set(number, incident)
  return [number, incident]
}

/** Takes the incident out; it may be opened again for a while. */
export function closeIncident(book: IncidentBook, number: number, now: number): void {
  const incident = book.open.get(number)
  if (incident === undefined) return
  book.open.delete(number)
  book.ended.set(keyOf(incident), { incident, at: now })
  for (const [key, { at }] of book.ended) {
    if (now - at >= REOPENED_MS || book.ended.size > MOST_OPEN) book.ended.delete(key)
  }
}

function keyOf({ kind, scope, isSpread }: Matter): string {
  return `${scope.id} ${kind} ${isSpread}`
}
