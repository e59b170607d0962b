import { Flag, HEADER_LENGTH } from '../../dns/constants.ts'
import { claimEvent, commitEvent, EventKind, type EventRing, LOST } from '../../guard/event-ring.ts'
import { isAtOrBelowOneOf } from '../../guard/name-set.ts'
import { Trait } from '../../guard/query-event.ts'
import { Decision, Verdict } from '../../guard/verdict.ts'
import { Counter } from '../statistics.ts'
import type { AnswerContext } from './context.ts'
import { type Exchange, Transport } from './exchange.ts'
import type { Query } from './query.ts'

const KIND_OF_VERDICT = Uint8Array.from(Object.values(Verdict), kindOfVerdict)

/**
 * Tells the main thread of a question, its verdict and what became of it, or does not, where there are too many. Call it
 * once for each message that has a verdict, before the answer overwrites it.
 */
export function reportQuestion(context: AnswerContext, exchange: Exchange, view: number, decision: Decision): void {
  const { events, plan, query, statistics } = context
  if (events === undefined) return
  const honey = plan.zone?.honey
  const isHoney = honey !== undefined && isAtOrBelowOneOf(honey, query.name)
  const isLimited = decision !== Decision.Answer
  const kind = isHoney ? EventKind.Honey : isLimited ? EventKind.Limited : KIND_OF_VERDICT[plan.verdict]!
  const record = claimEvent(events, kind as EventKind)
  if (record < 0) {
    if (record === LOST) statistics[Counter.EventsLost]!++
    return
  }
  statistics[Counter.EventsTold]!++
  const { draft } = events
  draft.view = view
  draft.verdict = plan.verdict
  draft.source = exchange.source
  draft.sourceStart = exchange.sourceStart
  fillQuestion(draft, context)
  draft.traits = traitsOf(query, exchange) | (isHoney ? Trait.Honey : 0) | (isLimited ? Trait.Limited : 0)
  commitEvent(events, record)
}

/** What could not be read has no name. */
function fillQuestion(draft: EventRing['draft'], { query, plan }: AnswerContext): void {
  const isRead = query.questionEnd > HEADER_LENGTH
  draft.type = isRead ? query.type : 0
  draft.name = query.name.octets
  draft.nameLength = isRead ? query.name.length : 0
  draft.apexLength = plan.zone === undefined ? 0 : plan.zone.image.apexLength
}

function traitsOf(query: Query, exchange: Exchange): number {
  let traits = 0
  if ((query.flags & Flag.RD) !== 0) traits |= Trait.RecursionDesired
  if (query.dnssecOk) traits |= Trait.DnssecOk
  if (exchange.transport === Transport.Stream) traits |= Trait.Stream
  if (query.isProved) traits |= Trait.Proved
  if (query.questionEnd > HEADER_LENGTH && isMixedCase(query, exchange)) traits |= Trait.MixedCase
  return traits
}

function isMixedCase({ name }: Query, { octets, start }: Exchange): boolean {
  let capitals = 0
  let smallLetters = 0
  for (let index = 0; index < name.length; index++) {
    const octet = octets[start + HEADER_LENGTH + index]!
    if (octet !== name.octets[index]) capitals++
    else if (octet >= 0x61 && octet <= 0x7a) smallLetters++
  }
  return capitals > 0 && smallLetters > 0
}

function kindOfVerdict(verdict: Verdict): EventKind {
  if (verdict === Verdict.Absent || verdict === Verdict.Decoy) return EventKind.Absent
  return verdict === Verdict.Refused || verdict === Verdict.Malformed ? EventKind.Error : EventKind.Found
}
