import { Failure } from '../console/failure.ts'
import { printable } from '../console/paper.ts'
import { LONGEST_PASSPHRASE, SHORTEST_PASSPHRASE } from '../keys/passphrase-limits.ts'
import type { Context } from './context.ts'
import { ExitCode } from './exit-code.ts'

/** Where a passphrase comes from: the terminal, or with `--stdin` a program that keeps it. */
export interface PassphraseSource {
  readonly isPiped: boolean
  /** What it opens; undefined: the store. */
  readonly of?: string
}

/** The option that commands with a passphrase share. */
export const STDIN_OPTION = {
  summary: 'read the passphrase from standard input, up to the end of its first line: for a password manager',
} as const

/** Asks for a passphrase; the caller wipes it. */
export async function askPassphrase(
  context: Context,
  { isPiped, of = 'the store' }: PassphraseSource,
): Promise<Buffer> {
  if (isPiped) return readPiped(context)
  return requireDialogue(context).secret(`Passphrase of ${printable(of)}:`)
}

/** Asks twice for a passphrase that is to be set, until both are the same; the caller wipes it. */
export async function askNewPassphrase(context: Context, { isPiped }: PassphraseSource): Promise<Buffer> {
  if (isPiped) return readPiped(context)
  const dialogue = requireDialogue(context)
  for (;;) {
    const first = await dialogue.secret(`New passphrase, at least ${SHORTEST_PASSPHRASE} characters:`)
    if (first.length < SHORTEST_PASSPHRASE) {
      first.fill(0)
      dialogue.say(['  That is too short: four words drawn by lot make a good one.'])
      continue
    }
    const second = await dialogue.secret('The same again:')
    const isSame = first.equals(second)
    second.fill(0)
    if (isSame) return first
    first.fill(0)
    dialogue.say(['  These were not the same.'])
  }
}

async function readPiped(context: Context): Promise<Buffer> {
  const input = await context.readInput?.(LONGEST_PASSPHRASE + 1)
  const end = input?.findIndex((octet) => octet === 0x0a || octet === 0x0d) ?? -1
  const passphrase = Buffer.from(input?.subarray(0, end < 0 ? input.length : end) ?? [])
  input?.fill(0)
  if (passphrase.length > 0 && passphrase.length <= LONGEST_PASSPHRASE) return passphrase
  passphrase.fill(0)
  throw new Failure({
    exitCode: ExitCode.Usage,
    what: 'Standard input holds no passphrase',
    why: `It has one line of at most ${LONGEST_PASSPHRASE} octets.`,
    next: 'the same command without `--stdin`, which asks',
  })
}

function requireDialogue({ dialogue }: Context) {
  if (dialogue !== undefined) return dialogue
  throw new Failure({
    exitCode: ExitCode.Usage,
    what: 'A passphrase is needed, and nobody can be asked',
    why: 'Standard input and output are no terminal, or --json was given. A passphrase never stands on the command line or in the environment, where others can read it.',
    next: 'the same command on a terminal (`ssh -t`), or with `--stdin`',
  })
}
