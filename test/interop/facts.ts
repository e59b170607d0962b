import { Flag, Type } from '../../dns/constants.ts'
import { type Message, type MessageRecord, readMessage } from '../../dns/message.ts'
import { canonicalName, LOWER_CASE, nameToText } from '../../dns/name.ts'
import { namesInRdata, rdataToText } from '../../dns/rr/rdata.ts'
import { typeToText } from '../../dns/rr/registry.ts'

/** What servers may differ in. */
export const SECTIONS = ['answer', 'authority', 'additional'] as const
export const ASPECTS = [
  ...(['header', 'rcode', 'aa', 'tc', 'question'] as const),
  ...SECTIONS,
  ...(['signatures', 'repeated', 'edns'] as const),
] as const
export type Aspect = (typeof ASPECTS)[number]

/** An answer reduced to what has meaning: texts that are equal exactly when two answers say the same. */
export interface Facts extends Readonly<{ [aspect in Aspect]: string }> {
  readonly message: Message
  /** Octets as received. */
  readonly octets: Uint8Array
}

/**
 * Decodes an answer. `signatures` are those of the answer section, which may stand anywhere in it; what else is there keeps its order of RRsets, for the order of a CNAME chain matters to clients;
 * the records within an RRset, the signatures, and the other sections, are sets; `repeated` tells of records sent twice in a section. Names compare without case (RFC 4343). An answer that
 * cannot be decoded yields undefined.
 */
export function factsOf(octets: Uint8Array): Facts | undefined {
  const message = readMessage(octets)
  if (message === undefined) return undefined
  const { flags, opcode, question } = message
  const signatures = rrsetsInOrder(message.answer.filter((record) => !isData(record)))
  const others = flags & (Flag.QR | Flag.RD | Flag.RA | 0x40 | Flag.AD | Flag.CD)
  return {
    message,
    octets,
    header: `opcode ${opcode} flags ${others.toString(16)}`,
    rcode: String(message.rcode),
    aa: String((flags & Flag.AA) !== 0),
    tc: String((flags & Flag.TC) !== 0),
    question: question === undefined ? '' : `${nameToText(question.name)} ${question.class} ${question.type}`,
    answer: rrsetsInOrder(message.answer.filter(isData)).join('\n'),
    signatures: signatures.sort().join('\n'),
    authority: rrsetsInOrder(message.authority).sort().join('\n'),
    additional: rrsetsInOrder(message.additional).sort().join('\n'),
    repeated: SECTIONS.filter((section) => hasRepeats(message[section])).join(' '),
    edns: message.edns === undefined ? '' : `version ${message.edns.version} do ${message.edns.dnssecOk}`,
  }
}

function isData({ type }: MessageRecord): boolean {
  return type !== Type.RRSIG
}

/** An answer as a person reads it. */
export function printFacts(facts: Facts): string[] {
  const { message } = facts
  const section = (name: string, records: readonly MessageRecord[]) =>
    records.map((record) => `${name} ${printRecord(record)}`)
  return [
    `rcode ${facts.rcode} aa ${facts.aa} tc ${facts.tc} ${facts.header} ${facts.octets.length} octets`,
    `question ${facts.question}`,
    ...section('answer', message.answer),
    ...section('authority', message.authority),
    ...section('additional', message.additional),
    ...(facts.repeated === '' ? [] : [`repeated in ${facts.repeated}`]),
    `edns ${facts.edns}`,
  ]
}

function printRecord({ name, ttl, type, rdata }: MessageRecord): string {
  return `${nameToText(name)} ${ttl} ${typeToText(type)} ${rdataToText(type, rdata)}`
}

function rrsetsInOrder(records: readonly MessageRecord[]): string[] {
  const rrsets = new Map<string, string[]>()
  for (const record of records) {
    const key = `${nameToText(canonicalName(record.name))} ${record.class} ${typeToText(record.type)}`
    const rdata = `${record.ttl} ${lowerCaseNames(record.type, record.rdata)}`
    const known = rrsets.get(key)
    if (known === undefined) rrsets.set(key, [rdata])
    else known.push(rdata)
  }
  return [...rrsets].map(([key, rdatas]) => `${key} ${[...new Set(rdatas)].sort().join(' | ')}`)
}

function hasRepeats(records: readonly MessageRecord[]): boolean {
  const texts = records.map(
    ({ name, type, rdata }) => `${nameToText(canonicalName(name))} ${type} ${lowerCaseNames(type, rdata)}`,
  )
  return new Set(texts).size < texts.length
}

/** RDATA in hexadecimal with all names lower-cased: more of them than in the canonical form, which spares newer types. */
function lowerCaseNames(type: number, rdata: Uint8Array): string {
  const lowered = Buffer.from(rdata)
  for (const { start, length } of namesInRdata(type, rdata)) {
    for (let at = start; at < start + length; at++) lowered[at] = LOWER_CASE[lowered[at]!]!
  }
  return lowered.toString('hex')
}
