import { Verdict } from '../../guard/verdict.ts'

/** What became of the questions with one verdict. */
export interface Outcome {
  asked: number
  /** The first attempt got less than the answer: TC without need, or silence. */
  limited: number
  /** One more attempt, or TCP after TC, did not bring the answer either. */
  failed: number
}

/** By name of the verdict. */
export type Tally = Record<VerdictName, Outcome>
export type VerdictName = keyof typeof Verdict

const NAMES = Object.keys(Verdict) as VerdictName[]

export function createTally(): Tally {
  return Object.fromEntries(NAMES.map((name) => [name, { asked: 0, limited: 0, failed: 0 }])) as Tally
}

export function verdictName(verdict: Verdict): VerdictName {
  return NAMES.find((name) => Verdict[name] === verdict)!
}

/** All questions for names that exist together. */
export function existingOf(tally: Tally): Outcome {
  return sumOf(tally, ['Found', 'Wildcard', 'Nodata', 'Referral'])
}

export function sumOf(tally: Tally, verdicts: readonly VerdictName[] = NAMES): Outcome {
  const sum = (field: keyof Outcome): number => verdicts.reduce((total, name) => total + tally[name][field], 0)
  return { asked: sum('asked'), limited: sum('limited'), failed: sum('failed') }
}

/** One line for people: `Found 1234 (0 limited, 0 failed), Absent …`. */
export function tallyText(tally: Tally): string {
  return NAMES.filter((name) => tally[name].asked > 0)
    .map((name) => `${name} ${tally[name].asked} (${tally[name].limited} limited, ${tally[name].failed} failed)`)
    .join(', ')
}
