/*
 * Names in RDATA that lead nowhere: aliases, missing addresses and glue, a forgotten dot at the end.
 */
import { Type } from '../../dns/constants.ts'
import { canonicalName, isAtOrBelow, nameLength, nameToText, wildcardBelow } from '../../dns/name.ts'
import { namesInRdata } from '../../dns/rr/rdata.ts'
import { findOwner, findType, type OwnerIndex } from '../owner-index.ts'
import { ownerOf, rdataOf } from '../record-table.ts'
import { findOccluding } from './check-occlusion.ts'
import type { ProblemLog } from './problems.ts'
import { describeRecord, placeOf, reportAt } from './table-problems.ts'

/** Types whose RDATA is about another name. */
const HAS_TARGET: ReadonlySet<number> = new Set([Type.NS, Type.CNAME, Type.PTR, Type.MX, Type.SRV, Type.DNAME])

/** RFC 2181 §10.3 for NS and MX, RFC 2782 for SRV: the target is not an alias. */
const NO_ALIAS: ReadonlySet<number> = new Set([Type.NS, Type.MX, Type.SRV])

/**
 * Warns of targets within the zone. Without `isComplete` (an overlay, a file with errors) nothing is said of what the file
 * lacks. Returns, by number of an owner's first record, whether it is the target of an NS record.
 */
export function checkTargets(index: OwnerIndex, isComplete: boolean, log: ProblemLog): Uint8Array {
  const { table } = index
  const isNameServer = new Uint8Array(table.count)
  const doubled = doubledApex(table.apex)
  const complained = new Set<string>()
  for (let record = 0; record < table.count; record++) {
    const type = table.types[record]!
    if (!HAS_TARGET.has(type)) continue
    for (const { start, length } of namesInRdata(type, rdataOf(table, record))) {
      const target = canonicalName(rdataOf(table, record).subarray(start, start + length))
      if (!isAtOrBelow(target, table.apex)) continue
      if (doubled !== undefined && isAtOrBelow(target, doubled)) warnOfForgottenDot(index, record, target, log)
      if (!NO_ALIAS.has(type)) continue
      const first = findOwner(index, target)
      if (type === Type.NS && first >= 0) isNameServer[first] = 1
      checkAlias(index, record, first, log)
      if (type === Type.NS && isComplete && !hasAddress(index, first))
        checkAddress(index, record, target, complained, log)
    }
  }
  return isNameServer
}

/** Warns of owners such as `www.example.com.example.com.`, which a dot at the end was meant to prevent. */
export function checkOwners(index: OwnerIndex, log: ProblemLog): void {
  const { table } = index
  const doubled = doubledApex(table.apex)
  if (doubled === undefined) return
  for (const first of index.firsts) {
    if (nameLength(table.octets, table.owners[first]!) < doubled.length) continue
    if (!isAtOrBelow(ownerOf(table, first), doubled)) continue
    reportAt(log, table, first, 'warning', () => ({
      found: `the owner ${nameToText(ownerOf(table, first))}`,
      expected: `${nameToText(table.apex)} once in a name`,
      remedy: 'Names without a dot at their end are completed with the origin: end the name with a dot.',
    }))
  }
}

/** Zones of one label, such as `com.`, may well hold their name twice. */
function doubledApex(apex: Uint8Array): Uint8Array | undefined {
  if (apex.length === 1 || apex[0]! + 2 === apex.length || 2 * apex.length > 255) return undefined
  return Uint8Array.from([...apex.subarray(0, -1), ...apex])
}

function warnOfForgottenDot({ table }: OwnerIndex, record: number, target: Uint8Array, log: ProblemLog): void {
  reportAt(log, table, record, 'warning', () => ({
    found: `${describeRecord(table, record)} with the target ${nameToText(target)}`,
    expected: `${nameToText(table.apex)} once in a name`,
    remedy: 'Names without a dot at their end are completed with the origin: end the target with a dot.',
  }))
}

function checkAlias(index: OwnerIndex, record: number, first: number, log: ProblemLog): void {
  const { table } = index
  const alias = findType(index, first, Type.CNAME)
  if (alias < 0) return
  reportAt(log, table, record, 'warning', () => ({
    found: `${describeRecord(table, record)} with the target ${nameToText(ownerOf(table, alias))}, an alias (CNAME in ${placeOf(table, alias, record)})`,
    expected: `a name with addresses of its own (${table.types[record] === Type.SRV ? 'RFC 2782' : 'RFC 2181 §10.3'})`,
    remedy: `Write the name the alias leads to, ${nameToText(rdataOf(table, alias))}.`,
  }))
}

function checkAddress(
  index: OwnerIndex,
  record: number,
  target: Uint8Array,
  complained: Set<string>,
  log: ProblemLog,
): void {
  const { table } = index
  const name = nameToText(target)
  const first = findOwner(index, target)
  if (complained.has(name) || findType(index, first, Type.CNAME) >= 0) return
  const cut = findCut(index, target, first)
  if (cut >= 0) {
    // A name server below another's cut has its addresses there; below its own cut only glue can tell them (RFC 9471).
    const zone = ownerOf(table, cut)
    const isOwn = isAtOrBelow(zone, ownerOf(table, record)) && table.types[cut] === Type.NS
    if (!isOwn) return
  } else if (hasWildcardAddress(index, target)) return
  complained.add(name)
  reportAt(log, table, record, 'warning', () => ({
    found: `${describeRecord(table, record)} with the target ${name}, which has no address here`,
    expected: cut >= 0 ? `glue: A or AAAA of ${name}` : `A or AAAA of ${name}`,
    remedy: `Add an address record of ${name}, or correct the target (a name of another zone ends with a dot).`,
  }))
}

/** The NS or DNAME record that takes `target` out of this zone's authority, or -1. */
function findCut(index: OwnerIndex, target: Uint8Array, first: number): number {
  const above = findOccluding(index, target, 0)
  if (above >= 0 || target.length === index.table.apex.length) return above
  return findType(index, first, Type.NS)
}

function hasAddress(index: OwnerIndex, first: number): boolean {
  return findType(index, first, Type.A) >= 0 || findType(index, first, Type.AAAA) >= 0
}

/** Whether a wildcard above `target` has addresses: good enough not to complain. */
function hasWildcardAddress(index: OwnerIndex, target: Uint8Array): boolean {
  const { apex } = index.table
  for (let at = 0; target.length - at > apex.length; ) {
    at += target[at]! + 1
    const wildcard = wildcardBelow(target.subarray(at))
    if (wildcard.length <= 255 && hasAddress(index, findOwner(index, wildcard))) return true
  }
  return false
}
