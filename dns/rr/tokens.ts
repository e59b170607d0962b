/*
 * What the text of RDATA is read from. The master-file reader, dnsctl and tests provide token sources; RdataError is
 * the one exception that reading RDATA from text throws.
 */

/**
 * One token of a master file. Quotes that enclose the whole token are taken off and `quoted` is set. Quotes that begin
 * inside a token behind '=' (`alpn="h2,h3"`, RFC 9460 §2.1) stay in the text, with everything up to the closing one.
 */
export interface TextToken {
  /** Raw: escapes unresolved, one character is one octet (Latin-1). */
  readonly text: string
  readonly quoted: boolean
  /** Both from 1. */
  readonly line: number
  readonly column: number
}

/** Gives the tokens of one record's RDATA in turn. */
export interface TokenSource {
  /** The next token of the record; undefined at its end. */
  next(): TextToken | undefined
  /** Completes relative names. */
  readonly origin: Uint8Array | undefined
}

/** RDATA text that is not what its type asks for. `message` joins the parts for people. */
export class RdataError extends Error {
  override readonly name = 'RdataError'
  /** Where it stands; undefined when the record ended too early. */
  readonly token: TextToken | undefined
  /** Field and type, as in `field "priority" of SRV`. */
  readonly where: string
  readonly found: string
  readonly expected: string
  readonly remedy: string | undefined

  constructor(problem: RdataProblem) {
    const remedy = problem.remedy === undefined ? '' : `; ${problem.remedy}`
    super(`${problem.where}: found ${problem.found}; expected ${problem.expected}${remedy}`)
    this.token = problem.token
    this.where = problem.where
    this.found = problem.found
    this.expected = problem.expected
    this.remedy = problem.remedy
  }
}

export interface RdataProblem {
  readonly token: TextToken | undefined
  readonly where: string
  readonly found: string
  readonly expected: string
  readonly remedy?: string | undefined
}

/**
 * The tokens of one line of RDATA: blanks separate, quotes enclose, parentheses are blanks, a semicolon begins a
 * comment. A missing closing quote ends at the end of the text.
 */
export function tokensOf(text: string, origin?: Uint8Array): TokenSource {
  let at = 0
  return {
    origin,
    next() {
      while (at < text.length && BLANKS.includes(text[at]!)) at++
      if (at >= text.length || text[at] === ';') return undefined
      const start = at
      at = tokenEnd(text, start)
      const quoted = text[start] === '"'
      if (!quoted) return { text: text.slice(start, at), quoted, line: 1, column: start + 1 }
      return { text: text.slice(start + 1, at++), quoted, line: 1, column: start + 1 }
    },
  }
}

/** For a quoted token the place of its closing quote. */
function tokenEnd(text: string, start: number): number {
  const quoted = text[start] === '"'
  let inQuotes = quoted
  let at = quoted ? start + 1 : start
  for (; at < text.length; at++) {
    const character = text[at]!
    if (character === '\\') at++
    else if (character === '"' && (inQuotes || text[at - 1] === '=')) {
      if (quoted) return at
      inQuotes = !inQuotes
    } else if (!inQuotes && (character === ';' || BLANKS.includes(character))) return at
  }
  return text.length
}

const BLANKS = ' \t\r\n()'
