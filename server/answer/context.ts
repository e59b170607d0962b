import type { RateLimiter } from '../../guard/rate-limiter.ts'
import type { Generation } from '../generation.ts'
import type { Statistics } from '../statistics.ts'
import { createPlan, type Plan } from './plan.ts'
import { createQuery, type Query } from './query.ts'
import { createWriter, type Writer } from './writer.ts'

/** Everything `respond` reads and scratches on: one for each worker, nothing shared but what the generation points to. */
export interface AnswerContext {
  /** Swapped between batches, never within one: see `adoptGeneration`. */
  generation: Generation
  /** Monotonic clock, milliseconds; set by the transport once per batch. */
  now: number
  /** By view index, last the one for clients without a view. Empty: nobody is limited. */
  limiters: readonly RateLimiter[]
  /** The same by view name, so that a view keeps its limiter from one generation to the next. */
  readonly limitersByView: Map<string, RateLimiter>
  readonly createLimiter: ((view: string) => RateLimiter) | undefined
  readonly statistics: Statistics
  readonly query: Query
  readonly plan: Plan
  readonly writer: Writer
}

/** `createLimiter` makes the limiter of one view; undefined: nobody is limited. */
export function createAnswerContext(options: {
  generation: Generation
  createLimiter: ((view: string) => RateLimiter) | undefined
  statistics: Statistics
}): AnswerContext {
  const context: AnswerContext = {
    generation: options.generation,
    now: 0,
    limiters: [],
    limitersByView: new Map(),
    createLimiter: options.createLimiter,
    statistics: options.statistics,
    query: createQuery(options.generation.labelSeed),
    plan: createPlan(options.generation.labelSeed),
    writer: createWriter(),
  }
  adoptGeneration(context, options.generation)
  return context
}

/**
 * Answers from `generation` from now on. Each view has a limiter of its own: in a shared one, what insiders are told
 * could push strangers' counts out of the table, and so show.
 */
export function adoptGeneration(context: AnswerContext, generation: Generation): void {
  context.generation = generation
  // The last plan still names images: they would keep memory that is to go back to the system.
  context.plan.image = undefined
  context.plan.aliasImages.length = 0
  const { createLimiter, limitersByView } = context
  if (createLimiter === undefined) return
  const names = [...generation.views.map((view) => view.name), NO_VIEW]
  for (const name of limitersByView.keys()) if (!names.includes(name)) limitersByView.delete(name)
  context.limiters = names.map((name) => {
    const limiter = limitersByView.get(name) ?? createLimiter(name)
    limitersByView.set(name, limiter)
    return limiter
  })
}

/** Stands for the view of clients who have none: names of views are not empty. */
export const NO_VIEW = ''
