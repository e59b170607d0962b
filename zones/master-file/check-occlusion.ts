/** Data that is never answered because a zone cut or a DNAME stands above it (RFC 2136 §7.18, RFC 6672 §2.4). */
import { nameToText } from '../../dns/name.ts'
import { typeToText } from '../../dns/rr/registry.ts'
import { findOwner, findType, type OwnerIndex } from '../owner-index.ts'
import { ownerOf } from '../record-table.ts'
import { describeRecord, placeOf, reportAt } from './check-nodes.ts'
import type { ProblemLog } from './problems.ts'

const A = 1
const NS = 2
const AAAA = 28
const DNAME = 39
const DS = 43

/** Warns of records below a cut or DNAME, and beside a cut's NS, unless they are addresses of name servers. */
export function checkOcclusion(index: OwnerIndex, isNameServer: Uint8Array, log: ProblemLog): void {
  const { table, next, firsts } = index
  if (!hasCutOrDname(index)) return
  for (const first of firsts) {
    const owner = ownerOf(table, first)
    const above = findOccluding(index, owner)
    const own = owner.length > table.apex.length ? findType(index, first, NS) : -1
    if (above < 0 && own < 0) continue
    const isGlue = isNameServer[first] === 1 && (above < 0 || table.types[above] === NS)
    for (let record = first; record >= 0; record = next[record]!) {
      const type = table.types[record]!
      const isUseful = (isGlue && (type === A || type === AAAA)) || (above < 0 && (type === NS || type === DS))
      if (isUseful) continue
      warnOfOccluded(index, record, above < 0 ? own : above, log)
      break
    }
  }
}

/**
 * The NS or DNAME record at the highest proper ancestor of `owner` in the zone that has one, or -1. The apex's NS are no
 * cut; its DNAME occludes.
 */
export function findOccluding(index: OwnerIndex, owner: Uint8Array): number {
  const { apex } = index.table
  let found = -1
  for (let at = 0; owner.length - at > apex.length; ) {
    at += owner[at]! + 1
    const first = findOwner(index, owner, at)
    if (first < 0) continue
    const cut = owner.length - at > apex.length ? findType(index, first, NS) : -1
    const dname = findType(index, first, DNAME)
    if (cut >= 0 || dname >= 0) found = cut >= 0 ? cut : dname
  }
  return found
}

function hasCutOrDname({ table }: OwnerIndex): boolean {
  for (let record = 0; record < table.count; record++) {
    const type = table.types[record]
    if (type === DNAME || (type === NS && ownerOf(table, record).length > table.apex.length)) return true
  }
  return false
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
