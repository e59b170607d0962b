import { describe, expect, it } from 'vitest'
import { Type } from '../../../dns/constants.ts'
import { CELLS, isCellPoint } from '../../../zones/denial/cells.ts'
import { DenialMode, Proof, WildcardStyle } from '../../../zones/denial/denial.ts'
import { labelledName } from '../../helpers/zone.ts'
import type { Nsec } from './checker.ts'
import {
  APEX,
  APEX_RECORDS,
  around,
  askProof,
  type Denier,
  findFaults,
  makeDenier,
  readClaims,
  worldImage,
} from './denying.ts'
import { isBelow, type Key, labelKey, makeWorld, parentKey, textOf, wireOf } from './model.ts'

const named = (label: string, parent: Key = APEX): Key => parent + labelKey([...Buffer.from(label, 'latin1')])

function denierOf(names: readonly string[], more: readonly Key[] = []): Denier {
  const records = names.map((name): [Key, number] => [named(name), Type.A])
  const world = makeWorld(APEX, [...APEX_RECORDS, ...records])
  const probes = [...new Set([...world.names.keys(), ...more].flatMap(around))].sort((a, b) => (a < b ? -1 : 1))
  return makeDenier(world, worldImage(records), probes, DenialMode.Cells, WildcardStyle.Flat)
}

function nsecs(denier: Denier, key: Key): Nsec[] {
  askProof(denier, key, Type.A)
  return readClaims(denier, key) as Nsec[]
}

/** Every cell of the apex as a stranger sees it: from point to point. */
/** The next point of each cell that is denied whole, by its own. */
function emptyCellsOf(denier: Denier): Map<Key, Key> {
  const cells = new Map<Key, Key>()
  for (const first of '!0123456789_abcdefghijklmnopqrstuvwxyz') {
    for (const second of '-5abcdefghijklmnopqrstuvwxyz') {
      for (const claim of nsecs(denier, named(`${first}${second}zzzzzzzzz`))) {
        if (isBelow(claim.owner, APEX) && !textOf(claim.owner).includes('\\255')) cells.set(claim.owner, claim.next)
      }
    }
  }
  return cells
}

function pointsOf(denier: Denier): Key[] {
  return [...new Set([...emptyCellsOf(denier)].flat())].sort((a, b) => (a < b ? -1 : 1))
}

describe('cells', () => {
  it('deny many names by two records', () => {
    const denier = denierOf(['www', 'mail'])
    const [cell, wildcard] = nsecs(denier, named('k1'))
    expect(nsecs(denier, named('k2222'))).toEqual([cell, wildcard])
    expect(nsecs(denier, named('deep', named('k3')))).toEqual([cell, wildcard])
    expect(nsecs(denier, named('l1'))[1]).toEqual(wildcard)
    expect(nsecs(denier, named('*'))).toEqual([wildcard])
    expect(nsecs(denier, named('!zzz'))).toEqual([wildcard])
  })

  it('are as many as is said, whatever is in the zone', () => {
    const points = pointsOf(denierOf([]))
    expect(points).toHaveLength(CELLS + 1)
    const denier = denierOf(['www', 'mail'])
    const seen = pointsOf(denier)
    expect(points).toEqual(expect.arrayContaining(seen))
    expect(emptyCellsOf(denier).size).toBe(CELLS - 2)
  })

  it('have other points below other names', () => {
    const denier = denierOf(['www'])
    const point = ({ owner }: Nsec, parent: Key) => owner.slice(parent.length)
    const one = point(nsecs(denier, named('k1'))[0]!, APEX)
    const other = point(nsecs(denier, named('k1', named('www')))[0]!, named('www'))
    expect(one.slice(0, 2)).toBe(other.slice(0, 2))
    expect(one).not.toBe(other)
  })

  it.each([
    { what: 'empty', neighbour: 'www' },
    { what: 'beside an occupied one', neighbour: 'ka' },
    { what: 'occupied', neighbour: 'kazzzzzzzzzz' },
  ])('keep the promise that a point is there, in a cell that is $what', ({ neighbour }) => {
    const points = pointsOf(denierOf([]))
    const point = points.find((each) => each.startsWith(APEX + labelKey([...Buffer.from('ka')]).slice(0, 2)))!
    const probes = [point, named('x', point), named('*', point), named('\0', point), named('y', named('x', point))]
    const denier = denierOf([neighbour], [point])
    expect(isCellPoint(denier.zone, labelledName(wireOf(point)), 0, denier.denial)).toBe(true)
    for (const probe of probes.slice(1)) {
      expect(isCellPoint(denier.zone, labelledName(wireOf(probe)), 0, denier.denial)).toBe(false)
      expect(findFaults(denier, probe, Type.A)).toEqual([])
    }
    expect(askProof(denier, point, Type.A)).toBe(Proof.Absent)
    const [record] = readClaims(denier, point) as Nsec[]
    expect(denier.denial.count).toBe(1)
    expect(record!.owner).toBe(point)
    expect([...record!.types]).toEqual([Type.RRSIG, Type.NSEC])
    const covering = probes.slice(1).flatMap((probe) => nsecs(denier, probe))
    expect(covering.filter(({ owner, next }) => owner < point && point < next)).toEqual([])
  })

  it('give way to a name that is spelled as a point', () => {
    const points = pointsOf(denierOf([]))
    const index = points.findIndex((each) => each.startsWith(APEX + labelKey([...Buffer.from('ka')]).slice(0, 2)))
    const label = Buffer.from(textOf(points[index]!).split('.')[0]!).toString()
    const denier = denierOf([label])
    const around = [points[index - 1]!, points[index]!, points[index + 1]!].flatMap((point) => [
      point,
      named('x', point),
      point.slice(0, -1) + labelKey([0x61]),
    ])
    for (const probe of around) {
      if (isCellPoint(denier.zone, labelledName(wireOf(probe)), 0, denier.denial)) continue
      expect(findFaults(denier, probe, Type.A)).toEqual([])
    }
    askProof(denier, points[index]!, Type.TXT)
    expect((readClaims(denier, points[index]!)[0] as Nsec).types.has(Type.A)).toBe(true)
  })

  it('are not made below names that leave no room for points', () => {
    const long = ['a'.repeat(63), 'b'.repeat(63), 'c'.repeat(63), 'd'.repeat(43)].reduce(
      (at, label) => named(label, at),
      APEX,
    )
    const world = makeWorld(APEX, [...APEX_RECORDS, [long, Type.A]])
    const denier = makeDenier(world, worldImage([[long, Type.A]]), [long], DenialMode.Cells, WildcardStyle.Flat)
    const absent = named('kaa', long)
    expect(parentKey(absent)).toBe(long)
    expect(findFaults(denier, absent, Type.A)).toEqual([])
    expect(isCellPoint(denier.zone, labelledName(wireOf(absent)), denier.found.node, denier.denial)).toBe(false)
  })
})
