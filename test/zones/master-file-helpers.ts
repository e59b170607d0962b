import { canonicalName, nameFromText, nameToText } from '../../dns/name.ts'
import { rdataToText } from '../../dns/rr/rdata.ts'
import { typeToText } from '../../dns/rr/registry.ts'
import { formatProblem } from '../../zones/file-problem.ts'
import { readZone } from '../../zones/master-file/read.ts'
import type { ZoneFileKind } from '../../zones/master-file/reader.ts'
import type { RecordTable } from '../../zones/record-table.ts'
import { recordsOf } from '../helpers/table-records.ts'

export interface ReadTextOptions {
  readonly apex?: string
  readonly kind?: ZoneFileKind
  readonly maxProblems?: number
  /** Other files, by path. */
  readonly files?: Readonly<Record<string, string>>
}

/** Files are text of one octet a character, but for `utf8`. */
export function utf8(text: string): string {
  return Buffer.from(text).toString('latin1')
}

/** Reads `text` as the file `zone` for example.com; returns its records and problems as text. */
export function readText(
  text: string,
  options: ReadTextOptions = {},
): { records: string[]; problems: string[]; table: RecordTable } {
  const { apex = 'example.com.', kind = 'overlay', files = {}, maxProblems } = options
  const { table, problems } = readZone({
    apex: canonicalName(nameFromText(apex)),
    path: 'zone',
    kind,
    readFile(path) {
      const content = path === 'zone' ? text : files[path]
      if (content === undefined) throw Object.assign(new Error(`no ${path}`), { code: 'ENOENT' })
      return Buffer.from(content, 'latin1')
    },
    ...(maxProblems === undefined ? {} : { maxProblems }),
  })
  return { records: recordLines(table), problems: problems.map(formatProblem), table }
}

/** `www.example.com. 3600 A 192.0.2.1`, a line for each record. */
export function recordLines(table: RecordTable): string[] {
  return [...recordsOf(table)].map(
    ({ owner, ttl, type, rdata }) => `${nameToText(owner)} ${ttl} ${typeToText(type)} ${rdataToText(type, rdata)}`,
  )
}
