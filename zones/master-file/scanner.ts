/*
 * Cuts the octets of a master file (RFC 1035 §5.1) into records and tokens. The scanner is a record that its owner
 * keeps: a token is where it starts and ends, so scanning allocates nothing.
 *
 *     octets   |www   300 IN A ( 192.0.2.1 ; comment⏎ ) ⏎mail ...
 *               ^start ^stop   ^depth 1               ^depth 0: the line end closes the record
 */
import {
  BACKSLASH,
  CR,
  EQUALS,
  findClosingQuote,
  isLineEnd,
  KINDS,
  Kind,
  OPEN,
  QUOTE,
  SEMICOLON,
} from './characters.ts'
import { openParenthesis, type Refusal, RefusedText } from './refusal.ts'
import { joinRemarks, passComment, type Remark } from './remarks.ts'

export interface Scanner {
  readonly octets: Buffer
  position: number
  /** Line of `position`, from 1, and the octet it starts at. */
  line: number
  lineStart: number
  /** Open parentheses, and where the outermost of them stands. */
  depth: number
  openLine: number
  openColumn: number
  /** The end of the record was met: no more tokens until `startRecord`. Where that end is. */
  ended: boolean
  endLine: number
  endColumn: number
  /** The token last scanned, without its quotes. */
  start: number
  stop: number
  quoted: boolean
  tokenLine: number
  tokenColumn: number
  /** Line of the record that is being read, or was read last. */
  recordLine: number
  /** Comments that begin with `veil:`, as they are met. */
  readonly remarks: Remark[]
}

/** How a record starts: with its owner in the first column, or with blank space in place of an owner. */
export const RecordStart = { EndOfFile: 0, Owner: 1, Blank: 2 } as const
export type RecordStart = (typeof RecordStart)[keyof typeof RecordStart]

/** A scanner at the start of `octets`, behind a UTF-8 byte order mark if there is one. */
export function createScanner(octets: Uint8Array): Scanner {
  const marked = octets[0] === 0xef && octets[1] === 0xbb && octets[2] === 0xbf
  const start = marked ? 3 : 0
  return {
    octets: Buffer.from(octets.buffer, octets.byteOffset, octets.length),
    position: start,
    line: 1,
    lineStart: start,
    depth: 0,
    openLine: 0,
    openColumn: 0,
    ended: true,
    endLine: 1,
    endColumn: 1,
    start: 0,
    stop: 0,
    quoted: false,
    tokenLine: 1,
    tokenColumn: 1,
    recordLine: 0,
    remarks: [],
  }
}

/** Goes to the next line that holds anything but blank space and comments. */
export function startRecord(scanner: Scanner): RecordStart {
  const { octets } = scanner
  for (;;) {
    if (scanner.position >= octets.length) return RecordStart.EndOfFile
    const lineStart = scanner.position
    let position = lineStart
    while (KINDS[octets[position]!] === Kind.Blank) position++
    const octet = octets[position]
    if (octet === SEMICOLON) position = passComment(scanner, position, 0)
    if (position >= octets.length) {
      scanner.position = position
      return RecordStart.EndOfFile
    }
    if (isLineEnd(octets, position)) {
      passLineEnd(scanner, position)
      continue
    }
    scanner.position = position
    scanner.ended = false
    scanner.recordLine = scanner.line
    joinRemarks(scanner)
    return position === lineStart ? RecordStart.Owner : RecordStart.Blank
  }
}

/**
 * Scans the next token of the record; false at its end, again and again. Throws `RefusedText` where the text cannot be
 * cut: control characters, quotes and parentheses without their partner.
 */
export function scanToken(scanner: Scanner): boolean {
  if (scanner.ended) return false
  const { octets } = scanner
  for (;;) {
    const position = scanner.position
    if (position >= octets.length) return endRecord(scanner)
    const octet = octets[position]!
    switch (KINDS[octet]) {
      case Kind.Ordinary:
        return scanWord(scanner)
      case Kind.Blank:
        scanner.position++
        break
      case Kind.LineEnd:
        if (!isLineEnd(octets, position)) return refuseControl(scanner, position)
        if (scanner.depth === 0) return endRecord(scanner)
        passLineEnd(scanner, position)
        break
      case Kind.Special:
        if (octet === BACKSLASH) return scanWord(scanner)
        if (octet === QUOTE) return scanQuoted(scanner)
        if (octet === SEMICOLON) scanner.position = passComment(scanner, position, scanner.recordLine)
        else passParenthesis(scanner, octet)
        break
      default:
        return refuseControl(scanner, position)
    }
  }
}

/** The token's text, one octet in each character, escapes as written. */
export function tokenText(scanner: Scanner): string {
  return scanner.octets.toString('latin1', scanner.start, scanner.stop)
}

