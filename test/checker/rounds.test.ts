import { expect, it } from 'vitest'
import type { Judge } from '../../checker/controls/judge.ts'
import { NOTHING_DECLARED } from '../../checker/declarations/declarations.ts'
import { FAULT } from '../../checker/judging/evaluate.ts'
import { createRounds } from '../../checker/judging/rounds.ts'
import { createMemoryRoot } from '../../checker/root/memory-root.ts'
import { judged } from './imagined.ts'
import { CATALOGUE } from './run.ts'

it('judges a control again whose judge failed: it may have failed for what was missing', () => {
  const controls = ['MAIL-VRFY-01', 'EXP-01'].map((id) => CATALOGUE.get(id)!)
  let looks = 0
  const settled: Judge = () => [judged('fail', { cause: `look-${looks}` })]
  const failing: Judge = () => {
    if (looks === 1) throw new Error('what it needs is not there yet')
    return [judged('fail', { cause: `look-${looks}` })]
  }
  const rounds = createRounds(controls, { 'MAIL-VRFY-01': settled, 'EXP-01': failing })
  const root = createMemoryRoot({ label: 'x', entries: new Map(), commands: {} })
  const look = () => {
    looks++
    const findings = rounds.judge({ root, now: 0, declared: NOTHING_DECLARED, observations: [] })
    return findings.map(({ control, cause }) => `${control} ${cause}`)
  }
  expect(look()).toEqual(['MAIL-VRFY-01 look-1', `EXP-01 ${FAULT}`])
  expect(rounds.isWhole()).toBe(false)
  expect(look()).toEqual(['MAIL-VRFY-01 look-1', 'EXP-01 look-2'])
  expect(rounds.isWhole()).toBe(true)
})
