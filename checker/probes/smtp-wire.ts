import type { Socket } from 'node:net'

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

const MOST_OCTETS_OF_REPLY = 64 * 1024
const MOST_LINES_OF_REPLY = 100
const LONGEST_LINE = 4096
const LONGEST_TEXT = 500

export interface LinesReply extends SmtpReply {
  readonly lines: readonly string[]
}

/** One connection: lines out, whole replies in. */
export interface Wire {
  readonly reply: () => Promise<LinesReply | SmtpEnd>
  readonly ask: (line: string) => Promise<LinesReply | SmtpEnd>
  /** Ends the connection and gives the reason back. */
  readonly give: (end: SmtpEnd) => SmtpEnd
  readonly release: () => void
  readonly destroy: () => void
}

/** Begins to listen; nothing is waited for longer than `patience`, nor beyond `deadline` (milliseconds). */
export function createWire(socket: Socket, patience: number, deadline: number): Wire {
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

/** That nothing more is said, and why. */
export function ended(why: string): SmtpEnd {
  return { code: 'end', why }
}

function excerptOf(text: string): string {
  return text
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, LONGEST_TEXT)
}
