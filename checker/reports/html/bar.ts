import type { State } from '../../judging/judgement.ts'
import { WORST_FIRST } from '../state-words.ts'
import { html, type Markup } from './markup.ts'

/** How many of what is counted are in each state, as one bar of 100 units; `what` is said to who cannot see it. */
export function stateBar(states: readonly State[], what: string, size = ''): Markup {
  let from = 0
  const parts = WORST_FIRST.map((state) => {
    const share = (100 * states.filter((each) => each === state).length) / Math.max(1, states.length)
    const start = from
    from += share
    return share === 0 ? html`` : html`<rect class="${state}" x="${start}" y="0" width="${share}" height="10"/>`
  })
  return html`<svg class="bar ${size}" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="${what}">${parts}</svg>`
}
