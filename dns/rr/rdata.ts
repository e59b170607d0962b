/*
 * RDATA of every type, by walking the fields of its declaration. "Wire" is uncompressed unless said otherwise.
 */
import { HEX } from '../encoding.ts'
import { LOWER_CASE, nameLength } from '../name.ts'
import { createOctetWriter, type OctetWriter, writeOctets, writtenOctets } from '../octet-writer.ts'
import { readName } from '../wire-name.ts'
import type { Field, RrType } from './declaration.ts'
import { fail, nextToken, peekToken, type Rdata, type RdataReader, takeRest } from './field.ts'
import { integerFromText } from './fields/integers.ts'
import { RR_TYPES, TYPE_NAMES, typeToText } from './registry.ts'
import type { TokenSource } from './tokens.ts'

/** A name inside RDATA. */
export interface RdataName {
  /** Position in the RDATA. */
  readonly start: number
  /** Octets, root label included. */
  readonly length: number
  /** Whether a message may hold it compressed. */
  readonly compress: boolean
  /** Whether the canonical form lower-cases it. */
  readonly lowercase: boolean
  /** Whether its address records belong in the additional section. */
  readonly additional: boolean
}

/**
 * Text to wire: the type's own format, or `\# length hex` (RFC 3597 §5), which for a declared type must be valid RDATA of
 * that type. Takes every token of the record. Throws RdataError.
 */
export function rdataFromText(type: number, tokens: TokenSource): Uint8Array {
  const declaration = RR_TYPES.get(type)
  const reader: RdataReader = {
    source: tokens,
    types: TYPE_NAMES,
    type: typeToText(type),
    field: undefined,
    ahead: undefined,
  }
  const first = peekToken(reader)
  if (first?.text === '\\#' && !first.quoted) return genericFromText(reader, declaration)
  if (declaration === undefined) {
    fail(reader, first, '\\# and the RDATA in hexadecimal (RFC 3597 §5)', 'the type has no format of its own here')
  }
  const writer = createOctetWriter()
  for (const field of declaration.fields) {
    reader.field = field.name
    field.kind.parse(reader, writer)
  }
  reader.field = undefined
  const superfluous = nextToken(reader)
  if (superfluous !== undefined) fail(reader, superfluous, 'the end of the record')
  if (writer.length > MAX_RDATA_LENGTH) fail(reader, first, `RDATA of at most ${MAX_RDATA_LENGTH} octets`)
  return writtenOctets(writer)
}

/** Wire to text; `\# length hex` for types without a declaration and for RDATA that no text of its type expresses. */
export function rdataToText(type: number, rdata: Uint8Array): string {
  const declaration = RR_TYPES.get(type)
  const whole: Rdata = { octets: rdata, start: 0, end: rdata.length }
  if (declaration === undefined || invalidField(declaration, whole) !== undefined) return genericText(rdata)
  const texts: string[] = []
  let at = 0
  for (const { kind } of declaration.fields) {
    const end = kind.measure(whole, at)
    const text = kind.print(whole, at, end, TYPE_NAMES)
    if (text === undefined) return genericText(rdata)
    if (text !== '') texts.push(text)
    at = end
  }
  return texts.join(' ')
}

/**
 * RDATA in a message, `length` octets from `start` on, to a copy of its own. Names are decompressed where the type
 * allows compression (RFC 3597 §4). undefined: malformed.
 */
export function rdataFromWire(
  type: number,
  message: Uint8Array,
  start: number,
  length: number,
): Uint8Array | undefined {
  const rdata: Rdata = { octets: message, start, end: start + length }
  if (rdata.end > message.length) return undefined
  const declaration = RR_TYPES.get(type)
  if (declaration === undefined) return message.slice(start, rdata.end)
  const writer = createOctetWriter(length + 64)
  let at = start
  for (const { kind } of declaration.fields) {
    const end = kind.name?.decompress ? decompressName(rdata, at, writer) : kind.measure(rdata, at)
    if (end < 0) return undefined
    if (!kind.name?.decompress) writeOctets(writer, message.subarray(at, end))
    at = end
  }
  return at === rdata.end && writer.length <= MAX_RDATA_LENGTH ? writtenOctets(writer) : undefined
}

