import { basename } from 'node:path'
import { type Paper, printable } from '../../console/paper.ts'
import { command } from '../command.ts'
import { shortName } from '../configuration.ts'
import { ExitCode } from '../exit-code.ts'
import { DRY_RUN_OPTION } from '../keys/options.ts'
import { openOverlay, refuseChanged, refuseIncludes, replaceFile } from '../sealed-files.ts'

export const zoneSealCommand = command({
  name: 'zone seal',
  summary: 'encrypt an overlay where it lies, for this store alone',
  description: [
    'What a view lays over a zone is what strangers must not learn. A sealed overlay can be read only with the data key of this store: not by whoever gets hold of the disk or of a backup. veild reads it like any other; dnsctl zone edit changes it.',
    'The file is bound to its zone and its name: renamed, or put into another’s place, it does not open. What it held before is overwritten where it lay; flash memory, snapshots and backups may keep it all the same. An overlay with $INCLUDE is refused: what it includes would lie there in plain.',
    'The key comes from the store in the state folder, opened by its key file or credential, else by a passphrase, which is asked for.',
  ],
  arguments: { FILE: { summary: 'an overlay of the configuration', completes: 'file' } },
  options: { dryRun: DRY_RUN_OPTION },
  examples: [{ line: 'zone seal example.com.internal.zone', summary: 'what only insiders see' }],
  async run(context, input) {
    const overlay = await openOverlay(context, input.FILE)
    const { path, zone, octets } = overlay
    if (!overlay.isSealed) refuseIncludes(path, octets)
    const { openZoneFileKey } = await import('../offline-vault.ts')
    const { sealFile, wipeZoneFileKeys } = await import('../../keys/sealed-file.ts')
    const key = await openZoneFileKey(context, overlay.configuration)
    if (overlay.isSealed) {
      const { resealFile } = await import('../reseal.ts')
      const isAnew = !input.dryRun && resealFile(overlay, key)
      wipeZoneFileKeys(key)
      const said = isAnew ? 'is sealed with the data key of today.' : 'is sealed.'
      return { exitCode: ExitCode.Done, data: { path, sealed: true }, print: () => [`${printable(path)} ${said}`] }
    }
    const sealed = sealFile(octets, { zone: zone.name, name: basename(path), sealedAt: Date.now() }, key)
    wipeZoneFileKeys(key)
    refuseChanged(overlay)
    const wiped = !input.dryRun && replaceFile(path, sealed, true)
    return {
      exitCode: ExitCode.Done,
      data: { path, zone: zone.name, sealed: !input.dryRun, isDryRun: input.dryRun, wiped },
      print: (paper) => describe(paper, { path, zone: shortName(zone.name), isDryRun: input.dryRun, wiped }),
    }
  },
})

interface Done {
  readonly path: string
  readonly zone: string
  readonly isDryRun: boolean
  readonly wiped: boolean
}

function describe(paper: Paper, { path, zone, isDryRun, wiped }: Done): string[] {
  if (isDryRun) {
    const lead = paper.warn('Dry run, nothing was changed:')
    return [`${lead} ${printable(path)} would be sealed, an overlay of ${printable(zone)}.`]
  }
  return [
    `${paper.good('Sealed:')} ${printable(path)}, an overlay of ${printable(zone)}. To change it: \`dnsctl zone edit ${printable(path)}\``,
    ...(wiped ? [] : [paper.warn('What it held before could not be overwritten, and may still lie on the disk.')]),
    'Backups and versions of it from before are as readable as ever.',
  ]
}
