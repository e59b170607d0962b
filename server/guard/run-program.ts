import { spawn } from 'node:child_process'

/** What became of a program. */
export interface ProgramEnd {
  /** Exit code; undefined: a signal ended it, or it never began. */
  readonly code: number | undefined
  /** The first of what it wrote to standard error, or why it never began. */
  readonly complaint: string
}

export interface ProgramRun {
  /** By its whole path: no shell, no search. */
  readonly program: string
  readonly arguments: readonly string[]
  /** Standard input. */
  readonly input: string
  readonly timeoutMilliseconds: number
}

const COMPLAINT_CHARACTERS = 500
/** Nothing of veild's environment: it may hold what is none of the program's business. */
const ENVIRONMENT = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8' }

/** Runs the program to its end, or kills it when its time is over. Never rejects. */
export function runProgram({ program, arguments: args, input, timeoutMilliseconds }: ProgramRun): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: '/',
      env: ENVIRONMENT,
      stdio: ['pipe', 'ignore', 'pipe'],
      timeout: timeoutMilliseconds,
      killSignal: 'SIGKILL',
    })
    let complaint = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(0, COMPLAINT_CHARACTERS)
    })
    // A program need not read what it is given.
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    child.on('error', (error) => resolve({ code: undefined, complaint: error.message }))
    child.on('close', (code, signal) => {
      const late = signal === 'SIGKILL' ? `it was killed after ${timeoutMilliseconds / 1000} s; ` : ''
      resolve({ code: code ?? undefined, complaint: `${late}${complaint}`.trim() })
    })
  })
}
