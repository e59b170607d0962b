import { FAULT } from '../judging/evaluate.ts'
import type { Evidence } from '../judging/judgement.ts'
import { type AreaResult, byArea } from './by-control.ts'
import type { HostReport, ReportedControl, ReportedFinding } from './host-report.ts'
import { type Markup, html as xml } from './html/markup.ts'

/** How a finding counts where there are tests that pass, fail, or were not run. */
type Outcome = 'passed' | 'failure' | 'error' | 'skipped'

/**
 * The report as JUnit XML, as Jenkins (junit-10.xsd), GitLab and others read it: a suite for each area, a case for each
 * subject of a control. A case fails where the finding does. One that warns passes and says so in its output; what is
 * unknown, not applicable, for a person to say, or waived, is skipped, for nobody has seen it hold.
 */
export function junitReport(report: HostReport): string {
  const areas = byArea(report)
  const { markup } = xml`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="hostcheck" tests="${report.findings.length}" failures="${countOf(report.findings, 'failure')}" errors="${countOf(report.findings, 'error')}">
${areas.map((area) => suiteOf(report, area))}</testsuites>
`
  return withLegalCharacters(markup)
}

function suiteOf(report: HostReport, { area, results }: AreaResult): Markup {
  const findings = results.flatMap((result) => result.findings)
  const at = new Date(report.at * 1000).toISOString().replace(/\.\d+Z$/, '')
  return xml`<testsuite name="${area}" tests="${findings.length}" failures="${countOf(findings, 'failure')}" errors="${countOf(findings, 'error')}" skipped="${countOf(findings, 'skipped')}" timestamp="${at}" hostname="${report.host.label}">
${results.flatMap(({ control, findings: own }) => own.map((finding) => caseOf(control, finding)))}</testsuite>
`
}

function caseOf({ id, title, severity }: ReportedControl, finding: ReportedFinding): Markup {
  const subject = finding.subject === 'host' ? '' : `: ${finding.subject}`
  return xml`<testcase classname="${id}" name="${`${title}${subject}`}">${bodyOf(severity, finding)}</testcase>
`
}

function bodyOf(severity: string, finding: ReportedFinding): Markup {
  const { state, reason, evidence, mend = [], waived } = finding
  const seen = evidence.map(lineOf)
  const text = [reason, ...seen, ...(mend.length === 0 ? [] : ['', 'mend:', ...mend])].join('\n')
  switch (outcomeOf(finding)) {
    case 'failure':
      return xml`<failure type="${severity}" message="${reason}">${text}</failure>`
    case 'error':
      return xml`<error type="${state}" message="${reason}">${text}</error>`
    case 'skipped':
      return xml`<skipped type="${waived === undefined ? state : 'waived'}" message="${skippedFor(finding)}"/>`
    case 'passed':
      return xml`<system-out>${state === 'warn' ? `warns: ${text}` : text}</system-out>`
  }
}

function outcomeOf({ state, cause, waived }: ReportedFinding): Outcome {
  if (cause === FAULT) return 'error'
  if (waived !== undefined) return 'skipped'
  if (state === 'fail') return 'failure'
  return state === 'pass' || state === 'warn' ? 'passed' : 'skipped'
}

function skippedFor({ reason, waived }: ReportedFinding): string {
  return waived === undefined ? reason : `waived until ${waived.expires} by ${waived.owner}: ${waived.reason}`
}

function lineOf({ path, line, excerpt }: Evidence): string {
  return `${path}${line === undefined ? '' : `:${line}`}  ${excerpt}`
}

function countOf(findings: readonly ReportedFinding[], outcome: Outcome): number {
  return findings.filter((finding) => outcomeOf(finding) === outcome).length
}

/** Without what XML 1.0 has no place for, though it is Unicode, or half of it. */
function withLegalCharacters(text: string): string {
  return text.replace(/[\uFFFE\uFFFF]|\p{Cs}/gu, '\uFFFD')
}
