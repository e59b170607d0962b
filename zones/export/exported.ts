/*
 * A zone as it leaves Veil: complete, owner by owner in canonical order.
 */

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

/** An RRset in the form that is signed (RFC 4034 §6.2, §6.3). */
export interface UnsignedRRset {
  /** Wire, lower-cased. */
  readonly owner: Uint8Array
  readonly type: number
  readonly ttl: number
  /** In canonical form and order, without duplicates. */
  readonly rdatas: readonly Uint8Array[]
}

/** RDATA of the RRSIG records of an RRset, one for each key that signs it. */
export type Sign = (rrset: UnsignedRRset) => Uint8Array[]

/** How real denial is chained up. */
export type ChainKind = 'nsec' | 'nsec3'
