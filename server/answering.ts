import type { Exchange } from './answer/exchange.ts'
import type { GenerationDescriptor } from './generation.ts'
import type { Statistics } from './statistics.ts'
import { acknowledge, receiveGeneration, type WorkerChannel } from './worker-channel.ts'

/** What a worker answers with. The transports know no more of it than this. */
export interface Answering<Context extends { now: number }> {
  /** Handed to `respond`; its `now` is set to monotonic milliseconds once per batch. */
  readonly context: Context
  /** Octets of the answer, which overwrites the question; 0 means to say nothing. */
  readonly respond: (context: Context, exchange: Exchange) => number
  /** Opens a generation into the context; afterwards nothing refers to the one before. */
  readonly open: (descriptor: GenerationDescriptor) => void
  readonly statistics: Statistics
}

/** Opens the newest generation that waits in the channel, if there is one, and acknowledges it. */
export function takeNewest<Context extends { now: number }>(
  channel: WorkerChannel,
  answering: Answering<Context>,
): void {
  const descriptor = receiveGeneration(channel)
  if (descriptor !== undefined) take(channel, answering, descriptor)
}

/** Opens a generation and acknowledges it: the one before is read no more. */
export function take<Context extends { now: number }>(
  channel: WorkerChannel,
  answering: Answering<Context>,
  descriptor: GenerationDescriptor,
): void {
  answering.open(descriptor)
  acknowledge(channel, descriptor.epoch)
}
