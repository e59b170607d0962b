import { Verdict } from './verdict.ts'
import { drawWord } from './xorshift.ts'

/**
 * What a worker tells the main thread of questions it answered: a ring in shared memory, of fixed size, that one worker
 * writes and the main thread reads (event-reader.ts). Nobody waits: a full ring drops, counted. Int32 words:
 *
 *   control   0 records written      16 records read      each modulo 2^32, in a cache line of its own
 *            32 share by kind        of 2^32 questions, so many are told; main decides
 *            48 offered by kind      questions there were, told or not, modulo 2^32
 *   record   0 how many questions it stands for (float32)   1..4 source   5 type, view << 16
 *            6 verdict, length of the name << 8, of the apex << 16        7 traits     8.. the name, 255 octets
 */
export interface EventRing {
  readonly words: Int32Array
  readonly octets: Uint8Array
  readonly floats: Float32Array
  /** State of a xorshift generator: which questions are told, where not all are. */
  readonly drawState: Int32Array
  /** Filled between `claimEvent` and `commitEvent`. */
  readonly draft: EventDraft
}

/** An event about to be written. Its arrays are whoever's they were. */
export interface EventDraft {
  source: Uint8Array
  sourceStart: number
  view: number
  verdict: Verdict
  type: number
  traits: number
  name: Uint8Array
  nameLength: number
  apexLength: number
}

/**
 * Kinds of questions, each told by a share of its own, so that one that floods does not drown the others. What was
 * limited is a kind: it says least that was not said before.
 */
export const EventKind = { Found: 0, Absent: 1, Error: 2, Limited: 3, Honey: 4 } as const
export type EventKind = (typeof EventKind)[keyof typeof EventKind]
export const EVENT_KINDS = 5

/** Positions of control words and of words within a record. */
export const RingWord = { Written: 0, Read: 16, Shares: 32, Offered: 48, Records: 64 } as const
export const RecordWord = { Weight: 0, Source: 1, TypeAndView: 5, Lengths: 6, Traits: 7, Name: 8, Words: 72 } as const

/** Records in a ring: what 2,000 a second fill in one. */
export const RING_RECORDS = 2048
/** How full the ring may be for one more of each kind: what is rare finds room where a flood does not. */
const MOST_WAITING = Int32Array.of(1280, 1536, 1024, 768, RING_RECORDS)

/** Octets of a ring: 576 KiB. It never grows. */
const EVENT_RING_OCTETS = 4 * (RingWord.Records + RING_RECORDS * RecordWord.Words)

/** Every question is told. */
export const ALL = -1

/** Instead of the place of a record: this one is not told, by its share; or is lost, because the ring is full. */
export const NOT_TOLD = -1
export const LOST = -2

/** An empty ring, in which every question is told. */
export function createEventRing(): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(EVENT_RING_OCTETS)
  new Int32Array(memory).fill(ALL, RingWord.Shares, RingWord.Shares + EVENT_KINDS)
  return memory
}

/** Opens a ring for the worker that writes to it; `random` gives 32-bit words. */
export function openEventRing(memory: SharedArrayBuffer, random: () => number): EventRing {
  const nothing = new Uint8Array(0)
  return {
    words: new Int32Array(memory),
    octets: new Uint8Array(memory),
    floats: new Float32Array(memory),
    drawState: Int32Array.of(random() | 1),
    draft: {
      ...{ source: nothing, sourceStart: 0, view: -1, verdict: Verdict.Found, type: 0, traits: 0 },
      ...{ name: nothing, nameLength: 0, apexLength: 0 },
    },
  }
}

/**
 * Decides whether a question of this kind is told. If so returns the place of its record: fill `ring.draft`, then
 * `commitEvent`. Otherwise NOT_TOLD or LOST. Allocates nothing.
 */
export function claimEvent(ring: EventRing, kind: EventKind): number {
  const { words } = ring
  words[RingWord.Offered + kind]!++
  const share = words[RingWord.Shares + kind]!
  if (share !== ALL && drawWord(ring.drawState) >>> 0 >= share >>> 0) return NOT_TOLD
  const written = words[RingWord.Written]!
  if (((written - Atomics.load(words, RingWord.Read)) | 0) >= MOST_WAITING[kind]!) return LOST
  const record = RingWord.Records + (written & (RING_RECORDS - 1)) * RecordWord.Words
  ring.floats[record + RecordWord.Weight] = share === ALL ? 1 : 2 ** 32 / (share >>> 0)
  return record
}

/** Writes the draft to the record at `record` and shows it to the reader. */
export function commitEvent({ words, octets, draft }: EventRing, record: number): void {
  const { source, sourceStart, name, nameLength } = draft
  const sourceAt = (record + RecordWord.Source) * 4
  for (let index = 0; index < 16; index++) octets[sourceAt + index] = source[sourceStart + index]!
  words[record + RecordWord.TypeAndView] = draft.type | (draft.view << 16)
  words[record + RecordWord.Lengths] = draft.verdict | (nameLength << 8) | (draft.apexLength << 16)
  words[record + RecordWord.Traits] = draft.traits
  const nameAt = (record + RecordWord.Name) * 4
  for (let index = 0; index < nameLength; index++) octets[nameAt + index] = name[index]!
  Atomics.store(words, RingWord.Written, (words[RingWord.Written]! + 1) | 0)
}
