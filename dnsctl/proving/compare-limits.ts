/*
 * Limits could tell as well: by how many answers are given before they are cut short, after insiders have asked.
 */

import { Type } from '../../dns/constants.ts'
import { buildQuery } from '../../dns/message.ts'
import { createRateLimiter, type RateLimitOptions } from '../../guard/rate-limiter.ts'
import { type AnswerContext, createAnswerContext } from '../../server/answer/context.ts'
import { openStatistics } from '../../server/statistics.ts'
import { type Ask, type Comparison, compareAnswers, createComparison } from './compare-answers.ts'
import type { ProofQuestion } from './questions.ts'
import { askSubject, type ProofClient } from './subjects.ts'

/** Who is asked, and by whom. */
export interface LimitedSides {
  readonly whole: AnswerContext
  readonly client: ProofClient
  /** Clients of other views, who ask the same just before. */
  readonly others: readonly ProofClient[]
  readonly twin: AnswerContext
  readonly twinClient: ProofClient
}

/** Enough for any budget to be used up: all is asked in the same moment. */
const QUESTIONS = 600

/**
 * Asks for the names over and over within a moment, and compares which answers are given, cut short or kept back, from the
 * first to the last. Both sides have limits of their own, and draw the same lots.
 */
export async function compareLimits(
  names: readonly Uint8Array[],
  sides: LimitedSides,
  isRandom: boolean,
): Promise<Comparison> {
  const { client, others, twinClient } = sides
  const whole = sides.whole
  const subject = askSubject(whole, client)
  const asInsider = others.map((other) => askSubject(whole, other))
  const afterInsiders: Ask = async (questions) => {
    for (const ask of asInsider) await ask(questions)
    return subject(questions)
  }
  const comparison = createComparison()
  const options = { isRandom, isLimited: false, progress: () => {} }
  await compareAnswers(
    burst(names),
    { subject: afterInsiders, twin: askSubject(sides.twin, twinClient) },
    options,
    comparison,
  )
  return comparison
}

/** What answers with these limits, a table to each view, as workers do. */
export function withLimits({ generation }: AnswerContext, limits: RateLimitOptions): AnswerContext {
  return createAnswerContext({
    generation,
    createLimiter: () => createRateLimiter(limits, lots()),
    statistics: openStatistics(),
  })
}

function* burst(names: readonly Uint8Array[]): Generator<ProofQuestion> {
  for (let at = 0; at < QUESTIONS && names.length > 0; at++) {
    const name = names[at % names.length]!
    yield { transport: 'udp', name, type: Type.A, octets: buildQuery({ id: at, name, type: Type.A }) }
  }
}

/** The same numbers each time. */
function lots(): () => number {
  let state = 1
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) | 0
    return state
  }
}
