#!/usr/bin/env node
import { openDialogue } from './dialogue.ts'
import { printCompletions } from './print-completions.ts'
import { runProgram } from './program.ts'
import { COMPLETE_WORD } from './shells.ts'
import { readStandardInput } from './standard-input.ts'

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A reader that went away (`dnsctl … | head`) is no fault.
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

const words = process.argv.slice(2)

if (words[0] === COMPLETE_WORD) {
  await printCompletions(words.slice(1), process.stdout, process.cwd())
} else {
  process.exitCode = await runProgram(words, {
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    readInput: (most) => readStandardInput(process.stdin, most),
    workingDirectory: process.cwd(),
    openDialogue: (paper) =>
      process.stdin.isTTY && process.stdout.isTTY ? openDialogue(process.stdin, process.stdout, paper) : undefined,
  })
}
