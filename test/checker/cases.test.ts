import { describe, expect, it } from 'vitest'
import { loadCatalogue } from '../../checker/catalogue/load-catalogue.ts'
import type { Finding } from '../../checker/judging/evaluate.ts'
import type { State } from '../../checker/judging/judgement.ts'
import { findingsOf, greenOf, idsWithCases, once, readCases, together } from './case-host.ts'
import type { Cases } from './case-schema.ts'

/** The worst first. */
const BY_WEIGHT: readonly State[] = ['fail', 'warn', 'unknown', 'manual', 'pass', 'not-applicable']
const CONTROLS_OF_THE_WHOLE_CATALOGUE = 83

const catalogue = loadCatalogue()
const ids = idsWithCases()

describe('cases of controls', () => {
  it('belong to a control each, and once the catalogue is whole each control has some', () => {
    expect(ids.filter((id) => !catalogue.has(id))).toEqual([])
    const without = [...catalogue.keys()].filter((id) => !ids.includes(id))
    if (catalogue.size < CONTROLS_OF_THE_WHOLE_CATALOGUE && without.length > 0) {
      console.warn(`controls without cases: ${without.join(' ')}`)
    } else expect(without).toEqual([])
  })
})

describe.each(ids)('%s', (id) => {
  const control = catalogue.get(id)!
  const cases = casesOf(id)
  if (cases === undefined) return
  const { red, green, traps } = cases

  it(`is ${red.state} as the packages install`, () => {
    expectState(findingsOf(control, red), red)
  })

  const inGreen = once(() => greenOf(control, cases))
  it(`is ${green.state} after its remedy`, () => {
    expectState(findingsOf(control, inGreen()), green)
  })

  it.each(traps)('trap: $name', ({ on, ...trap }) => {
    const base = on === 'green' ? inGreen() : on === 'red' ? red : {}
    const findings = findingsOf(control, together(base, trap))
    if (trap.absent) expect(findings.map(({ subject }) => subject)).not.toContain(trap.subject)
    else expectState(findings, trap)
  })
})

/** undefined where the file is none: that is a failure of its own, and the other controls are tested all the same. */
function casesOf(id: string): Cases | undefined {
  try {
    return readCases(id)
  } catch (error) {
    it('has cases that fit the schema', () => {
      throw error
    })
    return undefined
  }
}

interface Expected {
  readonly state?: State | undefined
  readonly subject?: string | undefined
}

function expectState(findings: readonly Finding[], { state, subject }: Expected): void {
  const fingerprints = findings.map(({ control, subject, cause }) => `${control} ${subject}: ${cause}`)
  expect(fingerprints, 'each finding stands once').toEqual([...new Set(fingerprints)])
  const meant = subject === undefined ? findings : findings.filter((finding) => finding.subject === subject)
  const told = findings.map((finding) => `${finding.subject}: ${finding.state}, ${finding.cause}: ${finding.reason}`)
  const worst = BY_WEIGHT.find((each) => meant.some((finding) => finding.state === each))
  expect(worst, `${subject ?? 'all'} should be ${state}\n${told.join('\n')}`).toBe(state)
}
