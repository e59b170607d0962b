/** One thing wrong with a configuration, and where. Without a file it concerns the command line. */
export interface ConfigurationProblem {
  readonly severity: 'error' | 'warning'
  readonly file: string
  /** Counted from 1; 0: no place in particular. */
  readonly line: number
  readonly column: number
  readonly found: string
  readonly expected: string
  readonly remedy: string
}

/** One line for a terminal or a log: `veil.yaml:12:7: found …; expected …. Remedy.` */
export function formatConfigurationProblem(problem: ConfigurationProblem): string {
  const place = problem.line === 0 ? problem.file : `${problem.file}:${problem.line}:${problem.column}`
  const severity = problem.severity === 'warning' ? 'warning: ' : ''
  const remedy = problem.remedy === '' ? '' : ` ${problem.remedy}`
  const stop = problem.expected.endsWith('.') ? '' : '.'
  return `${place}: ${severity}found ${problem.found}; expected ${problem.expected}${stop}${remedy}`
}

/** The line with the line of the source under it and a mark at the column, for a person at a terminal. */
export function showConfigurationProblem(problem: ConfigurationProblem, source: string): string {
  const line = problem.line === 0 ? undefined : source.split(/\r?\n/)[problem.line - 1]
  const text = formatConfigurationProblem(problem)
  if (line === undefined || line.length > 200) return text
  const number = String(problem.line).padStart(6)
  const indent = line.slice(0, problem.column - 1).replace(/[^\t]/g, ' ')
  return `${text}\n${number} | ${line}\n       | ${indent}^`
}

/** How a value found in the file is shown in a message: short, quoted where it is text. */
export function showFound(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object') return 'a map of keys'
  const text = JSON.stringify(value)
  return text.length > 80 ? `${text.slice(0, 77)}…"` : text
}
