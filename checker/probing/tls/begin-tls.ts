import type { Talk } from './talk.ts'

/** How TLS begins on a port: at once, or after both have said so in the words of a protocol. */
export interface TlsRoad {
  /** As people call it. */
  readonly protocol: string
  /** Asks for TLS; undefined: it begins at once. The answer: whether the server agrees, undefined: it did not say. */
  readonly ask?: (talk: Talk) => Promise<boolean | undefined>
}

const HELLO = 'EHLO hostcheck.invalid\r\n'

const SMTP: TlsRoad = {
  protocol: 'SMTP',
  // RFC 3207 §4.
  ask: async (talk) => {
    if ((await lastLine(talk, /^220( |$)/, /^220-/)) === undefined) return undefined
    talk.say(HELLO)
    let offers = false
    for (let line = await talk.line(); line !== undefined; line = await talk.line()) {
      if (!/^250[ -]/.test(line)) return /^\d/.test(line) ? false : undefined
      offers ||= /^250[ -]STARTTLS\b/i.test(line)
      if (line[3] === '-') continue
      return offers ? agrees(talk, 'STARTTLS\r\n', /^220/) : false
    }
    return undefined
  },
}

const IMAP: TlsRoad = {
  protocol: 'IMAP',
  // RFC 9051 §6.2.1.
  ask: async (talk) => {
    if (!/^\* (?:OK|PREAUTH)\b/i.test((await talk.line()) ?? '')) return undefined
    talk.say('a1 STARTTLS\r\n')
    const line = await lastLine(talk, /^a1 /i, /^\*/)
    return line === undefined ? undefined : /^a1 OK\b/i.test(line)
  },
}

const POP3: TlsRoad = {
  protocol: 'POP3',
  // RFC 2595 §4.
  ask: async (talk) => (/^\+OK/i.test((await talk.line()) ?? '') ? agrees(talk, 'STLS\r\n', /^\+OK/i) : undefined),
}

const FTP: TlsRoad = {
  protocol: 'FTP',
  // RFC 4217 §4.
  ask: async (talk) =>
    (await lastLine(talk, /^220( |$)/, /^(?:220-|\s)/)) === undefined
      ? undefined
      : agrees(talk, 'AUTH TLS\r\n', /^234/),
}

const POSTGRESQL: TlsRoad = {
  protocol: 'PostgreSQL',
  // SSLRequest: length 8, code 80877103; one octet comes back, S or N.
  ask: async (talk) => {
    talk.say(Buffer.from('0000000804d2162f', 'hex'))
    const answer = (await talk.octets(1))?.toString('latin1')
    return answer === 'S' ? true : answer === 'N' || answer === 'E' ? false : undefined
  },
}

/** Of the capabilities of MySQL. */
const CLIENT_SSL = 0x0800
const PROTOCOL_41 = 0x0200

const MYSQL: TlsRoad = {
  protocol: 'MySQL',
  ask: async (talk) => {
    // A packet: length (3 octets, little end first), number, then what it says; here protocol 10, version, NUL, thread (4),
    // salt (8), filler (1), the lower half of the capabilities (2).
    const header = await talk.octets(4)
    const greeting = header && (await talk.octets(header.readUIntLE(0, 3)))
    if (greeting?.[0] !== 10) return undefined
    const at = greeting.indexOf(0) + 14
    if (at < 15 || at + 2 > greeting.length) return undefined
    if ((greeting.readUInt16LE(at) & CLIENT_SSL) === 0) return false
    const request = Buffer.alloc(4 + 32)
    request.writeUIntLE(32, 0, 3)
    request[3] = 1
    request.writeUInt32LE(CLIENT_SSL | PROTOCOL_41, 4)
    talk.say(request)
    return true
  },
}

/** Message 1, an extended request (RFC 4511 §4.12) for StartTLS, 1.3.6.1.4.1.1466.20037 (§4.14). */
const LDAP_START_TLS = Buffer.concat([
  Buffer.from('301d02010177188016', 'hex'),
  Buffer.from('1.3.6.1.4.1.1466.20037', 'latin1'),
])

const LDAP: TlsRoad = {
  protocol: 'LDAP',
  ask: async (talk) => {
    talk.say(LDAP_START_TLS)
    const header = await talk.octets(2)
    if (header?.[0] !== 0x30 || header[1]! > 0x7f) return undefined
    // Message 1, then an extended response (0x78), whose first field is the result, an ENUMERATED of one octet.
    const message = (await talk.octets(header[1]!))?.toString('hex') ?? ''
    const [, result] = /^02010178[0-7][0-9a-f]0a01([0-9a-f]{2})/.exec(message) ?? []
    return result === undefined ? undefined : result === '00'
  },
}

const atOnce = (protocol: string): TlsRoad => ({ protocol })

/** By TCP port. */
export const TLS_ROADS: ReadonlyMap<number, TlsRoad> = new Map([
  [21, FTP],
  [25, SMTP],
  [110, POP3],
  [143, IMAP],
  [389, LDAP],
  [443, atOnce('HTTPS')],
  [465, atOnce('SMTPS')],
  [587, SMTP],
  [636, atOnce('LDAPS')],
  [853, atOnce('DNS over TLS')],
  [993, atOnce('IMAPS')],
  [995, atOnce('POP3S')],
  [3306, MYSQL],
  [5432, POSTGRESQL],
  [6379, atOnce('Redis')],
  [6514, atOnce('syslog')],
  [8443, atOnce('HTTPS')],
  [9200, atOnce('Elasticsearch')],
  [11211, atOnce('memcached')],
  [27017, atOnce('MongoDB')],
])

/** The first line that is the last of a reply; undefined: another came in between than one that goes on. */
async function lastLine(talk: Talk, last: RegExp, goesOn: RegExp): Promise<string | undefined> {
  for (let line = await talk.line(); line !== undefined; line = await talk.line()) {
    if (last.test(line)) return line
    if (!goesOn.test(line)) return undefined
  }
  return undefined
}

async function agrees(talk: Talk, words: string, yes: RegExp): Promise<boolean | undefined> {
  talk.say(words)
  const line = await talk.line()
  return line === undefined ? undefined : yes.test(line)
}
