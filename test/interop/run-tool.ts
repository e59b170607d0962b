import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** What a tool printed, and how it ended. */
export interface Run {
  readonly output: string
  readonly seconds: number
  /** False: it was ended, after as long as it may take, or after enough. */
  readonly ended: boolean
}

export interface RunOptions {
  /** Where it works: some write files of their own. */
  readonly folder: string
  /** Given to those that look for the system's resolver. */
  readonly resolver?: string
  readonly mostSeconds: number
  /** Ends it before that. */
  readonly enough?: AbortSignal
}

const MOST_OUTPUT = 8_000_000

/**
 * Runs a tool until it ends, or until it has had its time or enough of something: some would never end. Where it looks for the system's resolver,
 * as Perl's Net::DNS does behind dnsenum's back, it is given `resolver`.
 */
export async function runTool(
  [command, ...parameters]: readonly [string, ...string[]],
  options: RunOptions,
): Promise<Run> {
  const { folder, resolver, mostSeconds, enough } = options
  const started = performance.now()
  const child = spawn('stdbuf', ['-oL', command, ...parameters], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PYTHONUNBUFFERED: '1', ...(resolver === undefined ? {} : { RES_NAMESERVERS: resolver }) },
  })
  let output = ''
  const add = (chunk: Buffer): void => {
    if (output.length < MOST_OUTPUT) output += chunk.toString('latin1')
  }
  child.stdout.on('data', add)
  child.stderr.on('data', add)
  let ended = true
  const end = (): void => {
    ended = false
    endGroup(child.pid)
  }
  const timer = setTimeout(end, mostSeconds * 1000)
  enough?.addEventListener('abort', end)
  await once(child, 'close')
  clearTimeout(timer)
  enough?.removeEventListener('abort', end)
  return { output, seconds: (performance.now() - started) / 1000, ended }
}

/** The tool and the processes that it started: they form a group of their own. */
function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // It ended meanwhile.
  }
}
