/*
 * What octets mean in the text of a master file (RFC 1035 §5.1).
 */

const LF = 10
export const CR = 13
const SPACE = 32
export const QUOTE = 34
export const OPEN = 40
export const CLOSE = 41
export const SEMICOLON = 59
export const EQUALS = 61
export const BACKSLASH = 92

const TAB = 9
const DELETE = 127

/** What the scanner does at an octet. */
export const Kind = { Ordinary: 0, Blank: 1, LineEnd: 2, Special: 3, Control: 4 } as const

/** The `Kind` of each octet. */
export const KINDS: Uint8Array = Uint8Array.from({ length: 256 }, (_, octet) => {
  if (octet === TAB || octet === SPACE) return Kind.Blank
  if (octet === LF || octet === CR) return Kind.LineEnd
  if ([QUOTE, OPEN, CLOSE, SEMICOLON, BACKSLASH].includes(octet)) return Kind.Special
  return octet < SPACE || octet === DELETE ? Kind.Control : Kind.Ordinary
})

/** Whether a line ends at `position`: LF, CR LF, or a CR that ends the file. */
export function isLineEnd(octets: Buffer, position: number): boolean {
  const octet = octets[position]
  return octet === LF || (octet === CR && (octets[position + 1] === LF || position + 1 === octets.length))
}

/** Where the line goes on to end behind a comment: its LF, or the end of the file. */
export function endOfComment(octets: Buffer, position: number): number {
  const end = octets.indexOf(LF, position)
  return end < 0 ? octets.length : end
}

/** The position of the quote that closes the one at `opening` in the same line, or -1. */
export function findClosingQuote(octets: Buffer, opening: number): number {
  for (let position = opening + 1; position < octets.length; position++) {
    const octet = octets[position]
    if (octet === QUOTE) return position
    if (isLineEnd(octets, position)) return -1
    if (octet === BACKSLASH && !isLineEnd(octets, position + 1)) position++
  }
  return -1
}
