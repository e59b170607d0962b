import type { Exchange } from '../answer/exchange.ts'
import type { GenerationDescriptor } from '../generation.ts'
import type { Statistics } from '../statistics.ts'
import { acknowledge, receiveGeneration, type WorkerChannel } from './worker-channel.ts'

/** What a transport knows of that which answers are made from. */
export interface Clock {
  /** Monotonic milliseconds. */
  now: number
  /** Unix time, whole seconds. */
  unixSeconds: number
  /** Whether the transport comes back for answers that take time. */
  mayDefer: boolean
  /** Whether more questions wait than one batch takes, batch after batch. */
  isPressed: boolean
}

/** What a worker answers with. The transports know no more of it than this. */
export interface Answering {
  /** Handed to `respond`; its clocks are set once per batch. */
  readonly context: Clock
  /**
   * Octets of the answer, which overwrites the question; 0 means to say nothing. Takes this very `context`. Less than 0,
   * where it allows that: the answer takes time, the question is as it was, and waits for `respondDeferred`.
   */
  respond(context: Clock, exchange: Exchange): number
  /** Octets of an answer that was deferred, or 0, as `respond`. No generation is opened in between. */
  respondDeferred(context: Clock, exchange: Exchange): number
  /** Opens a generation into the context; afterwards nothing refers to the one before. */
  readonly open: (descriptor: GenerationDescriptor) => void
  readonly statistics: Statistics
}

/** Opens the newest generation that waits in the channel, if there is one, and acknowledges it. */
export function takeNewest(channel: WorkerChannel, answering: Answering): void {
  const descriptor = receiveGeneration(channel)
  if (descriptor !== undefined) take(channel, answering, descriptor)
}

/** Opens a generation and acknowledges it: the one before is read no more. */
export function take(channel: WorkerChannel, answering: Answering, descriptor: GenerationDescriptor): void {
  answering.open(descriptor)
  acknowledge(channel, descriptor.epoch)
}
