import { connect, type Socket } from 'node:net'
import type { ControlCommands, ControlError, ControlReply } from './protocol.ts'

export type CommandReply<Command extends keyof ControlCommands> =
  | { readonly ok: true; readonly result: ControlCommands[Command]['result'] }
  | { readonly ok: false; readonly error: ControlError }

const PATIENCE_MS = 60_000

/**
 * Sends one command to a running veild and waits for its reply, at most `timeoutMilliseconds`. Never throws: whatever
 * goes wrong is an error with a hint.
 */
export function sendCommand<Command extends keyof ControlCommands>(
  socketPath: string,
  command: Command,
  args: ControlCommands[Command]['arguments'],
  timeoutMilliseconds = PATIENCE_MS,
): Promise<CommandReply<Command>> {
  return send(socketPath, JSON.stringify({ command, arguments: args }), undefined, timeoutMilliseconds)
}

/** As `sendCommand`, with a secret that goes beside the text of the request and is overwritten once it is answered. */
export async function sendSecret<Command extends keyof ControlCommands>(
  socketPath: string,
  command: Command,
  args: ControlCommands[Command]['arguments'],
  secret: Uint8Array,
): Promise<CommandReply<Command>> {
  const request = JSON.stringify({ command, arguments: args, secretOctets: secret.length })
  const reply = await send<Command>(socketPath, request, secret, PATIENCE_MS)
  secret.fill(0)
  return reply
}

function send<Command extends keyof ControlCommands>(
  socketPath: string,
  request: string,
  secret: Uint8Array | undefined,
  timeoutMilliseconds: number,
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
    socket.write(`${request}\n`)
    if (secret === undefined) socket.end()
    else socket.end(secret)
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
