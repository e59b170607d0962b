import { createPaper } from '../../console/paper.ts'
import type { HostReport } from './host-report.ts'
import { htmlReport } from './html/html-report.ts'
import { jsonReport } from './json.ts'
import { junitReport } from './junit.ts'
import { prometheusReport } from './prometheus.ts'
import { sarifReport } from './sarif.ts'
import { terminalReport } from './terminal.ts'

/** The forms that a report is written in. */
export const FORMS = ['terminal', 'json', 'sarif', 'html', 'junit', 'prometheus'] as const
export type Form = (typeof FORMS)[number]

const ENDINGS: Readonly<Record<string, Form>> = {
  '.txt': 'terminal',
  '.json': 'json',
  '.sarif': 'sarif',
  '.html': 'html',
  '.xml': 'junit',
  '.prom': 'prometheus',
}

/** Permissions of a file of that form: a report says where a host is weak and names what is hidden, what Prometheus reads only how many. */
export const MODES: Readonly<Record<Form, number>> = {
  terminal: 0o600,
  json: 0o600,
  sarif: 0o600,
  html: 0o600,
  junit: 0o600,
  prometheus: 0o644,
}

/** The form that the name of a file speaks of; undefined where it does not. */
export function formOf(file: string): Form | undefined {
  return ENDINGS[/\.[^./]*$/.exec(file)?.[0] ?? '']
}

/** The report as a text of that form, for a file or a pipe. */
export function reportText(form: Form, report: HostReport, all: boolean): string {
  switch (form) {
    case 'json':
      return jsonReport(report)
    case 'sarif':
      return sarifReport(report)
    case 'html':
      return htmlReport(report)
    case 'junit':
      return junitReport(report)
    case 'prometheus':
      return prometheusReport(report)
    case 'terminal':
      return `${terminalReport(createPaper(Number.POSITIVE_INFINITY, false), report, { all }).join('\n')}\n`
  }
}
