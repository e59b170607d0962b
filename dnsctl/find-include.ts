/** Where something stands in a file; both from 1. */
export interface Position {
  readonly line: number
  /** In octets. */
  readonly column: number
}

const DIRECTIVE = /^\$INCLUDE(?![^\s;"()])/i

/** The first $INCLUDE of a zone file (RFC 1035 §5.1); undefined: it has none. What stands in quotes or behind a semicolon is none. */
export function findInclude(octets: Uint8Array): Position | undefined {
  const text = Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1')
  let isQuoted = false
  let line = 1
  let begin = 0
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!
    if (character === '\n') {
      line++
      begin = at + 1
    } else if (character === '\\') at++
    else if (character === '"') isQuoted = !isQuoted
    else if (!isQuoted && character === ';') at = endOfLine(text, at) - 1
    else if (!isQuoted && character === '$' && isFirst(text, begin, at) && DIRECTIVE.test(text.slice(at, at + 10))) {
      return { line, column: at - begin + 1 }
    }
  }
  return undefined
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end
}

/** Whether nothing but blanks and brackets stands in front of it in its line. */
function isFirst(text: string, begin: number, at: number): boolean {
  return /^[\s()]*$/.test(text.slice(begin, at))
}
