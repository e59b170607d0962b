import { Class, Flag, HEADER_LENGTH, MAX_UDP_PAYLOAD, Rcode } from '../../dns/constants.ts'
import { decide } from '../../guard/rate-limiter.ts'
import { Decision, Verdict } from '../../guard/verdict.ts'
import { Counter } from '../statistics.ts'
import { selectView } from '../view-selection.ts'
import { decideChaos, writeChaosAnswer } from './chaos.ts'
import type { AnswerContext } from './context.ts'
import { ednsLength, writeEdns } from './edns.ts'
import { type Exchange, Transport } from './exchange.ts'
import { makePlan } from './plan.ts'
import { readQuery, SILENCE } from './query.ts'
import { beginSections, writeSections } from './sections.ts'
import { spellQuestion, writeHeader } from './writer.ts'

/**
 * Answers the message of `exchange` in place and returns the octets of the answer, 0 for silence. Pure: it depends on the
 * octets, the generation, the clock and the limiter's state in `context` and on nothing else. Hostile input never throws.
 */
export function respond(context: AnswerContext, exchange: Exchange): number {
  const { query, plan, statistics } = context
  statistics[exchange.transport === Transport.Udp ? Counter.Received : Counter.ReceivedStream]!++
  plan.rcode = readQuery(exchange, query)
  if (plan.rcode === SILENCE) {
    statistics[Counter.Silent]!++
    return 0
  }
  plan.image = undefined
  plan.aliases = 0
  const view = selectView(context.generation.selection, exchange.listener, exchange.source, exchange.sourceStart)
  if (plan.rcode === Rcode.NoError) decideAnswer(context, view)
  else plan.verdict = plan.rcode === Rcode.Refused ? Verdict.Refused : Verdict.Malformed
  statistics[Counter.Verdict + plan.verdict]!++
  const decision = limit(context, exchange, view)
  if (decision === Decision.Drop) return 0
  return write(context, exchange, decision === Decision.Truncate)
}

/** Fills the plan for a question that could be read. */
function decideAnswer(context: AnswerContext, view: number): void {
  const { query, plan, generation } = context
  if (view >= 0 && query.class === Class.In) {
    makePlan(plan, generation.views[view]!, query)
  } else if (view >= 0 && query.class === Class.Chaos) {
    decideChaos(context)
  } else {
    plan.rcode = Rcode.Refused
    plan.verdict = Verdict.Refused
  }
}

/**
 * What becomes of the answer, counted. Streams have proved their address and cannot be used to amplify, so they are not
 * limited here.
 */
function limit(context: AnswerContext, exchange: Exchange, view: number): Decision {
  const { limiters, statistics } = context
  if (limiters.length === 0 || exchange.transport !== Transport.Udp) return Decision.Answer
  const limiter = limiters[view < 0 ? limiters.length - 1 : view]!
  const decision = decide(limiter, context.plan.verdict, exchange.source, exchange.sourceStart, context.now)
  if (decision === Decision.Answer) return decision
  statistics[decision === Decision.Drop ? Counter.LimitedDrop : Counter.LimitedTruncate]!++
  return limiter.logOnly ? Decision.Answer : decision
}

function write(context: AnswerContext, exchange: Exchange, limited: boolean): number {
  const { query, plan, writer, statistics } = context
  writer.octets = exchange.octets
  writer.start = exchange.start
  // What is limited must not be longer than what asked for it.
  if (limited) query.nsidWanted = false
  const edns = ednsLength(context)
  beginSections(writer, query.questionEnd, capacity(context, exchange) - edns)
  let flags = Flag.QR | (query.flags & (Flag.OpcodeMask | Flag.RD))
  if (limited) {
    writer.truncated = true
  } else if (query.class === Class.Chaos) {
    if (writeChaosAnswer(context)) flags |= Flag.AA
  } else if (plan.image !== undefined || plan.aliases !== 0) {
    spellQuestion(writer, query.name.labels, query.name.count)
    if (plan.authoritative) flags |= Flag.AA
    writeSections(writer, plan)
  }
  if (writer.truncated) statistics[Counter.Truncated]!++
  const rcode = limited ? Rcode.NoError : plan.rcode
  statistics[Counter.Rcode + rcode]!++
  if (edns !== 0) writeEdns(context, rcode)
  writeHeader(writer, flags | (rcode & Flag.RcodeMask), query.questionEnd > HEADER_LENGTH ? 1 : 0)
  return writer.position
}

/** Octets that the whole answer may take: what the requestor and the transport allow. */
function capacity(context: AnswerContext, exchange: Exchange): number {
  if (exchange.transport === Transport.Stream) return exchange.capacity
  return Math.min(context.query.udpPayload, MAX_UDP_PAYLOAD, exchange.capacity)
}
