import { EdnsFlag, Flag, HEADER_LENGTH, MIN_UDP_PAYLOAD, Opcode, Rcode, Type } from '../../dns/constants.ts'
import { createLabelledName, type LabelledName, readLabelledName } from '../../dns/labelled-name.ts'
import { CLIENT_COOKIE_OCTETS, COOKIE_OCTETS, LONGEST_COOKIE_OCTETS } from '../../guard/cookies.ts'
import type { Exchange } from './exchange.ts'

/** What the answering road needs to know of a question; the caller owns and reuses it. */
export interface Query {
  /** QNAME, taken apart and lower-cased; the octets as sent stay in the message. */
  readonly name: LabelledName
  type: number
  class: number
  /** The header's flags word as received. */
  flags: number
  /** Octets of header and question; 12 where the question could not be read. */
  questionEnd: number
  /** The query carried an OPT record, so the answer does (RFC 6891 §6.1.1). */
  edns: boolean
  /** The requestor's UDP payload size, at least 512. */
  udpPayload: number
  dnssecOk: boolean
  compactOk: boolean
  nsidWanted: boolean
  /** Octets of the COOKIE option, the first where there are several (RFC 7873 §5.2); 0: there is none. */
  cookieOctets: number
  /** Its first 24 octets: the client's cookie and the server's. The answer's stands here, too. */
  readonly cookie: Uint8Array
  /** Set by `judgeClient`: the client's address is proved, by a server cookie or by a stream. */
  isProved: boolean
  /** Set by it, too: the question has a server cookie, and it does not hold. */
  isCookieBad: boolean
  /** Set by it, too: an answer with a cookie needs a new one. */
  isCookieDue: boolean
  /** Offset of a TSIG record within the message, or 0. */
  tsig: number
}

/** A query that is read anew from each message; `labelSeed` is the generation's. */
export function createQuery(labelSeed: number): Query {
  return {
    name: createLabelledName(labelSeed),
    type: 0,
    class: 0,
    flags: 0,
    questionEnd: HEADER_LENGTH,
    edns: false,
    udpPayload: MIN_UDP_PAYLOAD,
    dnssecOk: false,
    compactOk: false,
    nsidWanted: false,
    cookieOctets: 0,
    cookie: new Uint8Array(COOKIE_OCTETS),
    isProved: false,
    isCookieBad: false,
    isCookieDue: false,
    tsig: 0,
  }
}

/** Not an RCODE: the message deserves no answer. */
export const SILENCE = -1

export const OPTION_NSID = 3
export const OPTION_COOKIE = 10

/**
 * Reads header, question, OPT and the position of TSIG into `query`. Returns the RCODE so far: NoError where the
 * question may be looked up, SILENCE for responses and what is too short to be a query.
 */
export function readQuery(exchange: Exchange, query: Query): number {
  const { octets, start } = exchange
  query.edns = false
  query.dnssecOk = false
  query.compactOk = false
  query.nsidWanted = false
  query.cookieOctets = 0
  query.udpPayload = MIN_UDP_PAYLOAD
  query.tsig = 0
  query.questionEnd = HEADER_LENGTH
  if (exchange.length < HEADER_LENGTH) return SILENCE
  query.flags = read16(octets, start + 2)
  if ((query.flags & Flag.QR) !== 0) return SILENCE
  if ((query.flags & Flag.OpcodeMask) >>> 11 !== Opcode.Query) return Rcode.NotImp
  const questions = read16(octets, start + 4)
  if (questions === 0) return readCookieQuery(exchange, query)
  if (questions !== 1) return Rcode.FormErr
  const questionEnd = readQuestion(exchange, query)
  if (questionEnd < 0) return Rcode.FormErr
  query.questionEnd = questionEnd - start
  const records = readRecords(exchange, query, questionEnd)
  return records === Rcode.NoError ? checkQuestion(query) : records
}

/** RFC 7873 §5.4: without a question, but with a COOKIE option, a message asks for a cookie and nothing else. */
function readCookieQuery(exchange: Exchange, query: Query): number {
  query.type = 0
  query.class = 0
  const records = readRecords(exchange, query, exchange.start + HEADER_LENGTH)
  return records === Rcode.NoError && query.cookieOctets === 0 ? Rcode.FormErr : records
}

/** Position behind the question, or -1. */
function readQuestion(exchange: Exchange, query: Query): number {
  const { octets } = exchange
  const end = exchange.start + exchange.length
  const nameEnd = readLabelledName(query.name, octets, exchange.start + HEADER_LENGTH, end)
  if (nameEnd < 0 || nameEnd + 4 > end) return -1
  query.type = read16(octets, nameEnd)
  query.class = read16(octets, nameEnd + 2)
  return nameEnd + 4
}

