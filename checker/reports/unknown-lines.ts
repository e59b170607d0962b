import { count, fold, type Paper, printable } from '../../console/paper.ts'
import type { HostReport, ReportedFinding } from './host-report.ts'

const MOST_PATHS = 3
const DENIED = 'permission denied'

/** What stayed unknown, in one place: what could not be read and by whom, what else is missing, and what to run for each. */
export function unknownLines(paper: Paper, report: HostReport): string[] {
  const unknown = report.findings.filter(({ state, waived }) => state === 'unknown' && waived === undefined)
  const denied = unknown.filter((finding) => deniedIn(finding).length > 0)
  const others = unknown.filter((finding) => !denied.includes(finding))
  return [...deniedLines(paper, report, denied), ...otherLines(paper, others)]
}

function deniedLines(paper: Paper, { host }: HostReport, denied: readonly ReportedFinding[]): string[] {
  if (denied.length === 0) return []
  const paths = [...new Set(denied.flatMap(deniedIn))].map(printable)
  const named = `${paths.slice(0, MOST_PATHS).join(', ')}${paths.length > MOST_PATHS ? ' and more' : ''}`
  const who = host.user === undefined ? '' : ` as ${printable(host.user)}`
  const text = `Could not be read${who}: ${named}. That leaves ${count(denied.length, 'finding')} open, of ${idsOf(denied)}.`
  return [...paragraph(paper, text), ...paragraph(paper, mendOf(host))]
}

function mendOf({ kind, user, label }: HostReport['host']): string {
  if (kind === 'bundle') return 'Collected by root, or read over ssh as root (`--host root@…`), they can be known.'
  const root = kind === 'tree' ? ` --root ${/^[\w./-]+$/.test(label) ? label : 'DIR'}` : ''
  if (user !== 'root') return `To read that, too, and write nothing: \`sudo hostcheck run${root}\`.`
  if (kind === 'tree') return 'Not even root may: a file system that comes from elsewhere can refuse it.'
  return 'Not even root may, here: this looks like a container. Run it on the host, with `--root /proc/PID/root` of a process in it.'
}

function otherLines(paper: Paper, others: readonly ReportedFinding[]): string[] {
  if (others.length === 0) return []
  const text = `Also unknown, by what stands with each: ${idsOf(others)}. What is to be tried from outside: \`hostcheck probe --help\`.`
  return paragraph(paper, text)
}

function idsOf(findings: readonly ReportedFinding[]): string {
  return [...new Set(findings.map(({ control }) => control))].join(', ')
}

function deniedIn({ evidence }: ReportedFinding): readonly string[] {
  return evidence.flatMap(({ path, excerpt }) => (excerpt.includes(DENIED) ? [path] : []))
}

function paragraph(paper: Paper, text: string): string[] {
  return fold(paper, text, 2).map((line) => `  ${line}`)
}
