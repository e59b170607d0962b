/*
 * Asks one address of the parent for the DS, and judges what comes.
 */
import { Flag, Rcode, Type } from '../../dns/constants.ts'
import type { Message, MessageRecord } from '../../dns/message.ts'
import { isAtOrBelow, namesEqual, nameToText } from '../../dns/name.ts'
import { rcodeToText } from '../../dns/rcode-text.ts'
import { readInteger } from '../../dns/rr/fields/integers.ts'
import { judgeDsDenial } from '../../keys/validation/ds-denial.ts'
import { findRRset, type ReceivedRRset } from '../../keys/validation/received-rrset.ts'
import { type TrustedZone, verifyRRset } from '../../keys/validation/verify-rrset.ts'
import { askServer, type Network } from './ask.ts'
import type { ParentPlace } from './find-parent.ts'
import type { ServerLook } from './parent-look.ts'

/** Whose DS is asked for, and by what the answers are judged. */
export interface DsQuestion {
  /** Wire, lower-cased. */
  readonly apex: Uint8Array
  /** The parent's apex, where it is known. */
  readonly parent: Uint8Array | undefined
  /** The parent's keys; undefined: answers are believed. */
  readonly trusted: TrustedZone | undefined
  /** Unix seconds. */
  readonly now: () => number
}

/** What the address says of the DS. Takes as long as `askServer` does. */
export async function checkDs(network: Network, place: ParentPlace, question: DsQuestion): Promise<ServerLook> {
  const { name, address, port, listing } = place
  const asked = { name, address, port, ds: [], ...(listing && { listing }) }
  const answer = await askServer(network, place, { name: question.apex, type: Type.DS })
  if (answer.kind === 'message') return { ...asked, ...judgeAnswer(answer.message, question) }
  const { kind: outcome, ...why } = answer
  return { ...asked, outcome, ...why }
}

type Judged = Pick<ServerLook, 'outcome' | 'reason' | 'ttl' | 'signedAt'> & Partial<Pick<ServerLook, 'ds'>>

/** Records of a DS RRset that are looked at; more is no honest parent's. */
const MOST_DS = 32
/** Seconds: a TTL beyond that is the parent's mistake, or a way to keep a roll from ever going on. */
const MOST_TTL = 30 * 86_400

/** Judges a message that answers the question. */
function judgeAnswer(message: Message, question: DsQuestion): Judged {
  const { rcode, flags, answer } = message
  if (rcode === Rcode.NxDomain) return nonsense(`it says that ${nameToText(question.apex)} does not exist`)
  if (rcode !== Rcode.NoError) return { outcome: 'refused', reason: `it answers ${rcodeToText(rcode)}` }
  if ((flags & Flag.AA) === 0) return nonsense('its answer is not authoritative')
  const rrset = findRRset(answer, question.apex, Type.DS)
  if (rrset !== undefined) return judgeDs(rrset, question)
  if (answer.length > 0) return nonsense('it answers with something else than DS records')
  return judgeAbsence(message, question)
}

function judgeDs(rrset: ReceivedRRset, { trusted, now }: DsQuestion): Judged {
  if (rrset.rdatas.length > MOST_DS) return nonsense(`it has more than ${MOST_DS} DS records`)
  if (trusted === undefined) {
    const originals = rrset.rrsigs.map(({ originalTtl }) => originalTtl)
    return { outcome: 'answered', ds: rrset.rdatas, ttl: boundTtl(Math.max(rrset.ttl, ...originals)) }
  }
  const verification = verifyRRset(rrset, trusted, now())
  if (verification.kind === 'invalid') return { outcome: 'bogus', reason: `its DS ${verification.reason}` }
  const ttl = boundTtl(Math.max(rrset.ttl, verification.originalTtl))
  return { outcome: 'answered', ds: rrset.rdatas, ttl, signedAt: verification.inception }
}

/** RFC 2308 §2.2: the SOA tells which zone says that there is none; the parent's, not the zone's own, has to. */
function judgeAbsence(message: Message, { apex, parent, trusted, now }: DsQuestion): Judged {
  const soa = message.authority.find(({ type }) => type === Type.SOA)
  if (soa === undefined) return nonsense('it answers with neither a DS nor an SOA')
  const isOfParent = parent === undefined ? isAtOrBelow(apex, soa.name) : namesEqual(soa.name, parent)
  if (!isOfParent || namesEqual(soa.name, apex)) {
    return nonsense(`it answers for ${nameToText(soa.name)}, which is not the parent`)
  }
  if (trusted === undefined) return { outcome: 'answered', ttl: boundTtl(negativeTtl(soa)) }
  const denial = judgeDsDenial(message.authority, apex, trusted, now())
  switch (denial.kind) {
    case 'unsigned':
      return { outcome: 'answered', ttl: boundTtl(negativeTtl(soa)), signedAt: denial.inception }
    case 'inside':
    case 'absent':
      return nonsense(`it does not delegate ${nameToText(apex)} to anybody`)
    case 'unproved':
      return { outcome: 'bogus', reason: `its answer ${denial.reason}` }
  }
}

/** RFC 2308 §5: the SOA's TTL or its MINIMUM, the last of its fields. */
function negativeTtl({ ttl, rdata }: MessageRecord): number {
  return Math.min(ttl, readInteger(rdata, rdata.length - 4, 4))
}

/** RFC 2181 §8: with the highest bit set it means 0. */
function boundTtl(ttl: number): number {
  return ttl > 0x7fffffff ? 0 : Math.min(ttl, MOST_TTL)
}

function nonsense(reason: string): Judged {
  return { outcome: 'nonsense', reason }
}
