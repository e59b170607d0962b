/*
 * What an offline key is asked to sign for a zone.
 */
import type { BundleKey } from '../../keys/bundle/bundle.ts'
import { type BundlePlanning, type KeyChain, planBundle, reservesFor } from '../../keys/bundle/bundle-plan.ts'
import { isKeySigning, type KeyRole } from '../../keys/key-role.ts'
import type { StoredKey, StoredKeySet } from '../../keys/key-store.ts'
import type { KeyDuty } from '../../keys/rollover/key-state.ts'
import { isServed } from '../../keys/rollover/record-states.ts'
import { KEY_TTL } from '../configuration/keys.ts'
import type { SigningConfiguration } from '../configuration/types.ts'
import { isOffline } from './offline-keys.ts'

/** A zone for which is to be signed ahead. */
export interface BundleNeeds {
  readonly set: StoredKeySet
  readonly signing: SigningConfiguration
  /** Seconds from `nowSeconds` on. */
  readonly duration: number
  readonly nowSeconds: number
  /** The `id` of a key that is about to go offline, which is to sign alone; undefined: those sign that are offline. */
  readonly leaving?: string
}

/** Why the key set of a zone cannot be signed offline, a sentence; undefined: it can. */
export function whyNotOffline({ set, signing }: Pick<BundleNeeds, 'set' | 'signing'>): string | undefined {
  const combined = ownKeys(set).some(({ role }) => role === 'csk')
  if (combined) return 'one key signs everything in this zone, and what signs answers has to be here'
  if (signing.keys.isCombined) return '`combined: true` asks for one key that signs everything, and that has to be here'
  return undefined
}

/** The algorithms of the ZSKs that must be made beforehand, one for each. */
export function missingReserves({ set, signing, duration, nowSeconds }: BundleNeeds): number[] {
  const { policy, keys } = signing
  return algorithmsOf(set, 'zsk').flatMap((algorithm) => {
    const since = activeSince(set, algorithm) ?? nowSeconds
    const wanted = reservesFor(duration + policy.validity, nowSeconds - since, keys.zskLifetime)
    return Array<number>(Math.max(0, wanted - reserveOf(set, algorithm).length)).fill(algorithm)
  })
}

/** The request, for key sets of the keys there are and those in reserve. */
export function requestBundle(needs: BundleNeeds): BundlePlanning {
  const { set, signing, duration, nowSeconds, leaving } = needs
  const { policy, cds } = signing
  const isAway = (key: StoredKey): boolean => (leaving === undefined ? isOffline(key) : key.id === leaving)
  const foreign = set.keys.filter((key) => key.isForeign && isServed(key, 'dnskey'))
  return planBundle({
    ...{ zone: set.zone, now: nowSeconds, duration, policy, ttl: Math.min(KEY_TTL, policy.maxTtl) },
    keySigning: algorithmsOf(set, 'ksk').map((algorithm) => chainOf(needs, 'ksk', algorithm)),
    zoneSigning: [
      ...algorithmsOf(set, 'zsk').map((algorithm) => chainOf(needs, 'zsk', algorithm)),
      ...foreign.map((key): KeyChain => ({ keys: [toBundleKey(key)], isOptional: false })),
    ],
    published: set.keys.filter((key) => isServed(key, 'dnskey')).map(({ keyTag }) => keyTag),
    offline: ownKeys(set)
      .filter(isAway)
      .map(({ keyTag }) => keyTag),
    announces: cds === 'publish',
    removes: cds === 'delete' || (cds === 'publish' && set.goal === 'insecure'),
  })
}

function chainOf({ set, signing }: BundleNeeds, role: KeyRole, algorithm: number): KeyChain {
  const keys = ownKeys(set)
    .filter((key) => key.role === role && key.algorithm === algorithm)
    .sort(byTurn)
  const reserve = role === 'zsk' ? reserveOf(set, algorithm) : []
  const since = activeSince(set, algorithm)
  const { zskLifetime } = signing.keys
  return {
    keys: [
      ...keys.map((key) => toBundleKey(key)),
      ...reserve.map((key, index) =>
        since === undefined || zskLifetime === undefined
          ? toBundleKey(key)
          : { ...toBundleKey(key), planned: since + zskLifetime * (index + 1) },
      ),
    ],
    isOptional: isComingOrGoing(keys, signing, algorithm),
  }
}

/** An algorithm of which not everything is published yet, or which leaves. */
function isComingOrGoing(keys: readonly StoredKey[], { algorithms }: SigningConfiguration, algorithm: number): boolean {
  return !algorithms.includes(algorithm) || !keys.some((key) => isServed(key, 'dnskey'))
}

/** The keys of this signer, without those that nobody has any more. */
function ownKeys({ keys }: StoredKeySet): StoredKey[] {
  return keys.filter((key) => {
    const isGone = Object.values(key.records).every(({ state }) => state === 'hidden')
    return key.isForeign !== true && !(key.duty === 'retired' && isGone)
  })
}

function algorithmsOf(set: StoredKeySet, role: KeyRole): number[] {
  const keys = ownKeys(set).filter((key) => key.role === role)
  return [...new Set(keys.map(({ algorithm }) => algorithm))].sort((a, b) => a - b)
}

function reserveOf({ reserve = [] }: StoredKeySet, algorithm: number): StoredKey[] {
  return reserve.filter((key) => key.algorithm === algorithm)
}

/** When the ZSK that signs now came to. */
function activeSince(set: StoredKeySet, algorithm: number): number | undefined {
  const active = ownKeys(set).filter(
    (key) => key.role === 'zsk' && key.algorithm === algorithm && key.duty === 'active',
  )
  return active.length === 0 ? undefined : Math.max(...active.map(({ dutySince }) => dutySince))
}

/** Those that leave, those in use, those that follow. */
function byTurn(a: StoredKey, b: StoredKey): number {
  return TURNS.indexOf(a.duty) - TURNS.indexOf(b.duty) || a.dutySince - b.dutySince || a.created - b.created
}

const TURNS: readonly KeyDuty[] = ['retired', 'active', 'standby']

function toBundleKey({ keyTag, role, dnskey }: StoredKey): BundleKey {
  return { keyTag, role: isKeySigning(role) ? 'ksk' : 'zsk', dnskey }
}
