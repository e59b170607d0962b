/*
 * Keys beyond the process. Private keys are sealed before they come here, and nothing here can open them.
 */
import type { KeyRole } from './key-role.ts'
import type { SealingHeader } from './sealing.ts'

/** A key pair as it is kept. */
export interface StoredKey {
  /** Unique within the zone, for good: part of what the sealing binds. */
  readonly id: string
  readonly role: KeyRole
  /** DNSSEC algorithm number. */
  readonly algorithm: number
  /** Of `dnskey`. */
  readonly keyTag: number
  /** Unix seconds. */
  readonly created: number
  /** RDATA of the DNSKEY record. */
  readonly dnskey: Uint8Array
  /** PKCS #8, sealed: see keys/sealing.ts. */
  readonly sealed: Uint8Array
}

/** All keys of one zone. A set is written whole: after a crash there is the one before or the one after. */
export interface StoredKeySet {
  /** Canonical text, as `ZoneConfiguration.name`. */
  readonly zone: string
  /** Grows with each change of the keys that are published or that sign. */
  readonly epoch: number
  readonly keys: readonly StoredKey[]
}

/** Where keys are kept. */
export interface KeyStore {
  /** What private keys are sealed with; undefined before the first. */
  header(): SealingHeader | undefined
  /** Resolves once it is on disk. */
  putHeader(header: SealingHeader): Promise<void>
  get(zone: string): StoredKeySet | undefined
  /** The names of all zones that have keys. */
  zones(): string[]
  /** Resolves once the sets are on disk, all of them or none: keys count only from then on. */
  put(sets: readonly StoredKeySet[]): Promise<void>
  /**
   * Resolves once all that the other functions show is on disk. Something that was put is seen before that, also by the
   * process after one that died in between.
   */
  settle(): Promise<void>
}
