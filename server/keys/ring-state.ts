/*
 * What a key ring has in memory, and what stands on that alone.
 */
import { type BundleSupply, openSupply } from '../../keys/bundle/bundle-supply.ts'
import type { KeyMaterial } from '../../keys/key-set.ts'
import type { KeySetChange, KeyStore, StoredKey } from '../../keys/key-store.ts'
import type { Generate } from '../../keys/make-key.ts'
import type { Sealing } from '../../keys/sealing.ts'
import type { SigningKey } from '../../keys/signing-key.ts'
import type { SigningConfiguration, ZoneConfiguration } from '../configuration/types.ts'
import type { KeyListing } from './key-listing.ts'
import type { OpenKeySet } from './key-opening.ts'
import type { KeySetSignatures } from './key-set-signatures.ts'

/** What a key ring stands on. */
export interface KeyRingOptions {
  readonly store: KeyStore
  /** The server's secret. */
  readonly secret: Uint8Array
  /** Opens what private keys are sealed with, when the first key is needed: `() => unlockKeys(state, store.keys)`. */
  readonly unlock: () => Promise<Sealing>
  /** Hears what the operator may want to know, for the log. */
  readonly report: (notice: KeyNotice) => void
  /** Where keys come from: the randomness of the system. */
  readonly generate?: Generate
  /** Unix seconds that rollovers go by; without it the time at which the ring is asked. */
  readonly believedSeconds?: () => number
  /** Whether caches may hold answers of the zone from before it had keys; without it they may. */
  readonly hasBeenServed?: (zone: string) => boolean
}

/** Something that happened to keys. */
export type KeyNotice =
  | { readonly kind: 'made'; readonly zone: string; readonly keys: readonly KeyListing[] }
  /**
   * The zone goes on being signed with an algorithm that is not configured any more: leaving it out at once would make
   * the zone bogus as long as the parent's DS or a cache speaks of it.
   */
  | { readonly kind: 'kept-algorithm'; readonly zone: string; readonly algorithm: number; readonly mnemonic: string }

/** A zone that is signed here. */
export interface SignedZone {
  readonly zone: ZoneConfiguration
  readonly signing: SigningConfiguration
}

/** What a ring knows of a zone. */
export interface RingZone {
  readonly keys: OpenKeySet
  readonly signatures: KeySetSignatures
}

/** A key ring as it works. */
export interface Ring extends KeyRingOptions {
  openKey: (material: KeyMaterial) => SigningKey
  /** By the zone's name. */
  readonly known: Map<string, RingZone>
  /** By the zone's name, where somebody has asked. */
  readonly supplies: Map<string, BundleSupply>
  /** Zones and algorithms that `kept-algorithm` was reported of. */
  readonly told: Set<string>
  /** Zones and ids of keys that are not used. */
  readonly distrusted: Set<string>
  sealing: Sealing | undefined
  /** Whether what the store shows is on disk: a process may have died before that, or a disk have failed. */
  isSettled: boolean
}

/** Opens what private keys are sealed with, once all that the store shows is on disk. */
export async function unlock(ring: Ring): Promise<Sealing> {
  if (!ring.isSettled) await ring.store.settle()
  ring.isSettled = true
  ring.sealing ??= await ring.unlock()
  return ring.sealing
}

/** What offline keys have signed for a zone. */
export function supplyOf({ store, supplies }: Ring, zone: string): BundleSupply {
  const supply = supplies.get(zone) ?? openSupply(store.bundles(zone).bundles)
  supplies.set(zone, supply)
  return supply
}

/** Whether a key signs nothing until the next start. */
export function isDistrusted({ distrusted }: Ring, zone: string, key: StoredKey): boolean {
  return distrusted.has(nameKey(zone, key))
}

/** What a key of a zone goes by among those that are not used. */
export function nameKey(zone: string, { id }: StoredKey): string {
  return `${zone} ${id}`
}

/** Has changes on disk. What the store shows of sets that did not reach it is not settled. */
export async function putChanges(ring: Ring, changes: readonly KeySetChange[]): Promise<void> {
  ring.isSettled = false
  await ring.store.put(changes)
  ring.isSettled = true
}
