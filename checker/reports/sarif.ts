import { pathToFileURL } from 'node:url'
import { jsonText } from '../../console/json-text.ts'
import { printable } from '../../console/paper.ts'
import type { Severity } from '../catalogue/control.ts'
import type { Evidence } from '../judging/judgement.ts'
import type { HostReport, ReportedControl, ReportedFinding } from './host-report.ts'

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0-rtm.5.json'
/** Paths of evidence are relative to it. */
const ROOT_ID = 'ROOT'

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
}

/** As code scanning of GitHub reads it: a CVSS-like number. */
const SECURITY_SEVERITY: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '3.0',
}

/**
 * The report as SARIF 2.1.0. Results are what fails or warns, because readers take every result for a defect whatever
 * its `kind` says; waived ones are suppressed. What stayed unknown is told as a notification of the run.
 */
export function sarifReport(report: HostReport): string {
  const wanted = report.findings.filter(({ state }) => state === 'fail' || state === 'warn')
  const run = {
    tool: {
      driver: {
        name: 'hostcheck',
        semanticVersion: report.hostcheck,
        rules: report.controls.map(ruleOf),
      },
    },
    originalUriBaseIds: { [ROOT_ID]: { uri: rootOf(report) } },
    invocations: [
      {
        executionSuccessful: true,
        endTimeUtc: new Date(report.at * 1000).toISOString(),
        toolExecutionNotifications: report.findings.filter(({ state }) => state === 'unknown').map(notificationOf),
      },
    ],
    columnKind: 'utf16CodeUnits',
    results: wanted.map((finding) => resultOf(report, finding)),
  }
  return `${jsonText({ $schema: SCHEMA, version: '2.1.0', runs: [run] })}\n`
}

function ruleOf({ id, title, rationale, severity, tension, maps, area, seed }: ReportedControl): object {
  return {
    id,
    name: id,
    shortDescription: { text: title },
    fullDescription: { text: rationale },
    help: { text: [rationale, ...(tension === undefined ? [] : [tension]), `“${seed.quote}”`].join('\n\n') },
    defaultConfiguration: { level: LEVELS[severity] },
    properties: {
      area,
      'security-severity': SECURITY_SEVERITY[severity],
      tags: [
        'security',
        ...maps.cis.map((each) => `CIS v8 ${each}`),
        ...maps.nist.map((each) => `NIST 800-53 ${each}`),
      ],
    },
  }
}

function resultOf(report: HostReport, finding: ReportedFinding): object {
  const { control, subject, reason, state, evidence, fingerprint, mend, waived } = finding
  const ruleIndex = report.controls.findIndex(({ id }) => id === control)
  const level = state === 'warn' ? 'note' : LEVELS[report.controls[ruleIndex]!.severity]
  const subjectText = subject === 'host' ? '' : `${printable(subject)}: `
  return {
    ruleId: control,
    ruleIndex,
    kind: 'fail',
    level,
    message: {
      text: [`${subjectText}${printable(reason)}`, ...(mend === undefined ? [] : [`Mend:\n${mend.join('\n')}`])].join(
        '\n\n',
      ),
    },
    locations: [locationOf(subject, evidence[0])],
    relatedLocations: evidence.slice(1).map((each, index) => ({ id: index + 1, ...locationOf(subject, each) })),
    partialFingerprints: { 'hostcheck/v1': fingerprint },
    suppressions:
      waived === undefined
        ? []
        : [
            {
              kind: 'external',
              status: 'accepted',
              justification: `${waived.reason} (${waived.owner}, until ${waived.expires})`,
            },
          ],
  }
}

function locationOf(subject: string, evidence: Evidence | undefined): object {
  const logical = { logicalLocations: [{ name: printable(subject), kind: 'resource' }] }
  if (evidence === undefined || !evidence.path.startsWith('/')) return logical
  const region =
    evidence.line === undefined ? {} : { region: { startLine: evidence.line, snippet: { text: evidence.excerpt } } }
  return {
    ...logical,
    physicalLocation: { artifactLocation: { uri: uriOf(evidence.path), uriBaseId: ROOT_ID }, ...region },
    message: { text: printable(evidence.excerpt) },
  }
}

function notificationOf({ control, subject, reason }: ReportedFinding): object {
  return {
    level: 'warning',
    descriptor: { id: 'unknown' },
    associatedRule: { id: control },
    message: { text: `${control}, ${printable(subject)}: ${printable(reason)}` },
  }
}

/** A path without its first slash, percent-encoded; what is no Unicode becomes U+FFFD, as in the files' texts. */
function uriOf(path: string): string {
  return Buffer.from(path.replace(/^\/+/, '')).toString().split('/').map(encodeURIComponent).join('/')
}

function rootOf({ host }: HostReport): string {
  return host.kind === 'tree' ? `${pathToFileURL(host.label).href.replace(/\/$/, '')}/` : 'file:///'
}
