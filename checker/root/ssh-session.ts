import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'

/** Why a host could not be read over ssh, in a sentence for the operator, and what to do where that is known. */
export class SshError extends Error {
  readonly next: string | undefined
  constructor(message: string, next?: string) {
    super(message)
    this.next = next
  }
}

/** A shell on another host that runs what is written to it, one script after another. */
export interface SshSession {
  /** What the scripts print, each up to its end. Scripts may use `$mark`, which no file of the host can know. */
  readonly run: (script: string) => Promise<Buffer>
  /** Stands before and behind whatever scripts frame with it. */
  readonly mark: string
  readonly close: () => void
}

export interface SshOptions {
  /** The ssh program, and options beside those that the operator's own configuration sets. */
  readonly program?: string
  readonly options?: readonly string[]
  /** For all of the session. */
  readonly seconds?: number
}

const MOST_SECONDS = 180
const MOST_OCTETS = 512 * 1024 * 1024
const MOST_OCTETS_OF_COMPLAINT = 4096
/** Nothing of this host may be reached from the other one. */
const CLOSED = [
  '-T',
  '-a',
  '-x',
  '-o',
  'ClearAllForwardings=yes',
  '-o',
  'PermitLocalCommand=no',
  '-o',
  'EscapeChar=none',
]

/**
 * Opens a session with the system's ssh: user, key, port and host key are what its configuration says.
 *
 * @throws SshError for a destination that ssh would take for an option
 */
export function openSsh(
  destination: string,
  { program = 'ssh', options = [], seconds = MOST_SECONDS }: SshOptions,
): SshSession {
  if (!/^[^-\s\p{Cc}][^\s\p{Cc}]*$/u.test(destination)) {
    throw new SshError(
      `"${destination.replace(/\p{Cc}/gu, '?')}" is no destination for ssh: name a host, or user@host.`,
    )
  }
  const child = spawn(program, [...CLOSED, ...options, '--', destination, 'exec sh -s'])
  const mark = randomBytes(16).toString('hex')
  const session = listen(child, destination, mark)
  const timer = setTimeout(() => session.fail(`took longer than ${seconds} seconds`), seconds * 1000)
  child.stdin.write(`mark=${mark}\n`)
  return {
    mark,
    run: session.run,
    close: () => {
      clearTimeout(timer)
      child.stdin.end()
      child.kill()
    },
  }
}

interface Waiting {
  readonly resolve: (output: Buffer) => void
  readonly reject: (error: SshError) => void
}

function listen(child: ChildProcessWithoutNullStreams, destination: string, mark: string) {
  const end = Buffer.from(`${mark}-end`)
  let pieces: Buffer[] = []
  let length = 0
  let complaint = ''
  let waiting: Waiting | undefined
  let failure: SshError | undefined
  const fail = (what: string) => {
    failure ??= new SshError(`ssh to ${destination} ${what}${complaint === '' ? '' : `: ${lastLine(complaint)}`}.`)
    waiting?.reject(failure)
    waiting = undefined
    child.kill()
  }
  child.on('error', (error) => fail(`could not be started (${error.message})`))
  child.on('close', (code) => fail(`ended${code === null ? '' : ` with ${code}`}`))
  child.stdin.on('error', () => {})
  child.stderr.on('data', (piece: Buffer) => {
    complaint = `${complaint}${piece.toString('utf8')}`.slice(-MOST_OCTETS_OF_COMPLAINT)
  })
  child.stdout.on('data', (piece: Buffer) => {
    pieces.push(piece)
    length += piece.length
    if (length > MOST_OCTETS) return fail(`sent more than ${MOST_OCTETS} octets`)
    if (waiting === undefined || !endsWith(pieces, end)) return
    const output = Buffer.concat(pieces)
    pieces = []
    waiting.resolve(output.subarray(0, output.length - end.length))
    waiting = undefined
  })
  const run = (script: string) =>
    new Promise<Buffer>((resolve, reject) => {
      if (failure !== undefined) return reject(failure)
      waiting = { resolve, reject }
      child.stdin.write(`${script}\nprintf %s "$mark-end"\n`)
    })
  return { run, fail }
}

/** Pieces may be cut anywhere, also within the end. */
function endsWith(pieces: readonly Buffer[], end: Buffer): boolean {
  let tail: Buffer = Buffer.alloc(0)
  for (let index = pieces.length - 1; index >= 0 && tail.length < end.length; index--) {
    tail = Buffer.concat([pieces[index]!, tail])
  }
  return tail.subarray(-end.length).equals(end)
}

function lastLine(text: string): string {
  const line = text.trim().split('\n').at(-1) ?? ''
  return line
    .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .replace(/\.$/, '')
    .slice(0, 300)
}
