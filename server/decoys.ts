import type { AddressPrefix } from '../guard/prefix-trie.ts'

/** How one view of a zone answers for names that are absent in it, as if they were not. Plain data. */
export interface DecoySettings {
  /** Names whose data they have, on the wire, lower-cased; empty: they have addresses of their own. */
  readonly of: readonly Uint8Array[]
  /** Where these addresses lie. */
  readonly addresses: readonly AddressPrefix[]
  /** TTL of these addresses, seconds. */
  readonly ttl: number
  /** Labels that look as if drawn by a tool are absent all the same. */
  readonly isSelective: boolean
  /** Names of at most so many labels below the apex have decoys. */
  readonly depth: number
  /** They are on always, or only while the guard says so. */
  readonly when: 'always' | 'incident'
}

/** Decoys as an image has them in a generation. */
export interface ImageDecoys {
  readonly settings: DecoySettings
  /** Secret: 48 octets, the same in all views of a zone. */
  readonly keys: Uint8Array
  /** Whether absent names are answered by them now. */
  readonly active: boolean
}
