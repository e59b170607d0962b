/*
 * Finds the next record where one is refused or not wanted.
 */
import { BACKSLASH, CLOSE, endOfComment, findClosingQuote, isLineEnd, OPEN, QUOTE, SEMICOLON } from './characters.ts'
import { openParenthesis } from './refusal.ts'
import { enterParenthesis, passLineEnd, type Scanner } from './scanner.ts'

/** Goes to the next record. Throws `RefusedText` where a parenthesis stays open. */
export function passRecord(scanner: Scanner): void {
  if (!skipRecord(scanner)) throw openParenthesis(scanner)
}

/**
 * After an error: goes to the next record and never throws. Returns false where the parenthesis opened at `openLine` is
 * never closed; the scanner then stands at the line the error was met in, so that what follows is still read.
 */
export function skipRecord(scanner: Scanner): boolean {
  const { octets, line, lineStart } = scanner
  const atEndOfFile = scanner.position >= octets.length
  while (!scanner.ended) {
    const { position } = scanner
    if (position >= octets.length) {
      scanner.ended = true
      if (scanner.depth === 0) return true
      if (!atEndOfFile) resumeAt(scanner, line, lineStart)
      scanner.depth = 0
      return false
    }
    const octet = octets[position]!
    if (isLineEnd(octets, position)) {
      passLineEnd(scanner, position)
      scanner.ended = scanner.depth === 0
    } else {
      if (octet === OPEN) enterParenthesis(scanner)
      else if (octet === CLOSE && scanner.depth > 0) scanner.depth--
      scanner.position = endOfSkipped(octets, position)
    }
  }
  return true
}

function endOfSkipped(octets: Buffer, position: number): number {
  const octet = octets[position]
  if (octet === SEMICOLON) return endOfComment(octets, position)
  if (octet === BACKSLASH && !isLineEnd(octets, position + 1)) return position + 2
  if (octet === QUOTE) return Math.max(position, findClosingQuote(octets, position)) + 1
  return position + 1
}

function resumeAt(scanner: Scanner, line: number, lineStart: number): void {
  const inOpeningLine = line === scanner.openLine
  scanner.position = lineStart
  scanner.line = line
  scanner.lineStart = lineStart
  if (!inOpeningLine) return
  scanner.position = endOfComment(scanner.octets, lineStart)
  if (scanner.position < scanner.octets.length) passLineEnd(scanner, scanner.position)
}
