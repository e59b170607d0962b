/*
 * What an offline KSK is to sign ahead.
 *
 * Rolls wait for measured facts, so nobody knows today at which second a key set will be served. A key set is therefore
 * signed for the whole time, and every one that rolls can lead to: the keys of a role and algorithm take over from one
 * another in an order that is known, so what is published of them at any moment is a few successive ones. A roll may then come
 * early, late, or be taken back, and an emergency roll needs no KSK.
 */
import { Type } from '../../dns/constants.ts'
import type { SignaturePolicy } from '../signature-policy.ts'
import {
  type BundleKey,
  type BundleRequest,
  type BundleRRset,
  type BundleType,
  type BundleWindow,
  countSignatures,
  MAX_BUNDLE_SIGNATURES,
} from './bundle.ts'

/** The keys of one role and algorithm, in the order in which they take over from one another. */
export interface KeyChain {
  readonly keys: readonly BundleKey[]
  /** Whether there may be none of them: an algorithm that comes or goes. */
  readonly isOptional: boolean
}

/** What is known when a bundle is planned. */
export interface BundlePlan {
  /** Canonical text. */
  readonly zone: string
  /** Unix seconds, and seconds from then on. */
  readonly now: number
  readonly duration: number
  readonly policy: SignaturePolicy
  readonly ttl: number
  readonly keySigning: readonly KeyChain[]
  readonly zoneSigning: readonly KeyChain[]
  /** Tags of the keys that are published now: signed whatever the order of keys says. */
  readonly published: readonly number[]
  /** Tags of the KSKs whose private keys are not here. */
  readonly offline: readonly number[]
  /** Whether CDS and CDNSKEY tell the parent of KSKs, and whether they may ask it to remove its DS. */
  readonly announces: boolean
  readonly removes: boolean
}

/**
 * The successive keys of a role and algorithm that are published at a time: two that leave where a roll was asked for
 * besides, one in use, a standby.
 */
const MOST_PUBLISHED = 4

/** The request, or why there is none to be made. */
export type BundlePlanning =
  | { readonly outcome: 'planned'; readonly request: BundleRequest }
  /** More signatures than a bundle holds. */
  | { readonly outcome: 'too-many'; readonly signatures: number }

/** Plans what is to be signed, for every moment from `now` on as long as `duration`. */
export function planBundle(plan: BundlePlan): BundlePlanning {
  const chains = [...plan.keySigning, ...plan.zoneSigning]
  const keys = chains.flatMap((chain) => chain.keys).sort((a, b) => a.keyTag - b.keyTag)
  // Of some sets all signers may be at hand for the server: those are not asked for.
  const rrsets = [...plannedKeySets(plan), ...plannedAnnouncements(plan)].filter(({ signers }) => signers.length > 0)
  const { zone, now, ttl } = plan
  const request: BundleRequest = { zone, made: now, ttl, keys, windows: plannedWindows(plan), rrsets }
  const signatures = countSignatures(request)
  return signatures > MAX_BUNDLE_SIGNATURES ? { outcome: 'too-many', signatures } : { outcome: 'planned', request }
}

/**
 * Windows of which a new one begins each time that half of the last one's validity is over: what is served is never
 * older than that, unless the supply runs out.
 */
export function plannedWindows({
  now,
  duration,
  policy,
}: Pick<BundlePlan, 'now' | 'duration' | 'policy'>): BundleWindow[] {
  const { validity, backdate } = policy
  const step = Math.floor(validity / 2)
  const count = Math.max(1, Math.ceil(duration / step))
  return Array.from({ length: count }, (_, index) => {
    const inception = now + index * step - backdate
    return { inception, expiration: inception + validity }
  })
}

/**
 * How many ZSKs of an algorithm must be made beforehand, so that the policy's rolls within `duration` find theirs, and one
 * more for a roll that nobody foresaw. `age` is that of the key that signs, `lifetime` undefined where none is planned.
 */
export function reservesFor(duration: number, age: number, lifetime: number | undefined): number {
  return lifetime === undefined ? 1 : Math.max(0, Math.floor((age + duration) / lifetime)) + 1
}

function plannedKeySets(plan: BundlePlan): BundleRRset[] {
  const sets = combinations([...plan.keySigning, ...plan.zoneSigning])
  return distinct([[...plan.published], ...sets]).map((keys) => toRRset(plan, Type.DNSKEY, keys, keys))
}

/** CDS and CDNSKEY for each set of KSKs that may be there, signed by all that may be there at the same time. */
function plannedAnnouncements(plan: BundlePlan): BundleRRset[] {
  const keySets = [...(plan.announces ? distinct(combinations(plan.keySigning)) : []), ...(plan.removes ? [[]] : [])]
  const signers = plan.keySigning.flatMap((chain) => chain.keys.map(({ keyTag }) => keyTag))
  return [Type.CDS, Type.CDNSKEY].flatMap((type) => keySets.map((keys) => toRRset(plan, type, keys, signers)))
}

function toRRset(
  { offline }: BundlePlan,
  type: BundleType,
  keys: readonly number[],
  by: readonly number[],
): BundleRRset {
  return { type, keys: ascending(keys), signers: ascending(by.filter((tag) => offline.includes(tag))) }
}

/** One run of each chain, in every combination. */
function combinations(chains: readonly KeyChain[]): number[][] {
  return chains.reduce<number[][]>(
    (sets, chain) => sets.flatMap((set) => runsOf(chain).map((run) => [...set, ...run])),
    [[]],
  )
}

/** All successive keys, up to so many; where there may be none, none as well. */
function runsOf({ keys, isOptional }: KeyChain): number[][] {
  const tags = keys.map(({ keyTag }) => keyTag)
  const runs = tags.flatMap((_, from) =>
    Array.from({ length: Math.min(MOST_PUBLISHED, tags.length - from) }, (_, more) =>
      tags.slice(from, from + more + 1),
    ),
  )
  return isOptional ? [[], ...runs] : runs
}

function distinct(sets: readonly (readonly number[])[]): number[][] {
  return [...new Map(sets.map((set) => [ascending(set).join(), ascending(set)])).values()]
}

function ascending(tags: readonly number[]): number[] {
  return [...tags].sort((a, b) => a - b)
}
