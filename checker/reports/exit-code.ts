import { SEVERITIES, type Severity } from '../catalogue/control.ts'
import { FAULT } from '../judging/evaluate.ts'
import type { HostReport, ReportedFinding } from './host-report.ts'

/** How hostcheck ends. Scripts rely on these numbers: they never change their meaning. The highest that holds wins. */
export const ExitCode = {
  Clean: 0,
  Failed: 1,
  Open: 2,
  Drift: 3,
  Usage: 64,
  Fault: 70,
  Interrupted: 130,
} as const

/** What each exit code says; help and docs/hostcheck-commands.md print this table. */
export const EXIT_CODES = [
  { code: ExitCode.Clean, meaning: 'clean, or done' },
  { code: ExitCode.Failed, meaning: 'a control fails that is at least as severe as --fail-on says' },
  { code: ExitCode.Open, meaning: 'with --strict: a control warns, or could not be known' },
  { code: ExitCode.Drift, meaning: 'with --baseline: not as in that run' },
  { code: ExitCode.Usage, meaning: 'the command line, a file that it names, or hostcheck.yaml cannot be used' },
  { code: ExitCode.Fault, meaning: 'a fault in hostcheck itself: please report it' },
  { code: ExitCode.Interrupted, meaning: 'interrupted by Ctrl-C' },
] as const

export interface Threshold {
  readonly failOn: Severity
  readonly strict: boolean
}

/** How a run ends that made this report. */
export function exitCodeOf(report: HostReport, threshold: Threshold): number {
  return Math.max(...reasonsIn(report, threshold))
}

function reasonsIn(report: HostReport, { failOn, strict }: Threshold): number[] {
  const counted = report.findings.filter(({ waived }) => waived === undefined)
  const least = SEVERITIES.indexOf(failOn)
  const severities = new Map(report.controls.map(({ id, severity }) => [id, SEVERITIES.indexOf(severity)]))
  const fails = (finding: ReportedFinding) => finding.state === 'fail' && severities.get(finding.control)! >= least
  const isOpen = ({ state }: ReportedFinding) => state === 'warn' || state === 'unknown'
  const { drift } = report
  const drifted = drift !== undefined && drift.appeared.length + drift.gone.length + drift.changed.length > 0
  return [
    ExitCode.Clean,
    ...(report.findings.some(({ cause }) => cause === FAULT) ? [ExitCode.Fault] : []),
    ...(counted.some(fails) ? [ExitCode.Failed] : []),
    ...(strict && counted.some(isOpen) ? [ExitCode.Open] : []),
    ...(drifted ? [ExitCode.Drift] : []),
    // An entry that fits nothing would one day hide what it was never meant for.
    ...(report.notices.some(({ kind }) => kind.endsWith('-unused')) ? [ExitCode.Usage] : []),
  ]
}
