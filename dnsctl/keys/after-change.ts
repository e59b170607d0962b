import { fold, type Paper, printable } from '../../console/paper.ts'
import type { WaitReason } from '../../keys/rollover/step.ts'
import type { RolloverReport } from '../../server/keys/rollover-protocol.ts'
import { shortName } from '../configuration.ts'
import { rolloverTable } from './key-table.ts'
import { stepText, waitLines, waitTexts } from './wait-text.ts'

/** What a command has changed, or would change. */
export interface Change {
  readonly report: RolloverReport
  readonly isDryRun: boolean
  /** Sentences, on lines of their own where they are steps: what was done, and what would be. */
  readonly done: string
  readonly would: string
  /** What `dnsctl key simulate ZONE` needs besides to show all of it; undefined: there is no more to it. */
  readonly rehearsal?: string | undefined
}

/** What was done, how the keys are now, what comes next, and the command to read on with; as seen at `now`. */
export function describeChange(paper: Paper, change: Change, now: number): string[] {
  const { report, isDryRun, done, would, rehearsal } = change
  const name = printable(shortName(report.zone))
  return [
    ...(isDryRun ? `${paper.warn('Dry run, nothing was changed:')} ${would}` : paper.good(done))
      .split('\n')
      .flatMap((line) => fold(paper, line)),
    '',
    ...rolloverTable(paper, report),
    ...nextSteps(paper, report, now),
    '',
    ...(isDryRun && rehearsal !== undefined
      ? [`What all of it would look like: \`dnsctl key simulate ${name} ${rehearsal}\``]
      : [`What it waits for, and what comes when: \`dnsctl key explain ${name}\``]),
  ]
}

function nextSteps(paper: Paper, report: RolloverReport, now: number): string[] {
  const steps = report.transitions.map((step) => stepText(report.keys, step))
  if (steps.length > 0) return ['', paper.bold('Next steps'), ...steps.map((step) => `  ${step}`)]
  const waits = waitTexts({ ...report, waits: report.waits.filter(({ reason }) => !FOLLOWS.has(reason.kind)) }, now)
  if (waits.length === 0) return []
  return ['', paper.bold('Waits for'), ...waits.flatMap((wait) => waitLines(paper, report, wait))]
}

/** What comes by itself once something else has come. */
const FOLLOWS: ReadonlySet<WaitReason['kind']> = new Set(['rule', 'order', 'predecessor', 'still-secure'])
