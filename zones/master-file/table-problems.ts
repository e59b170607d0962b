/*
 * Problems of records that stand in a table already.
 */
import { nameToText } from '../../dns/name.ts'
import { typeToText } from '../../dns/rr/registry.ts'
import type { FileProblem } from '../file-problem.ts'
import { ownerOf, type RecordTable } from '../record-table.ts'
import { type ProblemLog, report } from './problems.ts'
import type { Refusal } from './refusal.ts'

/** Reports at a record of the table; `refusal` is asked only for what is shown. */
export function reportAt(
  log: ProblemLog,
  table: RecordTable,
  record: number,
  severity: FileProblem['severity'],
  refusal: () => Refusal,
): void {
  report(log, severity, () => {
    const file = table.fileNames[table.files[record]!] ?? ''
    return { file, line: table.lines[record]!, column: 1, ...refusal() }
  })
}

/** `www.example.com. MX` */
export function describeRecord(table: RecordTable, record: number): string {
  return `${nameToText(ownerOf(table, record))} ${typeToText(table.types[record]!)}`
}

/** `line 12`, or `hosts.zone:12` where the other record stands in another file. */
export function placeOf(table: RecordTable, record: number, seenFrom: number): string {
  const line = table.lines[record]!
  const file = table.files[record]!
  return file === table.files[seenFrom] ? `line ${line}` : `${table.fileNames[file]}:${line}`
}
