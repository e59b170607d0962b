/*
 * Checks of a whole projection: what no single file can be blamed for, because base and overlay are
 * each right and only their sum is not.
 */
import { Type } from '../dns/constants.ts'
import { isWildcard, nameLength, nameToText } from '../dns/name.ts'
import { typeToText } from '../dns/rr/registry.ts'
import { apexRRset } from './apex-rrset.ts'
import type { FileProblem } from './file-problem.ts'
import { createProblemLog, type ProblemLog, report } from './master-file/problems.ts'
import type { Refusal } from './master-file/refusal.ts'
import type { Projection } from './projection.ts'

const MAX_PROBLEMS = 50
/** Octets of an RRset as prepared for an answer, uncompressed; a message over TCP holds 65,535 (RFC 1035 §4.2.2). */
const MAX_RRSET_OCTETS = 65_000
/** Owner as pointer, TYPE, CLASS, TTL, RDLENGTH. */
const RECORD_OVERHEAD = 12

/** Errors of the projection; without any it can be compiled. */
export function checkProjection(projection: Projection): FileProblem[] {
  const log = createProblemLog(MAX_PROBLEMS)
  checkApex(projection, log)
  for (let start = 0, end = 0; start < projection.rrsetCount; start = end) {
    while (end < projection.rrsetCount && projection.owners[end] === projection.owners[start]) end++
    checkOwner(projection, start, end, log)
  }
  return log.problems
}

function checkApex(projection: Projection, log: ProblemLog): void {
  const apex = nameToText(projection.apex)
  const soa = isApexFirst(projection) ? apexRRset(projection, Type.SOA) : -1
  if (soa < 0) {
    const remedy = 'Keep the SOA: it may be replaced, not removed.'
    reportAt(projection, -1, log, { found: `no SOA record at ${apex}`, expected: 'one', remedy })
  } else if (countRecords(projection, soa) > 1) {
    const found = `${countRecords(projection, soa)} different SOA records at ${apex}`
    reportAt(projection, soa, log, { found, expected: 'one', remedy: 'Remove the others.' })
  }
  if (!isApexFirst(projection) || apexRRset(projection, Type.NS) < 0) {
    const remedy = 'Name the servers of the zone at its apex.'
    reportAt(projection, -1, log, { found: `no NS record at ${apex}`, expected: 'at least one', remedy })
  }
}

function checkOwner(projection: Projection, start: number, end: number, log: ProblemLog): void {
  const owner = projection.owners[start]!
  const isApex = nameLength(projection.octets, owner) === projection.apex.length
  const isAtWildcard = isWildcard(projection.octets, owner)
  for (let rrset = start; rrset < end; rrset++) {
    const type = projection.types[rrset]!
    if (type === Type.CNAME && hasOthers(projection, start, end)) reportCnameBesideOthers(projection, rrset, log)
    if (type === Type.CNAME || type === Type.DNAME) checkSingle(projection, rrset, log)
    if (type === Type.SOA && !isApex) reportSoaBelowApex(projection, rrset, log)
    if (isAtWildcard && (type === Type.NS || type === Type.DNAME)) reportWildcard(projection, rrset, log)
    checkSize(projection, rrset, log)
  }
}

/** RFC 4034 §4: NSEC may stand beside a CNAME. */
function hasOthers({ types }: Projection, start: number, end: number): boolean {
  return end - start > 1 && types.subarray(start, end).some((type) => type !== Type.CNAME && type !== Type.NSEC)
}

function reportCnameBesideOthers(projection: Projection, rrset: number, log: ProblemLog): void {
  const found = `a CNAME beside other data at ${ownerText(projection, rrset)}`
  const remedy = 'Remove the CNAME or the other records; base and overlay count together (RFC 1034 §3.6.2).'
  reportAt(projection, rrset, log, { found, expected: 'the CNAME alone', remedy })
}

function checkSingle(projection: Projection, rrset: number, log: ProblemLog): void {
  const count = countRecords(projection, rrset)
  if (count === 1) return
  const found = `${count} ${typeToText(projection.types[rrset]!)} records at ${ownerText(projection, rrset)}`
  reportAt(projection, rrset, log, {
    found,
    expected: 'one',
    remedy: 'Keep one target (RFC 2181 §10.1, RFC 6672 §2.4).',
  })
}

function reportSoaBelowApex(projection: Projection, rrset: number, log: ProblemLog): void {
  const found = `a SOA record at ${ownerText(projection, rrset)}`
  reportAt(projection, rrset, log, { found, expected: 'none below the apex', remedy: 'Make it a zone of its own.' })
}

function reportWildcard(projection: Projection, rrset: number, log: ProblemLog): void {
  const mnemonic = typeToText(projection.types[rrset]!)
  const found = `${mnemonic} at the wildcard ${ownerText(projection, rrset)}`
  const remedy = 'Name each child by itself: what a wildcard would mean here is undefined (RFC 4592 §4.2, §4.4).'
  reportAt(projection, rrset, log, { found, expected: `no ${mnemonic} at a wildcard`, remedy })
}

function checkSize(projection: Projection, rrset: number, log: ProblemLog): void {
  const start = projection.first[rrset]!
  const end = projection.first[rrset + 1]!
  let octets = (end - start) * RECORD_OVERHEAD
  for (let record = start; record < end; record++) octets += projection.rdataLengths[record]!
  if (octets <= MAX_RRSET_OCTETS) return
  const type = typeToText(projection.types[rrset]!)
  const found = `${octets} octets in the ${end - start} ${type} records at ${ownerText(projection, rrset)}`
  const remedy = 'No DNS message could carry them; remove some.'
  reportAt(projection, rrset, log, { found, expected: `at most ${MAX_RRSET_OCTETS}`, remedy })
}

function isApexFirst(projection: Projection): boolean {
  if (projection.rrsetCount === 0) return false
  return nameLength(projection.octets, projection.owners[0]!) === projection.apex.length
}

function countRecords(projection: Projection, rrset: number): number {
  return projection.first[rrset + 1]! - projection.first[rrset]!
}

function ownerText(projection: Projection, rrset: number): string {
  return nameToText(projection.octets, projection.owners[rrset]!)
}

/** Reports an error at the last record of `rrset`, or for the zone as a whole where that is -1. */
function reportAt(projection: Projection, rrset: number, log: ProblemLog, refusal: Refusal): void {
  const record = rrset < 0 ? -1 : projection.first[rrset + 1]! - 1
  report(log, 'error', () => ({
    file: projection.fileNames[record < 0 ? 0 : projection.files[record]!] ?? '',
    line: record < 0 ? 1 : projection.lines[record]!,
    column: 1,
    ...refusal,
  }))
}
