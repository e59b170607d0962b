import { printable } from './master-file/printable.ts'

/** One thing wrong with what an operator wrote, a master file or a configuration, said so that its author can mend it. */
export interface FileProblem {
  /** An error keeps the file from taking effect; a warning does not. */
  readonly severity: 'error' | 'warning'
  /** The rule of the leak lint that found it: docs/leaks.md. */
  readonly rule?: string
  /** Path, or the flag where it is the command line that is wrong. */
  readonly file: string
  /** From 1; 0: the file as a whole. */
  readonly line: number
  /** From 1, in octets. Problems of a whole record stand at its first column. */
  readonly column: number
  /** What stands there: `"10.0.0.256"`, `a CNAME beside other data`. */
  readonly found: string
  /** What should: `an IPv4 address`. */
  readonly expected: string
  /** How to mend it: whole sentences; may be empty. */
  readonly remedy: string
}

/** `example.com.zone:12:8: found "10.0.0.256"; expected an IPv4 address. Write four numbers from 0 to 255.` */
export function formatProblem(problem: FileProblem): string {
  const { severity, line, column, found, expected, remedy } = problem
  const file = printable(problem.file)
  const place = line === 0 ? file : `${file}:${line}:${column}`
  const sentence = `${place}: ${severity === 'warning' ? 'warning: ' : ''}found ${found}; expected ${expected}`
  return `${sentence}${sentence.endsWith('.') ? '' : '.'}${remedy === '' ? '' : ` ${remedy}`}`
}

/** Whether the problem is an error, and no mere warning. */
export function isError(problem: FileProblem): boolean {
  return problem.severity === 'error'
}

/** Whether an error is among the problems: warnings keep nothing from taking effect. */
export function hasErrors(problems: readonly FileProblem[]): boolean {
  return problems.some(isError)
}
