import { AREAS, areaOf } from '../catalogue/areas.ts'
import type { Control } from '../catalogue/control.ts'
import { type SeedSentence, sentencesOf } from '../catalogue/seed-sentences.ts'
import { dayOf } from '../declarations/day.ts'
import type { Profile } from '../declarations/declarations.ts'
import { LEFT_OUT } from '../judging/evaluate.ts'
import { STATES, type State } from '../judging/judgement.ts'
import { type RemedySystem, remedyOf } from '../remedy/remedy-of.ts'
import { shellOf } from '../remedy/shell.ts'
import type { Root } from '../root/root.ts'
import type { EntryNotice, SettledFinding, Settlement } from '../settling/settle.ts'
import {
  type Counts,
  type HostReport,
  type Notice,
  REPORT_FORMAT,
  REPORT_VERSION,
  type ReportedControl,
  type ReportedFinding,
} from './host-report.ts'

export interface ReportInputs {
  readonly hostcheck: string
  readonly at: number
  readonly root: Pick<Root, 'label' | 'kind'>
  /** Who runs it. */
  readonly user: string
  readonly system: RemedySystem
  readonly profile: Profile
  /** Where the operator's file is. */
  readonly declarations: string | undefined
  /** Those that were judged. */
  readonly controls: readonly Control[]
  readonly sentences: readonly SeedSentence[]
  readonly settlement: Settlement
}

/** The report of a run, worst first within each area. */
export function buildReport(inputs: ReportInputs): HostReport {
  const { controls, settlement, root } = inputs
  const byId = new Map(controls.map((control) => [control.id, control]))
  const order = AREAS.map(({ title }) => title as string)
  const reported = controls
    .map((control) => reportedControl(control, inputs))
    .sort((one, other) => order.indexOf(one.area) - order.indexOf(other.area))
  return {
    format: REPORT_FORMAT,
    version: REPORT_VERSION,
    hostcheck: inputs.hostcheck,
    at: inputs.at,
    host: {
      label: root.label,
      kind: root.kind,
      ...(root.kind !== 'bundle' && { user: inputs.user }),
    },
    profile: inputs.profile,
    ...(inputs.declarations !== undefined && { declarations: inputs.declarations }),
    controls: reported,
    findings: settlement.findings.map((finding) => reportedFinding(finding, byId.get(finding.control)!, inputs.system)),
    counts: countsOf(settlement.findings),
    notices: settlement.notices.map(noticeOf),
  }
}

function reportedControl(control: Control, { sentences, settlement }: ReportInputs): ReportedControl {
  const { id, title, severity, rationale, tension, maps } = control
  const section = sentencesOf(sentences, control)[0]?.section ?? ''
  const isLeftOut = settlement.findings.some((finding) => finding.control === id && finding.cause === LEFT_OUT)
  return {
    id,
    title,
    area: areaOf(id),
    severity,
    seed: { ...control.seed, section },
    rationale,
    ...(tension !== undefined && { tension }),
    maps,
    ...(isLeftOut && { leftOut: true }),
  }
}

function reportedFinding(finding: SettledFinding, control: Control, system: RemedySystem): ReportedFinding {
  const { subject, state, cause, reason, fingerprint, evidence, waived, attested } = finding
  const needsMending = state === 'fail' || state === 'warn'
  return {
    control: control.id,
    subject,
    state,
    cause,
    reason,
    fingerprint,
    evidence,
    ...(needsMending && { mend: shellOf(remedyOf(control, finding, system), finding.values) }),
    ...(waived && { waived: { reason: waived.reason, owner: waived.owner, expires: dayOf(waived.expires) } }),
    ...(attested && {
      attested: {
        statement: attested.statement,
        by: attested.by,
        on: dayOf(attested.on),
        expires: dayOf(attested.expires),
      },
    }),
  }
}

function countsOf(findings: readonly SettledFinding[]): Counts {
  const counted = findings.filter(({ waived }) => waived === undefined)
  const byState = STATES.map((state) => [state, counted.filter((finding) => finding.state === state).length] as const)
  return {
    ...(Object.fromEntries(byState) as Record<State, number>),
    waived: findings.length - counted.length,
  }
}

const NOTICE_TEXTS: Readonly<Record<EntryNotice['kind'], (control: string, day: string) => string>> = {
  'waiver-unused': (control) => `this waiver fits nothing that ${control} found: remove it, or mend its subject`,
  'waiver-expired': (control, day) => `this waiver of ${control} expired on ${day}: mend the control, or decide anew`,
  'attestation-unused': (control) => `this attestation fits nothing that ${control} leaves to a person: remove it`,
  'attestation-expired': (control, day) =>
    `this attestation of ${control} expired on ${day}: look again, then \`hostcheck attest ${control}\``,
}

function noticeOf({ kind, entry }: EntryNotice): Notice {
  const { control, subject, at } = entry
  return { kind, control, subject, ...at, text: NOTICE_TEXTS[kind](control, dayOf(entry.expires)) }
}
