import { randomInt } from 'node:crypto'
import { createRateLimiter } from '../guard/rate-limiter.ts'
import { createKeyOpener } from '../keys/open-signing-key.ts'
import { nsec3Hash } from '../zones/denial/nsec3-hash.ts'
import { adoptGeneration, createAnswerContext } from './answer/context.ts'
import { respond } from './answer/respond.ts'
import type { Answering } from './answering.ts'
import type { Generation, GenerationDescriptor } from './generation.ts'
import { openGeneration } from './open-generation.ts'
import { openStatistics, STATISTICS_OCTETS } from './statistics.ts'
import { arenaMemory, receiveGeneration, type WorkerChannel } from './worker-channel.ts'

/**
 * Puts together what the worker of this channel answers with, on the first generation, which waits in the channel, and
 * notes its epoch: acknowledge that when the sockets are ready. Streams are never limited: their sources are proved.
 */
export function createWorkerAnswering(channel: WorkerChannel): Answering {
  const { seat } = channel
  const first = receiveGeneration(channel)
  if (first === undefined) throw new Error('a worker was started without a generation')
  const openKey = createKeyOpener()
  const open = (descriptor: GenerationDescriptor, previous?: Generation) =>
    openGeneration(descriptor, {
      arena: (id) => arenaMemory(channel, id),
      openKey,
      nsec3Hash,
      previous,
    })
  const limited = seat.kind === 'udp' && seat.settings.rateLimit.enabled
  const statistics = openStatistics(seat.statistics, STATISTICS_OCTETS * seat.index)
  const context = createAnswerContext({
    generation: open(first),
    createLimiter: limited
      ? (view) => createRateLimiter(seat.settings.rateLimit, random32, channel.rateLimitTables.get(view))
      : undefined,
    statistics,
  })
  channel.epoch = first.epoch
  return {
    context,
    respond,
    statistics,
    open: (descriptor) => {
      adoptGeneration(context, open(descriptor, context.generation))
    },
  }
}

function random32(): number {
  return randomInt(2 ** 32)
}
