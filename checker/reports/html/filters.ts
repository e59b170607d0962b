import type { State } from '../../judging/judgement.ts'
import { WORST_FIRST } from '../state-words.ts'

/** States whose controls are shown when the page is opened. */
export const SHOWN_AT_FIRST: readonly State[] = ['fail', 'warn', 'unknown', 'manual']

/** The id of the box that shows or hides a state. */
export function boxOf(state: State): string {
  return `show-${state}`
}

/**
 * Without a script: each box stands before what it filters, and hides it by being unchecked. An area's heading is shown
 * while something of it is.
 */
export const FILTER_STYLE = `section > h3 { display: none; }${WORST_FIRST.map((state) => {
  const box = boxOf(state)
  return `
#${box}:checked ~ .filters label[for="${box}"] { opacity: 1; }
#${box}:checked ~ .filters label[for="${box}"] .badge::before { content: "☑"; }
#${box}:focus-visible ~ .filters label[for="${box}"] { outline: 2px solid var(--manual-fill); outline-offset: 2px; }
#${box}:checked ~ section.has-${state} > h3 { display: block; }
#${box}:not(:checked) ~ section .is-${state} { display: none; }`
}).join('')}`
