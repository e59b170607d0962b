import { isIPv4, isIPv6 } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ipv4FromText, ipv4ToText, ipv6FromText, ipv6ToText } from '../../dns/address-text.ts'

test.each([
  ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'], // RFC 5952 §4.2.3: the first of equal runs
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'], // §4.2.2: one group alone is not shortened
  ['2001:0DB8::0001', '2001:db8::1'], // §4.1, §4.3
  ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
  ['::', '::'],
  ['1::', '1::'],
  ['::1', '::1'],
  ['0:0:0:0:0:ffff:c000:0201', '::ffff:192.0.2.1'],
  ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ['1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:102:304'],
  ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
])('%s prints as %s', (text, canonical) => {
  expect(ipv6ToText(ipv6FromText(text)!)).toBe(canonical)
})

test('any address survives the way to text and back', () => {
  const octet = fc.oneof(fc.constant(0), fc.nat({ max: 255 }))
  fc.assert(
    fc.property(fc.array(octet, { minLength: 16, maxLength: 16 }), (octets) => {
      const address = Uint8Array.from(octets)
      expect(ipv6FromText(ipv6ToText(address))).toEqual(address)
      expect(isIPv6(ipv6ToText(address))).toBe(true)
      expect(ipv4FromText(ipv4ToText(address, 3))).toEqual(address.subarray(3, 7))
    }),
  )
})

test('accepts what node:net accepts, and no more', () => {
  const text = fc.string({
    unit: fc.constantFrom('0', '1', 'f', 'A', '10', '255', '256', '.', ':', '::', 'g'),
    maxLength: 16,
  })
  const groups = fc.array(fc.constantFrom('', '', '0', '1', 'ff', '12345', '1.2.3.4'), { maxLength: 10 })
  fc.assert(
    fc.property(text, groups, (a, b) => {
      for (const candidate of [a, b.join(':'), a.replaceAll(':', '.')]) {
        expect(ipv6FromText(candidate) !== undefined, candidate).toBe(isIPv6(candidate))
        expect(ipv4FromText(candidate) !== undefined, candidate).toBe(isIPv4(candidate))
      }
    }),
    { numRuns: 5000 },
  )
})
