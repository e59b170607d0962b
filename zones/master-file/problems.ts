/*
 * Collects what is wrong with a zone file.
 */
import type { FileProblem } from '../file-problem.ts'

/** Collects problems up to a bound for each severity. */
export interface ProblemLog {
  readonly problems: FileProblem[]
  readonly maxProblems: number
  errors: number
  warnings: number
}

/** An empty log that keeps up to `maxProblems` of each severity. */
export function createProblemLog(maxProblems: number): ProblemLog {
  return { problems: [], maxProblems: Math.max(1, maxProblems), errors: 0, warnings: 0 }
}

/** Counts a problem, and keeps it unless `maxProblems` of its severity are there already: only then it is asked for. */
export function report(
  log: ProblemLog,
  severity: FileProblem['severity'],
  problem: () => Omit<FileProblem, 'severity'>,
): void {
  const count = severity === 'error' ? ++log.errors : ++log.warnings
  if (count <= log.maxProblems) log.problems.push({ severity, ...problem() })
}

/** True when so many errors were found that reading on helps nobody. */
export function isFull(log: ProblemLog): boolean {
  return log.errors >= log.maxProblems
}

/** Problems in the order of the text: by file as first mentioned, then line and column. */
export function inOrderOfText(problems: readonly FileProblem[], fileNames: readonly string[]): FileProblem[] {
  const rank = new Map(fileNames.map((name, index) => [name, index]))
  const rankOf = (problem: FileProblem) => rank.get(problem.file) ?? fileNames.length
  return [...problems].sort((a, b) => rankOf(a) - rankOf(b) || a.line - b.line || a.column - b.column)
}
