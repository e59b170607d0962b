import { Failure } from '../../console/failure.ts'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'

/** What a person is to agree to. */
export interface Consent {
  /** What is at stake, printed before the question. */
  readonly stakes: readonly string[]
  /** What has to be typed, exactly. */
  readonly word: string
  /** The command that does it without asking. */
  readonly unattended: string
}

/**
 * Has a person at the terminal type a word, unless `--yes` was given. Where nobody can be asked, or something else is
 * typed, the command ends and nothing has changed.
 */
export async function requireConsent(context: Context, isGiven: boolean, consent: Consent): Promise<void> {
  if (isGiven) return
  const { dialogue } = context
  if (dialogue === undefined) {
    throw new Failure({
      exitCode: ExitCode.Refused,
      what: 'Nothing was changed: this needs somebody’s consent, and there is no terminal to ask at',
      next: `\`dnsctl ${consent.unattended} --dry-run\` shows what it would do, \`--yes\` in its place does it`,
    })
  }
  dialogue.say([...consent.stakes, ''])
  const answer = await dialogue.ask(`Type ${consent.word} to do it, anything else to leave it:`, '', () => undefined)
  if (answer === consent.word) return
  throw new Failure({ exitCode: ExitCode.Refused, what: 'Nothing was changed: that was not the word asked for' })
}
