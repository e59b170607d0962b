import { count, fold, type Paper, printable } from '../../console/paper.ts'
import { command } from '../command.ts'
import { shortName } from '../configuration.ts'
import { ExitCode } from '../exit-code.ts'
import { DRY_RUN_OPTION } from '../keys/options.ts'
import type { RestoreResult } from '../keys/restore-keys.ts'
import { second } from '../keys/times.ts'
import { keyName } from '../keys/words.ts'
import { STDIN_OPTION } from '../passphrase.ts'

export const keyRestoreCommand = command({
  name: 'key restore',
  summary: 'take keys from a backup back into the store',
  description: [
    'On an empty machine: put configuration and zone files in place, restore, start veild. It serves the same keys as before, and rolls go on where they were when the backup was made; what was on its way then, to caches or at the parent, is waited for anew.',
    'Private keys are sealed anew, under the key file of this machine or what the configuration has in its place. veild must not run.',
    'A store with keys in it is left alone. With `--merge` the zones come in that have no keys there; the others stay as they are, and so does the server’s secret.',
    'What happened after the backup is not known to it: a key that was made later is lost, and if the parent’s DS names that, nobody can mend it. `dnsctl key ds` shows what the parent has to have.',
  ],
  arguments: { FILE: { summary: 'a file of `dnsctl key backup`', completes: 'file' } },
  options: {
    identity: {
      value: 'FILE',
      summary: 'a secret key of age, as age-keygen writes it; several may be given',
      repeatable: true,
      completes: 'file',
    },
    stdin: STDIN_OPTION,
    merge: { summary: 'also into a store that has keys: those of other zones' },
    dryRun: DRY_RUN_OPTION,
  },
  examples: [
    { line: 'key restore veil-keys.age', summary: 'asks for the passphrase' },
    {
      line: 'key restore veil-keys.age --identity key.txt --dry-run',
      summary: 'whether the backup can be opened, and what is in it',
    },
  ],
  async run(context, input) {
    const { restoreKeys } = await import('../keys/restore-keys.ts')
    const result = await restoreKeys(context, input)
    const { made, stateFolder, restored, kept, secret, isDryRun } = result
    return {
      exitCode: ExitCode.Done,
      data: {
        ...{ made: new Date(made * 1000).toISOString(), stateFolder, kept, secret, isDryRun },
        restored: restored.map(({ set, keys }) => ({ zone: set.zone, keyTags: keys.map(({ keyTag }) => keyTag) })),
      },
      print: (paper) => describe(paper, result),
    }
  },
})

function describe(paper: Paper, result: RestoreResult): string[] {
  const { made, stateFolder, restored, kept, isDryRun } = result
  const keys = restored.reduce((sum, zone) => sum + zone.keys.length, 0)
  const what = `${count(keys, 'key')} of ${count(restored.length, 'zone')} as of ${second(made)}`
  const lead = isDryRun
    ? `Would restore ${what} to ${printable(stateFolder)}`
    : paper.good(`Restored ${what} to ${printable(stateFolder)}`)
  return [
    lead,
    ...restored.map(({ set, keys: each }) => `  ${printable(shortName(set.zone))}: ${each.map(keyName).join(', ')}`),
    ...(kept.length === 0
      ? []
      : fold(paper, `Left as they are: ${kept.map((zone) => printable(shortName(zone))).join(', ')}.`)),
    ...fold(paper, SECRETS[result.secret]),
    ...(isDryRun || restored.length === 0
      ? []
      : fold(paper, 'Next: start veild; then hold `dnsctl key ds` against what the parent has.')),
  ]
}

const SECRETS: Readonly<Record<RestoreResult['secret'], string>> = {
  restored: 'The server’s secret is that of the backup: decoys and the times of signatures stay as they were.',
  kept: 'The server’s secret stays the one that is there.',
  none: 'The backup has no server’s secret: a new one is made where there is none, and decoys change.',
}
