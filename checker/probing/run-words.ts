import { spawn } from 'node:child_process'

export type WordsResult =
  | { readonly outcome: 'ran'; readonly exitCode: number; readonly stdout: string }
  | { readonly outcome: 'failed'; readonly why: string }

/** Runs a command of this host. */
export type RunWords = (words: readonly string[], input?: string) => Promise<WordsResult>

const PATIENCE_MS = 20_000
/** For what a command that has ended has still to print. */
const LINGERING_MS = 1_000
const MOST_OCTETS = 1024 * 1024
const PATH = '/usr/sbin:/usr/bin:/sbin:/bin'

/** Runs a command without a shell, with limits of time and output. Never rejects. */
export const runWords: RunWords = (words, input = '') =>
  new Promise((resolve) => {
    const [program = '', ...others] = words
    const child = spawn(program, others, {
      stdio: ['pipe', 'pipe', 'ignore'],
      cwd: '/',
      env: { PATH, LC_ALL: 'C', HOME: process.env.HOME ?? '/' },
      timeout: PATIENCE_MS,
      killSignal: 'SIGKILL',
    })
    let stdout = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (stdout.length < MOST_OCTETS) stdout += text
    })
    // A command that does not read its input is none of our business.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ outcome: 'failed', why: error.code === 'ENOENT' ? 'it is not installed' : error.message }),
    )
    const end = (exitCode: number | null, signal: string | null) => {
      child.stdout.destroy()
      resolve(
        exitCode === null
          ? { outcome: 'failed', why: `it was ended by ${signal}` }
          : { outcome: 'ran', exitCode, stdout },
      )
    }
    child.once('close', end)
    // What it leaves running in the background may hold its output open for ever.
    child.once('exit', (exitCode, signal) => setTimeout(end, LINGERING_MS, exitCode, signal).unref())
  })
