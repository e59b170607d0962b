import { SEVERITIES } from '../catalogue/control.ts'
import type { State } from '../judging/judgement.ts'
import type { HostReport, ReportedControl, ReportedFinding } from './host-report.ts'
import { WORST_FIRST, worstOf } from './state-words.ts'

/** A control with what was found of it. */
export interface ControlResult {
  readonly control: ReportedControl
  /** The worst state of findings that are not waived; where all are, `pass`. */
  readonly state: State
  /** Worst first. */
  readonly findings: readonly ReportedFinding[]
}

export interface AreaResult {
  readonly area: string
  /** Worst first. */
  readonly results: readonly ControlResult[]
}

/** The report by area, controls and findings worst first. */
export function byArea(report: HostReport): readonly AreaResult[] {
  const areas = new Map<string, ControlResult[]>()
  for (const control of report.controls) {
    areas.set(control.area, [...(areas.get(control.area) ?? []), resultOf(report, control)])
  }
  return [...areas].map(([area, results]) => ({ area, results: results.sort(byUrgency) }))
}

/** Everything that fails or warns and is not waived, worst first over the whole host. */
export function mostUrgent(report: HostReport): readonly ControlResult[] {
  return report.controls
    .map((control) => resultOf(report, control))
    .filter(({ state }) => state === 'fail' || state === 'warn')
    .sort(byUrgency)
}

function resultOf(report: HostReport, control: ReportedControl): ControlResult {
  const own = report.findings.filter((finding) => finding.control === control.id)
  const findings = own.sort((one, other) => rankOf(one) - rankOf(other))
  const counted = findings.filter(({ waived }) => waived === undefined)
  return { control, findings, state: counted.length === 0 ? 'pass' : worstOf(counted.map(({ state }) => state)) }
}

/** Waived ones stand behind those of their state. */
function rankOf({ state, waived }: ReportedFinding): number {
  return WORST_FIRST.indexOf(state) + (waived === undefined ? 0 : 0.5)
}

function byUrgency(one: ControlResult, other: ControlResult): number {
  const byState = WORST_FIRST.indexOf(one.state) - WORST_FIRST.indexOf(other.state)
  if (byState !== 0) return byState
  const bySeverity = SEVERITIES.indexOf(other.control.severity) - SEVERITIES.indexOf(one.control.severity)
  return bySeverity === 0 ? one.control.id.localeCompare(other.control.id) : bySeverity
}
