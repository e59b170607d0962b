import { nameToText } from '../../dns/name.ts'
import { typeToText } from '../../dns/rr/registry.ts'
import type { FileProblem } from '../file-problem.ts'
import { type ProblemLog, report } from '../master-file/problems.ts'
import type { Refusal } from '../master-file/refusal.ts'
import type { Projection } from '../projection.ts'

/** Reports at the first record of `row`; `refusal` is asked only for what is shown. */
export function reportAtRow(
  projection: Projection,
  log: ProblemLog,
  severity: FileProblem['severity'],
  row: number,
  refusal: () => Refusal,
): void {
  reportAtRecord(projection, log, severity, projection.first[row]!, refusal)
}

/** Reports at a record of the projection. */
export function reportAtRecord(
  { fileNames, files, lines }: Projection,
  log: ProblemLog,
  severity: FileProblem['severity'],
  record: number,
  refusal: () => Refusal,
): void {
  report(log, severity, () => ({
    file: fileNames[files[record]!] ?? '',
    line: lines[record]!,
    column: 1,
    ...refusal(),
  }))
}

/** `www.example.com. MX` */
export function describeRow({ octets, owners, types }: Projection, row: number): string {
  return `${nameToText(octets, owners[row]!)} ${typeToText(types[row]!)}`
}

export const SIGN_AGAIN = 'Have your signer sign the whole zone again.'
