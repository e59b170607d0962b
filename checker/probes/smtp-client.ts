import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { createWire, ended, type SmtpEnd, type SmtpReply, type Wire } from './smtp-wire.ts'

/** What may still be sent; a caller counts, logs, and keeps to a pace. `kind` is the command's verb: `RCPT`, `VRFY`, `connect`. */
export interface SmtpBudget {
  /** Waits until one more may be sent; false: none may. */
  readonly take: (kind: string) => boolean | Promise<boolean>
  /** Opens the connection in place of the client, and takes for it. */
  readonly connect?: (
    place: { readonly address: string; readonly port: number },
    what: string,
  ) => Promise<SmtpConnected>
}

type SmtpConnected =
  | { readonly outcome: 'connected'; readonly socket: Socket }
  | { readonly outcome: 'refused' | 'silent' | 'unreachable' | 'spent' }

export interface SmtpOptions {
  /** What EHLO says: a name of who asks. */
  readonly helo: string
  /** Milliseconds for the connection and each reply. */
  readonly patience: number
  /** Milliseconds for everything over one connection. */
  readonly mostTime: number
  readonly startTls: boolean
}

export const SMTP_OPTIONS: SmtpOptions = {
  helo: 'hostcheck.invalid',
  patience: 20_000,
  mostTime: 120_000,
  startTls: true,
}

export interface SmtpSession {
  readonly greeting: SmtpReply
  /** Keywords that EHLO listed, upper case. */
  readonly extensions: ReadonlySet<string>
  readonly isEncrypted: boolean
  readonly say: (command: SmtpCommand) => Promise<SmtpReply | SmtpEnd>
  readonly close: () => Promise<void>
}

/** Everything that a probe may say: there is no DATA, and the sender is always empty, so nothing can ever be delivered or bounced. */
export type SmtpCommand =
  | { readonly verb: 'MAIL' | 'RSET' | 'NOOP' | 'QUIT' }
  | { readonly verb: 'RCPT'; readonly address: string }
  | { readonly verb: 'VRFY' | 'EXPN'; readonly name: string }

/** RFC 5321 §4.5.3.1: a command line is at most 512 octets with its end. */
const LONGEST_COMMAND = 510

/**
 * Speaks SMTP (RFC 5321) to a server, with STARTTLS where it is offered (RFC 3207); certificates are not judged here. Time and
 * octets are bounded, and what a hostile server says is data: it never throws, an `end` says what went wrong.
 */
export async function openSmtp(
  address: string,
  port: number,
  options: SmtpOptions,
  budget: SmtpBudget,
): Promise<SmtpSession | SmtpEnd> {
  if (isIP(address) === 0) return ended(`${address.slice(0, 100)} is no address`)
  const socket = await open(address, port, budget)
  if (typeof socket === 'string') return ended(socket)
  const deadline = Date.now() + options.mostTime
  let wire = createWire(socket, options.patience, deadline)
  const greeting = await wire.reply()
  if (greeting.code === 'end') return wire.give(greeting)
  if (greeting.code !== '220') return wire.give(ended(`greeted with ${greeting.code} ${greeting.text}`))
  let hello = await greet(wire, options.helo)
  if (hello.code === 'end') return wire.give(hello)
  let isEncrypted = false
  if (options.startTls && hello.extensions.has('STARTTLS')) {
    const secured = await startTls(wire, socket, options, deadline)
    if ('code' in secured) return wire.give(secured)
    wire = secured
    isEncrypted = true
    hello = await greet(wire, options.helo)
    if (hello.code === 'end') return wire.give(hello)
  }
  return sessionOf(wire, { greeting, extensions: hello.extensions, isEncrypted }, budget)
}

async function open(address: string, port: number, budget: SmtpBudget): Promise<Socket | string> {
  if (budget.connect !== undefined) {
    const connected = await budget.connect({ address, port }, 'connect')
    return connected.outcome === 'connected' ? connected.socket : `the connection is ${connected.outcome}`
  }
  return (await budget.take('connect')) ? connect({ host: address, port }) : 'the budget for connections is spent'
}

type Hello = { readonly code: '250'; readonly extensions: ReadonlySet<string> } | SmtpEnd
type Opened = Pick<SmtpSession, 'greeting' | 'extensions' | 'isEncrypted'>

function sessionOf(wire: Wire, opened: Opened, budget: SmtpBudget): SmtpSession {
  let end: SmtpEnd | undefined
  const say = async (command: SmtpCommand): Promise<SmtpReply | SmtpEnd> => {
    if (end !== undefined) return end
    const line = lineOf(command)
    if (line === undefined) return { code: 'end', why: 'not a name that a command can hold' }
    if (!(await budget.take(command.verb))) return { code: 'end', why: `the budget for ${command.verb} is spent` }
    const reply = await wire.ask(line)
    if (reply.code === 'end') end = reply
    return reply
  }
  const close = async () => {
    if (end === undefined) await say({ verb: 'QUIT' })
    wire.destroy()
  }
  return { ...opened, say, close }
}

/** The line of a command; undefined for a name with what would end it, or begin another. */
function lineOf(command: SmtpCommand): string | undefined {
  if (command.verb === 'MAIL') return 'MAIL FROM:<>'
  if (command.verb === 'RCPT') return boundLine(`RCPT TO:<${command.address}>`, command.address)
  if (command.verb === 'VRFY' || command.verb === 'EXPN')
    return boundLine(`${command.verb} ${command.name}`, command.name)
  return command.verb
}

function boundLine(line: string, word: string): string | undefined {
  return /^[\x21-\x3b\x3d\x3f-\x7e]+$/.test(word) && line.length <= LONGEST_COMMAND ? line : undefined
}

async function greet(wire: Wire, name: string): Promise<Hello> {
  const reply = await wire.ask(`EHLO ${name}`)
  if (reply.code === 'end') return reply
  if (reply.code === '250') {
    const words = reply.lines.slice(1).map((line) => line.split(' ')[0]!.toUpperCase())
    return { code: '250', extensions: new Set(words) }
  }
  const older = await wire.ask(`HELO ${name}`)
  if (older.code === 'end') return older
  return older.code === '250'
    ? { code: '250', extensions: new Set() }
    : ended(`EHLO and HELO were refused: ${older.code}`)
}

async function startTls(wire: Wire, socket: Socket, options: SmtpOptions, deadline: number): Promise<Wire | SmtpEnd> {
  const reply = await wire.ask('STARTTLS')
  if (reply.code === 'end') return reply
  if (reply.code !== '220') return ended(`STARTTLS was offered and refused: ${reply.code}`)
  // What came after the reply came unencrypted, and is no part of what follows (RFC 3207 §6).
  wire.release()
  const secure = connectTls({ socket, rejectUnauthorized: false })
  const outcome = await new Promise<SmtpEnd | undefined>((resolve) => {
    const timer = setTimeout(
      () => resolve(ended('TLS took too long')),
      Math.min(options.patience, deadline - Date.now()),
    )
    const settle = (end?: SmtpEnd) => {
      clearTimeout(timer)
      resolve(end)
    }
    secure.once('secureConnect', () => settle())
    secure.on('error', (error) => settle(ended(`TLS failed: ${error.message}`)))
    secure.once('close', () => settle(ended('closed during TLS')))
  })
  if (outcome !== undefined) {
    secure.destroy()
    return outcome
  }
  return createWire(secure, options.patience, deadline)
}
