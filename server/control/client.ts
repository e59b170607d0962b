import { connect, type Socket } from 'node:net'
import type { ControlCommands, ControlError, ControlReply } from './protocol.ts'

export type CommandReply<Command extends keyof ControlCommands> =
  | { readonly ok: true; readonly result: ControlCommands[Command]['result'] }
  | { readonly ok: false; readonly error: ControlError }

/**
 * Sends one command to a running veild and waits for its reply, at most `timeoutMilliseconds`. Never throws: whatever
 * goes wrong is an error with a hint.
 */
export function sendCommand<Command extends keyof ControlCommands>(
  socketPath: string,
  command: Command,
  args: ControlCommands[Command]['arguments'],
  timeoutMilliseconds = 60_000,
): Promise<CommandReply<Command>> {
  return new Promise((resolve) => {
    const socket = connect(socketPath)
    const settle = (reply: ControlReply): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(reply as CommandReply<Command>)
    }
    const timer = setTimeout(() => settle(failure('timeout', 'veild did not answer in time', '')), timeoutMilliseconds)
    socket.once('error', (error: NodeJS.ErrnoException) => settle(connectionFailure(socketPath, error)))
    socket.once('close', () => settle(turnedAway()))
    collectLine(socket, (line) => settle(readReply(line)))
    socket.end(`${JSON.stringify({ command, arguments: args })}\n`)
  })
}

function collectLine(socket: Socket, done: (line: string) => void): void {
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => {
    const end = chunk.indexOf(0x0a)
    chunks.push(end < 0 ? chunk : chunk.subarray(0, end))
    if (end >= 0) done(Buffer.concat(chunks).toString('utf8'))
  })
}

function readReply(line: string): ControlReply {
  try {
    return JSON.parse(line) as ControlReply
  } catch {
    return failure('broken', 'veild answered something that is not JSON', 'Are dnsctl and veild of one version?')
  }
}

function connectionFailure(path: string, error: NodeJS.ErrnoException): ControlReply {
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return failure(
        'unreachable',
        `no veild runs with the control socket ${path}`,
        'Is it running, with this state folder?',
      )
    case 'ECONNREFUSED':
      return failure('unreachable', `nobody listens at ${path}`, 'veild seems to have died; start it again.')
    case 'EACCES':
    case 'EPERM':
      return failure('denied', `no permission to open ${path}`, 'Only the account that veild runs as, and root, may.')
    case 'EPIPE':
    case 'ECONNRESET':
      return turnedAway()
    default:
      return failure('broken', `the control socket ${path} failed: ${error.message}`, '')
  }
}

function turnedAway(): ControlReply {
  const hint = 'It does so when too many clients ask at a time: try again.'
  return failure('broken', 'veild closed the connection without an answer', hint)
}

function failure(code: ControlError['code'], message: string, hint: string): ControlReply {
  return { ok: false, error: { code, message, hint } }
}