function scanWord(scanner: Scanner): true {
  const { octets } = scanner
  startToken(scanner, scanner.position, false)
  let position = scanner.position
  for (; position < octets.length; position++) {
    const octet = octets[position]!
    const kind = KINDS[octet]
    if (kind === Kind.Ordinary) continue
    if (kind === Kind.Blank || isLineEnd(octets, position)) break
    if (kind === Kind.Control || kind === Kind.LineEnd) refuseControl(scanner, position)
    if (octet === BACKSLASH) position = skipEscape(scanner, position)
    else if (octet !== QUOTE) break
    else if (octets[position - 1] === EQUALS) position = endOfQuotation(scanner, position)
  }
  scanner.position = scanner.stop = position
  return true
}

function scanQuoted(scanner: Scanner): true {
  const opening = scanner.position
  startToken(scanner, opening, true)
  const closing = endOfQuotation(scanner, opening)
  scanner.start = opening + 1
  scanner.stop = closing
  scanner.position = closing + 1
  return true
}

/** The position of the quote that closes the one at `opening`; both stand in one line. */
function endOfQuotation(scanner: Scanner, opening: number): number {
  const { octets } = scanner
  const closing = findClosingQuote(octets, opening)
  if (closing < 0) {
    return fail(scanner, opening, {
      found: 'a quote that is never closed',
      expected: 'a closing " in the same line',
      remedy:
        'Close the quote, or write \\" for a quote that is part of the text. Longer text: several quoted strings.',
    })
  }
  for (let position = opening + 1; position < closing; position++) {
    const kind = KINDS[octets[position]!]
    if (kind === Kind.Control || kind === Kind.LineEnd) refuseControl(scanner, position)
  }
  return closing
}

function startToken(scanner: Scanner, position: number, quoted: boolean): void {
  scanner.start = position
  scanner.quoted = quoted
  scanner.tokenLine = scanner.line
  scanner.tokenColumn = position - scanner.lineStart + 1
}

/** The position of the backslash's partner: never a line end, which closes the token whatever comes before it. */
function skipEscape(scanner: Scanner, position: number): number {
  const next = position + 1
  if (next < scanner.octets.length && !isLineEnd(scanner.octets, next)) {
    const kind = KINDS[scanner.octets[next]!]
    return kind === Kind.Control || kind === Kind.LineEnd ? refuseControl(scanner, next) : next
  }
  return fail(scanner, position, {
    found: 'a backslash at the end of the line',
    expected: '\\ and the character it protects, or \\DDD with three decimal digits',
    remedy: 'Write \\\\ for a backslash; records go on in the next line within parentheses.',
  })
}

function passParenthesis(scanner: Scanner, octet: number): void {
  const { position } = scanner
  if (octet === OPEN) enterParenthesis(scanner)
  else if (scanner.depth === 0) {
    fail(scanner, position, {
      found: '")"',
      expected: 'a "(" before it',
      remedy: 'Remove it, or quote it if it is text: ";", "(" and ")" have a meaning outside quotes.',
    })
  } else scanner.depth--
  scanner.position = position + 1
}

/** Counts the parenthesis at `position`, which stays where it is. */
export function enterParenthesis(scanner: Scanner): void {
  if (scanner.depth++ > 0) return
  scanner.openLine = scanner.line
  scanner.openColumn = scanner.position - scanner.lineStart + 1
}

/** At a line end outside parentheses, or at the end of the file. */
function endRecord(scanner: Scanner): false {
  const { octets, position } = scanner
  if (scanner.depth > 0) throw openParenthesis(scanner)
  scanner.endLine = scanner.line
  scanner.endColumn = position - scanner.lineStart + 1
  scanner.ended = true
  if (position < octets.length) passLineEnd(scanner, position)
  return false
}

function refuseControl(scanner: Scanner, position: number): never {
  const octet = scanner.octets[position]!
  const name = octet === 0 ? 'a NUL octet' : octet === CR ? 'a carriage return within a line' : 'a control character'
  return fail(scanner, position, {
    found: `${name} (\\${octet.toString().padStart(3, '0')})`,
    expected: 'text',
    remedy:
      'Remove it, or write it as \\DDD. Many of them: the file is not text (a zone that BIND wrote as raw becomes text by named-compilezone -f raw -F text), or not in ASCII or UTF-8.',
  })
}

/** The scanner stays where the token starts. */
function fail(scanner: Scanner, position: number, refusal: Refusal): never {
  throw new RefusedText({ line: scanner.line, column: position - scanner.lineStart + 1 }, refusal)
}

/** Goes behind the line end at `position`. */
export function passLineEnd(scanner: Scanner, position: number): void {
  const next = position + (scanner.octets[position] === CR && position + 1 < scanner.octets.length ? 2 : 1)
  scanner.position = scanner.lineStart = next
  scanner.line++
}
