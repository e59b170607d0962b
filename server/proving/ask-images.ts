import { openSigningKey } from '../../keys/open-signing-key.ts'
import { nsec3Hash } from '../../zones/denial/nsec3-hash.ts'
import { parseAddress } from '../address.ts'
import { type AnswerContext, createAnswerContext } from '../answer/context.ts'
import { type Exchange, Transport } from '../answer/exchange.ts'
import { respond } from '../answer/respond.ts'
import { CommandError } from '../control/server.ts'
import type { GenerationDescriptor } from '../generation.ts'
import { openGeneration } from '../open-generation.ts'
import type { RunningServer } from '../running-server.ts'
import { openStatistics } from '../statistics.ts'

/** Messages for the images that are being served, as if they came from there. */
export interface AskText {
  /** Address of the client, and the index of the listener that it asks. */
  readonly from: string
  readonly listener: number
  /** `u` or `s`, for a datagram or a stream, and the message in base64; at most 128. */
  readonly messages: readonly string[]
}

export interface AskedImages {
  readonly epoch: number
  /** In base64, in order; null: silence. */
  readonly answers: readonly (string | null)[]
}

/** Each may take some signatures, and the main thread has other things to do. */
const MOST_MESSAGES = 128

/** Answers on the road of every query, in this thread: without limits, counters and events. */
export function createAsker(server: RunningServer): (args: Readonly<Record<string, unknown>>) => AskedImages {
  let open: { descriptor: GenerationDescriptor; context: AnswerContext } | undefined
  return (args) => {
    const { from, listener, messages } = readAsk(args)
    const { descriptor, arenas } = server
    if (open?.descriptor !== descriptor) {
      const options = { arena: (id: number) => arenas.memory(id), openKey: openSigningKey, nsec3Hash }
      const { bans: _, ...rest } = descriptor
      const views = descriptor.views.map(({ starved, ...view }) => view)
      const generation = openGeneration({ ...rest, views }, options)
      const statistics = openStatistics()
      open = { descriptor, context: createAnswerContext({ generation, createLimiter: undefined, statistics }) }
    }
    const { context } = open
    context.unixSeconds = Math.floor(Date.now() / 1000)
    const answers = messages.map((message) => {
      const transport = message.startsWith('u') ? Transport.Udp : Transport.Stream
      const answer = answerMessage(context, Buffer.from(message.slice(1), 'base64'), { from, listener, transport })
      return answer === undefined ? null : Buffer.from(answer).toString('base64')
    })
    return { epoch: descriptor.epoch, answers }
  }
}

/** What `context` answers to a message that comes from there; undefined: silence. */
export function answerMessage(
  context: AnswerContext,
  message: Uint8Array,
  { from, listener, transport }: { from: Uint8Array; listener: number; transport: Exchange['transport'] },
): Uint8Array | undefined {
  const capacity = transport === Transport.Udp ? 1280 : 0xffff
  const octets = new Uint8Array(capacity)
  octets.set(message.subarray(0, capacity))
  const place = { octets, start: 0, length: Math.min(message.length, capacity), capacity, source: from, sourceStart: 0 }
  const length = respond(context, { ...place, listener, transport })
  return length === 0 ? undefined : octets.slice(0, length)
}

function readAsk({ from, listener, messages }: Readonly<Record<string, unknown>>) {
  const address = typeof from === 'string' ? parseAddress(from) : undefined
  const isList = Array.isArray(messages) && messages.every((message) => typeof message === 'string')
  if (address === undefined || typeof listener !== 'number' || !isList || messages.length > MOST_MESSAGES) {
    throw new CommandError('bad-request', `ask takes an address, a listener and at most ${MOST_MESSAGES} messages`)
  }
  return { from: address, listener, messages: messages as string[] }
}
