/*
 * Looks for data that tell one view of what only another has. Concealment itself needs no lint; but a name that is
 * absent from a view and spelled out in one of its records is a secret published by its owner.
 */
import { Type } from '../dns/constants.ts'
import { compareNames, isAtOrBelow, nameFromText, nameLength, nameToText } from '../dns/name.ts'
import { namesInRdata } from '../dns/rr/rdata.ts'
import { typeToText } from '../dns/rr/registry.ts'
import type { FileProblem } from './file-problem.ts'
import { createProblemLog, type ProblemLog, report } from './master-file/problems.ts'
import { type Projection, projectedOwner, projectedRdata } from './projection.ts'

/** One zone and what each view that has it sees. */
export interface LintedZone {
  /** Wire, lower-cased. */
  readonly apex: Uint8Array
  readonly projections: ReadonlyMap<string, Projection>
}

const MAX_WARNINGS = 20

/** Warnings for each zone, in the order of `zones`: records of a view that name what only other views have. */
export function lintLeaks(zones: readonly LintedZone[], views: readonly string[]): FileProblem[][] {
  const logs = zones.map(() => createProblemLog(MAX_WARNINGS))
  for (const view of views) {
    const unseen = collectUnseen(zones, view)
    if (unseen.names.size === 0 && unseen.apexes.size === 0) continue
    for (const [i, zone] of zones.entries()) {
      const projection = zone.projections.get(view)
      if (projection !== undefined) lintProjection(projection, view, unseen, logs[i]!)
    }
  }
  return logs.map((log) => log.problems)
}

/** What a view does not have and others do. Names are keys: their wire octets, lower-cased, as Latin-1. */
interface Unseen {
  /** Owners of other views' projections that this one's lacks, with a view that has them. */
  readonly names: ReadonlyMap<string, string>
  /** Apexes of zones that the view does not have, with a view that does. */
  readonly apexes: ReadonlyMap<string, string>
  /** Apexes of zones that it has. */
  readonly seenApexes: ReadonlySet<string>
}

function collectUnseen(zones: readonly LintedZone[], view: string): Unseen {
  const names = new Map<string, string>()
  const apexes = new Map<string, string>()
  const seenApexes = new Set<string>()
  for (const zone of zones) {
    const own = zone.projections.get(view)
    if (own !== undefined) seenApexes.add(keyOf(zone.apex, 0))
    for (const [other, projection] of zone.projections) {
      if (own === undefined) apexes.set(keyOf(zone.apex, 0), other)
      else if (projection !== own) collectMissing(own, projection, other, names)
    }
  }
  return { names, apexes, seenApexes }
}

/** Adds the owners of `other` that are neither owners nor empty non-terminals of `own`. Both are in canonical order. */
function collectMissing(own: Projection, other: Projection, view: string, names: Map<string, string>): void {
  let at = 0
  for (let rrset = 0; rrset < other.rrsetCount; rrset++) {
    if (rrset > 0 && other.owners[rrset] === other.owners[rrset - 1]) continue
    const owner = projectedOwner(other, rrset)
    while (at < own.rrsetCount && compareNames(projectedOwner(own, at), owner) < 0) at++
    // The first owner not before it is the name itself, or the first below it where it is an empty non-terminal.
    if (at < own.rrsetCount && isAtOrBelow(projectedOwner(own, at), owner)) continue
    names.set(keyOf(other.octets, other.owners[rrset]!), view)
  }
}

function lintProjection(projection: Projection, view: string, unseen: Unseen, log: ProblemLog): void {
  for (let rrset = 0; rrset < projection.rrsetCount; rrset++) {
    const type = projection.types[rrset]!
    for (let record = projection.first[rrset]!; record < projection.first[rrset + 1]!; record++) {
      const told = new Set<string>()
      for (const name of namesTold(type, projectedRdata(projection, record))) {
        const other = viewOf(unseen, name)
        if (other === undefined || told.has(name)) continue
        told.add(name)
        report(log, 'warning', () => leak(projection, rrset, record, { view, other, name }))
      }
    }
  }
}

/** Names in RDATA, and what looks like one in text; as keys. */
function* namesTold(type: number, rdata: Uint8Array): Generator<string> {
  for (const { start } of namesInRdata(type, rdata)) {
    const key = keyOf(rdata, start)
    yield key
    // RNAME's first label is the local part of a mail address (RFC 1035 §3.3.13); behind it a host may be named.
    if (type === Type.SOA && start > 0) yield key.slice(key.charCodeAt(0) + 1)
  }
  for (const [, word] of textOf(type, rdata).matchAll(DOMAIN_NAME)) {
    const key = keyOfText(word!)
    if (key !== undefined) yield key
  }
}

/**
 * Labels of letters, digits, hyphens and underscores with dots between: how people write host names into text. It is
 * tried only where such a stretch begins: from each of its octets on, a long one would take time by the square.
 */
const DOMAIN_NAME = /(?<![a-z0-9_-])-*([a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)+)/gi

function keyOfText(word: string): string | undefined {
  const isName = word.length < 254 && word.split('.').every((label) => label.length <= 63)
  return isName ? keyOf(nameFromText(`${word}.`), 0) : undefined
}

/** The text that people write into TXT, SPF and CAA: character-strings joined, the value of a CAA behind its tag. */
function textOf(type: number, rdata: Uint8Array): string {
  const octets = Buffer.from(rdata.buffer, rdata.byteOffset, rdata.length)
  if (type === Type.CAA) return octets.toString('latin1', 2 + (octets[1] ?? 0))
  if (type !== Type.TXT && type !== Type.SPF) return ''
  let text = ''
  for (let at = 0; at < octets.length; at += octets[at]! + 1)
    text += octets.toString('latin1', at + 1, at + 1 + octets[at]!)
  return text
}

/** A view that has the name while the one being linted lacks it, going by the closest zone that any view has. */
function viewOf(unseen: Unseen, name: string): string | undefined {
  for (let suffix = 0; suffix < name.length; suffix += name.charCodeAt(suffix) + 1) {
    const apex = name.slice(suffix)
    if (unseen.seenApexes.has(apex)) return unseen.names.get(name)
    const other = unseen.apexes.get(apex)
    if (other !== undefined) return other
  }
  return undefined
}

function leak(
  projection: Projection,
  rrset: number,
  record: number,
  about: { readonly view: string; readonly other: string; readonly name: string },
): Omit<FileProblem, 'severity'> {
  const owner = nameToText(projection.octets, projection.owners[rrset]!)
  const name = nameToText(Buffer.from(about.name, 'latin1'))
  return {
    file: projection.fileNames[projection.files[record]!] ?? '',
    line: projection.lines[record]!,
    column: 1,
    found: `${name} in the ${typeToText(projection.types[rrset]!)} record of ${owner}, which view ${about.view} sees`,
    expected: `no record there to name what only view ${about.other} has`,
    remedy: `Move the record to the overlay of view ${about.other}, or give view ${about.view} another one.`,
  }
}

function keyOf(octets: Uint8Array, start: number): string {
  const view = Buffer.from(octets.buffer, octets.byteOffset + start, nameLength(octets, start))
  return view.toString('latin1').replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}
