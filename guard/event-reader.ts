import { ALL, EVENT_KINDS, EventKind, RecordWord, RING_RECORDS, RingWord } from './event-ring.ts'
import { createQueryEvent, type QueryEvent } from './query-event.ts'
import type { Verdict } from './verdict.ts'

/** The main thread's end of all workers' rings. */
export interface EventReader {
  readonly rings: readonly OpenRing[]
  readonly event: QueryEvent
  /** Questions a second by kind, of all workers together: rises at once and halves at each look. */
  readonly rates: Float64Array
}

interface OpenRing {
  readonly words: Int32Array
  readonly octets: Uint8Array
  readonly floats: Float32Array
  /** By kind: questions offered when last looked at. */
  readonly offered: Int32Array
}

/**
 * Events a second that each kind may always have; what one does not need goes to the others. 2,000 in all: looking at one takes the
 * main thread up to three microseconds, which it takes from the workers where they need every processor.
 */
const GUARANTEED = Float64Array.of(400, 1100, 150, 150, 200)
const MOST_A_SECOND = GUARANTEED.reduce((sum, rate) => sum + rate, 0)

/** Opens the rings of all workers. */
export function openEventReader(rings: readonly SharedArrayBuffer[]): EventReader {
  return {
    rings: rings.map((memory) => {
      const words = new Int32Array(memory)
      const offered = words.slice(RingWord.Offered, RingWord.Offered + EVENT_KINDS)
      return { words, octets: new Uint8Array(memory), floats: new Float32Array(memory), offered }
    }),
    event: createQueryEvent(),
    rates: new Float64Array(EVENT_KINDS),
  }
}

/**
 * Takes what waits in the rings, ring by ring, and shows it to `visit`, in an event that is filled anew for each. `now`
 * is Unix time in milliseconds: events have the time at which they are read, so read often. Returns how many there were.
 */
export function drainEvents(reader: EventReader, now: number, visit: (event: QueryEvent) => void): number {
  let drained = 0
  for (const ring of reader.rings) {
    const { words } = ring
    // What comes meanwhile waits for the next time: a flood must not keep the reader here.
    const written = Atomics.load(words, RingWord.Written)
    for (let read = words[RingWord.Read]!; read !== written; read = (read + 1) | 0) {
      readRecord(ring, RingWord.Records + (read & (RING_RECORDS - 1)) * RecordWord.Words, reader.event)
      Atomics.store(words, RingWord.Read, (read + 1) | 0)
      reader.event.at = now
      visit(reader.event)
      drained++
    }
  }
  return drained
}

/**
 * Decides anew what share of each kind the workers tell, from what they were asked in the `milliseconds` since the last
 * call: everything, as long as that is within 2,000 events a second of all workers together. Call it a few times a second.
 */
export function adaptShares(reader: EventReader, milliseconds: number): void {
  const { rates, rings } = reader
  for (let kind = 0; kind < EVENT_KINDS; kind++) {
    let count = 0
    for (const { words, offered } of rings) {
      const now = words[RingWord.Offered + kind]!
      count += (now - offered[kind]!) >>> 0
      offered[kind] = now
    }
    rates[kind] = Math.max((count * 1000) / Math.max(1, milliseconds), rates[kind]! / 2)
  }
  const allowed = allot(rates)
  for (let kind = 0; kind < EVENT_KINDS; kind++) {
    const share = rates[kind]! <= allowed[kind]! ? ALL : Math.floor((allowed[kind]! / rates[kind]!) * (2 ** 32 - 1)) | 0
    for (const { words } of rings) words[RingWord.Shares + kind] = share
  }
}

/** Events a second that each kind gets: what it is guaranteed, and of what others leave a part in that proportion. */
function allot(rates: Float64Array): Float64Array {
  const allowed = GUARANTEED.map((guaranteed, kind) => Math.min(guaranteed, rates[kind]!))
  const wanting = new Set<number>(Object.values(EventKind).filter((kind) => rates[kind]! > allowed[kind]!))
  let left = MOST_A_SECOND - sum(allowed)
  while (left > 1 && wanting.size > 0) {
    const proportion = left / [...wanting].reduce((total, kind) => total + GUARANTEED[kind]!, 0)
    for (const kind of wanting) {
      const more = Math.min(GUARANTEED[kind]! * proportion, rates[kind]! - allowed[kind]!)
      allowed[kind]! += more
      if (allowed[kind]! >= rates[kind]!) wanting.delete(kind)
    }
    left = MOST_A_SECOND - sum(allowed)
  }
  return allowed
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0)
}

function readRecord({ words, octets, floats }: OpenRing, record: number, event: QueryEvent): void {
  const typeAndView = words[record + RecordWord.TypeAndView]!
  const lengths = words[record + RecordWord.Lengths]!
  event.weight = floats[record + RecordWord.Weight]!
  event.type = typeAndView & 0xffff
  event.view = typeAndView >> 16
  event.verdict = (lengths & 0xff) as Verdict
  event.nameLength = (lengths >>> 8) & 0xff
  event.apexLength = (lengths >>> 16) & 0xff
  event.traits = words[record + RecordWord.Traits]!
  const source = (record + RecordWord.Source) * 4
  for (let index = 0; index < 16; index++) event.source[index] = octets[source + index]!
  const name = (record + RecordWord.Name) * 4
  for (let index = 0; index < event.nameLength; index++) event.name[index] = octets[name + index]!
}
