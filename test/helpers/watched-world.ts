import { buildQuery } from '../../dns/message.ts'
import { nameFromText } from '../../dns/name.ts'
import { createEventRing, openEventRing } from '../../guard/event-ring.ts'
import { openSigningKey } from '../../keys/open-signing-key.ts'
import { createAnswerContext } from '../../server/answer/context.ts'
import type { Transport } from '../../server/answer/exchange.ts'
import type { GenerationDescriptor } from '../../server/generation.ts'
import { cookieSecret } from '../../server/guard/cookie-secret.ts'
import { createGuardWatch, type GuardWatch, type GuardWatchOptions } from '../../server/guard/guard-watch.ts'
import { createNoticeStream, type GuardNotice } from '../../server/guard/notices.ts'
import { openGeneration } from '../../server/open-generation.ts'
import { openStatistics } from '../../server/statistics.ts'
import { compileViewSelection } from '../../server/view-selection.ts'
import { nsec3Hash } from '../../zones/denial/nsec3-hash.ts'
import { labelSeed } from '../../zones/image/seeds.ts'
import { answerTo, TWO_VIEWS, type ZoneText } from './answering.ts'
import { openMemoryIncidentStore } from './memory-store.ts'
import { createRandom } from './random.ts'
import { compileProjection, TEST_SECRET, zoneProjection } from './zone.ts'

/** A worker that answers, and the main thread's watch over what it is asked. */
export interface WatchedWorld {
  readonly watch: GuardWatch
  readonly notices: GuardNotice[]
  /** What was wanted of `respond`, by the identifiers of the incidents that went on. */
  readonly responses: string[][]
  readonly store: GuardWatchOptions['store']
  ask(name: string, options?: { from?: string; type?: number; transport?: Transport }): void
}

/** A world whose zones both views have; `honey` are names of the public view. */
export function watchedWorld(
  zones: Readonly<Record<string, ZoneText>>,
  {
    honey = [],
    store = openMemoryIncidentStore(),
    isDetecting = true,
  }: {
    honey?: readonly string[]
    store?: GuardWatchOptions['store']
    isDetecting?: boolean
  } = {},
): WatchedWorld {
  const arenas: SharedArrayBuffer[] = []
  const imagesOf = (view: string) =>
    Object.entries(zones).map(([name, { base, overlays, hide }]) => {
      const overlay = overlays?.[view]
      const hidden = { ...(overlay === undefined ? {} : { overlay }), hide: hide?.[view] ?? [] }
      const image = compileProjection(zoneProjection(name, base, hidden))
      const own = view === 'public' ? honey.map((each) => nameFromText(each)) : []
      return { arena: arenas.push(image.memory) - 1, length: image.length, ...(own.length > 0 ? { honey: own } : {}) }
    })
  const descriptor: GenerationDescriptor = {
    ...{ epoch: 1, labelSeed: labelSeed(TEST_SECRET), selection: compileViewSelection(TWO_VIEWS, 1), keySets: [] },
    views: TWO_VIEWS.map(({ name }) => ({
      name,
      images: imagesOf(name),
      cookieSecret: cookieSecret(TEST_SECRET, name),
    })),
    identity: {},
  }
  const arena = (id: number) => arenas[id]!
  const memory = createEventRing()
  const context = createAnswerContext({
    generation: openGeneration(descriptor, { arena, openKey: openSigningKey, nsec3Hash }),
    createLimiter: undefined,
    statistics: openStatistics(),
    events: openEventRing(memory, createRandom(1).next),
  })
  const heard: GuardNotice[] = []
  const responses: string[][] = []
  const stream = createNoticeStream((error) => {
    throw error
  })
  stream.subscribe((notice) => heard.push(notice))
  const watch = createGuardWatch({
    ...{ rings: [memory], arena, descriptor: () => descriptor, isDetecting: () => isDetecting, store, seed: 1 },
    notices: stream,
    log: {
      error: (facts: unknown) => {
        throw new Error(JSON.stringify(facts))
      },
    },
    respond: (incidents) => responses.push(incidents.map(({ id }) => id)),
    describeResponse: () => 'something was done',
  })
  return {
    ...{ watch, notices: heard, responses, store },
    ask: (name, options = {}) => {
      answerTo(context, buildQuery({ id: 1, name: nameFromText(name), type: options.type ?? 1 }), options)
    },
  }
}
