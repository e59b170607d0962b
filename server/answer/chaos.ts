import { Class, HEADER_LENGTH, Rcode, RR_FIXED_OCTETS, Type } from '../../dns/constants.ts'
import type { LabelledName } from '../../dns/labelled-name.ts'
import { Verdict } from '../../guard/verdict.ts'
import type { Generation } from '../generation.ts'
import type { AnswerContext } from './context.ts'
import { MASKS, type Mask } from './masks.ts'
import { type Writer, write16, write32 } from './writer.ts'

/** The names by which servers are asked who they are (RFC 4892 §2). */
const NAMES = ['version.bind', 'version.server', 'hostname.bind', 'id.server', 'authors.bind'].map((text) => ({
  text,
  labels: text.split('.').map((label) => Buffer.from(label)),
}))

/** Without a mask nothing but what is configured is told. */
const PLAIN: Omit<Mask, 'version'> = {
  versionNames: ['version.bind', 'version.server'],
  hostnameNames: ['hostname.bind', 'id.server'],
  emptyNames: [],
  authors: [],
  ttl: 0,
  authoritative: true,
  refusesWithAuthority: false,
  otherTypes: Rcode.Refused,
  answersAny: true,
}

/** Fills the plan for a CHAOS question: refused like any other name unless the operator configured an answer. */
export function decideChaos(context: AnswerContext): void {
  const { plan } = context
  plan.rcode = replyTo(context).rcode
  plan.verdict = plan.rcode === Rcode.NoError ? Verdict.Found : Verdict.Refused
}

/** Writes the records that the plan allowed, all or none, and tells whether the answer has AA. */
export function writeChaosAnswer(context: AnswerContext): boolean {
  const { writer } = context
  const { answer, authority, authoritative } = replyTo(context)
  const { position } = writer
  if (!writeRecords(writer, answer) || !writeRecords(writer, authority)) {
    writer.position = position
    return authoritative
  }
  writer.answers += answer.length
  writer.authorities += authority.length
  return authoritative
}

/** A record whose owner is QNAME. */
interface ChaosRecord {
  readonly type: number
  readonly ttl: number
  readonly rdata: Uint8Array
}

interface ChaosReply {
  readonly rcode: number
  readonly authoritative: boolean
  readonly answer: readonly ChaosRecord[]
  readonly authority: readonly ChaosRecord[]
}

function replyTo({ query, generation: { identity } }: AnswerContext): ChaosReply {
  const mask = identity.mask === undefined ? PLAIN : MASKS[identity.mask]
  const texts = textsOf(identity, mask, NAMES.find(({ labels }) => isNamed(query.name, labels))?.text)
  const asksText = query.type === Type.TXT || (query.type === Type.ANY && mask.answersAny)
  if (mask.otherTypes === 'zone' && texts !== undefined) return replyOfZone(mask, texts, query.type)
  if (!asksText && mask.otherTypes !== 'zone') return refusal(mask, mask.otherTypes)
  if (texts === undefined || texts.length === 0) return refusal(mask, Rcode.Refused)
  return { rcode: Rcode.NoError, authoritative: mask.authoritative, answer: textRecords(mask, texts), authority: [] }
}

/** The texts that the name has; undefined: it is not there. */
function textsOf(
  identity: Generation['identity'],
  mask: Omit<Mask, 'version'> & Partial<Mask>,
  name: string | undefined,
): readonly string[] | undefined {
  if (name === undefined) return undefined
  if (name === 'authors.bind') return mask.authors.length === 0 ? undefined : mask.authors
  const version = mask.versionNames.includes(name) ? (identity.version ?? mask.version) : undefined
  const text = mask.hostnameNames.includes(name) ? identity.hostname : version
  if (text !== undefined) return [text]
  return mask.emptyNames.includes(name) ? [] : undefined
}

/** As BIND has them: a zone for each name. */
function replyOfZone(mask: Omit<Mask, 'version'>, texts: readonly string[], type: number): ChaosReply {
  const isAny = type === Type.ANY
  const answer = [
    ...(isAny || type === Type.TXT ? textRecords(mask, texts) : []),
    ...(isAny || type === Type.SOA ? [ZONE_SOA] : []),
    ...(isAny || type === Type.NS ? [ZONE_NS] : []),
  ]
  const authority = answer.length === 0 ? [ZONE_SOA] : []
  return { rcode: Rcode.NoError, authoritative: mask.authoritative, answer, authority }
}

function refusal(mask: Omit<Mask, 'version'>, rcode: number): ChaosReply {
  return { rcode, authoritative: mask.refusesWithAuthority, answer: [], authority: [] }
}

/** One string each, of at most 255 octets (RFC 1035 §3.3). */
function textRecords({ ttl }: Omit<Mask, 'version'>, texts: readonly string[]): ChaosRecord[] {
  return texts.map((text) => {
    const octets = Buffer.from(text, 'utf8').subarray(0, 255)
    return { type: Type.TXT, ttl, rdata: Uint8Array.of(octets.length, ...octets) }
  })
}

/** MNAME is the zone, RNAME hostmaster below it; serial 0, 8 hours, 2 hours, a week, a day. */
const ZONE_NAME = [0xc0, HEADER_LENGTH]
const ZONE_TTL = 86_400
const ZONE_SOA: ChaosRecord = {
  type: Type.SOA,
  ttl: ZONE_TTL,
  rdata: Uint8Array.from([
    ...[...ZONE_NAME, 10, ...Buffer.from('hostmaster'), ...ZONE_NAME],
    ...[0, 28_800, 7200, 604_800, ZONE_TTL].flatMap((number) => [number >>> 24, number >>> 16, number >>> 8, number]),
  ]),
}
const ZONE_NS: ChaosRecord = { type: Type.NS, ttl: 0, rdata: Uint8Array.from(ZONE_NAME) }

function writeRecords(writer: Writer, records: readonly ChaosRecord[]): boolean {
  return records.every((record) => writeRecord(writer, record))
}

function writeRecord(writer: Writer, { type, ttl, rdata }: ChaosRecord): boolean {
  const length = RR_FIXED_OCTETS + rdata.length
  if (writer.position + length > writer.limit) {
    writer.truncated = true
    return false
  }
  const { octets } = writer
  const at = writer.start + writer.position
  write16(octets, at, 0xc000 | HEADER_LENGTH)
  write16(octets, at + 2, type)
  write16(octets, at + 4, Class.Chaos)
  write32(octets, at + 6, ttl)
  write16(octets, at + 10, rdata.length)
  octets.set(rdata, at + RR_FIXED_OCTETS)
  writer.position += length
  return true
}

function isNamed({ octets, labels, count }: LabelledName, wanted: readonly Uint8Array[]): boolean {
  return (
    count === wanted.length &&
    wanted.every((label, index) => {
      const start = labels[index]!
      return octets[start] === label.length && label.every((octet, at) => octets[start + 1 + at] === octet)
    })
  )
}