/** Whether the octets are RDATA of the type; any are for a type without a declaration. */
export function isRdataValid(type: number, rdata: Uint8Array): boolean {
  const declaration = RR_TYPES.get(type)
  if (rdata.length > MAX_RDATA_LENGTH) return false
  return (
    declaration === undefined || invalidField(declaration, { octets: rdata, start: 0, end: rdata.length }) === undefined
  )
}

/** The form that is signed and compared (RFC 4034 §6.2, RFC 6840 §5.1); a copy. Malformed RDATA stays as it is. */
export function canonicalRdata(type: number, rdata: Uint8Array): Uint8Array {
  const canonical = rdata.slice()
  for (const found of namesInRdata(type, rdata)) {
    if (!found.lowercase) continue
    for (let at = found.start; at < found.start + found.length; at++) canonical[at] = LOWER_CASE[rdata[at]!]!
  }
  return canonical
}

/** The names inside RDATA, in order; none for malformed RDATA. */
export function namesInRdata(type: number, rdata: Uint8Array): RdataName[] {
  const declaration = RR_TYPES.get(type)
  const found: RdataName[] = []
  const whole: Rdata = { octets: rdata, start: 0, end: rdata.length }
  if (declaration === undefined || !HAS_NAMES.has(type) || invalidField(declaration, whole) !== undefined) return found
  let at = 0
  for (const { kind } of declaration.fields) {
    const end = kind.measure(whole, at)
    if (kind.name !== undefined) {
      const { compress, additional, lowercase } = kind.name
      found.push({ start: at, length: end - at, compress, additional, lowercase })
    }
    kind.eachName?.(whole, at, end, (start) => found.push({ start, length: nameLength(rdata, start), ...PLAIN }))
    at = end
  }
  return found
}

/** The first field that is malformed; for surplus octets behind the last field, that one. */
function invalidField(declaration: RrType, rdata: Rdata): Field | undefined {
  let at = rdata.start
  for (const field of declaration.fields) {
    at = field.kind.measure(rdata, at)
    if (at < 0) return field
  }
  return at === rdata.end ? undefined : declaration.fields.at(-1)
}

/** Appends the name at `at`, decompressed; returns where its part within the RDATA ends, -1 when malformed. */
function decompressName(rdata: Rdata, at: number, writer: OctetWriter): number {
  const read = readName(rdata.octets, at)
  if (read === undefined || read.end > rdata.end) return -1
  writeOctets(writer, read.name)
  return read.end
}

function genericFromText(reader: RdataReader, declaration: RrType | undefined): Uint8Array {
  nextToken(reader)
  const lengthToken = nextToken(reader)
  const length = lengthToken === undefined ? -1 : integerFromText(lengthToken.text, MAX_RDATA_LENGTH)
  if (length < 0) fail(reader, lengthToken, `the length of the RDATA, 0 to ${MAX_RDATA_LENGTH}, after \\#`)
  const first = peekToken(reader) ?? lengthToken
  const octets = HEX.fromText(takeRest(reader))
  if (octets === undefined) return fail(reader, first, HEX.expected)
  if (octets.length !== length) {
    fail(reader, first, `${length} octets in hexadecimal, as announced`, `there are ${octets.length}`)
  }
  const rdata = Uint8Array.from(octets)
  if (declaration === undefined) return rdata
  const invalid = invalidField(declaration, { octets: rdata, start: 0, end: length })
  if (invalid === undefined) return rdata
  reader.field = invalid.name
  return fail(reader, first, `octets that are RDATA of ${reader.type}`, 'here it is malformed')
}

function genericText(rdata: Uint8Array): string {
  return rdata.length === 0 ? '\\# 0' : `\\# ${rdata.length} ${HEX.toText(rdata, 0, rdata.length)}`
}

const MAX_RDATA_LENGTH = 65_535

const PLAIN = { compress: false, additional: false, lowercase: false } as const

/** So that looking for names in the many types without any costs one look. */
const HAS_NAMES: ReadonlySet<number> = new Set(
  [...RR_TYPES.values()]
    .filter((type) => type.fields.some(({ kind }) => kind.name !== undefined || kind.eachName !== undefined))
    .map((type) => type.code),
)
