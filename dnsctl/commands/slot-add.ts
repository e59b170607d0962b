import { resolve } from 'node:path'
import type { Report } from '../../console/command.ts'
import { Failure } from '../../console/failure.ts'
import { fold, type Paper, printable } from '../../console/paper.ts'
import type { SlotListing } from '../../server/keys/slot-changes.ts'
import { command } from '../command.ts'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { DRY_RUN_OPTION } from '../keys/options.ts'
import { askNewPassphrase, STDIN_OPTION } from '../passphrase.ts'
import { slotTable, slotText } from '../sealing-text.ts'

const KINDS = ['passphrase', 'key-file', 'credential'] as const
const STRENGTHS = ['moderate', 'sensitive'] as const
type Kind = (typeof KINDS)[number]

export const slotAddCommand = command({
  name: 'slot add',
  summary: 'add another way to open the sealed keys and files',
  description: [
    'The store has to be open: an unlocked veild adds the slot; where none runs, one of the other slots opens the store for it. Private keys and sealed files stay as they are.',
    'passphrase: asked for twice, without showing what is typed; Argon2id makes the key, with 256 MiB for each guess, with --strength sensitive 1 GiB. key-file, credential: FILE holds 32 octets, mode 0600, and is made where it is not there. For a credential, systemd-creds then encrypts it, and FILE is to be removed.',
  ],
  arguments: { KIND: { summary: 'passphrase, key-file or credential', completes: KINDS } },
  options: {
    file: { value: 'FILE', summary: 'of a key-file or credential: where the key is, or is to be', completes: 'file' },
    strength: { value: 'COST', summary: 'of a passphrase: moderate, the default, or sensitive', completes: STRENGTHS },
    stdin: STDIN_OPTION,
    dryRun: DRY_RUN_OPTION,
  },
  examples: [
    { line: 'slot add passphrase', summary: 'ask for one' },
    { line: 'slot add key-file --file /media/usb/veil.key', summary: 'a key file on a medium of its own' },
    {
      line: 'slot add credential --file /dev/shm/veil-key',
      summary: 'a key for systemd-creds, which docs/sealing.md goes on with',
    },
  ],
  async run(context, input) {
    const kind = readKind(input.KIND)
    const { strength = 'moderate', file } = input
    if (!STRENGTHS.some((each) => each === strength)) {
      throw usage(`"${strength}" is no cost that a guess can have`, 'It is moderate or sensitive.')
    }
    if ((kind === 'passphrase') !== (file === undefined)) {
      throw usage(
        kind === 'passphrase' ? 'A passphrase goes without --file' : `A ${kind} needs --file`,
        'The file holds the key: 32 octets.',
      )
    }
    const path = file === undefined ? undefined : resolve(context.workingDirectory, file)
    if (input.dryRun) return wouldAdd(context, kind, path)
    const secret = await readSecretOf(context, path, input.stdin)
    const { addSlotTo } = await import('../slots.ts')
    const wanted = kind === 'passphrase' ? { kind, strength: strength as (typeof STRENGTHS)[number] } : { kind }
    const slot = await addSlotTo(context, wanted, secret)
    return { exitCode: ExitCode.Done, data: { slot, file: path }, print: (paper) => describe(paper, slot, path) }
  },
})

async function wouldAdd(context: Context, kind: Kind, path: string | undefined): Promise<Report> {
  const { slotsToJoin } = await import('../slots.ts')
  const slots = await slotsToJoin(context)
  const by = path === undefined ? 'a passphrase' : `a key in ${printable(path)}`
  return {
    exitCode: ExitCode.Done,
    data: { isDryRun: true, kind, file: path, slots },
    print: (paper) => [
      ...fold(
        paper,
        `${paper.warn('Dry run, nothing was changed:')} ${by} would open the store, too. So far it is opened by:`,
      ),
      '',
      ...slotTable(paper, slots),
    ],
  }
}

function readKind(text: string): Kind {
  const kind = KINDS.find((each) => each === text)
  if (kind === undefined) throw usage(`There is no kind of slot "${text}"`, `It is one of ${KINDS.join(', ')}.`)
  return kind
}

async function readSecretOf(context: Context, path: string | undefined, isPiped: boolean): Promise<Uint8Array> {
  if (path === undefined) return askNewPassphrase(context, { isPiped })
  const { createKeyFile, readKeyFile } = await import('../../server/keys/secret-key-file.ts')
  const { keyFileWords } = await import('../../server/keys/key-file.ts')
  const { StartError } = await import('../../server/state/state-folder.ts')
  try {
    const words = keyFileWords(path)
    return readKeyFile(path, words) ?? createKeyFile(path, words)
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    throw new Failure({ exitCode: ExitCode.File, what: error.message, next: '`--file FILE` names another' })
  }
}

function usage(what: string, why: string): Failure {
  return new Failure({ exitCode: ExitCode.Usage, what, why, next: '`dnsctl slot add --help`' })
}

function describe(paper: Paper, slot: SlotListing, path: string | undefined): string[] {
  const lead = `${paper.good('Added:')} ${slotText(slot)}.`
  if (path === undefined) {
    return [
      lead,
      'To start locked and wait for it: `sealing: { unlock: passphrase }`, then `dnsctl slot rm` the others.',
    ]
  }
  if (slot.kind === 'key-file') {
    return [lead, `To open the store by it at the start: \`sealing: { key-file: ${printable(path)} }\``]
  }
  return [
    lead,
    `Have systemd encrypt it, then remove it:`,
    `  systemd-creds encrypt --name=veil-key ${printable(path)} /etc/credstore.encrypted/veil-key && shred -u ${printable(path)}`,
    'The unit needs LoadCredentialEncrypted=veil-key, veil.yaml `sealing: { unlock: credential }`.',
  ]
}
