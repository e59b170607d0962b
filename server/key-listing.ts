import type { KeyRole } from '../keys/key-role.ts'

/** What may be shown of a key, ready for `dnsctl key list` and `dnsctl key ds`. */
export interface KeyListing {
  /** Canonical text. */
  readonly zone: string
  /** Identifies the key within the zone. */
  readonly id: string
  readonly role: KeyRole
  readonly algorithm: number
  /** Of the IANA registry, such as ECDSAP256SHA256. */
  readonly mnemonic: string
  readonly keyTag: number
  /** Unix seconds. */
  readonly created: number
  /** The DNSKEY record in presentation format, without TTL. */
  readonly dnskey: string
  /** The DS records that a parent may publish for it, digest types 2 and 4; none for a ZSK. */
  readonly ds: readonly DsListing[]
}

/** A DS record, whole and in the parts that registrars ask for. */
export interface DsListing {
  readonly digestType: number
  /** Hexadecimal digits. */
  readonly digest: string
  /** The record in presentation format, without TTL. */
  readonly text: string
}
