import { printable } from '../../console/paper.ts'
import { command } from '../command.ts'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { DRY_RUN_OPTION } from '../keys/options.ts'
import { findState } from '../place.ts'
import { type OverlayFile, openOverlay, refuseChanged, replaceFile } from '../sealed-files.ts'

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
      if (!input.dryRun) await forgetSeal(context, overlay)
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
    if (!input.dryRun) {
      await forgetSeal(context, overlay)
      replaceFile(path, text, false)
    }
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

/** Has the store forget that the file was sealed: else veild would take the plain one for somebody else’s. */
async function forgetSeal(context: Context, { zone: { name: zone }, path }: OverlayFile): Promise<void> {
  const { askServerIfRunning } = await import('../running-server.ts')
  const told = await askServerIfRunning(context, 'zone-unsealed', { zone, path }, true)
  if (told !== undefined) return
  const { changeOwnStore, openOwnStore } = await import('../own-store.ts')
  const state = await findState(context)
  const before = openOwnStore(state)
  await before?.close()
  if (before !== undefined) await changeOwnStore(state, undefined, (store) => store.seals.forget(zone, path))
}
