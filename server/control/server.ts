import { once } from 'node:events'
import { chmodSync, unlinkSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { secretOctets } from '../../keys/secret-octets.ts'
import {
  type ControlCommands,
  type ControlErrorCode,
  type ControlReply,
  type ControlRequest,
  MAX_REQUEST_OCTETS,
  MAX_SECRET_OCTETS,
} from './protocol.ts'

/**
 * One function per command; it may throw a `CommandError`, whose message goes to the client as it is. A secret that came
 * with the request is overwritten once it is done.
 */
export type ControlHandlers = {
  readonly [Command in keyof ControlCommands]: (
    args: Readonly<Record<string, unknown>>,
    secret: Uint8Array | undefined,
  ) => ControlCommands[Command]['result'] | Promise<ControlCommands[Command]['result']>
}

/** Why a command was not carried out, for the client. */
export class CommandError extends Error {
  readonly code: ControlErrorCode
  readonly hint: string

  constructor(code: ControlErrorCode, message: string, hint = '') {
    super(message)
    this.code = code
    this.hint = hint
  }
}

export interface ControlServer {
  /** Ends the connections once their replies are out, and removes the socket. */
  close(): Promise<void>
}

export interface ControlLimits {
  readonly connections: number
  /** A connection without a request in progress is closed after so long. */
  readonly idleMilliseconds: number
}

const LIMITS: ControlLimits = { connections: 32, idleMilliseconds: 60_000 }

/**
 * Listens at the path, which must be free: see `clearStaleSocket` in state-folder.ts. The mode is 0600
 * in the end; until then the caller's umask must keep others out, for a chmod alone would leave a window.
 * `onFailure` hears what a handler threw that is not a `CommandError`: a bug.
 */
export async function serveControl(
  path: string,
  handlers: ControlHandlers,
  onFailure: (error: unknown, command: string) => void,
  limits: ControlLimits = LIMITS,
): Promise<ControlServer> {
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    serveConnection({ handlers, onFailure, limits }, socket)
  })
  server.maxConnections = limits.connections
  server.listen(path)
  await once(server, 'listening')
  chmodSync(path, 0o600)
  return { close: () => closeServer(server, sockets, path) }
}

async function closeServer(server: Server, sockets: ReadonlySet<Socket>, path: string): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  for (const socket of sockets) socket.end(() => socket.destroy())
  // libuv removes the path itself when it closes; this is for the platforms where it does not.
  await closed
  try {
    unlinkSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

/** What all connections of one server share. */
interface Service {
  readonly handlers: ControlHandlers
  readonly onFailure: (error: unknown, command: string) => void
  readonly limits: ControlLimits
}

interface Connection {
  readonly socket: Socket
  /** Octets received of requests that are not answered yet. */
  pending: Buffer
  /** A request is being carried out; the next one waits for it. */
  isBusy: boolean
  /** The client will send no more. */
  hasEnded: boolean
}

function serveConnection(service: Service, socket: Socket): void {
  const connection: Connection = { socket, pending: Buffer.alloc(0), isBusy: false, hasEnded: false }
  socket.setTimeout(service.limits.idleMilliseconds, () => socket.destroy())
  // A client that went away in the middle of something is no news.
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk: Buffer) => {
    const { pending } = connection
    connection.pending = Buffer.concat([pending, chunk])
    // Either may hold a secret, and the chunk is ours alone.
    pending.fill(0)
    chunk.fill(0)
    void proceed(service, connection)
  })
  socket.on('end', () => {
    connection.hasEnded = true
    void proceed(service, connection)
  })
}

/** Answers the requests of one connection in order, one at a time, so that a client cannot pile up work. */
async function proceed(service: Service, connection: Connection): Promise<void> {
  const { socket } = connection
  if (connection.isBusy || socket.destroyed) return
  const taken = takeRequest(connection)
  if (taken === undefined) return
  connection.isBusy = true
  socket.pause()
  socket.setTimeout(0)
  reply(socket, await perform(service, taken))
  taken.secret?.fill(0)
  socket.setTimeout(service.limits.idleMilliseconds)
  socket.resume()
  connection.isBusy = false
  await proceed(service, connection)
}

/** A request that has come as a whole; `request` is undefined where it is none. */
interface Taken {
  readonly request: ControlRequest | undefined
  readonly secret: Uint8Array | undefined
}

/** The first request that is complete, taken out of what is pending; its secret is the caller's to wipe. */
function takeRequest(connection: Connection): Taken | undefined {
  const { pending } = connection
  const end = pending.indexOf(0x0a)
  if (end < 0 || end >= MAX_REQUEST_OCTETS) {
    awaitMore(connection)
    return undefined
  }
  const request = readRequest(pending.subarray(0, end).toString('utf8'))
  const octets = request?.secretOctets ?? 0
  if (pending.length < end + 1 + octets) {
    // A secret that was promised and never comes.
    if (connection.hasEnded) connection.socket.end()
    return undefined
  }
  const secret = octets === 0 ? undefined : secretOctets(octets)
  secret?.set(pending.subarray(end + 1, end + 1 + octets))
  connection.pending = Buffer.from(pending.subarray(end + 1 + octets))
  pending.fill(0)
  return { request, secret }
}

/** No request is complete: that is the end where none can become so. */
function awaitMore({ socket, pending, hasEnded }: Connection): void {
  if (pending.length >= MAX_REQUEST_OCTETS) {
    reply(socket, refusal('bad-request', `a request of more than ${MAX_REQUEST_OCTETS} octets`, ''))
    socket.destroySoon()
  } else if (hasEnded) {
    socket.end()
  }
}

function reply(socket: Socket, message: ControlReply): void {
  socket.write(`${JSON.stringify(message)}\n`)
}

async function perform({ handlers, onFailure }: Service, { request, secret }: Taken): Promise<ControlReply> {
  if (request === undefined) {
    return refusal('bad-request', 'a request that is not {"command": …, "arguments": {…}}', '')
  }
  if (!Object.hasOwn(handlers, request.command)) {
    const hint = `It knows ${Object.keys(handlers).join(', ')}. Are dnsctl and veild of one version?`
    return refusal('unknown-command', `veild knows no command ${JSON.stringify(request.command)}`, hint)
  }
  try {
    const result = await handlers[request.command as keyof ControlHandlers](request.arguments, secret)
    return { ok: true, result }
  } catch (error) {
    if (error instanceof CommandError) return refusal(error.code, error.message, error.hint)
    onFailure(error, request.command)
    return refusal(
      'failed',
      error instanceof Error ? error.message : String(error),
      'This is a bug; see the log of veild.',
    )
  }
}

function readRequest(line: string): ControlRequest | undefined {
  try {
    const value: unknown = JSON.parse(line)
    if (!isRecord(value) || typeof value.command !== 'string') return undefined
    const { command, arguments: args = {}, secretOctets = 0 } = value
    if (!isRecord(args) || !isSecretLength(secretOctets)) return undefined
    return { command, arguments: args, secretOctets }
  } catch {
    return undefined
  }
}

function isSecretLength(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_SECRET_OCTETS
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function refusal(code: ControlErrorCode, message: string, hint: string): ControlReply {
  return { ok: false, error: { code, message, hint } }
}
