import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sortKeys } from '../../zones/key-sort.ts'

/** Few octets and short keys, so that many are equal or begin alike; enough of them for the radix sort to start. */
const KEY = fc.array(fc.constantFrom(0, 1, 2, 97, 255), { maxLength: 4 })
const KEYS = fc.oneof(fc.array(KEY, { maxLength: 40 }), fc.array(KEY, { minLength: 200, maxLength: 400, size: 'max' }))

test('keys are sorted by their octets, a beginning before what it begins, equal ones in their order', () => {
  fc.assert(
    fc.property(KEYS, (keys) => {
      const starts = Int32Array.from([0, ...keys], () => 0)
      for (const [i, key] of keys.entries()) starts[i + 1] = starts[i]! + key.length
      const order = sortKeys({ octets: Uint8Array.from(keys.flat()), starts })
      const expected = keys
        .map((key, i) => ({ key: Uint8Array.from(key), i }))
        .sort((a, b) => Buffer.compare(a.key, b.key) || a.i - b.i)
      expect([...order]).toEqual(expected.map(({ i }) => i))
    }),
    { numRuns: 200 },
  )
})
