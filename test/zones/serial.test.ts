import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isLater, nextSerial } from '../../zones/serial.ts'

const OLD = new Uint8Array([1])
const NEW = new Uint8Array([2])

describe('the serial of a projection', () => {
  test('starts at that of the file', () => {
    expect(nextSerial(undefined, 2026112101, OLD)).toEqual({ serial: 2026112101, digest: OLD })
    expect(nextSerial(undefined, 0, OLD).serial).toBe(0)
  })

  test('stays while the content does, whatever the file says', () => {
    const previous = { serial: 7, digest: OLD }
    expect(nextSerial(previous, 9, new Uint8Array(OLD))).toBe(previous)
    expect(nextSerial(previous, 3, OLD)).toBe(previous)
  })

  test.each([
    ['the next, where the file was not touched', 7, 7, 8],
    ['the next, where the file went back', 7, 3, 8],
    ['the file’s, where it is ahead', 7, 20, 20],
    ['the next, where that is the file’s', 7, 8, 8],
    ['round the end of the numbers', 0xffffffff, 5, 5],
    ['round the end of the numbers by one', 0xffffffff, 0xffffffff, 0],
    ['the next, where the file is half the circle away', 7, 7 + 2 ** 31, 8],
    ['the file’s, where it is almost that far', 7, 6 + 2 ** 31, 6 + 2 ** 31],
  ])('moves with the content to %s', (_, previous, file, expected) => {
    expect(nextSerial({ serial: previous, digest: OLD }, file, NEW)).toEqual({ serial: expected, digest: NEW })
  })

  test('is always later than before by RFC 1982, so that secondaries follow', () => {
    const serial = fc.integer({ min: 0, max: 0xffffffff })
    fc.assert(
      fc.property(serial, serial, (previous, file) => {
        const next = nextSerial({ serial: previous, digest: OLD }, file, NEW).serial
        // RFC 1982 §3.2, the long way.
        const isGreater =
          (previous < next && next - previous < 2 ** 31) || (previous > next && previous - next > 2 ** 31)
        expect(isGreater).toBe(true)
        expect(next).toBe(next >>> 0)
        expect(isLater(next, previous)).toBe(true)
      }),
    )
  })
})
