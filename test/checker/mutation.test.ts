import { describe, expect, it } from 'vitest'
import type { Control } from '../../checker/catalogue/control.ts'
import { loadCatalogue } from '../../checker/catalogue/load-catalogue.ts'
import type { Step } from '../../checker/remedy/step.ts'
import { findingsOf, greenOf, idsWithCases, readCases, together } from './case-host.ts'
import type { Situation } from './case-schema.ts'

const catalogue = loadCatalogue()
const ids = idsWithCases()
const withFlips = [...catalogue.values()].filter(({ id, facts }) => ids.includes(id) && facts.length > 0)

describe.each(withFlips.map((control) => [control.id, control] as const))('%s', (_, control) => {
  const green = greenOf(control, readCases(control.id))

  it.each(control.facts)('stands on $source $name', ({ flip }) => {
    const flipped = together(green, { with: flip as Step[] })
    const changed = changes([control], green, flipped) || changes([...catalogue.values()], green, flipped)
    expect(changed, 'no control changes its state').toBe(flip.length > 0)
  })
})

/** Whether any judgement of these controls differs in its state. */
function changes(controls: readonly Control[], before: Situation, after: Situation): boolean {
  return controls.some((control) => statesOf(control, before) !== statesOf(control, after))
}

function statesOf(control: Control, situation: Situation): string {
  const states = findingsOf(control, situation).map(({ subject, state }) => `${subject}: ${state}`)
  return states.sort().join('\n')
}
