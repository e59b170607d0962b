/*
 * Domain names in RDATA.
 */
import { NameError, nameFromText, nameLength, nameToText } from '../../name.ts'
import { type OctetWriter, writeOctets } from '../../octet-writer.ts'
import { type FieldKind, fail, type NameTreatment, peekToken, type RdataReader, takeWord } from '../field.ts'

/** One domain name. Without options: not compressed, case kept, nothing additional (RFC 3597 §4). */
export function name(options: Partial<NameTreatment> = {}): FieldKind {
  return {
    kind: 'name',
    name: { compress: false, decompress: false, lowercase: false, additional: false, ...options },
    measure: (rdata, at) => measureName(rdata.octets, at, rdata.end),
    print: (rdata, at) => nameToText(rdata.octets, at),
    parse: parseName,
  }
}

/** A name of an RR type of RFC 1035: compressed, and lower-cased in canonical form. */
export function name1035(options: { additional?: boolean } = {}): FieldKind {
  return name({ compress: true, decompress: true, lowercase: true, ...options })
}

/** Any number of names up to the end of the record. */
export const names: FieldKind = {
  kind: 'names',
  measure(rdata, at) {
    let end = at
    while (end >= 0 && end < rdata.end) end = measureName(rdata.octets, end, rdata.end)
    return end
  },
  print(rdata, at, end) {
    const texts: string[] = []
    for (let start = at; start < end; start = measureName(rdata.octets, start, end)) {
      texts.push(nameToText(rdata.octets, start))
    }
    return texts.join(' ')
  },
  parse(reader, writer) {
    while (peekToken(reader) !== undefined) parseName(reader, writer)
  },
  eachName(rdata, at, end, visit) {
    for (let start = at; start < end; start = measureName(rdata.octets, start, end)) visit(start)
  },
}

/** Where the uncompressed name at `at` ends; -1 when malformed or not within `end`. */
export function measureName(octets: Uint8Array, at: number, end: number): number {
  const length = nameLength(octets, at)
  return length < 0 || at + length > end ? -1 : at + length
}

/** Reads one name, completed with the origin, and appends it. */
export function parseName(reader: RdataReader, writer: OctetWriter): void {
  const token = takeWord(reader, 'a domain name')
  const { origin } = reader.source
  try {
    // RFC 1035 §5.1: a free standing @ is the origin.
    writeOctets(writer, token.text === '@' && origin !== undefined ? origin : nameFromText(token.text, origin))
  } catch (error) {
    if (!(error instanceof NameError)) throw error
    fail(reader, token, 'a domain name', error.message)
  }
}