/** Types that are no question for a zone, or not over this road. */
function checkQuestion(query: Query): number {
  switch (query.type) {
    case 0:
    case Type.OPT:
    case Type.TSIG:
    case Type.NXNAME: // RFC 9824 §3.5
      return Rcode.FormErr
    case Type.TKEY:
    case Type.MAILB:
    case Type.MAILA:
      return Rcode.NotImp
    case Type.IXFR:
    case Type.AXFR:
      return Rcode.Refused
    default:
      return Rcode.NoError
  }
}

/**
 * A query's other sections: nothing in answer and authority (an IXFR's SOA excepted, RFC 1995 §3), and in
 * additional at most one OPT and one TSIG, which is last (RFC 6891 §6.1.1, RFC 8945 §5.1).
 */
function readRecords(exchange: Exchange, query: Query, questionEnd: number): number {
  const { octets, start } = exchange
  const end = start + exchange.length
  const answers = read16(octets, start + 6)
  const authorities = read16(octets, start + 8)
  const additionals = read16(octets, start + 10)
  if (answers !== 0) return Rcode.FormErr
  if (authorities !== 0) return authorities === 1 && query.type === Type.IXFR ? Rcode.Refused : Rcode.FormErr
  let position = questionEnd
  let outcome: number = Rcode.NoError
  for (let i = 0; i < additionals; i++) {
    const fixed = skipName(octets, position, end)
    if (fixed < 0 || fixed + 10 > end || query.tsig !== 0) return Rcode.FormErr
    const next = fixed + 10 + read16(octets, fixed + 8)
    if (next > end) return Rcode.FormErr
    const type = read16(octets, fixed)
    if (type === Type.OPT) {
      if (query.edns || octets[position] !== 0) return Rcode.FormErr
      outcome = readOpt(octets, fixed, next, query)
      if (outcome === Rcode.FormErr) return outcome
    } else if (type === Type.TSIG) {
      query.tsig = position - start
    } else if (i > 3) {
      return Rcode.FormErr
    }
    position = next
  }
  if (position !== end) return Rcode.FormErr
  if (outcome !== Rcode.NoError) return outcome
  // RFC 8945 §5.2: no key is known to this server, so none that signed this query is.
  return query.tsig === 0 ? Rcode.NoError : Rcode.NotAuth
}

/** `fixed` is where the OPT's type stands (RFC 6891 §6.1.2: class is the payload size, TTL holds version and flags). */
function readOpt(octets: Uint8Array, fixed: number, end: number, query: Query): number {
  query.edns = true
  query.udpPayload = Math.max(MIN_UDP_PAYLOAD, read16(octets, fixed + 2))
  const flags = read16(octets, fixed + 6)
  query.dnssecOk = (flags & EdnsFlag.DO) !== 0
  query.compactOk = (flags & EdnsFlag.CO) !== 0
  if (octets[fixed + 5] !== 0) return Rcode.BadVers
  let position = fixed + 10
  while (position < end) {
    if (position + 4 > end) return Rcode.FormErr
    const option = read16(octets, position)
    const length = read16(octets, position + 2)
    position += 4
    if (option === OPTION_NSID) query.nsidWanted = true
    else if (option === OPTION_COOKIE && query.cookieOctets === 0) {
      if (position + length > end || !isCookieLength(length)) return Rcode.FormErr
      query.cookieOctets = length
      for (let i = 0; i < Math.min(length, COOKIE_OCTETS); i++) query.cookie[i] = octets[position + i]!
    }
    position += length
  }
  return position === end ? Rcode.NoError : Rcode.FormErr
}

/** RFC 7873 §5.2.2: a client cookie alone, or with a server cookie of 8 to 32 octets. */
function isCookieLength(octets: number): boolean {
  return octets === CLIENT_COOKIE_OCTETS || (octets >= 16 && octets <= LONGEST_COOKIE_OCTETS)
}

/** Position behind the name at `position`, compressed or not, or -1. */
function skipName(octets: Uint8Array, position: number, end: number): number {
  let at = position
  while (at < end) {
    const length = octets[at]!
    if (length === 0) return at + 1
    if (length >= 0xc0) return at + 2 <= end ? at + 2 : -1
    if (length > 63) return -1
    at += length + 1
  }
  return -1
}

function read16(octets: Uint8Array, position: number): number {
  return (octets[position]! << 8) | octets[position + 1]!
}
