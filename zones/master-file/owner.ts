/*
 * Owners and origins: names of a master file to wire octets.
 */
import { MAX_LABEL_LENGTH, MAX_NAME_LENGTH } from '../../dns/constants.ts'
import { canonicalName, isAtOrBelow, LOWER_CASE, NameError, nameFromText, nameToText } from '../../dns/name.ts'
import { printable, quoteText } from './printable.ts'
import { type Reader, type SourceFile, warnAtToken } from './reader.ts'
import { type Place, RefusedText, tokenPlace } from './refusal.ts'
import { type Scanner, tokenText } from './scanner.ts'

const DOT = 0x2e
const AT = 0x40
const BACKSLASH = 0x5c

/**
 * The owner that the token last scanned names, lower-cased: `@` is the origin, a relative name is completed with it. It
 * lies in the zone, and is the array of the owner before where it is the same name. Throws `RefusedText`.
 */
export function readOwner(reader: Reader, file: SourceFile): Uint8Array {
  const { scanner } = file
  const { scratch, owner: previous } = reader
  const length = plainName(scanner, file.tokens.origin, scratch)
  if (length > 0 && previous !== undefined && startsWith(scratch, previous)) return previous
  const owner = length > 0 ? startOf(scratch, length) : canonicalName(readOrigin(reader, file))
  if (!isAtOrBelow(owner, reader.table.apex))
    refuseOutside(reader, file, owner, tokenText(scanner), tokenPlace(scanner))
  return owner
}

/** The name at the token last scanned, case kept: an origin. Throws `RefusedText`. */
export function readOrigin(reader: Reader, file: SourceFile): Uint8Array {
  const { scanner } = file
  const text = tokenText(scanner)
  if (hasOctetBeyondAscii(scanner)) {
    warnAtToken(reader, file, {
      found: `${quoteText(text)}, a name with letters beyond ASCII`,
      expected: 'the A-label form, which is what the DNS is asked for (RFC 5890)',
      remedy: 'Write the name as xn--…; "idn2 NAME" converts it.',
    })
  }
  return nameOfText(text, file.tokens.origin, tokenPlace(scanner))
}

/** The name that raw text stands for, case kept. Throws `RefusedText` for `place`. */
export function nameOfText(text: string, origin: Uint8Array, place: Place): Uint8Array {
  if (text === '@') return origin
  try {
    return nameFromText(text, origin)
  } catch (error) {
    if (!(error instanceof NameError)) throw error
    const found = quoteText(text)
    throw new RefusedText(place, { found, expected: 'a domain name', remedy: remedyOf(error) })
  }
}

/** Throws the `RefusedText` of an owner that is not at or below the apex. */
export function refuseOutside(reader: Reader, file: SourceFile, owner: Uint8Array, text: string, place: Place): never {
  const zone = nameToText(reader.table.apex)
  const isRelative = !text.endsWith('.')
  throw new RefusedText(place, {
    found: `${quoteText(text)}${isRelative ? `, that is ${nameToText(owner)},` : ''} outside the zone`,
    expected: `a name at or below ${zone}`,
    remedy: isRelative
      ? `The origin here is ${nameToText(file.tokens.origin)}: look at the $ORIGIN above.`
      : 'Move the record to the file of its own zone; or drop the dot at the end: such a name is completed with the origin.',
  })
}

/**
 * Writes the name at the token into `scratch`, lower-cased, and returns its length; -1 for `@`, escapes, octets beyond
 * ASCII and everything that is wrong.
 */
function plainName({ octets, start, stop, quoted }: Scanner, origin: Uint8Array, scratch: Uint8Array): number {
  if (stop - start >= MAX_NAME_LENGTH || quoted || (stop - start === 1 && octets[start] === AT)) return -1
  let label = 0
  let length = 1
  for (let i = start; i < stop; i++) {
    const octet = octets[i]!
    if (octet === DOT) {
      const size = length - label - 1
      if (size === 0 || size > MAX_LABEL_LENGTH) return -1
      scratch[label] = size
      label = length++
    } else {
      if (octet === BACKSLASH || octet > 0x7e) return -1
      scratch[length++] = LOWER_CASE[octet]!
    }
  }
  const size = length - label - 1
  if (size > MAX_LABEL_LENGTH || start === stop) return -1
  scratch[label] = size
  if (size === 0) return length
  if (length + origin.length > MAX_NAME_LENGTH) return -1
  for (let i = 0; i < origin.length; i++) scratch[length + i] = LOWER_CASE[origin[i]!]!
  return length + origin.length
}

/** As `slice`, which costs several times as much for so few octets. */
function startOf(scratch: Uint8Array, length: number): Uint8Array {
  const name = new Uint8Array(length)
  for (let i = 0; i < length; i++) name[i] = scratch[i]!
  return name
}

function remedyOf(error: NameError): string {
  const sentence = error.message.replace(/^".*" (?=is |has )/s, 'it ')
  return printable(`${sentence[0]!.toUpperCase()}${sentence.slice(1)}.`)
}

function hasOctetBeyondAscii({ octets, start, stop }: Scanner): boolean {
  for (let i = start; i < stop; i++) if (octets[i]! > 0x7f) return true
  return false
}

/** Names end with the root label, so what starts with all of a name is that name. */
function startsWith(octets: Uint8Array, name: Uint8Array): boolean {
  for (let i = 0; i < name.length; i++) if (octets[i] !== name[i]) return false
  return true
}
