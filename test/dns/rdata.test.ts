import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LOWER_CASE, nameFromText, nameLength } from '../../dns/name.ts'
import type { RrType } from '../../dns/rr/declaration.ts'
import {
  canonicalRdata,
  isRdataValid,
  namesInRdata,
  rdataFromText,
  rdataFromWire,
  rdataToText,
} from '../../dns/rr/rdata.ts'
import { RR_TYPES } from '../../dns/rr/registry.ts'
import { RdataError, tokensOf } from '../../dns/rr/tokens.ts'
import { arbitraryRdata } from './arbitrary-rdata.ts'
import { SAMPLES } from './samples.ts'

const TYPES = [...RR_TYPES.values()].map((type): [string, RrType] => [type.mnemonic, type])
const ORIGIN = nameFromText('origin.example.')

test('every declared type has samples, and every sample a type', () => {
  expect(Object.keys(SAMPLES).sort()).toEqual(TYPES.map(([mnemonic]) => mnemonic).sort())
})

describe.each(TYPES)('%s', (mnemonic, type) => {
  const wires = SAMPLES[mnemonic]!.map((text) => fromText(type, text))

  test('text to wire to text to wire', () => {
    for (const wire of wires) {
      const text = rdataToText(type.code, wire)
      expect(fromText(type, text)).toEqual(wire)
      expect(rdataToText(type.code, fromText(type, text))).toBe(text)
      expect(isRdataValid(type.code, wire)).toBe(true)
      if (mnemonic !== 'NULL') expect(text).not.toMatch(/^\\#/)
    }
  })

  test('arbitrary wire to text to the same wire', () => {
    fc.assert(
      fc.property(arbitraryRdata(type), (wire) => {
        expect(isRdataValid(type.code, wire)).toBe(true)
        const text = rdataToText(type.code, wire)
        if (mnemonic !== 'NULL') expect(text).not.toMatch(/^\\#/)
        expect(fromText(type, text)).toEqual(wire)
      }),
      { numRuns: 60 },
    )
  })

  test('generic text of RFC 3597 gives the same wire', () => {
    for (const wire of wires) {
      const digits = Buffer.from(wire).toString('hex')
      expect(fromText(type, `\\# ${wire.length} ${digits.slice(0, 4)} ${digits.slice(4)}`)).toEqual(wire)
    }
  })

  test('cut short at any octet, wire is refused or is other RDATA of the type', () => {
    for (const wire of wires) {
      for (let length = 0; length < wire.length; length++) {
        const cut = wire.slice(0, length)
        const text = rdataToText(type.code, cut)
        if (isRdataValid(type.code, cut)) {
          expect(fromText(type, text)).toEqual(cut)
        } else {
          expect(text).toMatch(/^\\#/)
          expect(rdataFromWire(type.code, cut, 0, length)).toBeUndefined()
          expect(() => fromText(type, text)).toThrow(RdataError)
        }
      }
    }
  })

  test('cut short at any token, text is refused with the missing field or is other RDATA of the type', () => {
    for (const wire of wires) {
      const tokens = rdataToText(type.code, wire).match(/"(\\.|[^"\\])*"|[^ ]+/g) ?? []
      for (let count = 0; count < tokens.length; count++) {
        try {
          expect(isRdataValid(type.code, fromText(type, tokens.slice(0, count).join(' ')))).toBe(true)
        } catch (error) {
          if (!(error instanceof RdataError)) throw error
          expect(error.message).toContain(mnemonic)
          expect(error.expected).not.toBe('')
        }
      }
    }
  })

  test('surplus octets behind wire and a surplus token behind text are refused or are part of the last field', () => {
    for (const wire of wires) {
      const longer = Uint8Array.of(...wire, 0xc0)
      const text = rdataToText(type.code, longer)
      if (isRdataValid(type.code, longer)) expect(fromText(type, text)).toEqual(longer)
      else expect(text).toMatch(/^\\#/)
    }
  })

  test('arbitrary octets and arbitrary text throw nothing but RdataError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (octets) => {
        const valid = isRdataValid(type.code, octets)
        const read = rdataFromWire(type.code, octets, 0, octets.length)
        // A compression pointer to something before it makes more wire valid in messages.
        if (valid) expect(read).toEqual(octets)
        canonicalRdata(type.code, octets)
        if (valid) expect(fromText(type, rdataToText(type.code, octets))).toEqual(octets)
      }),
      { numRuns: 60 },
    )
    const word = fc.oneof(
      fc.constantFrom('0', '1', '65536', '4294967296', '-', '.', 'a.', '\\# 1 00', '"', '\\', '\\256', 'A', '1.2.3.4'),
      fc.string({ unit: 'binary', maxLength: 12 }),
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 10 }), (words) => {
        try {
          expect(isRdataValid(type.code, fromText(type, words.join(' ')))).toBe(true)
        } catch (error) {
          if (!(error instanceof RdataError)) throw error
        }
      }),
      { numRuns: 60 },
    )
  })

  test('names inside are where the names are, and read back from a message', () => {
    fc.assert(
      fc.property(arbitraryRdata(type), fc.nat({ max: 40 }), (wire, before) => {
        for (const found of namesInRdata(type.code, wire)) expect(nameLength(wire, found.start)).toBe(found.length)
        const message = Uint8Array.of(...new Uint8Array(before).fill(0xff), ...wire, 0xff)
        expect(rdataFromWire(type.code, message, before, wire.length)).toEqual(wire)
      }),
      { numRuns: 20 },
    )
  })
})

