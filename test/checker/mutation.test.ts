import { describe, expect, it } from 'vitest'
import type { Control } from '../../checker/catalogue/control.ts'
import { loadCatalogue } from '../../checker/catalogue/load-catalogue.ts'
import { JUDGES } from '../../checker/controls/judges.ts'
import { evaluate } from '../../checker/judging/evaluate.ts'
import { greenOf, hostOf, idsWithCases, once, readCases } from './case-host.ts'
import type { Situation } from './case-schema.ts'
import { flipped } from './flipped.ts'

const catalogue = loadCatalogue()
const ids = idsWithCases()
const withCases = [...catalogue.values()].filter(({ id }) => ids.includes(id))
const withFlips = withCases.filter(({ facts }) => facts.some(({ flip }) => flip.length > 0))

/** What no flip can change; cases hold these alone. */
const without = withCases.flatMap(({ id, facts }) =>
  facts.filter(({ flip }) => flip.length === 0).map(({ source, name }) => `${id} ${source} ${name}`),
)
if (without.length > 0) console.warn(`facts that no step flips:\n${without.join('\n')}`)

describe.each(withFlips.map((control) => [control.id, control] as const))('%s', (_, control) => {
  const green = greenOf(control, readCases(control.id))

  // Of the green tree once for all facts: most of the time goes into reading it.
  const own = once(() => statesOf([control], green))
  const all = once(() => statesOf([...catalogue.values()], green))

  it.each(control.facts.filter(({ flip }) => flip.length > 0))('stands on $source $name', ({ given, flip }) => {
    const before = given === undefined ? green : flipped(green, given)
    const after = flipped(before, flip)
    const ownBefore = given === undefined ? own() : statesOf([control], before)
    if (ownBefore !== statesOf([control], after)) return
    const allBefore = given === undefined ? all() : statesOf([...catalogue.values()], before)
    expect(allBefore, 'no control changes its state').not.toBe(statesOf([...catalogue.values()], after))
  })
})

/** What each judgement of these controls comes to, as one text. */
function statesOf(controls: readonly Control[], situation: Situation): string {
  return evaluate(controls, JUDGES, hostOf(situation))
    .map(({ control, subject, state }) => `${control} ${subject}: ${state}`)
    .sort()
    .join('\n')
}
