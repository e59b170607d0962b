import { describe, expect, it } from 'vitest'
import { Type } from '../../../dns/constants.ts'
import { DenialMode, WildcardStyle } from '../../../zones/denial/denial.ts'
import { LONG } from '../../helpers/long.ts'
import {
  APEX,
  APEX_RECORDS,
  around,
  askProof,
  findFaults,
  learnedNames,
  makeDenier,
  readClaims,
  worldImage,
} from './denying.ts'
import { type Key, labelKey, labelsOf, makeWorld } from './model.ts'

type Record = readonly [Key, number]

const named = (...labels: (string | number[])[]): Key =>
  APEX +
  labels
    .reverse()
    .map((label) => labelKey(typeof label === 'string' ? [...Buffer.from(label, 'latin1')] : label))
    .join('')
const long = (octet: number, length = 63): number[] => Array(length).fill(octet)

/** Worlds are all subsets of one of these; in short runs those of at most two records, or lacking at most one. */
const GROUPS: { [title: string]: readonly Record[] } = {
  'wildcards, empty non-terminals, cuts and aliases': [
    [named('www'), Type.A],
    [named('*'), Type.TXT],
    [named('a', 'ent'), Type.A],
    [named('*', 'ent'), Type.CNAME],
    [named('b', '*', 'ent'), Type.A],
    [named('cut'), Type.NS],
    [named('ns', 'cut'), Type.A],
    [named('alias'), Type.CNAME],
    [named('dname'), Type.DNAME],
    [named('dname'), Type.CAA],
  ],
  'cuts in difficult places': [
    [named('safe'), Type.NS],
    [named('safe'), Type.DS],
    [named('a\xff'), Type.NS],
    [named(long(0x61, 1).concat(long(0xff, 62))), Type.NS],
    [named('b'), Type.A],
    [named('c', 'b'), Type.NS],
    [named(long(0xff), 'b'), Type.NS],
    [named(long(0xff), long(0xff)), Type.DNAME],
    [named('*'), Type.A],
  ],
  'octets on the borders of the alphabet': [
    [named([0]), Type.A],
    [named([0, 0]), Type.TXT],
    [named('@'), Type.A],
    [named('@\xff'), Type.TXT],
    [named('['), Type.A],
    [named('a'), Type.A],
    [named('a\0'), Type.TXT],
    [named('`\xff'), 65280],
    [named([0xff]), Type.A],
    [named('*\0'), Type.TXT],
  ],
  'neighbours of wildcards': [
    [named('*'), Type.A],
    [named('*\0'), Type.A],
    [named(')\xff'), Type.TXT],
    [named([0x29].concat(long(0xff, 62))), Type.A],
    [named('*', [0x29].concat(long(0xff, 62))), Type.CAA],
    [named('+'), Type.A],
    [named('x', '*'), Type.A],
    [named('*', '*'), Type.TXT],
    [named([0], '*'), Type.A],
  ],
  'names without room': [
    [named(long(0x61)), Type.A],
    [named(long(0xff)), Type.A],
    [named(long(0xff), long(0xff)), Type.TXT],
    [named(long(0xff, 53), long(0xff), long(0xff), long(0xff)), Type.A],
    [named(long(0x61, 53), long(0xff), long(0xff), long(0xff)), Type.A],
    [named('*', long(0xff), long(0xff)), Type.CAA],
    [named(...Array(123).fill('a')), Type.A],
    [named([0xff], ...Array(122).fill('a')), Type.TXT],
    [named('x'.repeat(52), long(0x40), long(0x40), long(0x40)), Type.A],
  ],
}

const STYLES = [WildcardStyle.Flat, WildcardStyle.Conventional]
const TYPES = [Type.TXT, Type.A, Type.DS]

describe.each(Object.entries(DenialMode))('denial by %s', (_, mode) => {
  it.each(Object.entries(GROUPS))('is true and proves what it should in all worlds of %s', (_, group) => {
    const probes = probesOf(group)
    const faults: string[] = []
    let proofs = 0
    for (let subset = 0; subset < 1 << group.length && faults.length === 0; subset++) {
      if (!LONG && !isNearEnd(subset, group.length)) continue
      const records = group.filter((_, i) => (subset & (1 << i)) !== 0)
      const world = makeWorld(APEX, [...APEX_RECORDS, ...records])
      const image = worldImage(records)
      for (const style of STYLES) {
        const denier = makeDenier(world, image, probes, mode, style)
        for (const probe of probes) {
          for (const type of TYPES) {
            const found = findFaults(denier, probe, type)
            proofs += denier.denial.count
            faults.push(...found)
          }
        }
      }
    }
    expect(faults.slice(0, 3)).toEqual([])
    expect(proofs).toBeGreaterThan(10_000)
  })

  it('tells nobody a name that he did not ask for', () => {
    const group = GROUPS['wildcards, empty non-terminals, cuts and aliases']!
    const probes = probesOf(group)
    const image = worldImage(group)
    const denier = makeDenier(makeWorld(APEX, [...APEX_RECORDS, ...group]), image, probes, mode, WildcardStyle.Flat)
    for (const probe of probes) {
      if (askProof(denier, probe, Type.TXT) === undefined) continue
      expect(learnedNames(denier, readClaims(denier, probe), probe)).toEqual([])
    }
  })
})

/** One of so many, or almost all. */
function isNearEnd(subset: number, size: number): boolean {
  const chosen = subset.toString(2).replaceAll('0', '').length
  return chosen <= 1 || chosen >= size - 1
}

/** The names of the group and their ancestors but for those in the middle of long ways up, and what lies around them, in order. */
function probesOf(group: readonly Record[]): Key[] {
  const owners = new Set(group.map(([owner]) => owner))
  const names = [...makeWorld(APEX, [...APEX_RECORDS, ...group]).names.keys()]
  const chosen = names.filter((name) => owners.has(name) || labelsOf(name).length < 8)
  return [...new Set(chosen.flatMap(around))].sort((a, b) => (a < b ? -1 : 1))
}
