import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

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

/** Three digits. */
export type SmtpCode = `${number}`

export interface SmtpReply {
  readonly code: SmtpCode
  /** Lines without code, joined by spaces; at most 500 characters, none that steers a terminal. */
  readonly text: string
  /** Milliseconds from the command to the end of the reply. */
  readonly took: number
}

/** Why there is no reply: nothing more is sent over that connection. */
export interface SmtpEnd {
  readonly code: 'end'
  readonly why: string
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

const MOST_OCTETS_OF_REPLY = 64 * 1024
const MOST_LINES_OF_REPLY = 100
const LONGEST_LINE = 4096
const LONGEST_TEXT = 500
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

interface LinesReply extends SmtpReply {
  readonly lines: readonly string[]
}

/** One connection: lines out, whole replies in. */
interface Wire {
  readonly reply: () => Promise<LinesReply | SmtpEnd>
  readonly ask: (line: string) => Promise<LinesReply | SmtpEnd>
  /** Ends the connection and gives the reason back. */
  readonly give: (end: SmtpEnd) => SmtpEnd
  readonly release: () => void
  readonly destroy: () => void
}

function createWire(socket: Socket, patience: number, deadline: number): Wire {
  let pending = ''
  let end: SmtpEnd | undefined
  let wake: (() => void) | undefined
  const stop = (why: string) => {
    end ??= ended(why)
    wake?.()
  }
  const onData = (octets: Buffer) => {
    pending += octets.toString('latin1')
    if (pending.length > MOST_OCTETS_OF_REPLY) {
      socket.destroy()
      stop('the reply is longer than 64 KiB')
    }
    wake?.()
  }
  const onEnd = () => stop('the server closed the connection')
  socket.on('data', onData)
  socket.on('error', (error) => stop(excerptOf(error.message)))
  socket.on('end', onEnd)
  socket.on('close', onEnd)

  const reply = async (): Promise<LinesReply | SmtpEnd> => {
    const start = Date.now()
    const until = Math.min(start + patience, deadline)
    for (;;) {
      const taken = takeReply(pending)
      if (taken?.code === 'end') return give(taken)
      if (taken !== undefined) {
        pending = taken.rest
        return {
          code: taken.code,
          text: excerptOf(taken.lines.join(' ')),
          lines: taken.lines,
          took: Date.now() - start,
        }
      }
      if (end !== undefined) return end
      if (Date.now() >= until) return give(ended('no reply in time'))
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, until - Date.now())
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }
  const give = (why: SmtpEnd) => {
    end ??= why
    socket.destroy()
    return why
  }
  return {
    reply,
    ask: (line) => {
      if (end !== undefined) return Promise.resolve(end)
      // An answer to what was not asked yet would be taken for that of this command.
      if (pending !== '') return Promise.resolve(give(ended('the server answered before it was asked')))
      socket.write(`${line}\r\n`)
      return reply()
    },
    give,
    release: () => {
      socket.off('data', onData)
      socket.off('end', onEnd)
      socket.off('close', onEnd)
    },
    destroy: () => socket.destroy(),
  }
}

type Taken = { readonly code: SmtpCode; readonly lines: readonly string[]; readonly rest: string } | SmtpEnd

/** The first whole reply of what has come (RFC 5321 §4.2): `250-` goes on, `250 ` ends; undefined where it is not whole yet. */
function takeReply(text: string): Taken | undefined {
  const lines: string[] = []
  let code: SmtpCode | undefined
  for (let at = 0; ; ) {
    const cut = text.indexOf('\n', at)
    if (cut < 0) return text.length - at > LONGEST_LINE ? ended('a line of the reply never ends') : undefined
    const [, digits, mark, words] = /^([2-5]\d\d)([ -]?)([^\r]*)\r?$/.exec(text.slice(at, cut)) ?? []
    if (digits === undefined || (code !== undefined && digits !== code))
      return ended('what it says is no reply of SMTP')
    if (lines.length === MOST_LINES_OF_REPLY) return ended('the reply has more than 100 lines')
    code = digits as SmtpCode
    lines.push(words!)
    at = cut + 1
    if (mark !== '-') return { code, lines, rest: text.slice(at) }
  }
}

function ended(why: string): SmtpEnd {
  return { code: 'end', why }
}

function excerptOf(text: string): string {
  return text
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, LONGEST_TEXT)
}
