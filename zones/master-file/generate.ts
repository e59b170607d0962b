/*
 * `$GENERATE start-stop[/step] owner [ttl] [class] type rdata`, BIND's extension: one record for each number of the
 * range, which takes the place of every `$`. `${offset,width,base}` adds an offset, pads with zeros, and writes the number
 * in base d, o, x, X, or as reversed hexadecimal nibbles between dots, n and N. `\$` and `$$` are a dollar sign.
 */
import { canonicalName, isAtOrBelow } from '../../dns/name.ts'
import { rdataFromText } from '../../dns/rr/rdata.ts'
import { RdataError, type TokenSource, tokensOf } from '../../dns/rr/tokens.ts'
import { nameOfText, refuseOutside } from './owner.ts'
import { quoteText } from './printable.ts'
import type { Reader, SourceFile } from './reader.ts'
import { addRecord, dropMadeHere, type RecordHead, readHead } from './record.ts'
import { type Place, RefusedText, refusedRdata, refuseEnd, refuseToken, tokenPlace } from './refusal.ts'
import { type Scanner, scanToken, tokenText } from './scanner.ts'

const MAX_GENERATED = 65_536
const MAX_NUMBER = 0x7fffffff
const MAX_WIDTH = 255

interface Range {
  readonly start: number
  readonly stop: number
  readonly step: number
}

/** A piece of a template: text as it is, or the place of the number. */
type Piece = string | Placeholder

interface Placeholder {
  readonly offset: number
  readonly width: number
  readonly base: string
}

interface Template {
  readonly pieces: readonly Piece[]
  readonly quoted: boolean
  readonly place: Place
}

interface Generator {
  readonly range: Range
  readonly owner: Template
  readonly head: RecordHead
  readonly rdata: readonly Template[]
}

/** Reads the directive behind its name and adds its records. Throws `RefusedText`. */
export function generateRecords(reader: Reader, file: SourceFile): void {
  const { scanner } = file
  const { line } = scanner
  const range = readRange(scanner)
  if (!scanToken(scanner)) refuseEnd(scanner, { expected: 'an owner such as host-$', remedy: EXAMPLE })
  const owner = readTemplate(scanner)
  const head = readHead(reader, scanner)
  const rdata: Template[] = []
  while (scanToken(scanner)) rdata.push(readTemplate(scanner))
  if (dropMadeHere(reader, file, head.type, line)) return
  const generator = { range, owner, head, rdata }
  const isWhole = rdata.length === 1 && rdata[0]!.quoted && !acceptsQuoted(generator, file.tokens.origin)
  for (let number = range.start; number <= range.stop; number += range.step) {
    generateRecord(reader, file, generator, { number, isWhole, line })
  }
}

const EXAMPLE = 'Write, for example: $GENERATE 1-20 host-$ A 192.0.2.$'

/**
 * BIND takes a quoted string behind the type, as in `MX "10 mail-$"`, for the whole RDATA. So is it here, except where
 * the type accepts it as the string it looks like, as TXT does.
 */
function acceptsQuoted({ head, rdata, range }: Generator, origin: Uint8Array): boolean {
  try {
    rdataFromText(head.type, templateTokens(rdata, range.start, origin))
    return true
  } catch (error) {
    if (error instanceof RdataError || error instanceof RefusedText) return false
    throw error
  }
}

function generateRecord(
  reader: Reader,
  file: SourceFile,
  { owner, head, rdata }: Generator,
  { number, isWhole, line }: { number: number; isWhole: boolean; line: number },
): void {
  const { origin } = file.tokens
  const text = expand(owner, number)
  try {
    const name = canonicalName(nameOfText(text, origin, owner.place))
    if (!isAtOrBelow(name, reader.table.apex)) refuseOutside(reader, file, name, text, owner.place)
    const tokens = isWhole ? tokensOf(expand(rdata[0]!, number), origin) : templateTokens(rdata, number, origin)
    addRecord(reader, file, { owner: name, head, rdata: tokens, line })
  } catch (error) {
    const place = rdata[0]?.place ?? owner.place
    const refused = error instanceof RdataError ? refusedRdata(error, place, isWhole) : error
    if (!(refused instanceof RefusedText)) throw error
    const { refusal } = refused
    throw new RefusedText(refused.place, { ...refusal, found: `${refusal.found}, made for the number ${number}` })
  }
}

