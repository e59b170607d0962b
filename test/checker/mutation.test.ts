import { describe, expect, it } from 'vitest'
import type { Control } from '../../checker/catalogue/control.ts'
import { loadCatalogue } from '../../checker/catalogue/load-catalogue.ts'
import { JUDGES } from '../../checker/controls/judges.ts'
import { evaluate } from '../../checker/judging/evaluate.ts'
import type { Step } from '../../checker/remedy/step.ts'
import { greenOf, hostOf, idsWithCases, once, readCases, together } from './case-host.ts'
import type { Situation } from './case-schema.ts'

const catalogue = loadCatalogue()
const ids = idsWithCases()
const withCases = [...catalogue.values()].filter(({ id }) => ids.includes(id))
const withFlips = withCases.filter(({ facts }) => facts.some(({ flip }) => flip.length > 0))

/** What the operator declares, what runs, and software that stands for that of the green tree: cases hold these alone. */
const without = withCases.flatMap(({ id, facts }) =>
  facts.filter(({ flip }) => flip.length === 0).map(({ source, name }) => `${id} ${source} ${name}`),
)
if (without.length > 0) console.warn(`facts that no step flips:\n${without.join('\n')}`)

describe.each(withFlips.map((control) => [control.id, control] as const))('%s', (_, control) => {
  const green = greenOf(control, readCases(control.id))

  // Of the green tree once for all facts: most of the time goes into reading it.
  const own = once(() => statesOf([control], green))
  const all = once(() => statesOf([...catalogue.values()], green))

  it.each(control.facts.filter(({ flip }) => flip.length > 0))('stands on $source $name', ({ flip }) => {
    const flipped = together(green, { with: flip as Step[] })
    const isChanged = own() !== statesOf([control], flipped) || all() !== statesOf([...catalogue.values()], flipped)
    expect(isChanged, 'no control changes its state').toBe(true)
  })
})

/** What each judgement of these controls comes to, as one text. */
function statesOf(controls: readonly Control[], situation: Situation): string {
  return evaluate(controls, JUDGES, hostOf(situation))
    .map(({ control, subject, state }) => `${control} ${subject}: ${state}`)
    .sort()
    .join('\n')
}
