import type { ChangedFinding, Drift, DriftedFinding, HostReport, ReportedFinding } from '../reports/host-report.ts'

/**
 * How a run differs from an earlier one, by fingerprint: lines that moved and values that changed without changing what
 * follows are no drift. A control and subject of which one finding went and another came has changed. Controls that
 * only one of the two judged are left aside.
 */
export function compareRuns(before: HostReport, after: HostReport): Drift {
  const both = new Set(before.controls.map(({ id }) => id))
  const judged = new Set(after.controls.map(({ id }) => id).filter((id) => both.has(id)))
  const [old, recent] = [findingsOf(before, judged), findingsOf(after, judged)]
  const restated = [...recent.values()].flatMap((finding) => {
    const earlier = old.get(finding.fingerprint)
    return earlier === undefined || earlier.state === finding.state ? [] : [changeOf(earlier, finding)]
  })
  const came = [...recent.values()].filter(({ fingerprint }) => !old.has(fingerprint))
  const went = [...old.values()].filter(({ fingerprint }) => !recent.has(fingerprint))
  const { pairs, left, right } = pairUp(went, came)
  return {
    since: before.at,
    appeared: right.map(shortened),
    gone: left.map(shortened),
    changed: [...restated, ...pairs.map(([earlier, later]) => changeOf(earlier, later))],
  }
}

function findingsOf(report: HostReport, judged: ReadonlySet<string>): ReadonlyMap<string, ReportedFinding> {
  const findings = report.findings.filter(({ control }) => judged.has(control))
  return new Map(findings.map((finding) => [finding.fingerprint, finding]))
}

interface Pairing {
  readonly pairs: readonly (readonly [ReportedFinding, ReportedFinding])[]
  readonly left: readonly ReportedFinding[]
  readonly right: readonly ReportedFinding[]
}

function pairUp(went: readonly ReportedFinding[], came: readonly ReportedFinding[]): Pairing {
  const waiting = new Map<string, ReportedFinding[]>()
  for (const finding of went) waiting.set(keyOf(finding), [...(waiting.get(keyOf(finding)) ?? []), finding])
  const pairs: (readonly [ReportedFinding, ReportedFinding])[] = []
  const right: ReportedFinding[] = []
  for (const finding of came) {
    const earlier = waiting.get(keyOf(finding))?.shift()
    if (earlier === undefined) right.push(finding)
    else pairs.push([earlier, finding])
  }
  return { pairs, left: [...waiting.values()].flat(), right }
}

function keyOf({ control, subject }: ReportedFinding): string {
  return `${control}\n${subject}`
}

function shortened({ control, subject, state, reason }: ReportedFinding): DriftedFinding {
  return { control, subject, state, reason }
}

function changeOf(before: ReportedFinding, after: ReportedFinding): ChangedFinding {
  const { control, subject } = after
  const told = ({ state, reason }: ReportedFinding) => ({ state, reason })
  return { control, subject, before: told(before), after: told(after) }
}
