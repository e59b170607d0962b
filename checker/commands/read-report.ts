import { Failure } from '../../console/failure.ts'
import { ExitCode } from '../reports/exit-code.ts'
import type { HostReport } from '../reports/host-report.ts'
import { parseReport } from '../reports/report-schema.ts'
import { readOwnFile } from './own-files.ts'

/** A report that an earlier run wrote in JSON. */
export function readReport(path: string): HostReport {
  const next = '`hostcheck run --output FILE.json` writes such a report'
  const text = readOwnFile(path, 'the report', next)
  const parsed = parseReport(text)
  if (parsed.outcome === 'read') return parsed.value
  throw new Failure({ exitCode: ExitCode.Usage, what: `${path} is no report of hostcheck`, why: parsed.reason, next })
}
