import { describe, expect, it } from 'vitest'
import { adaptShares, drainEvents, type EventReader, openEventReader } from '../../guard/event-reader.ts'
import {
  claimEvent,
  commitEvent,
  createEventRing,
  EventKind,
  type EventRing,
  LOST,
  NOT_TOLD,
  openEventRing,
  RING_RECORDS,
} from '../../guard/event-ring.ts'
import type { QueryEvent } from '../../guard/query-event.ts'
import { Verdict } from '../../guard/verdict.ts'
import { createRandom } from '../helpers/random.ts'

function ringAndReader(rings = 1): { rings: EventRing[]; reader: EventReader } {
  const memories = Array.from({ length: rings }, createEventRing)
  return {
    rings: memories.map((memory, seed) => openEventRing(memory, createRandom(seed + 1).next)),
    reader: openEventReader(memories),
  }
}

function tell(ring: EventRing, kind: EventKind, changes: Partial<EventRing['draft']> = {}): number {
  const record = claimEvent(ring, kind)
  if (record < 0) return record
  Object.assign(ring.draft, { source: new Uint8Array(16), ...changes })
  commitEvent(ring, record)
  return record
}

function drain(reader: EventReader, now = 0): QueryEvent[] {
  const events: QueryEvent[] = []
  drainEvents(reader, now, (event) => events.push(structuredClone(event)))
  return events
}

/** One second in tenths, `questions` a second of each kind from each ring; returns what was read, by kind. */
function runSecond({ rings, reader }: ReturnType<typeof ringAndReader>, questions: Partial<Record<EventKind, number>>) {
  const told = new Map<number, { events: number; weight: number }>()
  for (let tenth = 0; tenth < 10; tenth++) {
    for (const ring of rings) {
      for (const [kind, count] of Object.entries(questions)) {
        for (let index = 0; index < count / 10; index++) tell(ring, Number(kind) as EventKind, { type: Number(kind) })
      }
    }
    drainEvents(reader, 0, ({ type, weight }) => {
      const sums = told.get(type) ?? { events: 0, weight: 0 }
      told.set(type, { events: sums.events + 1, weight: sums.weight + weight })
    })
    adaptShares(reader, 100)
  }
  return told
}

describe('a ring of events', () => {
  it('hands over what was written, octet for octet', () => {
    const { rings, reader } = ringAndReader()
    const name = Uint8Array.from({ length: 255 }, (_, index) => index)
    const source = Uint8Array.from({ length: 20 }, (_, index) => 200 + index)
    tell(rings[0]!, EventKind.Found, {
      ...{ source, sourceStart: 4, view: -1, verdict: Verdict.Decoy, type: 65535, traits: 0x7f },
      ...{ name, nameLength: 255, apexLength: 13 },
    })
    tell(rings[0]!, EventKind.Error, { view: 300, type: 0, nameLength: 0, apexLength: 0, traits: 0 })
    const [first, second] = drain(reader, 1234)
    expect(first).toMatchObject({ at: 1234, weight: 1, view: -1, verdict: Verdict.Decoy, type: 65535, traits: 0x7f })
    expect(first).toMatchObject({ nameLength: 255, apexLength: 13, name, source: source.subarray(4) })
    expect(second).toMatchObject({ view: 300, type: 0, nameLength: 0, apexLength: 0, traits: 0 })
  })

  it('keeps the order of what passes through it many times over', () => {
    const { rings, reader } = ringAndReader()
    const seen: number[] = []
    for (let index = 0; index < 5 * RING_RECORDS; index++) {
      tell(rings[0]!, EventKind.Found, { type: index & 0xffff })
      if (index % 700 === 0) drainEvents(reader, 0, ({ type }) => seen.push(type))
    }
    drainEvents(reader, 0, ({ type }) => seen.push(type))
    expect(seen).toEqual(Array.from({ length: 5 * RING_RECORDS }, (_, index) => index & 0xffff))
  })

  it('goes on where the counts wrap', () => {
    const { rings, reader } = ringAndReader()
    rings[0]!.words[0] = rings[0]!.words[16] = 0x7fffffff - 3
    for (let index = 0; index < 8; index++) tell(rings[0]!, EventKind.Absent, { type: index })
    expect(drain(reader).map(({ type }) => type)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  })

  it('drops what it has no room for, what is limited first and honey names last', () => {
    const { rings, reader } = ringAndReader()
    const [ring] = rings
    const fill = (kind: EventKind): number => {
      let told = 0
      while (tell(ring!, kind) !== LOST) told++
      return told
    }
    const kinds = [EventKind.Limited, EventKind.Error, EventKind.Found, EventKind.Absent, EventKind.Honey]
    expect(kinds.map(fill)).toEqual([768, 256, 256, 256, 512])
    expect(drain(reader)).toHaveLength(RING_RECORDS)
  })
})

describe('the share of questions that is told', () => {
  it('is all of them on a server with little to do', () => {
    const world = ringAndReader(3)
    const told = runSecond(world, { [EventKind.Found]: 400, [EventKind.Absent]: 200, [EventKind.Error]: 50 })
    expect(told.get(EventKind.Found)).toEqual({ events: 1200, weight: 1200 })
    expect(told.get(EventKind.Absent)).toEqual({ events: 600, weight: 600 })
  })

  it('is so many that main reads 2,000 a second, however many there are, and weights make up for the rest', () => {
    const world = ringAndReader(2)
    const flood = { [EventKind.Absent]: 200_000, [EventKind.Found]: 200, [EventKind.Honey]: 20 }
    runSecond(world, flood)
    const told = runSecond(world, flood)
    const events = [...told.values()].reduce((sum, each) => sum + each.events, 0)
    expect(events).toBeLessThan(2200)
    expect(events).toBeGreaterThan(1700)
    expect(told.get(EventKind.Found)!.events).toBe(400)
    expect(told.get(EventKind.Honey)!.events).toBe(40)
    expect(Math.abs(told.get(EventKind.Absent)!.weight / 400_000 - 1)).toBeLessThan(0.1)
  })

  it('thins what is limited harder than what is answered, and recovers', () => {
    const world = ringAndReader()
    const flood = { [EventKind.Limited]: 300_000, [EventKind.Absent]: 100_000, [EventKind.Found]: 100_000 }
    runSecond(world, flood)
    const told = runSecond(world, flood)
    expect(told.get(EventKind.Limited)!.events).toBeLessThan(260)
    expect(told.get(EventKind.Absent)!.events).toBeGreaterThan(1000)
    for (let second = 0; second < 2; second++) runSecond(world, { [EventKind.Found]: 100 })
    expect(tell(world.rings[0]!, EventKind.Limited)).not.toBe(NOT_TOLD)
  })
})
