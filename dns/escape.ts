/*
 * Escapes of the presentation format (RFC 1035 §5.1): `\DDD` is the octet with that decimal value, `\X` is X itself.
 * Text is "raw": a string whose characters stand for one octet each (Latin-1), escapes not yet resolved.
 */

const BACKSLASH = 0x5c

/** The octet an escape at `at` (the backslash) stands for; -1 when it is cut short or above 255. */
export function escapedOctet(text: string, at: number): number {
  if (at + 1 >= text.length) return -1
  const first = text.charCodeAt(at + 1)
  if (!isDigit(first)) return first
  if (at + 3 >= text.length) return -1
  const second = text.charCodeAt(at + 2)
  const third = text.charCodeAt(at + 3)
  if (!isDigit(second) || !isDigit(third)) return -1
  const octet = (first - 48) * 100 + (second - 48) * 10 + (third - 48)
  return octet > 255 ? -1 : octet
}

/** How many characters the well-formed escape at `at` takes: 4 for `\DDD`, 2 for `\X`. */
export function escapeLength(text: string, at: number): number {
  return isDigit(text.charCodeAt(at + 1)) ? 4 : 2
}

/** Raw text to octets; undefined when an escape is malformed or a character is not one octet. */
export function unescapeText(text: string): Uint8Array | undefined {
  const octets = new Uint8Array(text.length)
  let length = 0
  for (let at = 0; at < text.length; ) {
    let octet = text.charCodeAt(at)
    if (octet === BACKSLASH) {
      octet = escapedOctet(text, at)
      at += escapeLength(text, at)
    } else {
      at++
    }
    if (octet < 0 || octet > 255) return undefined
    octets[length++] = octet
  }
  return octets.subarray(0, length)
}

/** Octets as the inside of a quoted string: quote and backslash escaped, everything unprintable as `\DDD`. */
export function escapeText(octets: Uint8Array, start: number, end: number): string {
  let text = ''
  for (let at = start; at < end; at++) {
    const octet = octets[at]!
    if (octet === 0x22 || octet === BACKSLASH) text += `\\${String.fromCharCode(octet)}`
    else if (octet >= 0x20 && octet <= 0x7e) text += String.fromCharCode(octet)
    else text += decimalEscape(octet)
  }
  return text
}

/** `\DDD` */
export function decimalEscape(octet: number): string {
  return `\\${String(octet).padStart(3, '0')}`
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}
