import { spawnSync } from 'node:child_process'
import { ALLOWED_COMMANDS, type AllowedCommand, type CommandReading, type Root } from './root.ts'
import { createTreeRoot } from './tree-root.ts'

/** Where commands are looked for, whatever the caller's PATH says. */
export const COMMAND_PATH = '/usr/sbin:/usr/bin:/sbin:/bin'
export const MOST_SECONDS_OF_COMMAND = 10
const MOST_OCTETS_OF_OUTPUT = 16 * 1024 * 1024

/** This host: its files as a tree root reads them, and allowed commands, each run once, without a shell. */
export function createLiveRoot(label = 'this host'): Root {
  const outputs = new Map<AllowedCommand, CommandReading>()
  return {
    ...createTreeRoot('/', label),
    kind: 'live',
    run: (command) => {
      const known = outputs.get(command)
      if (known !== undefined) return known
      const reading = runCommand(ALLOWED_COMMANDS[command])
      outputs.set(command, reading)
      return reading
    },
  }
}

/** Runs a command with no input, a short environment, and limits of time and output. */
export function runCommand(words: readonly string[]): CommandReading {
  const [program, ...others] = words
  const { error, status, signal, stdout, stderr } = spawnSync(program!, others, {
    shell: false,
    cwd: '/',
    env: { PATH: COMMAND_PATH, LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: MOST_SECONDS_OF_COMMAND * 1000,
    killSignal: 'SIGKILL',
    maxBuffer: MOST_OCTETS_OF_OUTPUT,
    encoding: 'utf8',
  })
  if (error !== undefined) return { outcome: 'unavailable', why: WHY[codeOf(error)] ?? codeOf(error) }
  if (status === null) return { outcome: 'unavailable', why: `it was ended by ${signal}` }
  return { outcome: 'ran', exitCode: status, stdout, stderr }
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'it is not installed',
  EACCES: 'permission denied',
  ETIMEDOUT: `it took longer than ${MOST_SECONDS_OF_COMMAND} seconds`,
  ENOBUFS: 'it printed too much',
}

function codeOf(error: Error): string {
  return (error as NodeJS.ErrnoException).code ?? error.message
}
