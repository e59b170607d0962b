/*
 * Text of zone files as messages show it.
 */

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
