import type { KeySetDescriptor } from '../keys/key-set.ts'
import type { KeyStore } from '../keys/key-store.ts'
import type { Sealing } from '../keys/sealing.ts'
import type { ZoneConfiguration } from './configuration/types.ts'
import type { KeyListing } from './key-listing.ts'

/** The keys of all zones that are signed here. Lives in the main thread; KSKs never leave it. */
export interface KeyRing {
  /**
   * The key sets of those of the zones that are signed here, in their order, with the signatures of the apex RRsets for
   * now and later. Makes the keys that are missing; they are on disk before this resolves. What was signed before for the same
   * quantum is given again, so that equal sets are equal octet for octet. One call at a time. Rejects with a `StartError`
   * for what the operator can mend, and then no set has changed.
   */
  keySets(zones: readonly ZoneConfiguration[], nowSeconds: number): Promise<KeySetDescriptor[]>
  /**
   * Unix seconds at which what `keySets` gave last must be asked for and published anew: while its signatures still hold
   * for half a quantum and more. Not later than now: at once. Undefined: never, no zone is signed here.
   */
  nextChange(nowSeconds: number): number | undefined
  /** All keys in the store, of zones that are not configured any more too; by zone in canonical order. */
  list(): KeyListing[]
}

/** What a key ring stands on. */
export interface KeyRingOptions {
  readonly store: KeyStore
  /** The server's secret. */
  readonly secret: Uint8Array
  /** Opens what private keys are sealed with, when the first key is needed: `() => unlockKeys(state, store.keys)`. */
  readonly unlock: () => Promise<Sealing>
  /** Hears what the operator may want to know, for the log. */
  readonly report: (notice: KeyNotice) => void
}

/** Something that happened to keys. */
export type KeyNotice =
  | { readonly kind: 'made'; readonly zone: string; readonly keys: readonly KeyListing[] }
  /**
   * The zone goes on being signed with an algorithm that is not configured any more: leaving it out at once would make
   * the zone bogus as long as the parent's DS or a cache speaks of it.
   */
  | { readonly kind: 'kept-algorithm'; readonly zone: string; readonly algorithm: number; readonly mnemonic: string }
