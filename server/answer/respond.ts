import { Class, Flag, HEADER_LENGTH, MAX_UDP_PAYLOAD, Rcode } from '../../dns/constants.ts'
import { Decision, Verdict } from '../../guard/verdict.ts'
import { settleSignatures, spendSignatures } from '../../keys/signing-budget.ts'
import { Counter } from '../statistics.ts'
import { selectView } from '../view-selection.ts'
import { decideChaos, writeChaosAnswer } from './chaos.ts'
import { judgeClient, renewCookie, signingClient } from './client.ts'
import type { AnswerContext } from './context.ts'
import { ednsLength, writeEdns } from './edns.ts'
import { type Exchange, Transport } from './exchange.ts'
import { countLimited, limit } from './limit.ts'
import { completeMade } from './made-names.ts'
import { lastName, makePlan } from './plan.ts'
import { type Query, readQuery, SILENCE } from './query.ts'
import { reportQuestion } from './report-question.ts'
import { beginSections, emptySections, writeSections } from './sections.ts'
import { listSignables, needsSignables } from './signables.ts'
import { Source } from './signed-lookup.ts'
import { costOnDemand, findListed, signListed } from './signing.ts'
import { spellQuestion, writeHeader } from './writer.ts'

/** Instead of octets of an answer: it needs fresh signatures, and waits for `respondDeferred`. */
export const DEFERRED = -1

/**
 * Answers the message of `exchange` in place and returns the octets of the answer, 0 for silence. It depends on the octets,
 * the generation, the clocks, the table of signatures and the states of limiter and budget in `context` and on nothing
 * else; of what it decided it tells `context.events`. Hostile input never throws.
 *
 * Where signatures are missing and `context.mayDefer`, it returns DEFERRED and leaves the message as it came, so that
 * others are answered first and `respondDeferred` answers it then.
 */
export function respond(context: AnswerContext, exchange: Exchange): number {
  const { plan, query, statistics } = context
  statistics[exchange.transport === Transport.Udp ? Counter.Received : Counter.ReceivedStream]!++
  const view = decideAnswer(context, exchange)
  if (plan.rcode === SILENCE) {
    statistics[Counter.Silent]!++
    return 0
  }
  statistics[Counter.Verdict + plan.verdict]!++
  countCookie(context, exchange)
  let decision = limit(context, exchange, view)
  if (decision === Decision.Answer) completeMade(plan.made, lastName(plan, query))
  if (decision === Decision.Answer && needsSignables(plan) && findSignatures(context, view) !== 0) {
    decision = limitSigning(context, exchange, view)
    if (decision === Decision.Answer && context.mayDefer && exchange.transport === Transport.Udp) {
      reportQuestion(context, exchange, view, decision)
      return DEFERRED
    }
    if (decision === Decision.Answer) signMissing(context, exchange, view)
  }
  reportQuestion(context, exchange, view, decision)
  return decision === Decision.Drop ? 0 : write(context, exchange, view, decision)
}

/**
 * Answers a message for which `respond` returned DEFERRED, before the generation changes: signs what is missing. Limits and
 * counts have had their turn.
 */
export function respondDeferred(context: AnswerContext, exchange: Exchange): number {
  const view = decideAnswer(context, exchange)
  completeMade(context.plan.made, lastName(context.plan, context.query))
  if (findSignatures(context, view) !== 0) signMissing(context, exchange, view)
  return write(context, exchange, view, Decision.Answer)
}

/** Reads the message, fills the plan, and returns the index of the client's view, or -1. */
function decideAnswer(context: AnswerContext, exchange: Exchange): number {
  const { query, plan, generation } = context
  plan.rcode = readQuery(exchange, query)
  plan.zone = undefined
  plan.image = undefined
  plan.signer = undefined
  plan.signed = false
  plan.source = Source.Image
  plan.aliases = 0
  if (plan.rcode === SILENCE) return -1
  const view = selectView(generation.selection, exchange.listener, exchange.source, exchange.sourceStart)
  judgeClient(context, exchange, view)
  if (plan.rcode === Rcode.NoError) decidePlan(context, view)
  else plan.verdict = plan.rcode === Rcode.Refused ? Verdict.Refused : Verdict.Malformed
  return view
}

/** Fills the plan for a question that could be read. */
function decidePlan(context: AnswerContext, view: number): void {
  const { query, plan, generation } = context
  if (generation.isLocked === true) {
    plan.verdict = Verdict.Refused
    plan.rcode = Rcode.ServFail
  } else if (query.questionEnd === HEADER_LENGTH) {
    plan.verdict = Verdict.Malformed
    plan.rcode = rcodeOfCookieQuery(query)
  } else if (view >= 0 && query.class === Class.In) {
    makePlan(plan, generation.views[view]!, query)
  } else if (view >= 0 && query.class === Class.Chaos) {
    decideChaos(context)
  } else {
    plan.rcode = Rcode.Refused
    plan.verdict = Verdict.Refused
  }
}

