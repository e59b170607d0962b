/*
 * How far the records of a key have spread: which of them validators may hold, and which all of them hold that hold any.
 */
import type { KeyRole } from '../key-role.ts'

/**
 * State of one record of one key, as caches anywhere may have it:
 *
 *   hidden       nobody has it
 *   rumoured     it is served; who cached before may not have it yet
 *   omnipresent  whoever has the RRset at all has it
 *   unretentive  it is served no more; who cached before may have it still
 */
export type RecordState = 'hidden' | 'rumoured' | 'omnipresent' | 'unretentive'

/**
 * What spreads of a key: the key itself, its signatures of the key set, its signatures of all else, the digest at the
 * parent. A KSK has no `zrrsig`, a ZSK neither `krrsig` nor `ds`, a CSK all four.
 */
export type KeyRecord = 'dnskey' | 'krrsig' | 'zrrsig' | 'ds'

/** The records that keys of a role have, in the order in which they are stepped. */
export const RECORDS_OF_ROLE: Readonly<Record<KeyRole, readonly KeyRecord[]>> = {
  ksk: ['dnskey', 'krrsig', 'ds'],
  zsk: ['dnskey', 'zrrsig'],
  csk: ['dnskey', 'krrsig', 'zrrsig', 'ds'],
}

/** One record of a key. Times are Unix seconds. */
export interface RecordStatus {
  readonly state: RecordState
  /** When it got into this state: flushed to disk, before it took effect. */
  readonly since: number
  /** When all workers had acknowledged that they serve it so; undefined: not yet, and no timer runs. For `ds`: see `seen`. */
  readonly served?: number
  /** Seconds: the largest TTL with which what it concerns was served, or could have been cached, since `since`. */
  readonly ttl: number
  /**
   * `ds` alone, rumoured or unretentive: that every address of every server of the parent has it, or that none has. Until
   * somebody or something says so no timer runs.
   */
  readonly seen?: DsSighting
}

/** That the parent has changed its DS RRset. */
export interface DsSighting {
  readonly at: number
  /** Seconds: the largest TTL that the parent's servers gave; what an operator says has the policy's. */
  readonly ttl: number
  readonly by: 'check' | 'operator'
}

/**
 * What a key is for.
 *
 *   active   all its records are to be omnipresent
 *   standby  a ZSK's DNSKEY is, and it signs nothing; all of a KSK or CSK is but its signatures of the zone's data
 *   retired  all its records are to be hidden; the key goes once they are
 */
export type KeyDuty = 'active' | 'standby' | 'retired'

/** A key as the rollover sees it: nothing in it is secret. */
export interface RolloverKey {
  /** Unique within the zone, for good. */
  readonly id: string
  readonly role: KeyRole
  /** DNSSEC algorithm number. */
  readonly algorithm: number
  readonly keyTag: number
  /** Unix seconds. */
  readonly created: number
  readonly duty: KeyDuty
  /** Unix seconds: when it got its duty. */
  readonly dutySince: number
  /**
   * The `id` of the key that it replaces: one of the same algorithm, and of the same role but where one key comes to sign
   * everything, or ceases to. As long as that is active, this one neither signs the zone's data nor has a DS.
   */
  readonly replaces?: string
  /** Somebody else may have its private key: it is never used again. */
  readonly isCompromised?: boolean
  /**
   * Another signer of the zone has the private key (RFC 8901): it is published as long as it is not retired, does nothing
   * else here, and neither replaces a key nor is replaced.
   */
  readonly isForeign?: boolean
  /** By record; those of its role. */
  readonly records: Readonly<Partial<Record<KeyRecord, RecordStatus>>>
}

/** A step of one record of one key. */
export interface Transition {
  readonly key: string
  readonly record: KeyRecord
  readonly from: RecordState
  readonly to: RecordState
}
