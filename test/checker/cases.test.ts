import { describe, expect, it } from 'vitest'
import { loadCatalogue } from '../../checker/catalogue/load-catalogue.ts'
import type { Finding } from '../../checker/judging/evaluate.ts'
import type { State } from '../../checker/judging/judgement.ts'
import { findingsOf, greenOf, loadCases, together } from './case-host.ts'

/** The worst first. */
const BY_WEIGHT: readonly State[] = ['fail', 'warn', 'unknown', 'manual', 'pass', 'not-applicable']
const CONTROLS_OF_THE_WHOLE_CATALOGUE = 83

const catalogue = loadCatalogue()
const cases = loadCases()

describe('cases of controls', () => {
  it('belong to a control each, and once the catalogue is whole each control has some', () => {
    expect([...cases.keys()].filter((id) => !catalogue.has(id))).toEqual([])
    const without = [...catalogue.keys()].filter((id) => !cases.has(id))
    if (catalogue.size < CONTROLS_OF_THE_WHOLE_CATALOGUE && without.length > 0) {
      console.warn(`controls without cases: ${without.join(' ')}`)
    } else expect(without).toEqual([])
  })
})

describe.each([...cases])('%s', (id, { red, green, traps }) => {
  const control = catalogue.get(id)!

  it(`is ${red.state} as the packages install`, () => {
    expectState(findingsOf(control, red), red)
  })

  it(`is ${green.state} after its remedy`, () => {
    expectState(findingsOf(control, greenOf(control, { red, green, traps })), green)
  })

  it.each(traps)('$name: $state', ({ on, ...trap }) => {
    const base = on === 'green' ? greenOf(control, { red, green, traps }) : on === 'red' ? red : {}
    expectState(findingsOf(control, together(base, trap)), trap)
  })
})

function expectState(findings: readonly Finding[], expected: { state: State; subject?: string | undefined }): void {
  const { state, subject } = expected
  const meant = subject === undefined ? findings : findings.filter((finding) => finding.subject === subject)
  const told = findings.map((finding) => `${finding.subject}: ${finding.state}, ${finding.cause}: ${finding.reason}`)
  const worst = BY_WEIGHT.find((each) => meant.some((finding) => finding.state === each))
  expect(worst, `${subject ?? 'all'} should be ${state}\n${told.join('\n')}`).toBe(state)
}
