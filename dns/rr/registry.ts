/*
 * All declarations, and mnemonics of types and classes in both directions.
 */
import { Class, Type } from '../constants.ts'
import type { RrType } from './declaration.ts'
import type { TypeNames } from './field.ts'
import * as certificates from './types/certificates.ts'
import * as dnssec from './types/dnssec.ts'
import * as historic from './types/historic.ts'
import * as hosts from './types/hosts.ts'
import * as locators from './types/locators.ts'
import * as rfc1035 from './types/rfc1035.ts'
import * as serviceBindings from './types/service-bindings.ts'

/** Every type with a declaration, by code. Types not here travel as RFC 3597 says. */
export const RR_TYPES: ReadonlyMap<number, RrType> = new Map(
  [rfc1035, historic, hosts, dnssec, certificates, locators, serviceBindings]
    .flatMap((family): RrType[] => Object.values(family))
    .sort((a, b) => a.code - b.code)
    .map((type) => [type.code, type]),
)

/** Obsolete types, whose RDATA stays unparsed. */
const OBSOLETE = { NXT: 30, ATMA: 34, A6: 38, SINK: 40, UINFO: 100, UID: 101, GID: 102, UNSPEC: 103 } as const

/** A mnemonic or TYPE123, case-insensitive, to the type's code; `*` is ANY. */
export function typeFromText(text: string): number | undefined {
  return CODES.get(text) ?? CODES.get(text.toUpperCase()) ?? numbered(text, 'TYPE')
}

/** The mnemonic, or TYPE123 for a type without one. */
export function typeToText(type: number): string {
  return MNEMONICS.get(type) ?? `TYPE${type}`
}

/** A mnemonic or CLASS123, case-insensitive, to the class's code. */
export function classFromText(text: string): number | undefined {
  return CLASS_CODES.get(text.toUpperCase()) ?? numbered(text, 'CLASS')
}

/** The mnemonic, or CLASS123 for a class without one. */
export function classToText(code: number): string {
  return CLASS_MNEMONICS.get(code) ?? `CLASS${code}`
}

/** Whether no zone can hold the type: QTYPEs, meta-types and OPT (RFC 6895 §3.1). */
export function isMetaType(type: number): boolean {
  return type === 0 || type === Type.OPT || (type >= 128 && type <= 255)
}

/** For the fields that hold types. */
export const TYPE_NAMES: TypeNames = { fromText: typeFromText, toText: typeToText }

function numbered(text: string, prefix: string): number | undefined {
  if (text.length <= prefix.length || text.slice(0, prefix.length).toUpperCase() !== prefix) return undefined
  const digits = text.slice(prefix.length)
  if (!/^\d{1,5}$/.test(digits)) return undefined
  const code = Number(digits)
  return code <= 0xffff ? code : undefined
}

const MNEMONICS: ReadonlyMap<number, string> = new Map([
  ...Object.entries({ ...OBSOLETE, ...Type }).map(([mnemonic, code]): [number, string] => [code, mnemonic]),
  ...[...RR_TYPES.values()].map((type): [number, string] => [type.code, type.mnemonic]),
])

const CODES: ReadonlyMap<string, number> = new Map([
  ...[...MNEMONICS].map(([code, mnemonic]): [string, number] => [mnemonic, code]),
  ['*', Type.ANY],
])

const CLASS_CODES: ReadonlyMap<string, number> = new Map([
  ['IN', Class.In],
  ['CH', Class.Chaos],
  ['HS', Class.Hesiod],
  ['NONE', Class.None],
  ['ANY', Class.Any],
])

const CLASS_MNEMONICS: ReadonlyMap<number, string> = new Map(
  [...CLASS_CODES].map(([mnemonic, code]) => [code, mnemonic]),
)
