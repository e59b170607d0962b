import type { Paper } from '../../console/paper.ts'
import type { State } from '../judging/judgement.ts'

/** How a state is told. */
export interface StateWords {
  /** Behind a number of findings: `3 fail`. */
  readonly count: string
  /** One character for a line, and its stand-in where only ASCII is to be had. */
  readonly mark: string
  readonly asciiMark: string
  readonly ink: (paper: Paper) => (text: string) => string
}

/** Worst first: the order of every report. */
export const WORST_FIRST = [
  'fail',
  'warn',
  'unknown',
  'manual',
  'pass',
  'not-applicable',
] as const satisfies readonly State[]

export const STATE_WORDS: Readonly<Record<State, StateWords>> = {
  fail: { count: 'fail', mark: '✗', asciiMark: 'x', ink: (paper) => paper.bad },
  warn: { count: 'warn', mark: '!', asciiMark: '!', ink: (paper) => paper.warn },
  unknown: { count: 'unknown', mark: '?', asciiMark: '?', ink: (paper) => paper.warn },
  manual: { count: 'for a person to say', mark: '☐', asciiMark: 'o', ink: (paper) => paper.bold },
  pass: { count: 'pass', mark: '✓', asciiMark: '+', ink: (paper) => paper.good },
  'not-applicable': { count: 'not applicable', mark: '–', asciiMark: '-', ink: (paper) => paper.dim },
}

/** The worst of the states; `not-applicable` where there is none. */
export function worstOf(states: readonly State[]): State {
  return WORST_FIRST.find((state) => states.includes(state)) ?? 'not-applicable'
}

/** `✗` in its colour. */
export function markOf(paper: Paper, state: State): string {
  const words = STATE_WORDS[state]
  return words.ink(paper)(paper.isAscii ? words.asciiMark : words.mark)
}
