import { basename } from 'node:path'
import { type Paper, printable } from '../../console/paper.ts'
import { command } from '../command.ts'
import { shortName } from '../configuration.ts'
import { ExitCode } from '../exit-code.ts'
import { DRY_RUN_OPTION } from '../keys/options.ts'
import { openOverlay, refuseChanged, replaceFile } from '../sealed-files.ts'

export const zoneSealCommand = command({
  name: 'zone seal',
  summary: 'encrypt an overlay where it lies, for this store alone',
  description: [
    'What a view lays over a zone is what strangers must not learn. A sealed overlay can be read only with the data key of this store: not by whoever gets hold of the disk or of a backup. veild reads it like any other; dnsctl zone edit changes it.',
    'The file is bound to its zone and its name: renamed, or put into another’s place, it does not open. What it held before is overwritten where it lay; flash memory, snapshots and backups may keep it all the same. Files that it includes stay as they are.',
    'The key comes from the store in the state folder, opened by its key file or credential, else by a passphrase, which is asked for.',
  ],
  arguments: { FILE: { summary: 'an overlay of the configuration', completes: 'file' } },
  options: { dryRun: DRY_RUN_OPTION },
  examples: [{ line: 'zone seal example.com.internal.zone', summary: 'what only insiders see' }],
  async run(context, input) {
    const overlay = await openOverlay(context, input.FILE)
    const { path, zone, octets } = overlay
    if (overlay.isSealed) {
      return { exitCode: ExitCode.Done, data: { path, sealed: true }, print: () => [`${printable(path)} is sealed.`] }
    }
    const { openZoneFileKey } = await import('../offline-vault.ts')
    const { sealFile } = await import('../../keys/sealed-file.ts')
    const key = await openZoneFileKey(context, overlay.configuration)
    const sealed = sealFile(octets, zone.name, basename(path), key)
    key.key.fill(0)
    refuseChanged(overlay)
    const wiped = !input.dryRun && replaceFile(path, sealed, true)
    const includes = /^\s*\$INCLUDE\b/im.test(octets.toString('latin1'))
    return {
      exitCode: ExitCode.Done,
      data: { path, zone: zone.name, sealed: !input.dryRun, isDryRun: input.dryRun, wiped, includes },
      print: (paper) => describe(paper, { path, zone: shortName(zone.name), isDryRun: input.dryRun, wiped, includes }),
    }
  },
})

interface Done {
  readonly path: string
  readonly zone: string
  readonly isDryRun: boolean
  readonly wiped: boolean
  readonly includes: boolean
}

function describe(paper: Paper, { path, zone, isDryRun, wiped, includes }: Done): string[] {
  const included = includes ? [paper.warn('It has $INCLUDE: the files that it includes are not sealed.')] : []
  if (isDryRun) {
    const lead = paper.warn('Dry run, nothing was changed:')
    return [`${lead} ${printable(path)} would be sealed, an overlay of ${printable(zone)}.`, ...included]
  }
  return [
    `${paper.good('Sealed:')} ${printable(path)}, an overlay of ${printable(zone)}. To change it: \`dnsctl zone edit ${printable(path)}\``,
    ...(wiped ? [] : [paper.warn('What it held before could not be overwritten, and may still lie on the disk.')]),
    ...included,
    'Backups and versions of it from before are as readable as ever.',
  ]
}
