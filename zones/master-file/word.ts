/** The words between owner and RDATA: class and type. */
import { Class } from '../../dns/constants.ts'
import { classFromText, isMetaType, typeFromText } from '../../dns/rr/registry.ts'
import { quoteText } from './problems.ts'
import type { Reader } from './reader.ts'
import { refuseToken, type Scanner, tokenText } from './scanner.ts'

/** What `readWord` returns for class IN; everything else is a type. */
export const CLASS_IN = -1

const MOST_WORDS = 1024

/**
 * The type that the token last scanned names, or `CLASS_IN`. Types that only questions or messages have are refused, and
 * so are other classes. Throws `RefusedText`.
 */
export function readWord(reader: Reader, scanner: Scanner): number {
  const text = tokenText(scanner)
  const known = reader.words.get(text)
  if (known !== undefined && !scanner.quoted) return known
  const word = scanner.quoted ? undefined : wordFromText(scanner, text)
  if (word === undefined) return refuseWord(scanner, text)
  if (reader.words.size < MOST_WORDS) reader.words.set(text, word)
  return word
}

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
  return refuseToken(scanner, {
    found: quoteText(text),
    expected: 'a TTL, the class IN or a record type such as A, AAAA, MX or TXT',
    remedy: /^[\d.:]+$/.test(text)
      ? 'The type is missing; or, where the record should continue the owner above, begin the line with a blank.'
      : 'Types without a mnemonic are written TYPE123.',
  })
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
