import { printable } from '../../console/paper.ts'
import { command } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { DRY_RUN_OPTION } from '../keys/options.ts'
import { openOverlay, refuseChanged, replaceFile } from '../sealed-files.ts'

export const zoneUnsealCommand = command({
  name: 'zone unseal',
  summary: 'make a sealed overlay a plain file again',
  description: [
    'For moving to another server, or giving up sealing. To look at or change a sealed overlay, dnsctl zone show and dnsctl zone edit leave nothing readable on the disk.',
  ],
  arguments: { FILE: { summary: 'an overlay of the configuration', completes: 'file' } },
  options: { dryRun: DRY_RUN_OPTION },
  examples: [{ line: 'zone unseal example.com.internal.zone', summary: 'what only insiders see' }],
  async run(context, input) {
    const overlay = await openOverlay(context, input.FILE)
    const { path, isSealed, configuration } = overlay
    if (!isSealed) {
      return {
        exitCode: ExitCode.Done,
        data: { path, sealed: false },
        print: () => [`${printable(path)} is not sealed.`],
      }
    }
    const { openZoneFileKey } = await import('../offline-vault.ts')
    const { openOrFail } = await import('../sealed-text.ts')
    const text = openOrFail(overlay, await openZoneFileKey(context, configuration))
    refuseChanged(overlay)
    if (!input.dryRun) replaceFile(path, text, false)
    return {
      exitCode: ExitCode.Done,
      data: { path, sealed: input.dryRun, isDryRun: input.dryRun },
      print: (paper) => [
        input.dryRun
          ? `${paper.warn('Dry run, nothing was changed:')} it opens; whoever reads ${printable(path)} would read what is hidden.`
          : `${paper.warn('Unsealed:')} whoever reads ${printable(path)} reads what is hidden.`,
      ],
    }
  },
})