/** RFC 4034 §6.2 with RFC 6840 §5.1: NSEC taken off the list. */
const LOWERCASED = 'NS MD MF CNAME SOA MB MG MR PTR MINFO MX RP AFSDB RT SIG PX NAPTR KX SRV DNAME RRSIG'.split(' ')
/** RFC 3597 §4: the types of RFC 1035 with names. */
const COMPRESSED = 'NS MD MF CNAME SOA MB MG MR PTR MINFO MX'.split(' ')
/** RFC 3597 §4: moreover to be understood when compressed. */
const DECOMPRESSED = [...COMPRESSED, ...'RP AFSDB RT SIG PX NAPTR SRV'.split(' ')]

test.each(TYPES)(
  '%s: canonical form lower-cases names where RFC 4034 lists the type, and only there',
  (mnemonic, type) => {
    fc.assert(
      fc.property(arbitraryRdata(type), (wire) => {
        const expected = wire.slice()
        if (LOWERCASED.includes(mnemonic)) {
          for (const { start, length } of namesInRdata(type.code, wire)) {
            expected.set(
              wire.subarray(start, start + length).map((octet) => LOWER_CASE[octet]!),
              start,
            )
          }
        }
        expect(canonicalRdata(type.code, wire)).toEqual(expected)
      }),
      { numRuns: 20 },
    )
  },
)

test('only types of RFC 1035 compress, and RFC 3597 says which are decompressed', () => {
  const having = (property: 'compress' | 'decompress') =>
    TYPES.filter(([, type]) => type.fields.some(({ kind }) => kind.name?.[property])).map(([mnemonic]) => mnemonic)
  expect(having('compress').sort()).toEqual([...COMPRESSED].sort())
  expect(having('decompress').sort()).toEqual([...DECOMPRESSED].sort())
})

test.each(TYPES)(
  '%s: compressed names in messages are read where that is allowed, and refused elsewhere',
  (mnemonic, type) => {
    if (type.fields.at(-1)!.kind.name === undefined) return
    const wire = fromText(type, SAMPLES[mnemonic]![0]!)
    const last = namesInRdata(type.code, wire).at(-1)!
    const target = wire.subarray(last.start)
    // The message: the name, then the RDATA with a pointer to it in place of its last name.
    const message = Uint8Array.of(...target, ...wire.subarray(0, last.start), 0xc0, 0)
    const read = rdataFromWire(type.code, message, target.length, last.start + 2)
    expect(read).toEqual(DECOMPRESSED.includes(mnemonic) ? wire : undefined)
  },
)

