/*
 * What has happened to a zone's keys, as a chain: each entry holds the hash of the one before, so that none can be
 * changed, taken out or put in unnoticed without all later ones being made anew.
 */
import { createHash } from 'node:crypto'
import type { Transition } from './rollover/key-state.ts'
import type { KeyChange } from './rollover/step.ts'

/** An entry before it has its place in the chain. */
export interface HistoryDraft {
  /** Unix seconds. */
  readonly at: number
  /** Of the key set that it was written with. */
  readonly epoch: number
  /** Who asked for it. */
  readonly by: 'policy' | 'operator' | 'parent' | 'check'
  /** One sentence. */
  readonly what: string
  readonly transitions: readonly Transition[]
  readonly changes: readonly KeyChange[]
}

/** An entry of the history of a zone's keys. */
export interface HistoryEntry extends HistoryDraft {
  /** From 1 on, without gaps. */
  readonly sequence: number
  /** SHA-256 of the entry before, in hexadecimal; of the first: of the zone's name. And of this one. */
  readonly previous: string
  readonly hash: string
}

/** The history of one zone as it is kept. */
export interface KeyHistory {
  /** By sequence. */
  readonly entries: readonly HistoryEntry[]
  /** The hash of the last entry as the key set has it; undefined: it has had none yet. */
  readonly head: string | undefined
}

/** The entry that follows `last`, the last one so far, of a zone in canonical text. */
export function chainEntry(zone: string, last: HistoryEntry | undefined, draft: HistoryDraft): HistoryEntry {
  const sequence = (last?.sequence ?? 0) + 1
  const previous = last?.hash ?? firstPrevious(zone)
  return { ...draft, sequence, previous, hash: hashOf(sequence, previous, draft) }
}

/** What is wrong with the history of a zone, a sentence; undefined: it holds from its first entry to the key set. */
export function checkHistory(zone: string, { entries, head }: KeyHistory): string | undefined {
  let last: HistoryEntry | undefined
  for (const entry of entries) {
    const expected = chainEntry(zone, last, entry)
    if (entry.sequence !== expected.sequence) return broken(zone, `entry ${expected.sequence} is missing`)
    if (entry.previous !== expected.previous) return broken(zone, `entry ${entry.sequence} does not follow the last`)
    if (entry.hash !== expected.hash) return broken(zone, `entry ${entry.sequence} was changed`)
    last = entry
  }
  if (last?.hash === head) return undefined
  return broken(zone, `its last entry, ${last?.sequence ?? 'of which there is none'}, is not the one of the key set`)
}

function broken(zone: string, why: string): string {
  return `the history of the keys of ${zone} does not hold: ${why}. Somebody or something has written to the store beside veild`
}

function firstPrevious(zone: string): string {
  return digest(`veil key history\0${zone}`)
}

/** Over the fields in this order, whatever order the record had. */
function hashOf(sequence: number, previous: string, draft: HistoryDraft): string {
  const { at, epoch, by, what } = draft
  const transitions = draft.transitions.map(({ key, record, from, to }) => [key, record, from, to])
  // What is undefined is not there once it was stored.
  const changes = draft.changes.map((change) =>
    Object.entries(change)
      .filter(([, value]) => value !== undefined)
      .sort(byName),
  )
  return digest(JSON.stringify([sequence, previous, at, epoch, by, what, transitions, changes]))
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
