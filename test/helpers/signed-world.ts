import { buildQuery, type Message, type MessageRecord, type QueryOptions, readMessage } from '../../dns/message.ts'
import { nameToText } from '../../dns/name.ts'
import { rdataToText } from '../../dns/rr/rdata.ts'
import { typeFromText, typeToText } from '../../dns/rr/registry.ts'
import { type AnswerContext, createAnswerContext, type SigningTools } from '../../server/answer/context.ts'
import { Transport } from '../../server/answer/exchange.ts'
import { openStatistics } from '../../server/statistics.ts'
import { answerTo } from './answering.ts'
import { NOW, type SignedZoneText, signedGenerationOf, trustedZonesOf } from './signed-answering.ts'
import { type Conclusion, judge } from './validator.ts'
import { wireName } from './zone.ts'

/** Signed and unsigned zones, what answers for them, and a validator that trusts the signed ones. */
export interface SignedWorld {
  readonly context: AnswerContext
  ask(name: string, type: string, options?: AskOptions): Message
  /** What the answer to `ask` with DO proves. */
  judge(name: string, type: string, options?: AskOptions): Conclusion
  /** What an answer of `ask` proves. */
  conclude(message: Message): Conclusion
}

export interface AskOptions {
  /** By default set; `off`: without EDNS. */
  readonly dnssec?: 'do' | 'do+co' | 'edns' | 'off'
  readonly from?: string
  readonly transport?: Transport
  readonly udpSize?: number
}

export function signedWorld(zones: Readonly<Record<string, SignedZoneText>>, tools: SigningTools = {}): SignedWorld {
  const generation = signedGenerationOf(zones)
  const context = createAnswerContext({ generation, createLimiter: undefined, statistics: openStatistics(), tools })
  context.unixSeconds = NOW
  const trusted = trustedZonesOf(zones)
  const ask = (name: string, type: string, options: AskOptions = {}): Message =>
    readMessage(answerTo(context, signedQuery(name, type, options), { transport: Transport.Stream, ...options })!)!
  const conclude = (message: Message) => judge(message, trusted, context.unixSeconds)
  return { context, ask, conclude, judge: (name, type, options) => conclude(ask(name, type, options)) }
}

/** A query, with DO unless told otherwise. */
export function signedQuery(
  name: string,
  type: string,
  { dnssec = 'do', udpSize = 1232 }: AskOptions = {},
): Uint8Array {
  const edns: QueryOptions['edns'] = { udpSize, do: dnssec.startsWith('do'), co: dnssec === 'do+co' }
  const query = { id: 0x1234, name: wireName(name), type: typeFromText(type)! }
  return buildQuery(dnssec === 'off' ? query : { ...query, edns })
}

/** One line a record: owner, TTL, type, RDATA; of an RRSIG what it covers, and its Labels and Original TTL. */
export function linesOf(records: readonly MessageRecord[]): string[] {
  return records.map(({ name, ttl, type, rdata }) => {
    const text = rdataToText(type, rdata)
    const shown =
      typeToText(type) === 'RRSIG' ? text.split(' ').filter((_, at) => at === 0 || at === 2 || at === 3) : [text]
    return [nameToText(name), ttl, typeToText(type), ...shown].join(' ')
  })
}
