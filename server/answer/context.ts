import type { RateLimiter } from '../../guard/rate-limiter.ts'
import type { Generation } from '../generation.ts'
import type { Statistics } from '../statistics.ts'
import { createPlan, type Plan } from './plan.ts'
import { createQuery, type Query } from './query.ts'
import { createWriter, type Writer } from './writer.ts'

/** Everything `respond` reads and scratches on: one for each worker, nothing shared but what the generation points to. */
export interface AnswerContext {
  /** Swapped between batches, never within one. */
  generation: Generation
  /** Monotonic clock, milliseconds; set by the transport once per batch. */
  now: number
  /** Undefined: nobody is limited. */
  readonly limiter: RateLimiter | undefined
  readonly statistics: Statistics
  readonly query: Query
  readonly plan: Plan
  readonly writer: Writer
}

export function createAnswerContext(options: {
  generation: Generation
  limiter: RateLimiter | undefined
  statistics: Statistics
}): AnswerContext {
  return { ...options, now: 0, query: createQuery(), plan: createPlan(), writer: createWriter() }
}
