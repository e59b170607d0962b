import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Type } from '../../../dns/constants.ts'
import { DenialMode, WildcardStyle } from '../../../zones/denial/denial.ts'
import { LONG } from '../../helpers/long.ts'
import { APEX, APEX_RECORDS, around, findFaults, isName, makeDenier, worldImage } from './denying.ts'
import { type Key, labelKey, makeWorld } from './model.ts'

/** Octets where order and case matter, and any. */
const octet = fc.oneof(
  fc.constantFrom(0, 1, 0x29, 0x2a, 0x2b, 0x40, 0x5b, 0x60, 0x61, 0x7a, 0x7b, 0xfe, 0xff),
  fc.integer({ min: 0, max: 255 }),
)
const label = fc.oneof(
  { weight: 4, arbitrary: fc.array(octet, { minLength: 1, maxLength: 3 }) },
  { weight: 1, arbitrary: fc.constant([0x2a]) },
  {
    weight: 1,
    arbitrary: fc.tuple(octet, fc.integer({ min: 61, max: 63 })).map(([o, n]) => [o, ...Array(n - 1).fill(0xff)]),
  },
)
const key = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels): Key => APEX + labels.map(labelKey).join(''))
/** Several names, some of them below others. */
const keys = fc
  .array(fc.tuple(key, fc.boolean(), fc.array(label, { maxLength: 2 })), { minLength: 1, maxLength: 6 })
  .map((parts) => {
    const made: Key[] = []
    for (const [own, below, more] of parts) {
      const parent = below && made.length > 0 ? made.at(-1)! : own
      made.push(parent + more.map(labelKey).join(''))
    }
    return [...new Set(made)].filter(isName)
  })
const types = fc.array(fc.constantFrom(Type.A, Type.TXT, Type.NS, Type.CNAME, Type.DNAME, Type.CAA), {
  minLength: 6,
  maxLength: 6,
})

describe.each(Object.entries(DenialMode))('denial by %s', (_, mode) => {
  it('is true and proves what it should, whatever octets names have', () => {
    fc.assert(
      fc.property(keys, types, fc.boolean(), (names, chosen, conventional) => {
        const records = names.map((name, i): [Key, number] => [name, typeFor(name, chosen[i]!)])
        const world = makeWorld(APEX, [...APEX_RECORDS, ...records])
        const probes = [...new Set([...world.names.keys()].flatMap(around))].sort((a, b) => (a < b ? -1 : 1))
        const style = conventional ? WildcardStyle.Conventional : WildcardStyle.Flat
        const denier = makeDenier(world, worldImage(records), probes, mode, style)
        const faults = probes.flatMap((probe) =>
          [Type.TXT, Type.A, Type.DS].flatMap((type) => findFaults(denier, probe, type)),
        )
        expect(faults.slice(0, 2)).toEqual([])
      }),
      { numRuns: LONG ? 1_000 : 150 },
    )
  })
})

/** Cuts and DNAMEs at wildcards are refused when a zone is loaded. */
function typeFor(name: Key, type: number): number {
  return name.endsWith(labelKey([0x2a])) && (type === Type.NS || type === Type.DNAME) ? Type.A : type
}
