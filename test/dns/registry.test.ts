import { expect, test } from 'vitest'
import { Type } from '../../dns/constants.ts'
import { classFromText, classToText, isMetaType, RR_TYPES, typeFromText, typeToText } from '../../dns/rr/registry.ts'

test('mnemonics of all 65,536 types lead back to their codes, in either case', () => {
  for (let type = 0; type <= 0xffff; type++) {
    const text = typeToText(type)
    expect(typeFromText(text)).toBe(type)
    if (RR_TYPES.has(type) || type === 255) {
      expect(typeFromText(text.toLowerCase())).toBe(type)
      expect(typeFromText(`TYPE${type}`)).toBe(type)
    }
  }
})

test('types that code speaks of by name have the code of that name', () => {
  for (const [mnemonic, code] of Object.entries(Type)) expect(typeFromText(mnemonic)).toBe(code)
})

test('no code and no mnemonic is declared twice', () => {
  const types = [...RR_TYPES.values()]
  expect(new Set(types.map(({ mnemonic }) => mnemonic)).size).toBe(types.length)
  expect(types.length).toBeGreaterThanOrEqual(78)
  for (const [code, type] of RR_TYPES) expect(type.code).toBe(code)
})

/** As the IANA registry "Resource Record (RR) TYPEs" has them. */
test.each([
  ['A', 1],
  ['SOA', 6],
  ['AAAA', 28],
  ['OPT', 41],
  ['DS', 43],
  ['RRSIG', 46],
  ['NSEC3PARAM', 51],
  ['HTTPS', 65],
  ['NXNAME', 128],
  ['TKEY', 249],
  ['TSIG', 250],
  ['IXFR', 251],
  ['AXFR', 252],
  ['MAILB', 253],
  ['MAILA', 254],
  ['ANY', 255],
  ['*', 255],
  ['CAA', 257],
  ['DLV', 32769],
])('%s is %i', (mnemonic, type) => {
  expect(typeFromText(mnemonic)).toBe(type)
})

test.each(['', 'TYPE', 'TYPE65536', 'TYPE-1', 'TYPE 1', 'TYPE1x', 'TYPE000001', 'BOGUS', 'constructor', '__proto__'])(
  '"%s" is no type',
  (text) => {
    expect(typeFromText(text)).toBeUndefined()
  },
)

test('classes', () => {
  expect(['IN', 'in', 'CH', 'HS', 'NONE', 'ANY', 'CLASS32', 'CLASS65536', 'X'].map(classFromText)).toEqual([
    ...[1, 1, 3, 4, 254, 255, 32],
    undefined,
    undefined,
  ])
  expect([1, 3, 32].map(classToText)).toEqual(['IN', 'CH', 'CLASS32'])
})

test('meta-types are those no zone can hold', () => {
  const meta = ['OPT', 'NXNAME', 'TSIG', 'TKEY', 'AXFR', 'ANY', 'TYPE0', 'TYPE200'].map((text) => typeFromText(text)!)
  expect(meta.every(isMetaType)).toBe(true)
  expect([1, 127, 256, 65280].some(isMetaType)).toBe(false)
})
