import { count, fold, type Paper, printable } from '../../console/paper.ts'
import { EXPORT_FORMS, type ExportForm } from '../../keys/formats/exported-key.ts'
import { command } from '../command.ts'
import { shortName } from '../configuration.ts'
import { ExitCode } from '../exit-code.ts'
import type { ExportResult } from '../keys/export-keys.ts'
import { DRY_RUN_OPTION, YES_OPTION, ZONE_ARGUMENT } from '../keys/options.ts'
import { keyName } from '../keys/words.ts'

export const keyExportCommand = command({
  name: 'key export',
  summary: 'write keys, private ones too, to files that other servers take',
  description: [
    'Writes to a folder, to files that only you can read, and never to a terminal; it asks before. Whoever has these files can forge the zone for as long as validators know the keys: delete them once the other server has them.',
    '`bind` gives .key, .private and .state files, from which a roll goes on; ldns takes the first two. `knot` and `powerdns` give files and the commands to take them in, `pem` PKCS #8 alone.',
    'That keys left is noted in their history, before they do: which, when, in what form, and by which account; `dnsctl key history` shows it.',
    'Reads the store, whether veild runs or not, as the account of veild or root. For a copy to come back to, take `dnsctl key backup`: it is encrypted, and holds the states too.',
  ],
  arguments: { ZONE: ZONE_ARGUMENT },
  options: {
    key: { value: 'TAG', summary: 'this key alone; all of the zone when left out' },
    format: { value: 'FORM', summary: 'bind, pem, powerdns or knot', required: true, completes: EXPORT_FORMS },
    to: {
      value: 'FOLDER',
      summary: 'where to; it is made where it is not there',
      required: true,
      completes: 'directory',
    },
    yes: YES_OPTION,
    dryRun: DRY_RUN_OPTION,
  },
  examples: [
    { line: 'key export example.com --format bind --to keys', summary: 'all keys, with the states of a roll' },
    { line: 'key export example.com --key 50304 --format pem --to keys', summary: 'one key, for openssl and others' },
  ],
  async run(context, input) {
    const { exportKeys } = await import('../keys/export-keys.ts')
    const result = await exportKeys(context, { ...input, format: input.format as ExportForm })
    const { zone, isDryRun, folder, files, commands, exported, left } = result
    const facts = ({ role, algorithm, keyTag }: ExportResult['exported'][number]) => ({ role, algorithm, keyTag })
    return {
      exitCode: ExitCode.Done,
      data: { zone, isDryRun, folder, files, commands, exported: exported.map(facts), left: left.map(facts) },
      print: (paper) => describe(paper, result),
    }
  },
})

function describe(paper: Paper, { zone, isDryRun, folder, files, commands, exported, left }: ExportResult): string[] {
  const name = printable(shortName(zone))
  const what = `${count(exported.length, 'key')} of ${name} to ${printable(folder)}`
  return [
    isDryRun ? `${paper.warn('Dry run, nothing was written:')} would write ${what}` : paper.good(`Wrote ${what}`),
    ...files.map((file) => `  ${printable(file)}`),
    ...(left.length === 0 ? [] : fold(paper, `Without ${left.map(keyName).join(', ')}: the private key is not here.`)),
    ...(commands.length === 0 ? [] : ['', 'There:', ...commands.map((line) => `  ${printable(line)}`)]),
    '',
    ...fold(
      paper,
      isDryRun
        ? 'The same command without `--dry-run` asks, notes it in the history of the keys, and writes them.'
        : 'Delete these files once the other server has them. Only one server may roll a key: `dnsctl key pause` holds veild still.',
    ),
  ]
}
