import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { writeLabelBefore, writeSuccessor, writeSuccessorBeyond } from '../../dns/canonical-order.ts'
import { canonicalName, compareLabels, compareNames, isAtOrBelow, nameFromText, nameToText } from '../../dns/name.ts'

const APEX = Uint8Array.of(2, 0x7a, 0x7a, 0)
const octet = fc.oneof(fc.constantFrom(0, 0x40, 0x5b, 0x61, 0xff), fc.integer({ min: 0, max: 255 }))
const label = fc.oneof(
  fc.array(octet, { minLength: 1, maxLength: 3 }),
  fc.array(octet, { minLength: 62, maxLength: 63 }),
  fc.tuple(octet, fc.integer({ min: 60, max: 62 })).map(([first, rest]) => [first, ...Array(rest).fill(0xff)]),
)
const name = fc
  .array(label, { maxLength: 8 })
  .map((labels) => canonicalName(Uint8Array.from([...labels.flatMap((each) => [each.length, ...each]), ...APEX])))
  .filter((wire) => wire.length <= 255)

describe('the successor of a name', () => {
  it('is the next name, in the words of RFC 4471 §3.1.2', () => {
    expect(successor('www.zz.')).toBe('\\000.www.zz.')
    expect(beyond('www.zz.')).toBe('www\\000.zz.')
    expect(beyond(`${'a'.repeat(63)}.zz.`)).toBe(`${'a'.repeat(62)}b.zz.`)
    expect(beyond(`${'a'.repeat(62)}@.zz.`)).toBe(`${'a'.repeat(62)}[.zz.`)
    expect(beyond(`${'a'.repeat(61)}\\255\\255.zz.`)).toBe(`${'a'.repeat(60)}b.zz.`)
    expect(beyond(`${'\\255'.repeat(63)}.www.zz.`)).toBe('www\\000.zz.')
    expect(beyond(`${'\\255'.repeat(63)}.zz.`)).toBe('zz.')
    expect(beyond('zz.')).toBe('zz.')
    expect(successor(`${'a.'.repeat(125)}zz.`)).toBe(`a\\000.${'a.'.repeat(124)}zz.`)
    expect(successor(`aa.${'a.'.repeat(124)}zz.`)).toBe(`ab.${'a.'.repeat(124)}zz.`)
  })

  it('comes after the name, and nothing comes in between', () => {
    fc.assert(
      fc.property(name, name, (one, other) => {
        const next = made(writeSuccessor, one)
        const past = made(writeSuccessorBeyond, one)
        expect(next.length).toBeLessThanOrEqual(255)
        if (!same(next, APEX)) expect(compareNames(next, one)).toBeGreaterThan(0)
        if (!same(past, APEX)) expect(compareNames(past, one)).toBeGreaterThan(0)
        if (compareNames(other, one) > 0) {
          if (!same(next, APEX)) expect(compareNames(other, next)).toBeGreaterThanOrEqual(0)
          const behind = same(past, APEX) ? -1 : compareNames(other, past)
          expect(behind >= 0).toBe(!isAtOrBelow(other, one))
        }
      }),
      { numRuns: 3_000 },
    )
  })
})

describe('a label before another', () => {
  it('is spelled close to it', () => {
    expect(labelBefore('www')).toBe('wwv\\255.')
    expect(labelBefore('*')).toBe('\\)\\255.')
    expect(labelBefore('a[')).toBe('a\\@\\255.')
    expect(labelBefore('a\\000')).toBe('a.')
    expect(labelBefore('\\000')).toBe('.')
    expect(labelBefore('b'.repeat(63))).toBe(`${'b'.repeat(62)}a.`)
  })

  it('comes before it', () => {
    fc.assert(
      fc.property(label, fc.integer({ min: 63, max: 63 }), (octets, room) => {
        const wire = canonicalName(Uint8Array.of(octets.length, ...octets, 0))
        const into = new Uint8Array(70)
        const end = writeLabelBefore(into, 0, wire, 0, room)
        if (end === 0) expect([...wire]).toEqual([1, 0, 0])
        else expect(compareLabels(into, 0, wire, 0)).toBeLessThan(0)
        expect([...into.subarray(1, end)].filter((each) => each >= 0x41 && each <= 0x5a)).toEqual([])
      }),
    )
  })
})

function made(write: typeof writeSuccessor, from: Uint8Array): Uint8Array {
  const into = new Uint8Array(300)
  return into.slice(0, write(into, 0, from, 0, APEX.length))
}

function successor(text: string): string {
  return nameToText(made(writeSuccessor, nameFromText(text)))
}

function beyond(text: string): string {
  return nameToText(made(writeSuccessorBeyond, nameFromText(text)))
}

function labelBefore(text: string): string {
  const into = new Uint8Array(70)
  return nameToText(into.slice(0, writeLabelBefore(into, 0, nameFromText(`${text}.`), 0, 63) + 1))
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return compareNames(a, b) === 0
}
