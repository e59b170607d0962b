import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { Failure } from '../../console/failure.ts'
import { count, fold, printable } from '../../console/paper.ts'
import { command } from '../command.ts'
import { shortName } from '../configuration.ts'
import { ExitCode } from '../exit-code.ts'
import { absoluteName, readKeyTag } from '../keys/ask-rollover.ts'
import { askBundles } from '../keys/bundle-work.ts'
import { requireConsent } from '../keys/consent.ts'
import { DRY_RUN_OPTION, YES_OPTION, ZONE_ARGUMENT } from '../keys/options.ts'
import { describeSupply, readWeeks, WEEKS_OPTION } from '../keys/supply-text.ts'
import { askNewPassphrase, STDIN_OPTION } from '../passphrase.ts'

export const keyBundleTakeOfflineCommand = command({
  name: 'key bundle take-offline',
  summary: 'move a key signing key off the server',
  description: [
    'Writes the zone’s key signing key (KSK) to a file under a passphrase, reads it back and has the copy sign something; then has the server sign ahead with the key for so many weeks, and remove the private key from its store: all of it at one moment, or nothing. The DS record at the parent stays as it is, and nobody notices.',
    'From then on the zone depends on bundles: before the weeks are over, `dnsctl key bundle request` begins the next one. veild reminds you at half of the supply.',
    'The file is in the format of `age`: `age -d FILE` gives BIND’s .private. Copy it to two places away from this machine, then remove it here.',
    'What was on a disk may still be there: in blocks that are free now, in snapshots, in backups, sealed and beside the key file that opens it. A key that must never have been on a server has to be made elsewhere.',
  ],
  arguments: { ZONE: ZONE_ARGUMENT },
  options: {
    weeks: { ...WEEKS_OPTION, required: true },
    out: {
      value: 'FILE',
      summary: 'where the key goes: a file that is not there yet',
      required: true,
      completes: 'file',
    },
    tag: { value: 'NUMBER', summary: 'the key, where the zone has several KSKs' },
    stdin: STDIN_OPTION,
    yes: YES_OPTION,
    dryRun: DRY_RUN_OPTION,
  },
  examples: [
    {
      line: 'key bundle take-offline example.com --weeks 8 --out /media/stick/example.com.ksk.age',
      summary: 'onto a stick, with two months signed ahead',
    },
  ],
  async run(context, input) {
    const zone = absoluteName(input.ZONE)
    const weeks = readWeeks(input.weeks)
    const keyTag = input.tag === undefined ? undefined : readKeyTag(input.tag)
    if (existsSync(resolve(context.workingDirectory, input.out))) throw inTheWay(input.out)
    const { keepCopy, openLeavingKey } = await import('../keys/take-offline.ts')
    const key = await openLeavingKey(context, zone, keyTag)
    const tag = key.stored.keyTag
    const name = printable(shortName(zone))
    const stakes = [
      `ksk ${tag} of ${name} is written to ${printable(input.out)}, under a passphrase, and removed from this server.`,
      `Who loses file or passphrase has ${weeks} weeks to get to another key through the registrar.`,
    ]
    if (input.dryRun) {
      const data = { zone, keyTag: tag, out: input.out, weeks, isDryRun: true }
      const lead = 'Dry run, nothing was changed: without `--dry-run`'
      return { exitCode: ExitCode.Done, data, print: (paper) => fold(paper, `${lead} ${stakes.join(' ')}`) }
    }
    await requireConsent(context, input.yes, {
      stakes,
      word: name,
      unattended: `key bundle take-offline ${input.ZONE} --weeks ${weeks} --out ${input.out}`,
    })
    const passphrase = await askNewPassphrase(context, { isPiped: input.stdin })
    const proof = await keepCopy(context, key, input.out, passphrase).finally(() => passphrase.fill(0))
    const { signatures, supply } = await askBundles(context, 'bundle-take-offline', { zone, keyTag: tag, weeks, proof })
    return {
      exitCode: ExitCode.Done,
      data: { zone, keyTag: tag, out: input.out, signatures, supply },
      print: (paper) => [
        paper.good(
          `ksk ${tag} of ${name} is in ${printable(input.out)}, was read back from there, and is on this server no more.`,
        ),
        ...describeSupply(paper, supply),
        `It has signed ahead: ${count(signatures, 'signature')}.`,
        '',
        ...fold(
          paper,
          'Copy the file to two places away from here, try `age -d` on each, then remove it here. Free blocks of the disk, snapshots and backups may still have the key, sealed; with the key file of the same moment it can be opened.',
        ),
      ],
    }
  },
})

function inTheWay(file: string): Failure {
  return new Failure({
    exitCode: ExitCode.File,
    what: `${file} is there already`,
    why: 'A private key overwrites nothing.',
    next: 'name another file with `--out`',
  })
}
