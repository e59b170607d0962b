/*
 * The words between owner and RDATA: class and type.
 */
import { Class } from '../../dns/constants.ts'
import { classFromText, isMetaType, RR_TYPES, typeFromText } from '../../dns/rr/registry.ts'
import { quoteText } from './printable.ts'
import type { Reader } from './reader.ts'
import { refuseToken } from './refusal.ts'
import { type Scanner, tokenText } from './scanner.ts'

/** What `readWord` returns for class IN; everything else is a type. */
export const CLASS_IN = -1

/**
 * The type that the token last scanned names, or `CLASS_IN`. Types that only questions or messages have are refused, and
 * so are other classes. Throws `RefusedText`.
 */
export function readWord(reader: Reader, scanner: Scanner): number {
  const key = keyOf(scanner)
  const known = reader.words.get(key)
  if (known !== undefined && key >= 0) return known
  const text = tokenText(scanner)
  const word = scanner.quoted ? undefined : wordFromText(scanner, text)
  if (word === undefined) return refuseWord(scanner, text)
  if (key >= 0) reader.words.set(key, word)
  return word
}

/** The octets of a short token as one number, so that a word met before costs no string; -1 for other tokens. */
function keyOf({ octets, start, stop, quoted }: Scanner): number {
  if (quoted || stop - start > LONGEST_KEY) return -1
  let key = 0
  for (let i = start; i < stop; i++) {
    const octet = octets[i]!
    if (octet > 127) return -1
    key = key * 128 + octet
  }
  return key
}

/** 6 characters of 7 bits stay a safe integer; few words are so short, so their map stays small. */
const LONGEST_KEY = 6

function wordFromText(scanner: Scanner, text: string): number | undefined {
  const type = typeFromText(text)
  if (type !== undefined) {
    refuseMetaType(scanner, text, type)
    return type
  }
  const recordClass = classFromText(text)
  if (recordClass === undefined) return undefined
  return recordClass === Class.In ? CLASS_IN : refuseClass(scanner, text)
}

function refuseWord(scanner: Scanner, text: string): never {
  const similar = similarType(text.toUpperCase())
  return refuseToken(scanner, {
    found: quoteText(text),
    expected: 'a TTL, the class IN or a record type such as A, AAAA, MX or TXT',
    remedy: similar === undefined ? 'Types without a mnemonic are written TYPE123.' : `Did you mean ${similar}?`,
  })
}

/** The mnemonic that one letter more, less or other makes of `text`; the shortest. */
function similarType(text: string): string | undefined {
  const mnemonics = [...RR_TYPES.values()].map(({ mnemonic }) => mnemonic)
  return mnemonics.filter((mnemonic) => isOneEditAway(mnemonic, text)).sort((a, b) => a.length - b.length)[0]
}

function isOneEditAway(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1 || Math.min(a.length, b.length) < 2) return false
  let start = 0
  while (start < a.length && a[start] === b[start]) start++
  const skipA = a.length >= b.length ? 1 : 0
  const skipB = b.length >= a.length ? 1 : 0
  return a.slice(start + skipA) === b.slice(start + skipB)
}

function refuseClass(scanner: Scanner, text: string): never {
  return refuseToken(scanner, {
    found: `class ${quoteText(text)}`,
    expected: 'class IN',
    remedy: 'Write IN, or nothing: the Internet is the only class this server has.',
  })
}

function refuseMetaType(scanner: Scanner, text: string, type: number): void {
  if (!isMetaType(type)) return
  refuseToken(scanner, {
    found: `type ${quoteText(text)}, a type of questions and messages`,
    expected: 'a type of data',
    remedy: 'Remove the record: no zone can hold it (RFC 6895 §3.1).',
  })
}
