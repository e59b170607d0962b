import type { Report } from '../../console/command.ts'
import { createPaper, fold, type Paper, printable } from '../../console/paper.ts'
import type { RolloverCommands, RolloverReport } from '../../server/keys/rollover-protocol.ts'
import { shortName } from '../configuration.ts'
import type { Context } from '../context.ts'
import { absoluteName, askRollover, findRollover, readKeyTag } from './ask-rollover.ts'
import { changeReport } from './change-zone.ts'
import { requireConsent } from './consent.ts'

/** What an operator says of the parent. */
export interface Said {
  readonly says: RolloverCommands['key-ds-said']['arguments']['says']
  /** As typed. */
  readonly keyTag: string
}

/** Passes on what an operator says of the parent’s DS, after saying what it means if it is not true. */
export async function sayDs(
  context: Context,
  said: Said & { readonly zone: string; readonly isDryRun: boolean; readonly yes: boolean },
): Promise<Report> {
  const { says, isDryRun } = said
  const keyTag = readKeyTag(said.keyTag)
  const zone = absoluteName(said.zone)
  const name = printable(shortName(zone))
  if (!isDryRun && !said.yes) {
    const paper = context.screen?.paper ?? createPaper(80, false)
    const stakes = risks(paper, await findRollover(context, zone), keyTag, says)
    const unattended = `key ds ${name} --${says} ${keyTag}`
    await requireConsent(context, false, { stakes, word: 'yes', unattended })
  }
  const report = await askRollover(context, 'key-ds-said', { zone, keyTag, says, isDryRun })
  const state = says === 'submitted' ? 'is at the parent' : 'is gone from the parent'
  return changeReport(report, isDryRun, {
    done: () => `Taken down: the DS of ${keyTag} ${state}. The time that caches take runs from now.`,
    would: () => `it would be taken down that the DS of ${keyTag} ${state}.`,
  })
}

function risks(paper: Paper, report: RolloverReport, keyTag: number, says: Said['says']): string[] {
  const name = printable(shortName(report.zone))
  const claim = says === 'submitted' ? 'has the DS' : 'has the DS no more'
  return [
    ...fold(paper, `You say that every address of every server of the parent of ${name} ${claim} of key ${keyTag}.`),
    ...fold(
      paper,
      says === 'submitted'
        ? 'If one has it not yet, or has it for some resolvers only, validators that ask there keep following the old DS, to a key that Veil will take out: for them the zone is then bogus.'
        : 'If one has it still, validators that ask there follow it to a key that Veil will take out: for them the zone is then bogus.',
    ),
    ...(report.parent.mode === 'check'
      ? fold(paper, `Veil looks for itself: \`dnsctl key check-parent ${name}\` is the safer way.`)
      : fold(paper, `To be sure ask each of them: \`dig +norecurse @SERVER ${name} DS\`.`)),
  ]
}
