import type { Unreadable } from '../root/root.ts'

/** What one reader could not read, and the ledgers of the facts that it stands on. */
export interface Ledger {
  /** By path: once is enough. */
  readonly unread: Map<string, Unreadable>
  readonly standsOn: Set<Ledger>
}

export function createLedger(): Ledger {
  return { unread: new Map(), standsOn: new Set() }
}

export function noteTo(ledger: Ledger, reading: Unreadable): void {
  ledger.unread.set(reading.path, reading)
}

/** Everything unread in a ledger and in those that it leads to, by path, what it read itself first. */
export function unreadIn(ledger: Ledger): readonly Unreadable[] {
  const unread = new Map<string, Unreadable>()
  const seen = new Set([ledger])
  for (const each of seen) {
    for (const [path, reading] of each.unread) if (!unread.has(path)) unread.set(path, reading)
    for (const below of each.standsOn) seen.add(below)
  }
  return [...unread.values()]
}
