import { type FileProblem, formatProblem } from '../../zones/file-problem.ts'

/** The problem with the line of the source under it and a mark at the column, for a person at a terminal. */
export function showConfigurationProblem(problem: FileProblem, source: string): string {
  const line = problem.line === 0 ? undefined : source.split(/\r?\n/)[problem.line - 1]
  const text = formatProblem(problem)
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
