import { EdnsFlag, HEADER_LENGTH, MAX_UDP_PAYLOAD, Rcode, Type } from '../../dns/constants.ts'
import { COOKIE_OCTETS } from '../../guard/cookies.ts'
import { DenialMode } from '../../zones/denial/denial.ts'
import type { AnswerContext } from './context.ts'
import { OPTION_COOKIE, OPTION_NSID } from './query.ts'
import { write16 } from './writer.ts'

const OPTION_EXTENDED_ERROR = 15
/** RFC 8914 §4.15: the server has nothing to answer from yet. RFC 9824 §9.3: a question for NXNAME. */
const NOT_READY = 14
const INVALID_QUERY_TYPE = 30
const NO_EXTENDED_ERROR = -1
const EXTENDED_ERROR_OCTETS = 6
/** Root owner, type, payload size, extended RCODE, version, flags, RDLENGTH (RFC 6891 §6.1.2). */
const OPT_OCTETS = 11

/** Octets that the answer's OPT record will take; 0 where the query had none. What is limited has no options. */
export function ednsLength(context: AnswerContext, isLimited: boolean): number {
  if (!context.query.edns) return 0
  if (isLimited) return OPT_OCTETS
  const nsid = context.generation.identity.nsid
  const nsidOctets = context.query.nsidWanted && nsid !== undefined ? 4 + nsid.length : 0
  const cookieOctets = context.query.cookieOctets === 0 ? 0 : 4 + COOKIE_OCTETS
  return (
    OPT_OCTETS + nsidOctets + cookieOctets + (extendedError(context) === NO_EXTENDED_ERROR ? 0 : EXTENDED_ERROR_OCTETS)
  )
}

/** What EDE says beside the RCODE (RFC 8914 §2), or nothing. */
function extendedError({ query, plan, generation }: AnswerContext): number {
  if (plan.rcode === Rcode.ServFail && generation.isLocked === true) return NOT_READY
  const asksForNxname = query.type === Type.NXNAME && query.questionEnd > HEADER_LENGTH
  return plan.rcode === Rcode.FormErr && asksForNxname ? INVALID_QUERY_TYPE : NO_EXTENDED_ERROR
}

/** Appends OPT of `length` octets, `ednsLength`, which were kept free. */
export function writeEdns(context: AnswerContext, rcode: number, length: number): void {
  const { writer } = context
  const { octets } = writer
  const at = writer.start + writer.position
  octets[at] = 0
  write16(octets, at + 1, Type.OPT)
  write16(octets, at + 3, MAX_UDP_PAYLOAD)
  octets[at + 5] = rcode >>> 4
  octets[at + 6] = 0
  write16(octets, at + 7, flagsOf(context))
  write16(octets, at + 9, length - OPT_OCTETS)
  if (length > OPT_OCTETS) writeOptions(context, at + OPT_OCTETS)
  writer.position += length
  writer.additionals++
}

function writeOptions(context: AnswerContext, start: number): void {
  const { octets } = context.writer
  let at = start
  const error = extendedError(context)
  if (error !== NO_EXTENDED_ERROR) {
    write16(octets, at, OPTION_EXTENDED_ERROR)
    write16(octets, at + 2, 2)
    write16(octets, at + 4, error)
    at += EXTENDED_ERROR_OCTETS
  }
  const { query, generation } = context
  if (query.cookieOctets !== 0) {
    write16(octets, at, OPTION_COOKIE)
    write16(octets, at + 2, COOKIE_OCTETS)
    for (let i = 0; i < COOKIE_OCTETS; i++) octets[at + 4 + i] = query.cookie[i]!
    at += 4 + COOKIE_OCTETS
  }
  const { nsid } = generation.identity
  if (!query.nsidWanted || nsid === undefined) return
  write16(octets, at, OPTION_NSID)
  write16(octets, at + 2, nsid.length)
  for (let i = 0; i < nsid.length; i++) octets[at + 4 + i] = nsid[i]!
}

/** DO as asked (RFC 3225 §3); CO where the zone that answers denies compactly (RFC 9824 §5.1). */
function flagsOf({ query, plan: { signer } }: AnswerContext): number {
  if (!query.dnssecOk) return 0
  const isCompact = signer?.kind === 'online' && signer.denial.mode === DenialMode.Compact
  return query.compactOk && isCompact ? EdnsFlag.DO | EdnsFlag.CO : EdnsFlag.DO
}
