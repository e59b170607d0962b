import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatAddress,
  formatListen,
  formatPrefix,
  parseAddress,
  parsePrefix,
  readAddress,
  readListen,
  readPrefix,
} from '../../server/address.ts'
import type { ListenAddress } from '../../server/configuration/types.ts'

const octets = fc
  .array(fc.constantFrom([0, 0], [0, 1], [0xff, 0xff], [0x20, 0x01], [0, 0x80]), { minLength: 8, maxLength: 8 })
  .map((groups) => Uint8Array.from(groups.flat()))

describe('addresses', () => {
  it('writes IPv4 v4-mapped, however it was written', () => {
    expect(parseAddress('192.0.2.7')).toEqual(parseAddress('::ffff:192.0.2.7'))
    expect(parseAddress('192.0.2.7')).toEqual(parseAddress('::FFFF:c000:0207'))
    expect(formatAddress(parseAddress('::ffff:c000:207')!)).toBe('192.0.2.7')
  })

  it.each([
    ['2001:DB8::1', '2001:db8::1'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ])('prints %s as RFC 5952 wants: %s', (text, printed) => {
    expect(formatAddress(parseAddress(text)!)).toBe(printed)
  })

  it('reads back whatever it prints', () => {
    fc.assert(
      fc.property(octets, (address) => {
        expect(parseAddress(formatAddress(address))).toEqual(address)
      }),
    )
  })

  it('prints at any position', () => {
    const padded = Uint8Array.from([9, 9, 9, ...parseAddress('2001:db8::5')!, 9])
    expect(formatAddress(padded, 3)).toBe('2001:db8::5')
  })

  it.each([
    '',
    'localhost',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '1.2.3.256',
    '::1::',
    ':::',
    '12345::',
    '1:2:3:4:5:6:7:8:9',
    'fe80::1%eth0',
    ' ::1',
  ])('refuses %j with a reason', (text) => {
    const reading = readAddress(text)
    expect(reading.outcome).toBe('unreadable')
    if (reading.outcome === 'unreadable') expect(reading.reason).toContain(`"${text}"`)
  })

  it('reads and prints IPv6 as the URL standard does', () => {
    const text = fc.string({ unit: fc.constantFrom(':', '::', ':0:', '0', '1', 'f', 'FF', '1.2.3.4'), maxLength: 12 })
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          octets.map((address) => formatAddress(address)),
        ),
        (candidate) => {
          const address = candidate.includes(':') ? parseAddress(candidate) : undefined
          const printed = address === undefined ? undefined : `[${formatAddress(address)}]`
          fc.pre(printed === undefined || printed.includes(':'))
          expect(printed).toBe(
            URL.canParse(`http://[${candidate}]/`) ? new URL(`http://[${candidate}]/`).hostname : undefined,
          )
        },
      ),
    )
  })
})

describe('prefixes', () => {
  it('gives IPv4 and v4-mapped the same prefix', () => {
    expect(parsePrefix('::ffff:10.0.0.0/104')).toEqual(parsePrefix('10.0.0.0/8'))
    expect(parsePrefix('10.0.0.0/8')!.length).toBe(104)
    expect(parsePrefix('::ffff:0:0/96')).toEqual(parsePrefix('0.0.0.0/0'))
    expect(formatPrefix(parsePrefix('::ffff:10.0.0.0/104')!)).toBe('10.0.0.0/8')
  })

  it('takes a bare address for that address alone', () => {
    expect(formatPrefix(parsePrefix('192.0.2.1')!)).toBe('192.0.2.1/32')
    expect(formatPrefix(parsePrefix('2001:db8::')!)).toBe('2001:db8::/128')
  })

  it('clears bits behind the length and says so', () => {
    const reading = readPrefix('10.1.2.3/12')
    expect(reading).toMatchObject({ outcome: 'read', value: parsePrefix('10.0.0.0/12') })
    expect(reading.outcome === 'read' && reading.remark).toContain('10.0.0.0/12')
    expect(readPrefix('10.0.0.0/12')).not.toHaveProperty('remark')
    expect(formatPrefix(parsePrefix('2001:db8:ffff::1/33')!)).toBe('2001:db8:8000::/33')
  })

  it.each([
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0.0/8.0',
    '::/129',
    '/8',
    'all',
    '10.0.0.0/ 8',
  ])('refuses %j with a reason', (text) => {
    const reading = readPrefix(text)
    expect(reading.outcome).toBe('unreadable')
    if (reading.outcome === 'unreadable') expect(reading.reason.length).toBeGreaterThan(10)
  })

  it('reads back whatever it prints', () => {
    fc.assert(
      fc.property(octets, fc.integer({ min: 0, max: 128 }), (address, length) => {
        const prefix = parsePrefix(
          `${formatAddress(address)}/${address.subarray(0, 12).every((octet) => octet === 0) ? 128 : length}`,
        )
        if (prefix !== undefined) expect(parsePrefix(formatPrefix(prefix))).toEqual(prefix)
      }),
    )
  })
})

describe('listeners', () => {
  it.each<[string, ListenAddress]>([
    ['127.0.0.1@5300', { address: '127.0.0.1', port: 5300, family: 4 }],
    ['[::1]@5300', { address: '::1', port: 5300, family: 6 }],
    ['::1@5300', { address: '::1', port: 5300, family: 6 }],
    ['2001:DB8::53', { address: '2001:db8::53', port: 53, family: 6 }],
    ['::ffff:127.0.0.1@53', { address: '127.0.0.1', port: 53, family: 4 }],
    ['::@0', { address: '::', port: 0, family: 6 }],
  ])('reads %s', (text, listen) => {
    expect(readListen(text)).toEqual({ outcome: 'read', value: listen })
    expect(readListen(formatListen(listen))).toEqual({ outcome: 'read', value: listen })
  })

  it.each([
    ['127.0.0.1:5300', '127.0.0.1@5300'],
    ['[::1]:5300', '::1@5300'],
    ['*@53', '0.0.0.0'],
    ['127.0.0.1@65536', '65535'],
    ['127.0.0.1@', '65535'],
    ['localhost@53', '"localhost"'],
    ['[127.0.0.1]@53', '"[127.0.0.1]"'],
  ])('refuses %s and names the remedy', (text, remedy) => {
    const reading = readListen(text)
    expect(reading.outcome).toBe('unreadable')
    if (reading.outcome === 'unreadable') expect(reading.reason).toContain(remedy)
  })
})
