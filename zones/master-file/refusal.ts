/*
 * How text that cannot be understood is refused: thrown where it stands, reported where its record is read.
 */
import type { RdataError } from '../../dns/rr/tokens.ts'
import type { FileProblem } from '../file-problem.ts'
import { printable } from './printable.ts'

/** What is wrong at some place. */
export type Refusal = Pick<FileProblem, 'found' | 'expected' | 'remedy'>

/** From 1; the column counts octets. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** A scanner, as far as its token's place goes. */
interface ScannedToken {
  readonly tokenLine: number
  readonly tokenColumn: number
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

/** Thrown by a `readFile` that knows itself what is wrong with a file. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile'
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(`found ${refusal.found}; expected ${refusal.expected}. ${refusal.remedy}`)
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

/** The error of a parenthesis that is never closed. */
export function openParenthesis({
  openLine: line,
  openColumn: column,
}: {
  openLine: number
  openColumn: number
}): RefusedText {
  return new RefusedText(
    { line, column },
    {
      found: '"(" that is never closed',
      expected: 'its ")" at the end of the record',
      remedy: 'Close it: until then every line counts as part of this record.',
    },
  )
}

/** Where the token last scanned stands. */
export function tokenPlace({ tokenLine: line, tokenColumn: column }: ScannedToken): Place {
  return { line, column }
}

/** Throws the `RefusedText` of the token last scanned. */
export function refuseToken(scanner: ScannedToken, refusal: Refusal): never {
  throw new RefusedText(tokenPlace(scanner), refusal)
}

/** Throws the `RefusedText` of a record that ends too early. */
export function refuseEnd(
  { endLine: line, endColumn: column }: { endLine: number; endColumn: number },
  refusal: Omit<Refusal, 'found'>,
): never {
  throw new RefusedText({ line, column }, { found: 'the end of the record', ...refusal })
}
