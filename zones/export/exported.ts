/*
 * A zone as it leaves Veil: complete, owner by owner in canonical order.
 */
import type { CanonicalRRset } from '../../dns/canonical-rrset.ts'

/** One RRset and its signatures. */
export interface ExportedRRset {
  readonly type: number
  /** Seconds. */
  readonly ttl: number
  /** Wire, as written, in canonical order. */
  readonly rdatas: readonly Uint8Array[]
  /** RDATA of the RRSIG records; none where nothing may sign it, as below zone cuts. */
  readonly signatures: readonly Uint8Array[]
}

/** All records of one owner. */
export interface ExportedOwner {
  /** Wire, lower-cased. */
  readonly owner: Uint8Array
  readonly rrsets: readonly ExportedRRset[]
}

/** RDATA of the RRSIG records of an RRset, one for each key that signs it. */
export type Sign = (rrset: CanonicalRRset) => Uint8Array[]

/** How real denial is chained up. */
export type ChainKind = 'nsec' | 'nsec3'