function templateTokens(templates: readonly Template[], number: number, origin: Uint8Array): TokenSource {
  let index = 0
  return {
    origin,
    next() {
      const template = templates[index++]
      if (template === undefined) return undefined
      return { text: expand(template, number), quoted: template.quoted, ...template.place }
    },
  }
}

function readRange(scanner: Scanner): Range {
  const example = { expected: 'a range such as 1-20 or 0-254/2', remedy: EXAMPLE }
  if (!scanToken(scanner)) refuseEnd(scanner, example)
  const text = tokenText(scanner)
  const match = /^(\d{1,10})-(\d{1,10})(?:\/(\d{1,10}))?$/.exec(text)
  if (match === null) return refuseToken(scanner, { found: quoteText(text), ...example })
  const [start, stop, step] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 1)]
  if (start > stop || step === 0 || stop > MAX_NUMBER) {
    return refuseToken(scanner, {
      found: quoteText(text),
      expected: `a range that ascends to at most ${MAX_NUMBER}, in steps of at least 1`,
      remedy: EXAMPLE,
    })
  }
  const count = Math.floor((stop - start) / step) + 1
  if (count > MAX_GENERATED) {
    return refuseToken(scanner, {
      found: `${quoteText(text)}, which makes ${count} records`,
      expected: `at most ${MAX_GENERATED}`,
      remedy: 'Use several $GENERATE lines; for whole networks a wildcard may do.',
    })
  }
  return { start, stop, step }
}

function readTemplate(scanner: Scanner): Template {
  const text = tokenText(scanner)
  const pieces: Piece[] = []
  let literal = ''
  for (let at = 0; at < text.length; ) {
    const next = text[at + 1]
    if (text[at] === '\\' && next !== undefined) {
      literal += text[at] + next
      at += 2
    } else if (text[at] === '$' && next === '$') {
      literal += '$'
      at += 2
    } else if (text[at] === '$') {
      const place = next === '{' ? readPlaceholder(scanner, text.slice(at)) : { length: 1, ...PLAIN }
      pieces.push(literal, place)
      literal = ''
      at += place.length
    } else literal += text[at++]
  }
  pieces.push(literal)
  return { pieces, quoted: scanner.quoted, place: tokenPlace(scanner) }
}

const PLAIN = { offset: 0, width: 0, base: 'd' } as const

/** `${offset}`, `${offset,width}` or `${offset,width,base}` at the start of `text`. */
function readPlaceholder(scanner: Scanner, text: string): Placeholder & { readonly length: number } {
  const match = /^\$\{([+-]?\d{1,10})(?:,(\d{1,10})(?:,([doxXnN]))?)?\}/.exec(text)
  const width = Number(match?.[2] ?? 0)
  if (match !== null && width <= MAX_WIDTH) {
    return { length: match[0].length, offset: Number(match[1]), width, base: match[3] ?? 'd' }
  }
  const found = match?.[0] ?? text.slice(0, text.indexOf('}') + 1 || text.length)
  return refuseToken(scanner, {
    found: quoteText(found),
    expected: `\${offset,width,base} with a width of at most ${MAX_WIDTH} and base d, o, x, X, n or N`,
    remedy: `For example \${0,3} for 001, 002, …; a dollar sign itself is written $$.`,
  })
}

function expand({ pieces, place }: Template, number: number): string {
  let text = ''
  for (const piece of pieces) text += typeof piece === 'string' ? piece : numberText(piece, number, place)
  return text
}

function numberText({ offset, width, base }: Placeholder, number: number, place: Place): string {
  const value = number + offset
  if (value < 0 || value > MAX_NUMBER) {
    throw new RefusedText(place, {
      found: `the offset ${offset}, which makes ${value}`,
      expected: `numbers from 0 to ${MAX_NUMBER}`,
      remedy: 'Change the offset or the range.',
    })
  }
  switch (base) {
    case 'n':
      return nibbles(value, width)
    case 'N':
      return nibbles(value, width).toUpperCase()
    case 'X':
      return value.toString(16).toUpperCase().padStart(width, '0')
    default:
      return value.toString(RADIX[base] ?? 10).padStart(width, '0')
  }
}

const RADIX: Readonly<Record<string, number>> = { d: 10, o: 8, x: 16 }

/** As in ip6.arpa: the lowest nibble first, dots between; `width` counts the dots (as BIND does). */
function nibbles(value: number, width: number): string {
  const digits = [...value.toString(16)].reverse().join('.')
  let text = digits
  while (text.length < width) text += text.length + 1 < width ? '.0' : '.'
  return text
}
