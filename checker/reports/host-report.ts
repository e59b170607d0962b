import type { Severity } from '../catalogue/control.ts'
import type { Evidence, State } from '../judging/judgement.ts'

/**
 * What a run found, as it is saved and shown: every form of a report is made of it, and a later run is held against it.
 * docs/hostcheck-report.schema.json describes it. Times are Unix seconds.
 */
export interface HostReport {
  readonly format: typeof REPORT_FORMAT
  readonly version: typeof REPORT_VERSION
  /** The version of hostcheck that made it. */
  readonly hostcheck: string
  readonly at: number
  readonly host: {
    readonly label: string
    readonly kind: 'live' | 'tree' | 'bundle'
    /** Who looked: what only others may read is unknown. Of a bundle that is not known. */
    readonly user?: string
  }
  readonly profile: string
  /** The operator's file, where there is one: what it waives and attests is in the findings. */
  readonly declarations?: string
  /** What was judged, by area and id. */
  readonly controls: readonly ReportedControl[]
  readonly findings: readonly ReportedFinding[]
  /** Of findings, waived ones apart. */
  readonly counts: Counts
  readonly notices: readonly Notice[]
  readonly drift?: Drift
}

export const REPORT_FORMAT = 'hostcheck-report'
export const REPORT_VERSION = 1

export interface ReportedControl {
  readonly id: string
  readonly title: string
  readonly area: string
  readonly severity: Severity
  readonly seed: { readonly document: string; readonly section: string; readonly quote: string }
  readonly rationale: string
  readonly tension?: string
  readonly maps: { readonly cis: readonly string[]; readonly nist: readonly string[] }
  /** Whether the profile leaves it out. */
  readonly leftOut?: true
}

export interface ReportedFinding {
  readonly control: string
  readonly subject: string
  readonly state: State
  readonly cause: string
  readonly reason: string
  readonly fingerprint: string
  readonly evidence: readonly Evidence[]
  /** Commands that mend it, as an operator pastes them into a root shell; only of what fails or warns. */
  readonly mend?: readonly string[]
  readonly waived?: { readonly reason: string; readonly owner: string; readonly expires: string }
  readonly attested?: { readonly statement: string; readonly by: string; readonly on: string; readonly expires: string }
}

export type Counts = Readonly<Record<State, number>> & { readonly waived: number }

/** What about the operator's own file needs care. */
export interface Notice {
  readonly kind: 'waiver-unused' | 'waiver-expired' | 'attestation-unused' | 'attestation-expired'
  readonly control: string
  readonly subject: string
  readonly file: string
  readonly line: number
  readonly text: string
}

/** How a run differs from an earlier one. */
export interface Drift {
  /** When that one was. */
  readonly since: number
  readonly appeared: readonly DriftedFinding[]
  readonly gone: readonly DriftedFinding[]
  readonly changed: readonly ChangedFinding[]
}

export interface DriftedFinding {
  readonly control: string
  readonly subject: string
  readonly state: State
  readonly reason: string
}

export interface ChangedFinding {
  readonly control: string
  readonly subject: string
  readonly before: { readonly state: State; readonly reason: string }
  readonly after: { readonly state: State; readonly reason: string }
}
