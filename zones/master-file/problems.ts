/** What is wrong with a zone file, said so that its author can mend it. */
import type { RdataError } from '../../dns/rr/tokens.ts'

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

/** What is wrong at some place. */
export type Refusal = Pick<ZoneFileProblem, 'found' | 'expected' | 'remedy'>

/** From 1; the column counts octets. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** Thrown within the reader where text cannot be understood; caught and reported where the record is read. */
export class RefusedText extends Error {
  override readonly name = 'RefusedText'
  readonly place: Place
  readonly refusal: Refusal

  constructor(place: Place, refusal: Refusal) {
    super(`found ${refusal.found}; expected ${refusal.expected}`)
    this.place = place
    this.refusal = refusal
  }
}

/** What RDATA was refused for; at `end`, or always there, where it ends too early. */
export function refusedRdata(error: RdataError, end: Place, alwaysAtEnd = false): RefusedText {
  const { token, where, found, expected, remedy } = error
  const place = token === undefined || alwaysAtEnd ? end : { line: token.line, column: token.column }
  const sentence =
    remedy === undefined ? '' : `${remedy[0]?.toUpperCase() ?? ''}${remedy.slice(1).replace(/\.?$/, '.')}`
  return new RefusedText(place, {
    found: printable(found),
    expected: `${expected}, in ${where}`,
    remedy: printable(sentence),
  })
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
  const place = `${file.replace(CONTROL, escapeDecimal)}:${line}:${column}: ${severity === 'warning' ? 'warning: ' : ''}`
  const sentence = `${place}found ${found}; expected ${expected}`
  return `${sentence}${sentence.endsWith('.') ? '' : '.'}${remedy === '' ? '' : ` ${remedy}`}`
}

/** Problems in the order of the text: by file as first mentioned, then line and column. */
export function inOrderOfText(problems: readonly ZoneFileProblem[], fileNames: readonly string[]): ZoneFileProblem[] {
  const rank = new Map(fileNames.map((name, index) => [name, index]))
  const rankOf = (problem: ZoneFileProblem) => rank.get(problem.file) ?? fileNames.length
  return [...problems].sort((a, b) => rankOf(a) - rankOf(b) || a.line - b.line || a.column - b.column)
}

const LONGEST_QUOTATION = 60

/** Text of a zone file in quotes, for a message; what is long is cut. See `printable`. */
export function quoteText(text: string): string {
  return `"${printable(text.length > LONGEST_QUOTATION ? `${text.slice(0, LONGEST_QUOTATION)}…` : text)}"`
}

/**
 * Text of one octet in each character as people read it: UTF-8 as such, and as `\DDD` everything that would move a
 * terminal's cursor or turn the direction of writing.
 */
export function printable(text: string): string {
  return text.replace(BEYOND_ASCII, decodeUtf8).replace(CONTROL, escapeDecimal)
}

const BEYOND_ASCII = /[\u0080-\u00ff]+/g

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g

function escapeDecimal(character: string): string {
  const code = character.charCodeAt(0)
  return code > 255 ? '\ufffd' : `\\${code.toString().padStart(3, '0')}`
}

/** What is no UTF-8 stays, as Latin-1; so do the section signs of our own sentences. */
function decodeUtf8(octets: string): string {
  const decoded = Buffer.from(octets, 'latin1').toString('utf8')
  return decoded.includes('\ufffd') ? octets : decoded
}
