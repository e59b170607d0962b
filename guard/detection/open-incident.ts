import type { IncidentKind } from '../incident.ts'
import { createDistinct, type Distinct } from './distinct.ts'
import { REASON_COUNT } from './reasons.ts'
import type { Scope } from './scope.ts'
import { WORD_SET_LENGTH } from './word-index.ts'

/** An incident that goes on, as it is counted. */
export interface OpenIncident {
  readonly id: string
  readonly kind: IncidentKind
  readonly scope: Scope
  start: number
  lastSeen: number
  reopened: number
  /** It shows only in the zone as a whole. */
  readonly isSpread: boolean
  /** Owners in the table of sources that take part. */
  readonly owners: Set<number>
  queries: number
  /** Questions that it took; 0: it was not recognised yet. */
  recognisedAfter: number
  /** Some questions stood for more than one. */
  isThinned: boolean
  /** Absent names that its sources had asked for when they joined it; those they asked for since. */
  absentBefore: number
  readonly absentNames: Distinct
  readonly words: Int32Array
  /** The first names learned, as text, and all of them by hash. */
  readonly learned: Set<string>
  readonly learnedCount: Distinct
  /** Points by reason when they were highest, and their sum. */
  readonly points: Float32Array
  score: number
  shapes: number
  habits: number
  readonly measures: { readonly at: number; readonly text: string }[]
  /** Signs of life since the last that counted. */
  pulse: number
  isChanged: boolean
  /** When it was last told of. */
  toldAt: number
}

/** Names learned that are kept as text. */
export const LEARNED_KEPT = 200
const MEASURES_KEPT = 50

/** What makes two signs belong to one incident. */
export interface Matter {
  readonly kind: IncidentKind
  readonly scope: Scope
  readonly isSpread: boolean
}

/** An incident that begins now. */
export function createOpenIncident(id: string, { kind, scope, isSpread }: Matter, start: number): OpenIncident {
  return {
    ...{ id, kind, scope, start, lastSeen: start, reopened: 0, isSpread },
    ...{
      owners: new Set(),
      queries: 0,
      recognisedAfter: 0,
      isThinned: false,
      absentBefore: 0,
      absentNames: createDistinct(),
    },
    ...{ words: new Int32Array(WORD_SET_LENGTH), learned: new Set(), learnedCount: createDistinct() },
    ...{ points: new Float32Array(REASON_COUNT), score: 0, shapes: 0, habits: 0, measures: [] },
    ...{ pulse: 0, isChanged: true, toldAt: 0 },
  }
}

/** Adds to what was done about it. The first and the last are kept. */
export function addMeasure({ measures }: OpenIncident, at: number, text: string): void {
  if (measures.length >= MEASURES_KEPT) measures.splice(MEASURES_KEPT / 2, 1)
  measures.push({ at, text })
}
