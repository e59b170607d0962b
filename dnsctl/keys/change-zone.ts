import type { Report } from '../../console/command.ts'
import { printable } from '../../console/paper.ts'
import type { RolloverCommands, RolloverReport } from '../../server/keys/rollover-protocol.ts'
import { shortName } from '../configuration.ts'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { describeChange } from './after-change.ts'
import { absoluteName, askRollover } from './ask-rollover.ts'
import { nowSeconds } from './times.ts'

/** Commands that are about one zone, and about no key of it. */
type ZoneCommand = 'key-step' | 'key-pause' | 'key-resume' | 'dnssec-disable' | 'dnssec-enable'

/** A change as its command words it. */
export interface Wording {
  readonly done: (zone: string, report: RolloverReport) => string
  readonly would: (zone: string, report: RolloverReport) => string
  /** See `Change`. */
  readonly rehearsal?: string
}

/** Has the server make a change to a zone’s rollover, and tells what came of it. */
export async function changeZone(
  context: Context,
  name: ZoneCommand,
  input: { readonly ZONE: string; readonly dryRun: boolean },
  wording: Wording,
): Promise<Report> {
  const zone = absoluteName(input.ZONE)
  const report = await askRollover(context, name, { zone, isDryRun: input.dryRun })
  return changeReport(report, input.dryRun, wording)
}

/** What a command tells once the server has made a change, or has said what it would be. */
export function changeReport(
  report: RolloverCommands['key-roll']['result'],
  isDryRun: boolean,
  wording: Wording,
): Report {
  const shown = printable(shortName(report.zone))
  const [done, would] = [wording.done(shown, report), wording.would(shown, report)]
  return {
    exitCode: ExitCode.Done,
    data: { isDryRun, rollover: report },
    print: (paper) =>
      describeChange(paper, { report, isDryRun, done, would, rehearsal: wording.rehearsal }, nowSeconds()),
  }
}
