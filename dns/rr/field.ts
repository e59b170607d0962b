/*
 * What a field kind is: the one place where code about RDATA lives. Types only list fields (declaration.ts).
 */
import type { OctetWriter } from '../octet-writer.ts'
import { RdataError, type TextToken, type TokenSource } from './tokens.ts'

/** RDATA being looked at: `octets` from `start` up to `end`. */
export interface Rdata {
  readonly octets: Uint8Array
  readonly start: number
  readonly end: number
}

/** How a domain name in RDATA is treated; the four are independent of each other. */
export interface NameTreatment {
  /** May be compressed in messages we write: the types of RFC 1035 alone (RFC 3597 §4). */
  readonly compress: boolean
  /** Is understood when compressed in messages we read (RFC 3597 §4). */
  readonly decompress: boolean
  /** Is lower-cased in canonical form (RFC 4034 §6.2, RFC 6840 §5.1). */
  readonly lowercase: boolean
  /** Its address records belong in the additional section. */
  readonly additional: boolean
}

/** How a field is measured on the wire, printed and read. */
export interface FieldKind {
  /** Names the kind and its parameters, as in `hex(1)`; documentation and tests go by it. */
  readonly kind: string
  /** Where the field that begins at `at` ends, -1 when malformed. Never reads beyond `rdata.end`. */
  readonly measure: (rdata: Rdata, at: number) => number
  /** Text of the measured field; '' for an absent one, undefined when only `\#` can express it (RFC 3597 §5). */
  readonly print: (rdata: Rdata, at: number, end: number, types: TypeNames) => string | undefined
  /** Reads text, appends wire. Throws RdataError by way of `fail`. */
  readonly parse: (reader: RdataReader, writer: OctetWriter) => void
  /** For a field that is one name and nothing else. */
  readonly name?: NameTreatment
  /** Visits the names inside a measured field that is more than a name: never compressed, case kept. */
  readonly eachName?: (rdata: Rdata, at: number, end: number, visit: (start: number) => void) => void
}

/** Mnemonics of types, handed to the fields that hold type codes (the registry knows the declarations, not the reverse). */
export interface TypeNames {
  readonly fromText: (text: string) => number | undefined
  readonly toText: (type: number) => string
}

/** Reads the tokens of one record's RDATA, with one token of lookahead. */
export interface RdataReader {
  readonly source: TokenSource
  readonly types: TypeNames
  /** Mnemonic of the type and name of the field, for errors. */
  readonly type: string
  field: string | undefined
  ahead: TextToken | undefined
}

/** The next token, consumed; undefined at the end of the record. */
export function nextToken(reader: RdataReader): TextToken | undefined {
  const token = reader.ahead ?? reader.source.next()
  reader.ahead = undefined
  return token
}

/** The next token, left in place. */
export function peekToken(reader: RdataReader): TextToken | undefined {
  reader.ahead ??= reader.source.next()
  return reader.ahead
}

/** The next token, which must be there. */
export function takeToken(reader: RdataReader, expected: string): TextToken {
  return nextToken(reader) ?? fail(reader, undefined, expected)
}

/** The next token, which must be there and must not be quoted. */
export function takeWord(reader: RdataReader, expected: string): TextToken {
  const token = takeToken(reader, expected)
  return token.quoted ? fail(reader, token, expected, 'write it without quotes') : token
}

/** The text of all tokens that are left, joined and consumed: encoded octets may be spread over several. */
export function takeRest(reader: RdataReader): string {
  let text = ''
  for (let token = nextToken(reader); token !== undefined; token = nextToken(reader)) text += token.text
  return text
}

/** Throws the `RdataError` of `token`, or for undefined of the record's early end; the reader knows the field. */
export function fail(
  reader: RdataReader,
  token: TextToken | undefined,
  expected: string,
  remedy?: string | undefined,
): never {
  const where = reader.field === undefined ? reader.type : `field "${reader.field}" of ${reader.type}`
  throw new RdataError({ token, where, found: quote(token), expected, remedy })
}

/** A field of `count` octets with any content: the `measure` of most fixed fields. */
export function fixedLength(count: number): FieldKind['measure'] {
  return (rdata, at) => (at + count <= rdata.end ? at + count : -1)
}

function quote(token: TextToken | undefined): string {
  if (token === undefined) return 'the end of the record'
  const text = token.text.length > 60 ? `${token.text.slice(0, 60)}…` : token.text
  return token.quoted ? `the string "${text}"` : `"${text}"`
}
