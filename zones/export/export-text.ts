/*
 * An exported zone as a master file for any server: absolute names, TTL and class in every line, and nothing that only
 * newer programs can read.
 */
import { Type } from '../../dns/constants.ts'
import { HEX } from '../../dns/encoding.ts'
import { nameToText } from '../../dns/name.ts'
import { rdataToText } from '../../dns/rr/rdata.ts'
import { typeFromText, typeToText } from '../../dns/rr/registry.ts'
import type { ExportedOwner, ExportedRRset } from './exported.ts'

/** The owner's records, a line each: each RRset with its signatures behind it, the SOA first of all. */
export function ownerText({ owner, rrsets }: ExportedOwner): string {
  const name = nameToText(owner)
  const isSoa = ({ type }: ExportedRRset) => type === Type.SOA
  let text = ''
  for (const { type, ttl, rdatas, signatures } of [...rrsets.filter(isSoa), ...rrsets.filter((each) => !isSoa(each))]) {
    const lead = `${name}\t${ttl}\tIN\t`
    for (const rdata of rdatas) text += `${lead}${typeText(type)}\t${rdataText(type, rdata)}\n`
    for (const rdata of signatures) text += `${lead}RRSIG\t${rdataText(Type.RRSIG, rdata)}\n`
  }
  return text
}

/** Types that BIND, NSD, Knot DNS and ldns of 2022 read by name; others travel as RFC 3597 says. */
const WIDELY_KNOWN: ReadonlySet<number> = new Set([
  1, 2, 5, 6, 12, 13, 15, 16, 17, 18, 28, 29, 33, 35, 36, 37, 39, 42, 43, 44, 46, 47, 48, 49, 50, 51, 52, 53, 59, 60,
  61, 63, 64, 65, 99, 108, 109, 256, 257,
])

/** Parameters of SVCB and HTTPS that RFC 9460 itself names; others were named later. */
const FIRST_SVC_PARAMS = /^\d+ \S+(?: (?:mandatory|alpn|no-default-alpn|port|ipv4hint|ech|ipv6hint)(?:=\S+)?)*$/

/** Texts of a type that are as widely known as the type. */
const WIDELY_KNOWN_TEXTS: ReadonlyMap<number, RegExp> = new Map([
  [64, FIRST_SVC_PARAMS],
  [65, FIRST_SVC_PARAMS],
])

/** Words in front of the RDATA's types, by type: only there do types stand by name. */
const WORDS_BEFORE_TYPES: ReadonlyMap<number, number> = new Map([
  [Type.RRSIG, 0],
  [Type.NSEC, 1],
  [Type.NSEC3, 5],
])

function typeText(type: number): string {
  return WIDELY_KNOWN.has(type) ? typeToText(type) : `TYPE${type}`
}

function rdataText(type: number, rdata: Uint8Array): string {
  if (!WIDELY_KNOWN.has(type)) return genericText(rdata)
  const text = rdataToText(type, rdata)
  if (WIDELY_KNOWN_TEXTS.get(type)?.test(text) === false) return genericText(rdata)
  const before = WORDS_BEFORE_TYPES.get(type)
  if (before === undefined) return text
  return text
    .split(' ')
    .map((word, i) => (i < before || (type === Type.RRSIG && i > 0) ? word : typeText(typeFromText(word)!)))
    .join(' ')
}

function genericText(rdata: Uint8Array): string {
  return `\\# ${rdata.length} ${HEX.toText(rdata, 0, rdata.length)}`.trimEnd()
}
