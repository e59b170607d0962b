import { findPrefixValue } from '../../guard/prefix-trie.ts'
import { decide, hasAskedBefore, isExempt, type RateLimiter } from '../../guard/rate-limiter.ts'
import { Reaction, Sanction } from '../../guard/reaction.ts'
import { Decision, Verdict } from '../../guard/verdict.ts'
import { drawWord } from '../../guard/xorshift.ts'
import { Counter, type Statistics } from '../statistics.ts'
import type { AnswerContext } from './context.ts'
import type { Exchange } from './exchange.ts'

/**
 * What becomes of the answer, counted. It hangs on the client's address and on the verdict alone, so that a hidden name
 * fares as any other that does not exist. The order:
 *
 *   a ban       silence, whatever was asked
 *   exempt      answered
 *   reactions   of the zone, to questions for absent names
 *   budgets     guard/rate-limiter.ts; what its zone or its source has brought upon it makes those for absent names smaller
 */
export function limit(context: AnswerContext, { source, sourceStart }: Exchange, view: number): Decision {
  const { limiters, plan, query, generation, statistics, asker } = context
  const { bans } = generation
  if (bans !== undefined && findPrefixValue(bans, 0, source, sourceStart) === Sanction.Banned) {
    statistics[Counter.Banned]!++
    return Decision.Drop
  }
  const limiter = limiters.length === 0 ? undefined : limiters[view < 0 ? limiters.length - 1 : view]!
  if (limiter !== undefined && isExempt(limiter, source, sourceStart)) return Decision.Answer
  const reaction = plan.zone === undefined ? Reaction.None : plan.zone.reaction
  asker.source = source
  asker.sourceStart = sourceStart
  asker.isProved = query.isProved
  const starved = view < 0 ? undefined : generation.views[view]!.starved
  const sanction = starved === undefined ? -1 : findPrefixValue(starved, 0, source, sourceStart)
  const isSanctioned = sanction === Sanction.Starved || (sanction === Sanction.StarvedUnproved && !query.isProved)
  const isSpared = query.isProved && plan.zone?.sparesProved === true
  asker.isStarved = isSanctioned || (reaction !== Reaction.None && !isSpared)
  if (asker.isStarved && plan.verdict === Verdict.Absent) statistics[Counter.Starved]!++
  const budgeted = limiter === undefined ? Decision.Answer : decide(limiter, plan.verdict, asker, context.now)
  const isGuess = plan.verdict === Verdict.Absent
  const isShed = limiter !== undefined && !query.isProved && sheds(context, limiter, isGuess)
  const reacted = isGuess ? react(reaction, query.isProved) : Decision.Answer
  if (reacted !== Decision.Answer) {
    statistics[Counter.Reacted]!++
    return isShed ? Decision.Drop : reacted
  }
  if (budgeted === Decision.Answer) return budgeted
  const decision = isShed ? Decision.Drop : budgeted
  countLimited(statistics, decision)
  return limiter?.logOnly === true ? Decision.Answer : decision
}

/** Of guesses that would get TC, so many in 2^32 are left without a word while the worker cannot keep up. */
const SHED_SHARE = 0.75 * 2 ** 32

/**
 * Whether the question gets no word if it gets no answer. Where more comes than is answered, the system throws away
 * whatever comes next, names that exist among it; and to send somebody to TCP costs as much as to answer. So while the
 * worker cannot keep up, most of those who guess hear nothing.
 *
 * Where wildcards or decoys answer for names that anybody can think up, the verdict must not decide: there a network
 * hears nothing when it asks for a name the first time, whatever the name, and TC when it asks again, as a resolver does
 * and a flood of ever new names does not.
 */
function sheds({ isPressed, plan, query, asker }: AnswerContext, limiter: RateLimiter, isGuess: boolean): boolean {
  if (isGuess) return isPressed && drawWord(limiter.slipState) >>> 0 < SHED_SHARE
  if (plan.zone?.answersAnyName !== true) return false
  return !hasAskedBefore(limiter, asker, query.name) && isPressed
}

/** Notes what was limited. */
export function countLimited(statistics: Statistics, decision: Decision): void {
  if (decision === Decision.Truncate) statistics[Counter.LimitedTruncate]!++
  else statistics[decision === Decision.Drop ? Counter.LimitedDrop : Counter.LimitedRefuse]!++
}

/** Beyond what the smaller budget says: see Reaction. */
function react(reaction: Reaction, isProved: boolean): Decision {
  if (reaction === Reaction.Refuse) return Decision.Refuse
  if (isProved) return Decision.Answer
  if (reaction === Reaction.Truncate) return Decision.Truncate
  return reaction === Reaction.Drop ? Decision.Drop : Decision.Answer
}
