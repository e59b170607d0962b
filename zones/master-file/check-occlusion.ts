/*
 * Data that is never answered because a zone cut or a DNAME stands above it (RFC 2136 §7.18, RFC 6672 §2.4).
 */
import { Type } from '../../dns/constants.ts'
import { nameLength, nameToText } from '../../dns/name.ts'
import { typeToText } from '../../dns/rr/registry.ts'
import { findOwner, findType, type OwnerIndex } from '../owner-index.ts'
import { ownerOf } from '../record-table.ts'
import type { ProblemLog } from './problems.ts'
import { describeRecord, placeOf, reportAt } from './table-problems.ts'

/** Warns of records below a cut or DNAME, and beside a cut's NS, unless they are addresses of name servers. */
export function checkOcclusion(index: OwnerIndex, isNameServer: Uint8Array, log: ProblemLog): void {
  const { table, next, firsts } = index
  if (!hasCutOrDname(index)) return
  for (const first of firsts) {
    const start = table.owners[first]!
    const above = findOccluding(index, table.octets, start)
    const own = isApex(index, start) ? -1 : findType(index, first, Type.NS)
    if (above < 0 && own < 0) continue
    const isGlue = isNameServer[first] === 1 && (above < 0 || table.types[above] === Type.NS)
    for (let record = first; record >= 0; record = next[record]!) {
      const type = table.types[record]!
      const isAddress = type === Type.A || type === Type.AAAA
      // A DNAME beside NS is an error and told as such.
      if ((isGlue && isAddress) || (above < 0 && (type === Type.NS || type === Type.DS || type === Type.DNAME)))
        continue
      warnOfOccluded(index, record, above < 0 ? own : above, log)
      break
    }
  }
}

/**
 * The NS or DNAME record at the highest proper ancestor in the zone that has one, or -1. The apex's NS are no cut; its
 * DNAME occludes. The name starts at `start` of `octets`, is lower-cased and lies in the zone.
 */
export function findOccluding(index: OwnerIndex, octets: Uint8Array, start: number): number {
  const apexStart = start + nameLength(octets, start) - index.table.apex.length
  let found = -1
  for (let at = start; at < apexStart; ) {
    at += octets[at]! + 1
    if (at >= apexStart) return index.apexDname >= 0 ? index.apexDname : found
    const first = findOwner(index, octets, at)
    if (first < 0) continue
    const cut = findType(index, first, Type.NS)
    const dname = findType(index, first, Type.DNAME)
    if (cut >= 0 || dname >= 0) found = cut >= 0 ? cut : dname
  }
  return found
}

function hasCutOrDname(index: OwnerIndex): boolean {
  const { table } = index
  for (let record = 0; record < table.count; record++) {
    const type = table.types[record]
    if (type === Type.DNAME || (type === Type.NS && !isApex(index, table.owners[record]!))) return true
  }
  return false
}

function isApex({ table }: OwnerIndex, start: number): boolean {
  return nameLength(table.octets, start) === table.apex.length
}

function warnOfOccluded({ table }: OwnerIndex, record: number, above: number, log: ProblemLog): void {
  reportAt(log, table, record, 'warning', () => {
    const type = typeToText(table.types[above]!)
    const name = nameToText(ownerOf(table, above))
    const place = placeOf(table, above, record)
    return {
      found: `${describeRecord(table, record)}, which the ${type} record of ${name} (${place}) hides`,
      expected: type === 'NS' ? 'nothing but NS, DS and glue at and below a zone cut' : 'nothing below a DNAME',
      remedy: `It is never answered: move it to where ${name} leads, or remove the ${type} record.`,
    }
  })
}
