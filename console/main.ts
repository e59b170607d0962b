import { openDialogue } from './dialogue.ts'
import { printCompletions } from './print-completions.ts'
import { runProgram } from './program.ts'
import { COMPLETE_WORD } from './shells.ts'
import { readStandardInput } from './standard-input.ts'
import type { Tool } from './tool.ts'

/** Runs a tool as the process that this is. */
export async function main<C>(tool: Tool<C>): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A reader that went away (`dnsctl … | head`) is no fault.
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
  const words = process.argv.slice(2)
  if (words[0] === COMPLETE_WORD) {
    await printCompletions(tool, words.slice(1), process.stdout, process.cwd())
    return
  }
  process.exitCode = await runProgram(tool, words, {
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    readInput: (most) => readStandardInput(process.stdin, most),
    workingDirectory: process.cwd(),
    openDialogue: (paper) =>
      process.stdin.isTTY && process.stdout.isTTY ? openDialogue(process.stdin, process.stdout, paper) : undefined,
  })
}
