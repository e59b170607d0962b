import type { KeyObject } from 'node:crypto'
import type { SignaturePolicy } from './signature-policy.ts'

/**
 * What workers need to sign the answers of one zone, as the main thread describes it to them: data for structured
 * cloning, and the private keys of those that sign answers. The key that signs the key set itself is never among them.
 */
export interface KeySetDescriptor {
  /** Canonical text of the zone's name. */
  readonly zone: string
  /** Grows with each change of the keys that are published or that sign; kept in the store. */
  readonly epoch: number
  readonly policy: SignaturePolicy
  /** Algorithms of keys that were to sign, and made a signature that does not hold. */
  readonly distrusted?: readonly number[]
  /** No key is to sign the zone's data: it is served as one that was never signed. */
  readonly isUnsigned?: boolean
  /**
   * The keys that sign, by algorithm, as a rule one of each: each RRset is signed by all of them (RFC 4035 §2.2). A key
   * that made a signature that does not hold is left out. None: nothing may be signed, and whoever asks for DNSSEC
   * gets SERVFAIL.
   */
  readonly signers: readonly KeyMaterial[]
  /** DNSKEY, CDS, CDNSKEY and what else stands at the apex and is signed in the main thread; by type. */
  readonly apexRRsets: readonly SignedApexRRset[]
}

/** A key pair that signs. */
export interface KeyMaterial {
  /** DNSSEC algorithm number. */
  readonly algorithm: number
  readonly keyTag: number
  /** RDATA of the DNSKEY record (RFC 4034 §2.1). */
  readonly dnskey: Uint8Array
  readonly privateKey: KeyObject
}

/** An RRset at the apex with signatures made beforehand. */
export interface SignedApexRRset {
  readonly type: number
  readonly ttl: number
  readonly count: number
  /** The records as they go on the wire, each owner written as the pointer 0xC00C (QNAME). */
  readonly block: Uint8Array
  /** By time: the last one whose `from` is not later than now holds; before the first, the first. At least one. */
  readonly signatures: readonly ApexSignatures[]
}

/** The RRSIG records of one apex RRset for one quantum. */
export interface ApexSignatures {
  /** Unix seconds. */
  readonly from: number
  readonly count: number
  /** RRSIG records as they go on the wire, each owner written as the pointer 0xC00C (QNAME). */
  readonly block: Uint8Array
}
