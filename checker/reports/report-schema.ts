import { z } from 'zod'
import { printable } from '../../console/paper.ts'
import { type Reading, read, unreadable } from '../../server/reading.ts'
import { SEVERITIES } from '../catalogue/control.ts'
import { STATES } from '../judging/judgement.ts'
import { type HostReport, REPORT_FORMAT, REPORT_VERSION } from './host-report.ts'

const text = z.string()
const time = z.number().int().describe('Unix seconds')
const day = z.string().describe('year-month-day, in UTC')
const state = z.enum(STATES)
const few = { control: text, subject: text }

const evidence = z.object({
  source: z.enum(['file', 'status', 'command', 'probe', 'zone', 'declaration', 'attestation']),
  path: text.describe('a path inside the root, a command line, the target of a probe, a name of a zone'),
  line: z.number().int().optional().describe('counted from 1'),
  excerpt: text.describe('what stands there, redacted, one line of at most 200 characters'),
  sha256: text.optional().describe('SHA-256 of the whole text as redacted, in hexadecimal'),
  at: time.optional(),
})

const control = z.object({
  id: text,
  title: text,
  area: text.describe('what reports group by, after the headings of the seeds'),
  severity: z.enum(SEVERITIES),
  seed: z.object({ document: text, section: text, quote: text }),
  rationale: text,
  tension: text.optional().describe("what speaks against the seed's wish"),
  maps: z.object({ cis: z.array(text), nist: z.array(text) }),
  leftOut: z.literal(true).optional().describe('the profile leaves it out'),
})

const finding = z.object({
  ...few,
  state,
  cause: text.describe('the kind of finding; it holds no values'),
  reason: text,
  fingerprint: text.describe('the same in every run that finds the same of the same subject'),
  evidence: z.array(evidence),
  mend: z.array(text).optional().describe('commands for a root shell; only of what fails or warns'),
  waived: z.object({ reason: text, owner: text, expires: day }).optional(),
  attested: z.object({ statement: text, by: text, on: day, expires: day }).optional(),
})

const counts = z.object({
  pass: z.number(),
  warn: z.number(),
  fail: z.number(),
  'not-applicable': z.number(),
  manual: z.number(),
  unknown: z.number(),
  waived: z.number(),
})

const notice = z.object({
  kind: z.enum(['waiver-unused', 'waiver-expired', 'attestation-unused', 'attestation-expired']),
  ...few,
  file: text,
  line: z.number().int(),
  text,
})

const told = z.object({ state, reason: text })
const drifted = z.object({ ...few, state, reason: text })
const drift = z.object({
  since: time.describe('Unix seconds of the run that this one is held against'),
  appeared: z.array(drifted),
  gone: z.array(drifted),
  changed: z.array(z.object({ ...few, before: told, after: told })),
})

/** A report in JSON. Unknown keys are let through: a later version may have more to say. */
export const reportSchema = z.object({
  format: z.literal(REPORT_FORMAT),
  version: z.literal(REPORT_VERSION),
  hostcheck: text.describe('the version that made it'),
  at: time,
  host: z.object({
    label: text,
    kind: z.enum(['live', 'tree', 'bundle']),
    user: text.optional().describe('who looked, and so could not read what only others may'),
  }),
  profile: text,
  declarations: text.optional().describe("the operator's file"),
  controls: z.array(control),
  findings: z.array(finding),
  counts: counts.describe('findings by state, waived ones apart'),
  notices: z.array(notice).describe("what about the operator's own file needs care"),
  drift: drift.optional(),
})

/** A report that was saved, perhaps by somebody else: nothing in it steers a terminal. */
export function parseReport(json: string): Reading<HostReport> {
  let value: unknown
  try {
    value = JSON.parse(json, (_, each: unknown) => (typeof each === 'string' ? harmless(each) : each))
  } catch {
    return unreadable('It is no JSON.')
  }
  const parsed = reportSchema.safeParse(value)
  if (parsed.success) return read(parsed.data as HostReport)
  const [first] = parsed.error.issues
  return unreadable(`At ${first!.path.join('.') || 'its top'}: ${first!.message}`)
}

function harmless(text: string): string {
  return text.split('\n').map(printable).join('\n')
}

/** The form of a report as JSON Schema 2020-12: docs/hostcheck-report.schema.json. */
export function describeReport(): Record<string, unknown> {
  return { ...z.toJSONSchema(reportSchema, { io: 'input' }), title: 'A report of hostcheck' }
}
