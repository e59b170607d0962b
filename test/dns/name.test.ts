import { PerformanceObserver } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  canonicalName,
  compareNames,
  countLabels,
  isAtOrBelow,
  LOWER_CASE,
  NameError,
  nameFromText,
  nameLength,
  namesEqual,
  nameToText,
  parentName,
} from '../../dns/name.ts'
import { arbitraryName } from './arbitrary-rdata.ts'

describe('text', () => {
  test('any octets survive the way to text and back', () => {
    fc.assert(
      fc.property(arbitraryName(), (name) => {
        expect(nameFromText(nameToText(name))).toEqual(name)
      }),
    )
    const every = Uint8Array.from({ length: 256 }, (_, octet) => octet)
    for (let at = 0; at < 256; at += 32) {
      const name = Uint8Array.of(32, ...every.subarray(at, at + 32), 0)
      expect(nameFromText(nameToText(name))).toEqual(name)
      expect(nameToText(name)).toMatch(/^[!-~]+$/)
    }
  })

  test.each([
    ['.', [0]],
    ['a.', [1, 0x61, 0]],
    ['A.b.', [1, 0x41, 1, 0x62, 0]],
    ['\\065\\.\\\\.b.', [3, 0x41, 0x2e, 0x5c, 1, 0x62, 0]],
    ['\\000.', [1, 0, 0]],
    ['\\@.@.', [1, 0x40, 1, 0x40, 0]],
    ['a\\.', [2, 0x61, 0x2e, 1, 0x6f, 0]],
    ['a\\\\.', [2, 0x61, 0x5c, 0]],
    ['rel', [3, 0x72, 0x65, 0x6c, 1, 0x6f, 0]],
  ])('%s is read against the origin "o."', (text, octets) => {
    expect([...nameFromText(text, Uint8Array.of(1, 0x6f, 0))]).toEqual(octets)
  })

  test('prints escapes that every server reads', () => {
    const special = Uint8Array.from(Buffer.from('\x0a ".();\\@$\x00\xff', 'latin1'))
    expect(nameToText(Uint8Array.of(special.length, ...special, 0))).toBe(
      '\\010\\032\\"\\.\\(\\)\\;\\\\\\@\\$\\000\\255.',
    )
    expect(nameToText(Uint8Array.of(9, 1, 0x61, 0), 1)).toBe('a.')
  })

  test.each([
    ['', 'empty name'],
    ['..', 'empty label'],
    ['.a.', 'empty label'],
    ['a..b.', 'empty label'],
    ['a', 'relative'],
    ['a\\', 'malformed escape'],
    ['a\\25.', 'malformed escape'],
    ['a\\256.', 'malformed escape'],
    [`${'x'.repeat(64)}.`, '64 octets'],
    [`${'x'.repeat(63)}.`.repeat(4), 'too long'],
    [`${'x.'.repeat(127)}x.`, 'too long'],
    ['mün€hen.', 'beyond one octet'],
  ])('refuses "%s": %s', (text, reason) => {
    expect(() => nameFromText(text)).toThrow(NameError)
    expect(() => nameFromText(text)).toThrow(reason)
  })

  test('255 octets are a name, 256 are not, origin included', () => {
    const longest = [...Array(3).fill('x'.repeat(63)), 'y'.repeat(61), ''].join('.')
    expect(nameFromText(longest).length).toBe(255)
    expect(() => nameFromText(`${longest.slice(0, -1)}y.`)).toThrow('too long')
    expect(nameFromText('x.'.repeat(127)).length).toBe(255)
    const origin = nameFromText(longest.slice(64))
    expect(nameFromText('x'.repeat(63), origin).length).toBe(255)
    expect(() => nameFromText('a', nameFromText(longest))).toThrow('too long')
  })

  test('any text gives a well-formed name or NameError', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.string({ unit: fc.constantFrom('.', '\\', '0', '2', 'a') }),
        (a, b) => {
          for (const text of [a, b]) {
            try {
              const name = nameFromText(text, Uint8Array.of(0))
              expect(nameLength(name, 0)).toBe(name.length)
            } catch (error) {
              if (!(error instanceof NameError)) throw error
            }
          }
        },
      ),
    )
  })
})

