/*
 * Names are wire octets (RFC 1035 §3.1): labels, each a length octet and 0 to 63 octets of any value, ended by the
 * empty root label; uncompressed, at most 255 octets. No function below trusts more than that; those that compare
 * allocate nothing.
 */
import { MAX_LABEL_LENGTH, MAX_NAME_LENGTH } from './constants.ts'
import { decimalEscape, escapedOctet, escapeLength } from './escape.ts'

/** What `nameFromText` throws; the message says what is wrong and what would be right. */
export class NameError extends Error {
  override readonly name = 'NameError'
}

/**
 * Octet to octet with A-Z lower-cased (RFC 4343 §3: only these 26 fold). Label lengths are below 64 and map to
 * themselves, so that whole names may be folded without looking for the labels.
 */
export const LOWER_CASE: Uint8Array = Uint8Array.from({ length: 256 }, (_, octet) =>
  octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet,
)

/** The root: one empty label. */
export const ROOT: Uint8Array = new Uint8Array(1)

/**
 * Presentation format to wire, case kept. `text` is raw: one character is one octet, escapes unresolved. A name without
 * trailing dot is completed with `origin`. '@' is an ordinary character here. Throws NameError.
 */
export function nameFromText(text: string, origin?: Uint8Array): Uint8Array {
  if (text === '.') return new Uint8Array(1)
  if (text === '') throw new NameError('an empty name; write "." for the root')
  // As small as it can be: V8 keeps arrays of at most 64 octets in its own heap, larger ones cost ten times as much.
  const octets = new Uint8Array(Math.min(text.length, MAX_NAME_LENGTH) + 2)
  const end = writeLabels(text, octets)
  if (endsAbsolute(text)) {
    if (end + 1 > MAX_NAME_LENGTH) throw tooLong(text)
    return octets.slice(0, end + 1)
  }
  if (origin === undefined) throw new NameError(`"${text}" is relative and there is no origin; end it with a dot`)
  if (end + origin.length > MAX_NAME_LENGTH) throw tooLong(text)
  const name = new Uint8Array(end + origin.length)
  name.set(octets.subarray(0, end))
  name.set(origin, end)
  return name
}

/** Absolute presentation format with trailing dot; octets that would mean something else are escaped (RFC 4343 §2.1). */
export function nameToText(name: Uint8Array, start = 0): string {
  let at = start
  let length = name[at]!
  if (length === 0) return '.'
  let text = ''
  while (length !== 0) {
    const end = at + 1 + length
    for (at++; at < end; at++) text += OCTET_TEXT[name[at]!]
    text += '.'
    length = name[at]!
  }
  return text
}

/** The name with A-Z lower-cased (RFC 4034 §6.2). */
export function canonicalName(name: Uint8Array): Uint8Array {
  const canonical = new Uint8Array(name.length)
  for (let at = 0; at < name.length; at++) canonical[at] = LOWER_CASE[name[at]!]!
  return canonical
}

/**
 * Canonical order of RFC 4034 §6.1: by label from the right, octets compared as unsigned and case-insensitive, a missing
 * label first. Negative, zero or positive.
 */
export function compareNames(a: Uint8Array, b: Uint8Array): number {
  const labelsA = countLabels(a)
  const labelsB = countLabels(b)
  let atA = skipLabels(a, labelsA - labelsB)
  let atB = skipLabels(b, labelsB - labelsA)
  // Both run left to right over equally many labels: the last difference met is the rightmost, the one that decides.
  let order = labelsA - labelsB
  while (a[atA]! !== 0) {
    const difference = compareLabels(a, atA, b, atB)
    if (difference !== 0) order = difference
    atA += a[atA]! + 1
    atB += b[atB]! + 1
  }
  return order
}

/** Whether two names are the same, case-insensitive. */
export function namesEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && tailsEqual(a, 0, b)
}

/** Octets of the uncompressed name at `start`, root label included; -1 when there is no well-formed name. */
export function nameLength(octets: Uint8Array, start: number): number {
  let at = start
  while (at < octets.length) {
    const length = octets[at]!
    at += length + 1
    if (length > MAX_LABEL_LENGTH || at - start > MAX_NAME_LENGTH) return -1
    if (length === 0) return at - start
  }
  return -1
}

/** Labels of the name, the root label not counted. */
export function countLabels(name: Uint8Array): number {
  let labels = 0
  for (let at = 0; name[at]! !== 0; at += name[at]! + 1) labels++
  return labels
}

/** Whether `name` is `ancestor` or a descendant of it, case-insensitive. */
export function isAtOrBelow(name: Uint8Array, ancestor: Uint8Array): boolean {
  const surplus = name.length - ancestor.length
  if (surplus < 0) return false
  let at = 0
  while (at < surplus) at += name[at]! + 1
  return at === surplus && tailsEqual(name, at, ancestor)
}

