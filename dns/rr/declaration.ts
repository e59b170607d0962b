/*
 * One declaration per RR type. Everything about a type comes from it: mnemonic, text, wire and canonical form, names and
 * what is additional to them, error texts, documentation and tests.
 */
import { type FieldKind, peekToken } from './field.ts'

/** A declared type. */
export interface RrType {
  readonly mnemonic: string
  readonly code: number
  /** The document that defines the format. */
  readonly source: string
  /** In wire order. */
  readonly fields: readonly Field[]
}

/** One field of a type's RDATA; errors call it by its name. */
export interface Field {
  readonly name: string
  readonly kind: FieldKind
}

/** Declares a type: mnemonic, code, defining document, fields in wire order. */
export function rr(
  mnemonic: string,
  code: number,
  source: string,
  fields: Readonly<Record<string, FieldKind>>,
): RrType {
  return { mnemonic, code, source, fields: Object.entries(fields).map(([name, kind]) => ({ name, kind })) }
}

/** A field at the end of the RDATA that may be missing. */
export function optional(kind: FieldKind): FieldKind {
  return {
    ...kind,
    kind: `optional(${kind.kind})`,
    measure: (rdata, at) => (at === rdata.end ? at : kind.measure(rdata, at)),
    print: (rdata, at, end, types) => (at === end ? '' : kind.print(rdata, at, end, types)),
    parse(reader, writer) {
      if (peekToken(reader) !== undefined) kind.parse(reader, writer)
    },
  }
}