describe('comparison', () => {
  test('canonical order of RFC 4034 §6.1', () => {
    const ordered = [
      'example.',
      'a.example.',
      'yljkjljk.a.example.',
      'Z.a.example.',
      'zABC.a.EXAMPLE.',
      'z.example.',
      '\\001.z.example.',
      '*.z.example.',
      '\\200.z.example.',
    ].map((text) => nameFromText(text))
    for (const [i, a] of ordered.entries()) {
      for (const [j, b] of ordered.entries()) expect(Math.sign(compareNames(a, b))).toBe(Math.sign(i - j))
    }
  })

  test('agrees with comparing lists of labels from the right', () => {
    fc.assert(
      fc.property(arbitraryName(), arbitraryName(), arbitraryName(60), (a, b, suffix) => {
        for (const [x, y] of [
          [a, b],
          [join(a, suffix), join(b, suffix)],
          [a, canonicalName(a)],
          [join(a, suffix), suffix],
        ] as const) {
          expect(Math.sign(compareNames(x, y))).toBe(compareLabels(labelsOf(x), labelsOf(y)))
          expect(namesEqual(x, y)).toBe(compareNames(x, y) === 0)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('a name is at or below its suffixes and no others', () => {
    fc.assert(
      fc.property(arbitraryName(), arbitraryName(80), (a, b) => {
        expect(isAtOrBelow(a, b)).toBe(isSuffix(labelsOf(b), labelsOf(a)))
        const below = join(a, b)
        expect(isAtOrBelow(below, canonicalName(b))).toBe(true)
        for (let parent = below; parent.length > 1; parent = parentName(parent)) {
          expect(isAtOrBelow(below, parent)).toBe(true)
          expect(countLabels(parentName(parent))).toBe(countLabels(parent) - 1)
        }
      }),
    )
    expect(isAtOrBelow(nameFromText('xexample.'), nameFromText('example.'))).toBe(false)
    // The octets of "example." stand at the end of one label of this name.
    expect(isAtOrBelow(nameFromText('x\\007example.'), nameFromText('example.'))).toBe(false)
    expect(parentName(Uint8Array.of(0))).toEqual(Uint8Array.of(0))
  })

  test('allocates nothing', async () => {
    const a = nameFromText('www.Some.long.name.example.com.')
    const b = nameFromText('wwx.some.LONG.name.example.com.')
    const apex = nameFromText('example.com.')
    let sum = 0
    const compare = () => {
      sum += compareNames(a, b) + Number(isAtOrBelow(a, apex)) + Number(namesEqual(a, b))
      sum += nameLength(a, 0) + countLabels(b)
    }
    const leak = () => {
      sum += Array.from({ length: 4 }, () => sum).length
    }
    expect(await collectionsDuring(compare, 1_000_000)).toBeLessThan(3)
    expect(await collectionsDuring(leak, 1_000_000)).toBeGreaterThan(3)
    expect(sum).not.toBe(0)
  })
})

test('nameLength is -1 for what is no name', () => {
  for (const octets of [[], [1], [1, 0x61], [0xc0, 0], [64, ...Array(64).fill(1), 0], [...Array(256).fill(1), 0]]) {
    expect(nameLength(Uint8Array.from(octets), 0)).toBe(-1)
  }
  expect(nameLength(Uint8Array.of(5, 1, 0x61, 0, 9), 1)).toBe(3)
})

test('only A to Z fold', () => {
  for (let octet = 0; octet < 256; octet++) {
    const isUpper = octet >= 0x41 && octet <= 0x5a
    expect(LOWER_CASE[octet]).toBe(isUpper ? octet + 32 : octet)
  }
})

/** Garbage collections while `action` runs that often. */
async function collectionsDuring(action: () => void, times: number): Promise<number> {
  for (let warm = 0; warm < 20_000; warm++) action()
  let collections = 0
  const observer = new PerformanceObserver((list) => {
    collections += list.getEntries().length
  })
  observer.observe({ entryTypes: ['gc'] })
  for (let time = 0; time < times; time++) action()
  for (let turn = 0; turn < 3; turn++) await setImmediate()
  observer.disconnect()
  return collections
}

function labelsOf(name: Uint8Array): string[] {
  const labels: string[] = []
  for (let at = 0; name[at] !== 0; at += name[at]! + 1) {
    const label = Buffer.from(name.subarray(at + 1, at + 1 + name[at]!)).toString('latin1')
    labels.push(label.replace(/[A-Z]/g, (letter) => letter.toLowerCase()))
  }
  return labels.reverse()
}

function compareLabels(a: readonly string[], b: readonly string[]): number {
  for (const [index, label] of a.entries()) {
    const other = b[index]
    if (other === undefined) return 1
    if (label !== other) return label < other ? -1 : 1
  }
  return a.length === b.length ? 0 : -1
}

function isSuffix(suffix: readonly string[], whole: readonly string[]): boolean {
  return suffix.length <= whole.length && suffix.every((label, index) => label === whole[index])
}

/** `name` with `suffix` below it; labels of `name` that do not fit are left out. */
function join(name: Uint8Array, suffix: Uint8Array): Uint8Array {
  let rest = name
  while (rest.length - 1 + suffix.length > 255) rest = parentName(rest)
  return Uint8Array.of(...rest.subarray(0, -1), ...suffix)
}
