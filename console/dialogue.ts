import { createInterface, type Interface } from 'node:readline/promises'
import { Failure } from './failure.ts'
import type { Paper } from './paper.ts'
import { readSecret, type SecretTerminal } from './secret-prompt.ts'

/** How every program ends that Ctrl-C interrupted, as shells have it: 128 and the number of the signal. */
const INTERRUPTED = 130

/** Asks a person at a terminal. */
export interface Dialogue {
  readonly say: (lines: readonly string[]) => void
  /** Asks until `check` finds nothing to object to; an empty line takes the proposal. */
  readonly ask: (question: string, proposal: string, check: (answer: string) => string | undefined) => Promise<string>
  /** Asks for what must not be seen, in octets that the caller wipes. */
  readonly secret: (question: string) => Promise<Buffer>
  readonly close: () => void
}

/**
 * A dialogue on a terminal, which is touched at the first question only: what is typed ahead belongs to the shell.
 * Ctrl-C and Ctrl-D end the command, with nothing written.
 */
export function openDialogue(input: SecretTerminal, output: NodeJS.WritableStream, paper: Paper): Dialogue {
  let lines: Interface | undefined
  return {
    say: (text) => output.write(`${text.join('\n')}\n`),
    ask: async (question, proposal, check) => {
      lines ??= createInterface({ input, output })
      const prompt = `${paper.bold(question)} ${proposal === '' ? '' : `${paper.dim(`[${proposal}]`)} `}`
      for (;;) {
        const answer = (await questionOrEnd(lines, prompt)).trim() || proposal
        const objection = check(answer)
        if (objection === undefined) return answer
        output.write(`  ${paper.warn(objection)}\n`)
      }
    },
    secret: async (question) => {
      // A line editor would show what is typed, and remember it.
      lines?.close()
      lines = undefined
      const reading = await readSecret(input, output, `${paper.bold(question)} `)
      if (reading.kind === 'read') return reading.secret
      throw interrupted()
    },
    close: () => lines?.close(),
  }

  async function questionOrEnd(open: Interface, prompt: string): Promise<string> {
    const interruption = new AbortController()
    const end = () => interruption.abort()
    open.once('close', end)
    try {
      return await open.question(prompt, { signal: interruption.signal })
    } catch {
      output.write('\n')
      throw interrupted()
    } finally {
      open.off('close', end)
    }
  }
}

function interrupted(): Failure {
  return new Failure({ exitCode: INTERRUPTED, what: 'Interrupted: nothing was written' })
}
