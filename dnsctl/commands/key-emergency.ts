import { Failure } from '../../console/failure.ts'
import { createPaper, fold, printable } from '../../console/paper.ts'
import type { RolloverCommands } from '../../server/keys/rollover-protocol.ts'
import { command } from '../command.ts'
import { shortName } from '../configuration.ts'
import { ExitCode } from '../exit-code.ts'
import { absoluteName, askRollover, readKeyTag } from '../keys/ask-rollover.ts'
import { changeReport } from '../keys/change-zone.ts'
import { requireConsent } from '../keys/consent.ts'
import { emergencyStakes } from '../keys/emergency-text.ts'
import { DRY_RUN_OPTION, YES_OPTION, ZONE_ARGUMENT } from '../keys/options.ts'

export const keyEmergencyCommand = command({
  name: 'key emergency',
  summary: 'replace a key that somebody else may have',
  description: [
    'Whoever has a private key can sign what they like, and validators believe it for as long as they trust the key. How fast it goes is a choice. With `--continuity` no validator ever rejects an answer: another key takes over at once where a standby is ready, and the bad one leaves as soon as no cache depends on it. With `--security` it is out at once, for a price: who has its signatures or its DS in a cache rejects your answers until that has expired.',
    'Before anything is done it says for how long which of the two would be bogus, and what forgeries stay possible, and has you type the name of the zone; `--yes` does it without.',
    'The DS of a KSK or CSK can only be changed at the parent, so either way call the registrar first.',
  ],
  arguments: { ZONE: ZONE_ARGUMENT },
  options: {
    key: { value: 'KEYTAG', summary: 'the key that may have leaked', required: true },
    continuity: { summary: 'no validator rejects anything; forgeries stay possible meanwhile' },
    security: { summary: 'out at once; validators with old caches reject answers meanwhile' },
    yes: YES_OPTION,
    dryRun: DRY_RUN_OPTION,
  },
  examples: [
    { line: 'key emergency example.com --key 41021 --continuity --dry-run', summary: 'what it would mean' },
    { line: 'key emergency example.com --key 41021 --continuity', summary: 'the usual choice' },
  ],
  async run(context, input) {
    if (input.continuity === input.security) throw whichManner()
    const manner: Manner = input.continuity ? 'continuity' : 'security'
    const args = { zone: absoluteName(input.ZONE), keyTag: readKeyTag(input.key), manner }
    const foreseen = await askRollover(context, 'key-emergency', { ...args, isDryRun: true })
    const name = printable(shortName(args.zone))
    const paper = context.screen?.paper ?? createPaper(80, false)
    if (input.dryRun) {
      return {
        exitCode: ExitCode.Done,
        data: { isDryRun: true, rollover: foreseen },
        print: (on) => [
          ...emergencyStakes(on, foreseen, args),
          '',
          ...fold(
            on,
            'Dry run, nothing was changed: the same command without `--dry-run` does it, once you have typed the name of the zone.',
          ),
        ],
      }
    }
    await requireConsent(context, input.yes, {
      stakes: emergencyStakes(paper, foreseen, args),
      word: name,
      unattended: `key emergency ${name} --key ${args.keyTag} --${manner}`,
    })
    const report = await askRollover(context, 'key-emergency', { ...args, isDryRun: false })
    return changeReport(report, false, {
      done: (zone) => `The key ${args.keyTag} of ${zone} is on its way out (--${manner}).`,
      would: () => '',
    })
  },
})

type Manner = RolloverCommands['key-emergency']['arguments']['manner']

function whichManner(): Failure {
  return new Failure({
    exitCode: ExitCode.Usage,
    what: 'Say which is worse: --continuity or --security',
    why: '`--continuity` lets nothing become bogus and leaves forgeries possible meanwhile; `--security` ends them at once, and validators with old caches reject your answers meanwhile.',
    next: 'the same command with `--continuity --dry-run`, and with `--security --dry-run`, says for how long',
  })
}
