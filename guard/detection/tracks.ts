import { REASON_COUNT } from './reasons.ts'
import { createSeenNames, forgetNames, type SeenNames } from './seen-names.ts'
import { WORD_SET_LENGTH } from './word-index.ts'

/**
 * What is remembered of the questions of so many owners, each of them a source or a zone, in arrays of fixed size: an
 * owner's row of each stands at its number times the row's length.
 */
export interface Tracks {
  /** Owners are zones, for which points are lost more slowly: many sources ask there. */
  readonly areZones: boolean
  /** Points by reason; of questions with a proved address alone the same once more. */
  readonly scores: Float32Array
  readonly provedScores: Float32Array
  /** Words of the list that were asked for and are absent, as sets; how many; and when the set was emptied. */
  readonly words: Int32Array
  readonly wordCounts: Uint16Array
  readonly wordsSince: Float64Array
  readonly names: SeenNames
  /** The last guesses, or addresses, as numbers that order; `ORDERED` of them; and how many there were. */
  readonly ordered: Float64Array
  readonly orderedCounts: Uint32Array
  /** Hashes of the last absent names, `recentLength` of them; and how many there were. */
  readonly recent: Int32Array
  readonly recentLength: number
  readonly recentCounts: Uint32Array
  /** The last label with a number behind it. */
  readonly stems: Int32Array
  readonly numbers: Int32Array
  /** Unix milliseconds of the first and the last question. */
  readonly firstAt: Float64Array
  readonly lastAt: Float64Array
  /** Questions and, among them, distinct absent names; sums of weights. */
  readonly queries: Float64Array
  readonly absentNames: Float64Array
  /** Guesses at names that were new, each counted once, whatever it stands for. */
  readonly guesses: Uint32Array
  /** 1: some questions stood for more than one. */
  readonly thinned: Uint8Array
  /** Bits by `LabelShape` of probes; and by `Habit`. */
  readonly shapes: Uint16Array
  readonly habits: Uint8Array
}

/** What a tool may be recognised by; bits. */
export const Habit = {
  A: 1,
  Aaaa: 2,
  Cname: 4,
  Any: 8,
  Recursion: 16,
  NoRecursion: 32,
  Sorted: 64,
  Dnssec: 128,
} as const

/** How far back a guess is compared: tools ask several at a time, and so not quite in order. */
export const ORDERED = 8

interface TracksOptions {
  readonly owners: number
  readonly areZones: boolean
  /** Words of 32 bits of a filter of names. */
  readonly nameWords: number
  readonly recentLength: number
}

/** Nothing is remembered of anyone. */
export function createTracks({ owners, areZones, nameWords, recentLength }: TracksOptions): Tracks {
  return {
    areZones,
    scores: new Float32Array(owners * REASON_COUNT),
    provedScores: new Float32Array(owners * REASON_COUNT),
    words: new Int32Array(owners * WORD_SET_LENGTH),
    wordCounts: new Uint16Array(owners),
    wordsSince: new Float64Array(owners),
    names: createSeenNames(owners, nameWords),
    ordered: new Float64Array(owners * ORDERED),
    orderedCounts: new Uint32Array(owners),
    recent: new Int32Array(owners * recentLength),
    recentLength,
    recentCounts: new Uint32Array(owners),
    stems: new Int32Array(owners),
    numbers: new Int32Array(owners),
    firstAt: new Float64Array(owners),
    lastAt: new Float64Array(owners),
    queries: new Float64Array(owners),
    absentNames: new Float64Array(owners),
    guesses: new Uint32Array(owners),
    thinned: new Uint8Array(owners),
    shapes: new Uint16Array(owners),
    habits: new Uint8Array(owners),
  }
}

/** The owner begins anew. */
export function forgetOwner(tracks: Tracks, owner: number, now: number): void {
  forgetEvidence(tracks, owner, now)
  forgetNames(tracks.names, owner)
  tracks.recent.fill(0, owner * tracks.recentLength, (owner + 1) * tracks.recentLength)
  for (const counts of [tracks.orderedCounts, tracks.recentCounts, tracks.stems, tracks.numbers]) counts[owner] = 0
  for (const sums of [tracks.queries, tracks.absentNames, tracks.thinned]) sums[owner] = 0
  tracks.firstAt[owner] = now
  tracks.lastAt[owner] = now
}

/** What was held against the owner is settled; which names it asked lately is still known. */
export function forgetEvidence(tracks: Tracks, owner: number, now: number): void {
  tracks.scores.fill(0, owner * REASON_COUNT, (owner + 1) * REASON_COUNT)
  tracks.provedScores.fill(0, owner * REASON_COUNT, (owner + 1) * REASON_COUNT)
  forgetWords(tracks, owner, now)
  tracks.guesses[owner] = 0
  tracks.shapes[owner] = 0
  tracks.habits[owner] = 0
}

/** The words that the owner asked for count as new again. */
export function forgetWords({ words, wordCounts, wordsSince }: Tracks, owner: number, now: number): void {
  words.fill(0, owner * WORD_SET_LENGTH, (owner + 1) * WORD_SET_LENGTH)
  wordCounts[owner] = 0
  wordsSince[owner] = now
}

/** Octets that these tracks take, whatever happens. */
export function tracksOctets({ names, ...tracks }: Tracks): number {
  const arrays = [...Object.values(tracks), ...Object.values(names)].filter((value) => ArrayBuffer.isView(value))
  return arrays.reduce((sum, array) => sum + array.byteLength, 0)
}
