import { count, fold, type Paper, printable } from '../../console/paper.ts'
import { command } from '../command.ts'
import { shortName } from '../configuration.ts'
import { ExitCode } from '../exit-code.ts'
import type { BackupResult } from '../keys/backup-keys.ts'
import { DRY_RUN_OPTION } from '../keys/options.ts'
import { keyName } from '../keys/words.ts'
import { STDIN_OPTION } from '../passphrase.ts'

export const keyBackupCommand = command({
  name: 'key backup',
  summary: 'write keys and all that belongs to them to an encrypted file',
  description: [
    'The file holds private keys, their states, the history of each zone’s keys, what offline keys have signed, and, where all zones are taken, the server’s secret: all that `dnsctl key restore` needs on an empty machine to go on where this one was. Zone files and configuration are not in it.',
    'It is encrypted by age (age-encryption.org), with a passphrase that is asked for, or for the holders of secret keys: `age-keygen` makes one, and its public key is the recipient. `age -d` opens the file without Veil; docs/keys-in-and-out.md says what stands in it. Keep it, and what opens it, apart from this machine.',
    'Of each key is noted that it has a backup. With `backup: require` under `keys:` in the configuration no parent is asked for the DS of a key that has none.',
    'Reads the store, whether veild runs or not, as the account of veild or root. What is there already is not overwritten.',
  ],
  arguments: {
    ZONE: { summary: 'zones; all when left out, and the server’s secret', variadic: true, completes: 'zone' },
  },
  options: {
    to: { value: 'FILE', summary: 'the file to write', required: true, completes: 'file' },
    recipient: { value: 'RECIPIENT', summary: 'a public key of age, age1…; several may be given', repeatable: true },
    passphrase: { summary: 'ask for a passphrase; so it is without --recipient' },
    stdin: STDIN_OPTION,
    dryRun: DRY_RUN_OPTION,
  },
  examples: [
    { line: 'key backup --to veil-keys.age', summary: 'all zones, with a passphrase' },
    {
      line: 'key backup --to /mnt/veil-keys.age --recipient age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p',
      summary: 'for the holder of a secret key: nobody is asked, so a timer can do it',
    },
  ],
  async run(context, input) {
    const { backUpKeys } = await import('../keys/backup-keys.ts')
    const result = await backUpKeys(context, input)
    const { file, isDryRun, octets, zones, hasSecret, recipients, without } = result
    return {
      exitCode: ExitCode.Done,
      data: {
        ...{ file, isDryRun, octets, hasSecret, recipients, without: without.map(({ keyTag }) => keyTag) },
        zones: zones.map(({ zone, keys }) => ({ zone, keyTags: keys.map(({ keyTag }) => keyTag) })),
      },
      print: (paper) => describe(paper, result),
    }
  },
})

/** Zones that are named one by one. */
const NAMED = 8

function describe(paper: Paper, { file, isDryRun, zones, hasSecret, recipients, without }: BackupResult): string[] {
  const keys = zones.reduce((sum, zone) => sum + zone.keys.length, 0)
  const what = `${count(keys, 'key')} of ${count(zones.length, 'zone')} to ${printable(file)}`
  const lock =
    recipients.length === 0 ? 'Its passphrase opens it' : `${count(recipients.length, 'secret key')} of age can open it`
  return [
    isDryRun ? `${paper.warn('Dry run, nothing was written:')} would write ${what}` : paper.good(`Wrote ${what}`),
    ...zones
      .slice(0, NAMED)
      .map((zone) => `  ${printable(shortName(zone.zone))}: ${zone.keys.map(keyName).join(', ')}`),
    ...(zones.length > NAMED ? [`  and ${zones.length - NAMED} more zones`] : []),
    ...(hasSecret ? ['  the server’s secret'] : []),
    ...(without.length === 0
      ? []
      : fold(paper, `Not in it, for they are not here: the private keys of ${without.map(keyName).join(', ')}.`)),
    ...fold(
      paper,
      isDryRun
        ? 'The same command without `--dry-run` writes it.'
        : `${lock}, with or without Veil. Try it: \`dnsctl key restore ${printable(file)} --dry-run --state ./nowhere\`; then keep it elsewhere.`,
    ),
  ]
}
