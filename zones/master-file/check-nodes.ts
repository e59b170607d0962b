/*
 * What may stand together at one name, and which data is kept where the file repeats or contradicts itself.
 */
import { Type } from '../../dns/constants.ts'
import { namesEqual, nameToText } from '../../dns/name.ts'
import { canonicalRdata } from '../../dns/rr/rdata.ts'
import { typeToText } from '../../dns/rr/registry.ts'
import type { OwnerIndex } from '../owner-index.ts'
import { ownerOf, type RecordTable, rdataOf } from '../record-table.ts'
import type { ProblemLog } from './problems.ts'
import { describeRecord, placeOf, reportAt } from './table-problems.ts'

/** Types of which an owner has one record at most, with the rule. */
const SINGLETONS: ReadonlyMap<number, string> = new Map([
  [Type.CNAME, 'RFC 1034 §3.6.2'],
  [Type.SOA, 'RFC 1035 §5.2'],
  [Type.DNAME, 'RFC 6672 §2.4'],
])

/**
 * Errors: a CNAME beside other data, a DNAME beside NS below the apex, several CNAME, DNAME or SOA records. Duplicates
 * are marked in the returned `removed`, and RRsets with several TTLs get the lowest, each with a warning.
 */
export function checkNodes(index: OwnerIndex, log: ProblemLog): Uint8Array {
  const removed = new Uint8Array(index.table.count)
  const members: number[] = []
  for (const first of index.firsts) {
    if (index.next[first] === -1) continue
    members.length = 0
    for (let record = first; record >= 0; record = index.next[record]!) members.push(record)
    members.sort((a, b) => index.table.types[a]! - index.table.types[b]! || a - b)
    for (let start = 0, end = 0; start < members.length; start = end) {
      end = start + 1
      while (end < members.length && index.table.types[members[end]!] === index.table.types[members[start]!]) end++
      if (end - start > 1) checkRRset(index.table, members.slice(start, end), removed, log)
    }
    checkCombination(index.table, members, log)
  }
  return removed
}

function checkRRset(table: RecordTable, members: readonly number[], removed: Uint8Array, log: ProblemLog): void {
  // Before duplicates go: the lower of two TTLs counts, whichever of them is kept.
  checkTtls(table, members, log)
  const kept = withoutDuplicates(table, members, removed, log)
  if (kept.length === 1) return
  const first = kept[0]!
  const type = table.types[first]!
  const rule = SINGLETONS.get(type)
  if (rule !== undefined) {
    reportAt(log, table, kept[1]!, 'error', () => ({
      found: `a second ${typeToText(type)} record of ${nameToText(ownerOf(table, first))}, after ${placeOf(table, first, kept[1]!)}`,
      expected: `one at most (${rule})`,
      remedy: 'Remove one of them.',
    }))
  }
}

function withoutDuplicates(
  table: RecordTable,
  members: readonly number[],
  removed: Uint8Array,
  log: ProblemLog,
): number[] {
  const seen = new Map<string, number>()
  return members.filter((record) => {
    const type = table.types[record]!
    const key = Buffer.from(canonicalRdata(type, rdataOf(table, record))).toString('latin1')
    const before = seen.get(key)
    if (before === undefined) {
      seen.set(key, record)
      return true
    }
    removed[record] = 1
    reportAt(log, table, record, 'warning', () => ({
      found: `${describeRecord(table, record)}, the same record as in ${placeOf(table, before, record)}`,
      expected: 'each record once',
      remedy: 'It is left out; remove one of the two.',
    }))
    return false
  })
}

/** RFC 2181 §5.2: one TTL for an RRset; the lowest never lets a cache keep data for longer than it was to be kept. */
function checkTtls(table: RecordTable, members: readonly number[], log: ProblemLog): void {
  let lowest = members[0]!
  let other = -1
  for (const record of members) {
    if (table.ttls[record] !== table.ttls[lowest] && other < 0) other = record
    if (table.ttls[record]! < table.ttls[lowest]!) lowest = record
  }
  if (other < 0) return
  reportAt(log, table, other, 'warning', () => ({
    found: `TTLs ${table.ttls[members[0]!]} (${placeOf(table, members[0]!, other)}) and ${table.ttls[other]} in the RRset ${describeRecord(table, other)}`,
    expected: 'one TTL for an RRset (RFC 2181 §5.2)',
    remedy: `The lowest, ${table.ttls[lowest]}, is used; give all its records the same TTL.`,
  }))
  for (const record of members) table.ttls[record] = table.ttls[lowest]!
}

function checkCombination(table: RecordTable, members: readonly number[], log: ProblemLog): void {
  const ofType = (type: number) => members.find((record) => table.types[record] === type)
  const cname = ofType(Type.CNAME)
  const other = members.find((record) => table.types[record] !== Type.CNAME)
  if (cname !== undefined && other !== undefined) {
    reportAt(log, table, cname, 'error', () => ({
      found: `${describeRecord(table, cname)} beside ${typeToText(table.types[other]!)} of the same name (${placeOf(table, other, cname)})`,
      expected: 'a CNAME alone at its name (RFC 1034 §3.6.2)',
      remedy: 'Remove one of them; at an apex write the addresses, or an HTTPS record, in place of the CNAME.',
    }))
  }
  const dname = ofType(Type.DNAME)
  const ns = ofType(Type.NS)
  if (dname === undefined || ns === undefined || namesEqual(ownerOf(table, dname), table.apex)) return
  reportAt(log, table, dname, 'error', () => ({
    found: `${describeRecord(table, dname)} beside NS of the same name (${placeOf(table, ns, dname)})`,
    expected: 'either a delegation or a DNAME below the apex (RFC 6672 §2.3)',
    remedy: 'Remove one of them.',
  }))
}
