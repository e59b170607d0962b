import { describe, expect, it } from 'vitest'
import { Type } from '../../../dns/constants.ts'
import { DenialMode, Proof, WildcardStyle } from '../../../zones/denial/denial.ts'
import { deny } from '../../../zones/denial/deny.ts'
import { subjectOf } from '../../../zones/denial/records.ts'
import { createFound, lookup } from '../../../zones/lookup.ts'
import { labelledName } from '../../helpers/zone.ts'
import { APEX, APEX_RECORDS, around, findFaultsOfDenial, makeDenier, worldImage } from './denying.ts'
import { isBelow, type Key, labelKey, makeWorld, wildcardKey, wireOf } from './model.ts'

const named = (label: string, parent: Key = APEX): Key => parent + labelKey([...Buffer.from(label, 'latin1')])
const ENT = named('ent')
const HIDDEN = wildcardKey(ENT)
const RECORDS: readonly (readonly [Key, number])[] = [
  [named('www'), Type.A],
  [HIDDEN, Type.A],
  [named('x', HIDDEN), Type.A],
  [named(')\xff', ENT), Type.A],
  [named('a', ENT), Type.A],
]

describe.each(Object.entries(DenialMode))('a hidden asterisk, denied by %s', (_, mode) => {
  it.each([HIDDEN, named('x', HIDDEN), named('y', HIDDEN), wildcardKey(HIDDEN)])(
    'is absent with all below: %j',
    (key) => {
      const seen = RECORDS.filter(([owner]) => owner !== HIDDEN && !isBelow(owner, HIDDEN))
      const world = makeWorld(APEX, [...APEX_RECORDS, ...seen])
      const probes = [...new Set([...world.names.keys(), key].flatMap(around))].sort((a, b) => (a < b ? -1 : 1))
      const denier = makeDenier(world, worldImage(RECORDS), probes, mode, WildcardStyle.Hidden)
      const { zone, denial } = denier
      const found = createFound()
      lookup(zone.image, labelledName(wireOf(ENT)), Type.A, found)
      deny(zone, Proof.Absent, subjectOf(zone.image, labelledName(wireOf(key)), found.node), denial)
      // The owner of a covering record is a name that the wildcard answers for.
      const faults = findFaultsOfDenial(denier, key, Type.A).filter((fault) => !fault.includes(' over-claims '))
      expect(faults).toEqual([])
    },
  )
})
