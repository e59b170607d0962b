import { createEventRing, openEventRing } from '../../guard/event-ring.ts'
import { createRateLimiter, type RateLimitOptions } from '../../guard/rate-limiter.ts'
import { openSignatureTable, signatureTableOctets } from '../../keys/signature-table.ts'
import { type AnswerContext, createAnswerContext } from '../../server/answer/context.ts'
import type { Generation } from '../../server/generation.ts'
import { openStatistics } from '../../server/statistics.ts'
import type { Random } from './random.ts'
import { NOW } from './signed-answering.ts'

/** What answers as a worker does: with limits, a ring that main could read, and tables of so many signatures. */
export function limitedContext(
  generation: Generation,
  { limits, random, signatures = 32_768 }: { limits: RateLimitOptions; random: Random; signatures?: number },
): AnswerContext {
  const context = createAnswerContext({
    generation,
    createLimiter: () => createRateLimiter(limits, random.next),
    statistics: openStatistics(),
    events: openEventRing(createEventRing(), random.next),
    tools: {
      openSignatureTable: () => openSignatureTable(new SharedArrayBuffer(signatureTableOctets(signatures)), 4711),
    },
  })
  context.unixSeconds = NOW
  return context
}
