import type { EventRing } from '../../guard/event-ring.ts'
import type { Asker, RateLimiter } from '../../guard/rate-limiter.ts'
import type { SignatureTable } from '../../keys/signature-table.ts'
import type { SigningBudget } from '../../keys/signing-budget.ts'
import type { SigningKey } from '../../keys/signing-key.ts'
import { type ChainProof, createChainProof, forgetImages } from '../../zones/denial/chain-proof.ts'
import type { Generation } from '../generation.ts'
import type { Statistics } from '../statistics.ts'
import { createPlan, forgetZones, type Plan } from './plan.ts'
import { createQuery, type Query } from './query.ts'
import { createSigning, forgetSignables, type Signing } from './signing-list.ts'
import { createWriter, type Writer } from './writer.ts'

/** Everything `respond` reads and scratches on: one for each worker, nothing shared but what the generation points to. */
export interface AnswerContext {
  /** Swapped between batches, never within one: see `adoptGeneration`. */
  generation: Generation
  /** Monotonic clock, milliseconds; set by the transport once per batch. */
  now: number
  /** Unix time, whole seconds: by it signatures hold. Set by the transport once per batch. */
  unixSeconds: number
  /** The transport comes back for what takes time: `respond` may return DEFERRED. Set by the transport. */
  mayDefer: boolean
  /** More questions come than the worker answers. Set by the transport. */
  isPressed: boolean
  /** By view index, last the one for clients without a view. Empty: nobody is limited. */
  limiters: readonly RateLimiter[]
  /** The same by view name, so that a view keeps its limiter from one generation to the next. */
  readonly limitersByView: Map<string, RateLimiter>
  readonly createLimiter: ((view: string) => RateLimiter) | undefined
  /** Who asks: scratch for the limiter. */
  readonly asker: Asker
  /** By view index. Empty: no signature is kept. */
  signatureTables: readonly SignatureTable[]
  readonly signatureTablesByView: Map<string, SignatureTable>
  /** What a view may spend on signatures for names made on demand, by view index. Empty: whatever it takes. */
  signingBudgets: readonly SigningBudget[]
  readonly signingBudgetsByView: Map<string, SigningBudget>
  readonly tools: SigningTools
  /** Where the main thread is told of questions; undefined: it is not. */
  readonly events: EventRing | undefined
  readonly statistics: Statistics
  readonly query: Query
  readonly plan: Plan
  readonly signing: Signing
  /** For zones that bring their signatures. */
  readonly chainProof: ChainProof
  readonly writer: Writer
}

/** What signing stands on besides the keys; each may be absent. */
export interface SigningTools {
  /** Opens the table of one view. */
  readonly openSignatureTable?: ((view: string) => SignatureTable) | undefined
  /** Makes the budget of one view. */
  readonly createSigningBudget?: ((view: string) => SigningBudget) | undefined
  /** A clock that tells how long signing took: any moment, in microseconds. Without one it takes what algorithms are known to take. */
  readonly microseconds?: (() => number) | undefined
  /** Is shown each fresh signature, to verify a sample: `key` signed the first `length` octets of `data`. */
  readonly onFreshSignature?: FreshSignatureHook | undefined
}

/** The signature's octets stand in `signatures` from `at` on; all of it is used again after the call. */
export type FreshSignatureHook = (
  key: SigningKey,
  data: Uint8Array,
  length: number,
  signatures: Uint8Array,
  at: number,
) => void

/** `createLimiter` makes the limiter of one view; undefined: nobody is limited. */
export function createAnswerContext(options: {
  generation: Generation
  createLimiter: ((view: string) => RateLimiter) | undefined
  statistics: Statistics
  tools?: SigningTools
  events?: EventRing | undefined
}): AnswerContext {
  const context: AnswerContext = {
    generation: options.generation,
    now: 0,
    limiters: [],
    limitersByView: new Map(),
    asker: { source: NOBODY, sourceStart: 0, isProved: false, isStarved: false },
    createLimiter: options.createLimiter,
    unixSeconds: 0,
    mayDefer: false,
    isPressed: false,
    signatureTables: [],
    signatureTablesByView: new Map(),
    signingBudgets: [],
    signingBudgetsByView: new Map(),
    tools: options.tools ?? {},
    events: options.events,
    statistics: options.statistics,
    query: createQuery(options.generation.labelSeed),
    plan: createPlan(options.generation.labelSeed),
    signing: createSigning(),
    chainProof: createChainProof(),
    writer: createWriter(),
  }
  adoptGeneration(context, options.generation)
  return context
}

/**
 * Answers from `generation` from now on. Each view has a limiter, a table of signatures and a budget of its own: in a
 * shared one, what insiders ask and are told could push strangers' entries out, and so show.
 */
export function adoptGeneration(context: AnswerContext, generation: Generation): void {
  const { createLimiter, tools } = context
  context.generation = generation
  // The last plan still names images: they would keep memory that is to go back to the system.
  forgetZones(context.plan)
  forgetSignables(context.signing)
  forgetImages(context.chainProof)
  const names = generation.views.map((view) => view.name)
  context.limiters = byView([...names, NO_VIEW], context.limitersByView, createLimiter)
  context.signatureTables = byView(names, context.signatureTablesByView, tools.openSignatureTable)
  context.signingBudgets = byView(names, context.signingBudgetsByView, tools.createSigningBudget)
}

/** What each of these views has, made where it had none yet; what others had is let go of. */
function byView<T>(names: readonly string[], kept: Map<string, T>, create: ((view: string) => T) | undefined): T[] {
  if (create === undefined) return []
  for (const name of kept.keys()) if (!names.includes(name)) kept.delete(name)
  return names.map((name) => {
    const own = kept.get(name) ?? create(name)
    kept.set(name, own)
    return own
  })
}

const NOBODY = new Uint8Array(16)

/** Stands for the view of clients who have none: names of views are not empty. */
export const NO_VIEW = ''
