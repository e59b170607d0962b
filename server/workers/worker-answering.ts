import { randomInt } from 'node:crypto'
import { openEventRing } from '../../guard/event-ring.ts'
import { createRateLimiter } from '../../guard/rate-limiter.ts'
import { createKeyOpener } from '../../keys/open-signing-key.ts'
import { offerSample, openSampleCell } from '../../keys/signature-sample.ts'
import { openSignatureTable, type SignatureTable } from '../../keys/signature-table.ts'
import { createSigningBudget } from '../../keys/signing-budget.ts'
import { nsec3Hash } from '../../zones/denial/nsec3-hash.ts'
import { adoptGeneration, createAnswerContext, type SigningTools } from '../answer/context.ts'
import { respond, respondDeferred } from '../answer/respond.ts'
import type { Generation, GenerationDescriptor } from '../generation.ts'
import { openGeneration } from '../open-generation.ts'
import { Counter, openStatistics, STATISTICS_OCTETS, type Statistics } from '../statistics.ts'
import type { Answering } from './answering.ts'
import { arenaMemory, receiveGeneration, type WorkerChannel } from './worker-channel.ts'

/**
 * Puts together what the worker of this channel answers with, on the first generation, which waits in the channel, and
 * notes its epoch: acknowledge that when the sockets are ready.
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
  const limited = seat.settings.rateLimit.enabled
  const statistics = openStatistics(seat.statistics, STATISTICS_OCTETS * seat.index)
  const context = createAnswerContext({
    generation: open(first),
    createLimiter: limited
      ? (view) => createRateLimiter(seat.settings.rateLimit, random32, channel.rateLimitTables.get(view))
      : undefined,
    statistics,
    tools: signingTools(channel, statistics),
    events: openEventRing(seat.events, random32),
  })
  channel.epoch = first.epoch
  return {
    context,
    respond,
    respondDeferred,
    statistics,
    open: (descriptor) => {
      adoptGeneration(context, open(descriptor, context.generation))
    },
  }
}

/**
 * What all workers share of signing, and this worker's budgets, where anything is limited at all. Every worker's signatures
 * are counted and sampled.
 */
function signingTools({ seat, signatureTables }: WorkerChannel, statistics: Statistics): SigningTools {
  const cell = openSampleCell(seat.sample)
  const { rateLimit, signing } = seat.settings
  const limited = rateLimit.enabled && !rateLimit.logOnly
  return {
    openSignatureTable: (view) => openView(signatureTables, view),
    createSigningBudget: limited ? () => createSigningBudget(signing.share) : undefined,
    microseconds: () => performance.now() * 1000,
    onFreshSignature: (key, data, length, signatures, at) => {
      statistics[Counter.SignaturesMade]!++
      offerSample(cell, key, data, length, signatures, at)
    },
  }
}

function openView(tables: WorkerChannel['signatureTables'], view: string): SignatureTable {
  const table = tables.get(view)
  if (table === undefined) throw new Error(`the table of signatures of the view "${view}" was never sent`)
  return openSignatureTable(table.memory, table.seed)
}

function random32(): number {
  return randomInt(2 ** 32)
}
