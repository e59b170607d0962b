import { jsonText } from '../../console/json-text.ts'
import type { HostReport } from './host-report.ts'

/** The report as a JSON document: docs/hostcheck-report.schema.json describes it. */
export function jsonReport(report: HostReport): string {
  return `${jsonText(report)}\n`
}
