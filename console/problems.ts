import { readFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { isSealedFile } from '../keys/sealed-mark.ts'
import { type FileProblem, isError } from '../zones/file-problem.ts'
import { count, labelled, type Paper, printable, textWidth } from './paper.ts'

/** Gives the octets of a line of a file, without its end; undefined when there is no such line any more. */
export type LineSource = (file: string, line: number) => Uint8Array | undefined

/** Source lines from disk, each file read once. */
export function linesOnDisk(workingDirectory: string): LineSource {
  const files = new Map<string, Buffer | undefined>()
  return (file, line) => {
    if (!files.has(file)) files.set(file, readOrNothing(resolve(workingDirectory, file)))
    const octets = files.get(file)
    return octets === undefined || line < 1 ? undefined : lineOf(octets, line)
  }
}

/** Every problem with its place, the line with a mark under what was found, what was expected, and how to mend it. */
export function describeProblems(
  paper: Paper,
  problems: readonly FileProblem[],
  source: LineSource,
  workingDirectory: string,
): string[] {
  return problems.flatMap((problem) => [...describeProblem(paper, problem, source, workingDirectory), ''])
}

/** `2 errors, 1 warning`; undefined when there is nothing to count. */
export function countProblems(paper: Paper, problems: readonly FileProblem[]): string | undefined {
  const errors = problems.filter(isError).length
  const warnings = problems.length - errors
  const parts = [
    ...(errors > 0 ? [paper.bad(count(errors, 'error'))] : []),
    ...(warnings > 0 ? [paper.warn(count(warnings, 'warning'))] : []),
  ]
  return parts.length === 0 ? undefined : parts.join(', ')
}

/** A path as a person would type it from here. */
export function shortPath(path: string, workingDirectory: string): string {
  const fromHere = relative(workingDirectory, path)
  return fromHere !== '' && fromHere.length < path.length && !fromHere.startsWith('../..') ? fromHere : path
}

function describeProblem(paper: Paper, problem: FileProblem, source: LineSource, workingDirectory: string): string[] {
  const file = printable(shortPath(problem.file, workingDirectory))
  const place = problem.line === 0 ? file : `${file}:${problem.line}${problem.column > 0 ? `:${problem.column}` : ''}`
  const mark = isError(problem) ? paper.bad : paper.warn
  const octets = problem.line === 0 ? undefined : source(problem.file, problem.line)
  return [
    `${paper.bold(place)} ${mark(problem.severity)}`,
    ...(octets === undefined ? [] : excerpt(paper, problem, octets, mark)),
    ...labelled(
      paper,
      [
        ['found', printable(problem.found)],
        ['expected', printable(problem.expected)],
        ...(problem.remedy === '' ? [] : [['mend', printable(problem.remedy)] as const]),
      ],
      '  ',
    ),
  ]
}

const INK_WIDTH = 100

function excerpt(paper: Paper, problem: FileProblem, octets: Uint8Array, mark: (text: string) => string): string[] {
  const number = String(problem.line)
  const room = Math.max(20, Math.min(paper.width, INK_WIDTH) - number.length - 6)
  const at = Math.max(0, problem.column - 1)
  const before = readable(octets.subarray(0, at))
  const rest = readable(octets.subarray(at))
  const wanted = problem.column === 0 ? 0 : spanOf(problem.found, rest)
  // A long line is shown from some way before the mark, so that what was found is always in sight.
  const lead = textWidth(before) + wanted > room ? `…${[...before].slice(-Math.floor(room / 3)).join('')}` : before
  const tail = [...rest]
  const kept = room - textWidth(lead)
  const span = Math.min(wanted, kept)
  const shown = tail.length > kept ? `${tail.slice(0, kept - 1).join('')}…` : rest
  return [
    `  ${paper.dim(`${number} │`)} ${lead}${shown}`,
    ...(span === 0
      ? []
      : [`  ${paper.dim(`${' '.repeat(number.length)} │`)} ${' '.repeat(textWidth(lead))}${mark('^'.repeat(span))}`]),
  ]
}

/** How much of the line to underline: the quoted word of the message where the line has it, else the word there. */
function spanOf(found: string, rest: string): number {
  const quoted = /^[^"]*"(.*)"/.exec(found)?.[1]
  if (quoted !== undefined && quoted !== '' && rest.startsWith(quoted)) return textWidth(quoted)
  return Math.max(1, textWidth(/^"[^"]*"|^[^\s;()]+/.exec(rest)?.[0] ?? ''))
}

function readable(octets: Uint8Array): string {
  return printable(new TextDecoder().decode(octets).replaceAll('\t', '    '))
}

function readOrNothing(path: string): Buffer | undefined {
  try {
    const octets = readFileSync(path)
    // Its lines are not those that problems name.
    return isSealedFile(octets) ? undefined : octets
  } catch {
    return undefined
  }
}

function lineOf(octets: Buffer, line: number): Uint8Array | undefined {
  let start = 0
  for (let number = 1; number < line; number++) {
    const end = octets.indexOf(0x0a, start)
    if (end < 0) return undefined
    start = end + 1
  }
  const end = octets.indexOf(0x0a, start)
  const whole = octets.subarray(start, end < 0 ? octets.length : end)
  return whole.at(-1) === 0x0d ? whole.subarray(0, -1) : whole
}
