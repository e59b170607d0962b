/*
 * Keys beyond the process. Private keys are sealed before they come here, and nothing here can open them.
 */
import type { Bundle } from './bundle/bundle.ts'
import type { HistoryDraft, KeyHistory } from './key-history.ts'
import type { NotedTime } from './rollover/believed-time.ts'
import type { RolloverKey } from './rollover/key-state.ts'
import type { SealingHeader } from './sealing.ts'

/** A key as it is kept. Its `id` is part of what the sealing binds; its `keyTag` is that of `dnskey`. */
export interface StoredKey extends RolloverKey {
  /** RDATA of the DNSKEY record. */
  readonly dnskey: Uint8Array
  /**
   * PKCS #8, sealed: see keys/sealing.ts. Undefined: the private key is not here, but offline, or another signer's (RFC
   * 8901).
   */
  readonly sealed: Uint8Array | undefined
  /** Unix seconds: when its private key was last written to a backup. */
  readonly backedUp?: number
}

/** All keys of one zone. A set is written whole: after a crash there is the one before or the one after. */
export interface StoredKeySet {
  /** Canonical text, as `ZoneConfiguration.name`. */
  readonly zone: string
  /** Grows with each change of what is published of the keys, or of what signs. */
  readonly epoch: number
  /** `insecure`: the zone is to become unsigned. */
  readonly goal: 'secure' | 'insecure'
  /** Whether somebody has paused the rollover. */
  readonly isPaused: boolean
  /** The step that failed its check, and was taken back; nothing goes on before `dnsctl key resume`. */
  readonly failure?: StepFailure
  /** Kinds of standby keys that somebody asked for, besides those of the configuration; a combined key counts as `ksk`. */
  readonly standbys?: readonly ('zsk' | 'ksk')[]
  /**
   * Seconds: the largest TTL with which data of the zone may stand in a cache. `until`, Unix seconds: smaller ones are served
   * now, at most `served`, and then the last with this one is gone.
   */
  readonly largestTtl?: { readonly ttl: number; readonly until?: number; readonly served?: number }
  /** Seconds: the largest TTL of the DS RRset that the parent's servers were seen to give; `at`, Unix seconds: when they last were. */
  readonly parentTtl?: { readonly ttl: number; readonly at: number }
  /** When the parent signed what its servers were seen to say of each key's DS. */
  readonly parentSigned?: SignedAnswers
  readonly keys: readonly StoredKey[]
  /**
   * ZSKs made beforehand, so that an offline key could sign key sets that hold them: what makes a ZSK takes the first of
   * its algorithm. Nothing of them is anywhere.
   */
  readonly reserve?: readonly StoredKey[]
}

/**
 * By the id of a key: the latest inception, Unix seconds modulo 2^32, of validated answers of the parent's servers with its DS,
 * and of those without it.
 */
export type SignedAnswers = Readonly<Record<string, { readonly present?: number; readonly absent?: number }>>

/** A step that failed its check. */
export interface StepFailure {
  /** Unix seconds. */
  readonly at: number
  /** A sentence. */
  readonly what: string
}

/** A key set to be stored, and what its history says of it; undefined: nothing that matters, such as who serves it. */
export interface KeySetChange {
  readonly set: StoredKeySet
  readonly entry: HistoryDraft | undefined
  /** What takes the place of the zone's bundles; undefined: they stay. */
  readonly bundles?: StoredBundles
}

/** What offline keys have signed for a zone, and what they were asked to. */
export interface StoredBundles {
  /** Digests of requests (`digestOfRequest`), the latest last. */
  readonly requests: readonly string[]
  readonly bundles: readonly Bundle[]
}

/** Where keys are kept. */
export interface KeyStore {
  /** What private keys are sealed with; undefined before the first. */
  header(): SealingHeader | undefined
  /** Resolves once it is on disk. */
  putHeader(header: SealingHeader): Promise<void>
  /**
   * Puts a header whose data key is another, with all key sets as it has sealed them. Resolves once they are on disk, all of
   * them or none.
   */
  putSealing(header: SealingHeader, sets: readonly StoredKeySet[]): Promise<void>
  get(zone: string): StoredKeySet | undefined
  /** The names of all zones that have keys. */
  zones(): string[]
  /** What has happened to the zone's keys; `checkHistory` tells whether it holds. */
  history(zone: string): KeyHistory
  /** What offline keys have signed for the zone. */
  bundles(zone: string): StoredBundles
  /**
   * Resolves once the sets, their history and bundles are on disk, all of them or none: keys count only from then on. `time`:
   * what their waits are dated by from now on.
   */
  put(changes: readonly KeySetChange[], time?: NotedTime): Promise<void>
  /**
   * Resolves once all that the other functions show is on disk. Something that was put is seen before that, also by the
   * process after one that died in between.
   */
  settle(): Promise<void>
}
