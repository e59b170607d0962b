/** What is wrong with a zone file, said so that its author can mend it. */
import { printable } from './printable.ts'

export interface ZoneFileProblem {
  /** An error keeps the zone from being loaded; a warning does not. */
  readonly severity: 'error' | 'warning'
  readonly file: string
  /** See `Place`. Problems of a whole record or file stand at its first column. */
  readonly line: number
  readonly column: number
  /** What stands there: `"10.0.0.256"`, `a CNAME beside other data`. */
  readonly found: string
  /** What should: `an IPv4 address`. */
  readonly expected: string
  /** How to mend it: whole sentences. */
  readonly remedy: string
}

/** Collects problems up to a bound for each severity. */
export interface ProblemLog {
  readonly problems: ZoneFileProblem[]
  readonly maxProblems: number
  errors: number
  warnings: number
}

export function createProblemLog(maxProblems: number): ProblemLog {
  return { problems: [], maxProblems: Math.max(1, maxProblems), errors: 0, warnings: 0 }
}

/** Counts a problem, and keeps it unless `maxProblems` of its severity are there already: only then it is asked for. */
export function report(
  log: ProblemLog,
  severity: ZoneFileProblem['severity'],
  problem: () => Omit<ZoneFileProblem, 'severity'>,
): void {
  const count = severity === 'error' ? ++log.errors : ++log.warnings
  if (count <= log.maxProblems) log.problems.push({ severity, ...problem() })
}

/** True when so many errors were found that reading on helps nobody. */
export function isFull(log: ProblemLog): boolean {
  return log.errors >= log.maxProblems
}

/** `example.com.zone:12:8: found "10.0.0.256"; expected an IPv4 address. Write four numbers from 0 to 255.` */
export function formatProblem(problem: ZoneFileProblem): string {
  const { severity, file, line, column, found, expected, remedy } = problem
  const place = `${printable(file)}:${line}:${column}: ${severity === 'warning' ? 'warning: ' : ''}`
  const sentence = `${place}found ${found}; expected ${expected}`
  return `${sentence}${sentence.endsWith('.') ? '' : '.'}${remedy === '' ? '' : ` ${remedy}`}`
}

/** Problems in the order of the text: by file as first mentioned, then line and column. */
export function inOrderOfText(problems: readonly ZoneFileProblem[], fileNames: readonly string[]): ZoneFileProblem[] {
  const rank = new Map(fileNames.map((name, index) => [name, index]))
  const rankOf = (problem: ZoneFileProblem) => rank.get(problem.file) ?? fileNames.length
  return [...problems].sort((a, b) => rankOf(a) - rankOf(b) || a.line - b.line || a.column - b.column)
}
