/*
 * Asks one server one question, and believes only what can be its answer.
 */
import { Class, Flag, HEADER_LENGTH, Rcode } from '../../dns/constants.ts'
import { buildQuery, type Message, readMessage } from '../../dns/message.ts'
import { namesEqual } from '../../dns/name.ts'
import { readName } from '../../dns/wire-name.ts'
import type { Exchange, ExchangeFailure, Place, Request } from './exchange.ts'

/** What asking stands on; the simulation brings its own. */
export interface Network {
  readonly exchange: Exchange
  /** A 16-bit number that nobody can guess. */
  readonly randomId: () => number
}

/** A question to one server. */
export interface ServerQuestion {
  /** Wire. */
  readonly name: Uint8Array
  readonly type: number
  /** Bits of the header that are set beside those of a query: RD, CD, an OPCODE. */
  readonly flags?: number
}

/** The message that came, or why none did that can be read. Reasons are sentences without their full stops. */
export type ServerAnswer =
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'silent'; readonly reason: string; readonly isUnreachable?: true }
  | { readonly kind: 'nonsense'; readonly reason: string }

/** Asks with DO over UDP, the name's letters large or small by chance, twice where nothing comes, and over TCP where the answer is cut short or still none has come. */
export async function askServer(
  network: Network,
  place: Place,
  question: ServerQuestion,
  hasEdns = true,
): Promise<ServerAnswer> {
  let failure: ExchangeFailure = { kind: 'timeout' }
  let isCutShort = false
  for (const { via, patienceMs } of ATTEMPTS) {
    if (isCutShort && via === 'udp') continue
    const id = network.randomId()
    const asked = { ...question, name: via === 'udp' ? mixCase(question.name, network) : question.name }
    const message = buildQuery({ ...asked, id, ...(hasEdns && { edns: { do: true } }) })
    const isAnswer = (octets: Uint8Array): boolean => answers(octets, id, asked, via === 'udp')
    const octets = await network.exchange({ ...place, via, message, patienceMs, isAnswer })
    if (!(octets instanceof Uint8Array)) {
      failure = octets
      if (octets.kind === 'unreachable' || octets.kind === 'overdue') break
      continue
    }
    isCutShort = via === 'udp' && (octets[2]! & TC_IN_OCTET) !== 0
    if (isCutShort) continue
    const read = readMessage(octets)
    if (read === undefined) return { kind: 'nonsense', reason: 'what it sent cannot be read' }
    // RFC 6891 §7: who does not know of EDNS says so once, and is asked without.
    if (hasEdns && read.edns === undefined && WITHOUT_EDNS.includes(read.rcode)) {
      return askServer(network, place, question, false)
    }
    return { kind: 'message', message: read }
  }
  return silent(failure)
}

/** What a server answers that does not know of EDNS. */
const WITHOUT_EDNS: readonly number[] = [Rcode.FormErr, Rcode.NotImp]

/**
 * The name with letters large or small by chance: a forger has to guess them too, for answers repeat them. Who does not is
 * asked over TCP in the end.
 */
function mixCase(name: Uint8Array, { randomId }: Network): Uint8Array {
  const mixed = name.slice()
  let [bits, left] = [0, 0]
  for (let at = 0; at < mixed.length; at += 1 + mixed[at]!) {
    for (let index = at + 1; index <= at + mixed[at]!; index++) {
      if (!isLetter(mixed[index]!)) continue
      if (left === 0) [bits, left] = [randomId(), 16]
      if ((bits & 1) !== 0) mixed[index]! ^= CASE_BIT
      bits >>= 1
      left--
    }
  }
  return mixed
}

const CASE_BIT = 0x20

function isLetter(octet: number): boolean {
  const small = octet | CASE_BIT
  return small >= 0x61 && small <= 0x7a
}

/** Eight seconds and a half for who does not answer at all. */
const ATTEMPTS: readonly Pick<Request, 'via' | 'patienceMs'>[] = [
  { via: 'udp', patienceMs: 1500 },
  { via: 'udp', patienceMs: 3000 },
  { via: 'tcp', patienceMs: 4000 },
]

/** Bits of the header's third octet. */
const QR_IN_OCTET = Flag.QR >> 8
const TC_IN_OCTET = Flag.TC >> 8
const OPCODE_IN_OCTET = Flag.OpcodeMask >> 8

/**
 * Whether the octets are an answer to this very question. One without a question may only be an error (RFC 1035 §4.1.1
 * does not say that errors repeat it).
 */
function answers(
  octets: Uint8Array,
  id: number,
  { name, type, flags = 0 }: ServerQuestion,
  isCaseKept: boolean,
): boolean {
  if (octets.length < HEADER_LENGTH || ((octets[0]! << 8) | octets[1]!) !== id) return false
  if ((octets[2]! & QR_IN_OCTET) === 0 || (octets[2]! & OPCODE_IN_OCTET) !== ((flags >> 8) & OPCODE_IN_OCTET))
    return false
  const questions = (octets[4]! << 8) | octets[5]!
  if (questions === 0) return (octets[3]! & Flag.RcodeMask) !== Rcode.NoError
  const read = readName(octets, HEADER_LENGTH)
  if (read === undefined || read.end + 4 > octets.length || !namesEqual(read.name, name)) return false
  if (isCaseKept && Buffer.compare(read.name, name) !== 0) return false
  const words = [read.end, read.end + 2].map((at) => (octets[at]! << 8) | octets[at + 1]!)
  return words[0] === type && words[1] === Class.In
}

function silent({ kind }: ExchangeFailure): ServerAnswer {
  if (kind === 'unreachable') {
    return { kind: 'silent', reason: 'this host knows no way there', isUnreachable: true }
  }
  return { kind: 'silent', reason: SILENCES[kind] }
}

const SILENCES: Readonly<Record<Exclude<ExchangeFailure['kind'], 'unreachable'>, string>> = {
  timeout: 'no answer came',
  refused: 'nobody answers there',
  overdue: 'it was not asked any more: the look had taken too long',
}
