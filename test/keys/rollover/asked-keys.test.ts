import { expect, it } from 'vitest'
import { keysAskedFor } from '../../../keys/rollover/record-states.ts'
import { brokenRule } from '../../../keys/rollover/rule-check.ts'
import { keyOf } from './roll-table.ts'

const OWN = keyOf('ksk 1 [###]')
const LOST = keyOf('ksk 1 [##-]')
const NEXT = keyOf('ksk 2 [##+]')
const FOREIGN = keyOf('ksk 3 [#.#]', { isForeign: true })

it('asks the parent for every key whose DS is to be there', () => {
  expect(keysAskedFor([LOST, NEXT, FOREIGN])).toEqual([NEXT, FOREIGN])
  expect(keysAskedFor([OWN, NEXT])).toEqual([OWN, NEXT])
})

it('asks for nothing rather than for another signer’s key alone', () => {
  expect(keysAskedFor([LOST, FOREIGN])).toEqual([])
  expect(keysAskedFor([FOREIGN])).toEqual([])
})

it('keeps the DS of a key where that of another signer alone would be left', () => {
  const rule = brokenRule([OWN, FOREIGN], [LOST, FOREIGN], 'secure')
  expect(rule).toEqual({ rule: 'R1', algorithm: 0 })
})