/** The name without its first label; the parent of the root is the root. */
export function parentName(name: Uint8Array): Uint8Array {
  return name.subarray(name[0] === 0 ? 0 : name[0]! + 1)
}

/** Whether the name at `start` is a wildcard domain name: its first label is `*` (RFC 4592 §2.1.1). */
export function isWildcard(octets: Uint8Array, start = 0): boolean {
  return octets[start] === 1 && octets[start + 1] === ASTERISK
}

/** The wildcard domain name right below `parent`; it may be longer than a name can be. */
export function wildcardBelow(parent: Uint8Array): Uint8Array {
  return Uint8Array.of(1, ASTERISK, ...parent)
}

/** Writes labels (no root label) and returns where they end; the octet there is 0. */
function writeLabels(text: string, octets: Uint8Array): number {
  let label = 0 // where the length octet of the current label stands
  let length = 1 // next free octet
  for (let at = 0; at < text.length; ) {
    let octet = text.charCodeAt(at)
    if (octet === DOT) {
      endLabel(text, octets, label, length)
      label = length++
      at++
    } else {
      if (octet === BACKSLASH) octet = unescapeAt(text, at)
      at += text.charCodeAt(at) === BACKSLASH ? escapeLength(text, at) : 1
      if (octet > 255) throw new NameError(`"${text}" has a character beyond one octet; write its A-label (xn--…)`)
      octets[length++] = octet
    }
    if (length > MAX_NAME_LENGTH + 1) throw tooLong(text)
  }
  if (length === label + 1) return label
  endLabel(text, octets, label, length)
  return length
}

function endLabel(text: string, octets: Uint8Array, label: number, end: number): void {
  const length = end - label - 1
  if (length === 0) throw new NameError(`"${text}" has an empty label; remove the superfluous dot`)
  if (length > MAX_LABEL_LENGTH) {
    throw new NameError(`"${text}" has a label of ${length} octets; a label has at most ${MAX_LABEL_LENGTH}`)
  }
  octets[label] = length
}

function unescapeAt(text: string, at: number): number {
  const octet = escapedOctet(text, at)
  if (octet < 0) {
    const found = text.slice(at, at + 4)
    throw new NameError(`"${text}" has the malformed escape "${found}"; an escape is \\DDD up to 255, or \\X`)
  }
  return octet
}

/** Whether the trailing dot is one (`a.`) and not an escaped character (`a\.`). */
function endsAbsolute(text: string): boolean {
  if (text.charCodeAt(text.length - 1) !== DOT) return false
  let backslashes = 0
  while (text.charCodeAt(text.length - 2 - backslashes) === BACKSLASH) backslashes++
  return backslashes % 2 === 0
}

function tooLong(text: string): NameError {
  return new NameError(`"${text}" is too long; a name has at most ${MAX_NAME_LENGTH} octets`)
}

/** Offset after the first `count` labels; 0 when there are none to skip. */
function skipLabels(name: Uint8Array, count: number): number {
  let at = 0
  for (let skipped = 0; skipped < count; skipped++) at += name[at]! + 1
  return at
}

/** The same order for the labels at `atA` and `atB`, each a length octet and its octets. */
export function compareLabels(a: Uint8Array, atA: number, b: Uint8Array, atB: number): number {
  const lengthA = a[atA]!
  const lengthB = b[atB]!
  const common = Math.min(lengthA, lengthB)
  for (let index = 1; index <= common; index++) {
    const difference = LOWER_CASE[a[atA + index]!]! - LOWER_CASE[b[atB + index]!]!
    if (difference !== 0) return difference
  }
  return lengthA - lengthB
}

/** Whether `name` from `start` on equals the whole of `tail`; the lengths are known to be equal. */
function tailsEqual(name: Uint8Array, start: number, tail: Uint8Array): boolean {
  for (let at = 0; at < tail.length; at++) {
    if (LOWER_CASE[name[start + at]!] !== LOWER_CASE[tail[at]!]) return false
  }
  return true
}

const ASTERISK = 0x2a
const DOT = 0x2e
const BACKSLASH = 0x5c

/** Each octet as it stands in a label: what has a meaning in master files is escaped, as BIND does. */
const OCTET_TEXT: readonly string[] = Array.from({ length: 256 }, (_, octet) => {
  const character = String.fromCharCode(octet)
  if ('"().;\\@$'.includes(character)) return `\\${character}`
  return octet > 0x20 && octet < 0x7f ? character : decimalEscape(octet)
})