/** RFC 7873 §5.4: whoever asks whether its server cookie holds is told. Without cookies here, it is no query. */
function rcodeOfCookieQuery({ cookieOctets, isCookieBad }: Query): number {
  if (cookieOctets === 0) return Rcode.FormErr
  return isCookieBad ? Rcode.BadCookie : Rcode.NoError
}

/** Lists what the answer holds signatures of, gets what the view's table has, and returns how many RRsets lack theirs. */
function findSignatures(context: AnswerContext, view: number): number {
  const { signing, plan, query, unixSeconds } = context
  listSignables(signing, plan, query)
  return plan.signed ? findListed(signing, context.signatureTables[view], unixSeconds) : 0
}

/** What it takes beyond what was spent on it is owed: else a flood would leave a busy machine no time for names that exist. */
function signMissing(context: AnswerContext, exchange: Exchange, view: number): void {
  const { signing, tools } = context
  const budget = context.signingBudgets[view]
  const spent = budget === undefined ? 0 : costOnDemand(signing)
  const begin = spent === 0 ? 0 : (tools.microseconds?.() ?? 0)
  signListed(signing, context.signatureTables[view], tools.onFreshSignature)
  if (spent === 0 || budget === undefined) return
  settleSignatures(budget, spent, (tools.microseconds?.() ?? 0) - begin, signingClient(context, exchange))
}

/**
 * What becomes of an answer for which signatures have to be made. Those of names that exist are made always, and are few;
 * what anybody can think up names for has a budget. Who has proved its address has its own part of that, and is refused
 * beyond over a stream, where nobody can be sent to TCP.
 */
function limitSigning(context: AnswerContext, exchange: Exchange, view: number): Decision {
  const budget = context.signingBudgets[view]
  const cost = costOnDemand(context.signing)
  if (budget === undefined || cost === 0) return Decision.Answer
  if (spendSignatures(budget, cost, context.now, signingClient(context, exchange))) return Decision.Answer
  const decision = exchange.transport === Transport.Udp ? Decision.Truncate : Decision.Refuse
  countLimited(context.statistics, decision)
  return decision
}

function countCookie({ query, statistics }: AnswerContext, { transport }: Exchange): void {
  if (query.cookieOctets === 0) return
  statistics[Counter.Cookies]!++
  if (query.isProved && transport === Transport.Udp) statistics[Counter.CookiesValid]!++
}

function write(context: AnswerContext, exchange: Exchange, view: number, decision: Decision): number {
  const { query, writer, statistics } = context
  const isLimited = decision !== Decision.Answer
  writer.octets = exchange.octets
  writer.start = exchange.start
  if (!isLimited) renewCookie(context, exchange, view)
  const edns = ednsLength(context, isLimited)
  beginSections(writer, query.questionEnd, capacity(context, exchange) - edns)
  let flags = Flag.QR | (query.flags & (Flag.OpcodeMask | Flag.RD))
  if (isLimited) writer.truncated = decision === Decision.Truncate
  else flags |= writeAnswer(context)
  if (writer.truncated) statistics[Counter.Truncated]!++
  const rcode = rcodeOf(decision, context.plan.rcode)
  statistics[Counter.Rcode + rcode]!++
  if (edns !== 0) writeEdns(context, rcode, edns)
  writeHeader(writer, flags | (rcode & Flag.RcodeMask), query.questionEnd > HEADER_LENGTH ? 1 : 0)
  return writer.position
}

/** Writes the sections of an answer that is given in full, and returns AA or 0. */
function writeAnswer(context: AnswerContext): number {
  const { query, plan, writer } = context
  if (plan.rcode === Rcode.ServFail) return 0
  if (query.class === Class.Chaos) return writeChaosAnswer(context) ? Flag.AA : 0
  if (plan.image === undefined && plan.aliases === 0) return 0
  spellQuestion(writer, query.name.labels, query.name.count)
  writeSections(context)
  // Whoever asks for signatures asks again over TCP and needs all of it: a part would serve those alone who amplify.
  if (writer.truncated && plan.signed) emptySections(writer, query.questionEnd)
  return plan.authoritative ? Flag.AA : 0
}

function rcodeOf(decision: Decision, planned: number): number {
  if (decision === Decision.Answer) return planned
  return decision === Decision.Refuse ? Rcode.Refused : Rcode.NoError
}

/** Octets that the whole answer may take: what the requestor and the transport allow. */
function capacity(context: AnswerContext, exchange: Exchange): number {
  if (exchange.transport === Transport.Stream) return exchange.capacity
  return Math.min(context.query.udpPayload, MAX_UDP_PAYLOAD, exchange.capacity)
}