test('names that get addresses in the additional section', () => {
  const found = TYPES.filter(([, type]) => type.fields.some(({ kind }) => kind.name?.additional))
  expect(found.map(([mnemonic]) => mnemonic)).toEqual('NS MD MF MB MX AFSDB RT SRV KX SVCB HTTPS'.split(' '))
})

test('a type without declaration takes and prints generic text alone', () => {
  expect(rdataToText(65_280, Uint8Array.of(1, 255))).toBe('\\# 2 01FF')
  expect(rdataToText(65_280, new Uint8Array(0))).toBe('\\# 0')
  expect(rdataFromText(65_280, tokensOf('\\# 2 01 ff'))).toEqual(Uint8Array.of(1, 255))
  expect(() => rdataFromText(65_280, tokensOf('hello'))).toThrow('RFC 3597')
})

test('relative names are completed, and names without origin refused', () => {
  expect(rdataToText(15, rdataFromText(15, tokensOf('10 mail', ORIGIN)))).toBe('10 mail.origin.example.')
  expect(() => rdataFromText(15, tokensOf('10 mail'))).toThrow('relative')
})

test.each([
  ['SRV', 'ten 1 1 a.', 'field "priority" of SRV: found "ten"; expected a number 0 to 65535'],
  ['SRV', '1 2', 'field "port" of SRV: found the end of the record; expected a number 0 to 65535'],
  ['MX', '10 "a."', 'field "exchange" of MX: found the string "a."; expected a domain name; write it without quotes'],
  ['A', '192.0.2.01', 'field "address" of A: found "192.0.2.01"; expected an IPv4 address such as 192.0.2.1'],
  [
    'IPSECKEY',
    '1 4 1 a. AQID',
    'field "gateway" of IPSECKEY: found "a."; expected a gateway type 0 to 3 before the gateway',
  ],
  ['URI', '1 1 ""', 'field "target" of URI: found the string ""; expected a string that is not empty'],
  ['A', '192.0.2.1 2', 'A: found "2"; expected the end of the record'],
  [
    'A',
    '\\# 3 c00002',
    'field "address" of A: found "c00002"; expected octets that are RDATA of A; here it is malformed',
  ],
  ['A', '\\# 5 c0000201', 'A: found "c0000201"; expected 5 octets in hexadecimal, as announced; there are 4'],
  ['DS', '1 13 2 abc', 'field "digest" of DS: found "abc"; expected hexadecimal digits, two for each octet'],
  [
    'RRSIG',
    'A 13 2 1 20300231000000 0 1 . AQ==',
    'field "expiration" of RRSIG: found "20300231000000"; expected a time as YYYYMMDDHHmmSS in UTC, or seconds since 1970',
  ],
])('%s %s is refused: %s', (mnemonic, text, message) => {
  const [, type] = TYPES.find(([name]) => name === mnemonic)!
  expect(() => fromText(type, text)).toThrow(expect.objectContaining({ message }))
})

test('a character-string above 255 octets names the remedy', () => {
  expect(() => rdataFromText(16, tokensOf(`"${'x'.repeat(256)}"`))).toThrow('split it into several quoted strings')
  expect(rdataFromText(16, tokensOf(`"${'x'.repeat(255)}"`)).length).toBe(256)
})

test('RDATA above 65,535 octets is refused', () => {
  const full = Array.from({ length: 256 }, () => 'x'.repeat(255)).join(' ')
  expect(() => rdataFromText(16, tokensOf(full))).toThrow('at most 65535 octets')
})

test('a LOC size that text cannot say prints as generic RDATA', () => {
  const wire = fromText(RR_TYPES.get(29)!, '52 14 5.000 N 0 8 50.000 E 10.00m')
  wire[1] = 0x03
  expect(rdataToText(29, wire)).toMatch(/^\\# 16 0003/)
})

function fromText(type: RrType, text: string): Uint8Array {
  return rdataFromText(type.code, tokensOf(text, undefined))
}
