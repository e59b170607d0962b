/*
 * Who is asked: a twin that has nothing but what one view has, or a server with all views, both in this process and with
 * the same keys.
 */
import { openSigningKey } from '../../keys/open-signing-key.ts'
import { type AnswerContext, createAnswerContext } from '../../server/answer/context.ts'
import { Transport } from '../../server/answer/exchange.ts'
import type { Configuration } from '../../server/configuration/types.ts'
import { createGuardState, responseKey } from '../../server/guard/guard-state.ts'
import { openGeneration } from '../../server/open-generation.ts'
import { answerMessage } from '../../server/proving/ask-images.ts'
import type { RunningImage } from '../../server/proving/running-images.ts'
import { describeGeneration } from '../../server/running-server.ts'
import { createSigningStamps } from '../../server/signing-stamps.ts'
import { openStatistics } from '../../server/statistics.ts'
import { compileViewSelection } from '../../server/view-selection.ts'
import { nsec3Hash } from '../../zones/denial/nsec3-hash.ts'
import type { Ask } from './compare-answers.ts'
import type { CompileResult } from './compile-process.ts'
import type { ProofKeys } from './proof-keys.ts'

/** A client as the answering road sees it. */
export interface ProofClient {
  readonly from: Uint8Array
  readonly listener: number
}

/** Opens what was compiled for answering. `responses` is what the guard of the running server does at the moment. */
export function openSubject(
  configuration: Configuration,
  { loaded, images }: CompileResult,
  { secret, keySets }: ProofKeys,
  responses: readonly RunningImage[] = [],
): AnswerContext {
  const guard = createGuardState()
  for (const { view, zone, response } of responses) {
    if (response === undefined) continue
    guard.responses.set(responseKey(view, zone), { ...response, honey: [] })
  }
  const memories = new Map([...images].map(([id, octets]) => [id, shared(octets)]))
  const stamps = createSigningStamps()
  const descriptor = describeGeneration(1, { configuration, loaded, keySets }, { secret, stamps, guard })
  const generation = openGeneration(descriptor, {
    arena: (id) => memories.get(id)!,
    openKey: openSigningKey,
    nsec3Hash,
  })
  return createAnswerContext({ generation, createLimiter: undefined, statistics: openStatistics() })
}

/** The same for a twin: everybody gets its only view. */
export function openTwin(...subject: Parameters<typeof openSubject>): AnswerContext {
  const [configuration, ...rest] = subject
  const everybody = configuration.views.map(({ name }) => ({ name, clients: undefined, listen: undefined }))
  const context = openSubject(configuration, ...rest)
  context.generation = { ...context.generation, selection: compileViewSelection(everybody, 1) }
  return context
}

/** Asks a subject in this process. */
export function askSubject(context: AnswerContext, client: ProofClient): Ask {
  return async (questions) => {
    context.unixSeconds = Math.floor(Date.now() / 1000)
    return questions.map(({ octets, transport }) =>
      answerMessage(context, octets, {
        ...client,
        transport: transport === 'udp' ? Transport.Udp : Transport.Stream,
      }),
    )
  }
}

function shared(octets: Uint8Array): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(octets.length)
  new Uint8Array(memory).set(octets)
  return memory
}
