/*
 * What passes between a server and the machine that keeps its key signing keys (KSKs): a request, which names key sets
 * and the times for which they are to be signed, and the bundle, which is the request with its signatures.
 *
 * Neither holds RDATA that is to be signed: DNSKEY, CDS and CDNSKEY RRsets follow from the keys that are named, so that
 * nothing else can be had signed.
 */
import type { CanonicalRRset } from '../../dns/canonical-rrset.ts'
import { Type } from '../../dns/constants.ts'
import { nameFromText } from '../../dns/name.ts'
import { DELETE_CDNSKEY, DELETE_CDS, DsDigest, dsRdata } from '../dnskey.ts'

/** What is to be signed. */
export interface BundleRequest {
  /** Canonical text. */
  readonly zone: string
  /** Unix seconds. */
  readonly made: number
  /** Seconds: the TTL with which the RRsets are served, at most. */
  readonly ttl: number
  /** Every key that is named, by key tag: no two have the same. */
  readonly keys: readonly BundleKey[]
  /** By inception. Every RRset is signed for each of them. */
  readonly windows: readonly BundleWindow[]
  readonly rrsets: readonly BundleRRset[]
}

/** A key of the zone, its public half. */
export interface BundleKey {
  readonly keyTag: number
  readonly role: 'ksk' | 'zsk'
  /** RDATA of the DNSKEY record. */
  readonly dnskey: Uint8Array
  /** Unix seconds: when the policy will publish it; undefined: it is published, or will be when somebody says so. */
  readonly planned?: number
}

/** When signatures hold, Unix seconds. */
export interface BundleWindow {
  readonly inception: number
  readonly expiration: number
}

/** An RRset at the apex that may be served within the time of the request. */
export interface BundleRRset {
  readonly type: BundleType
  /** Tags of the keys that it holds or names, ascending; none: CDS and CDNSKEY that ask the parent to remove its DS. */
  readonly keys: readonly number[]
  /** Tags of the KSKs that are to sign it, ascending. */
  readonly signers: readonly number[]
}

/** The types of the RRsets that a KSK signs. */
export type BundleType = typeof Type.DNSKEY | typeof Type.CDS | typeof Type.CDNSKEY

/** A request with its signatures. */
export interface Bundle {
  readonly request: BundleRequest
  /** Unix seconds. */
  readonly signed: number
  /** As RRSIG has them; by RRset, by window, by signer, each in the order of the request. */
  readonly signatures: readonly (readonly (readonly Uint8Array[])[])[]
}

/** The most signatures that a bundle has: some seconds of work for who checks them. */
export const MAX_BUNDLE_SIGNATURES = 4096

/** How many signatures answer the request. */
export function countSignatures({ windows, rrsets }: BundleRequest): number {
  return windows.length * rrsets.reduce((sum, { signers }) => sum + signers.length, 0)
}

/** The RRset as it is signed, with its records in canonical order (RFC 4034 §6.3). */
export function canonicalRRset(request: BundleRequest, { type, keys }: BundleRRset): CanonicalRRset {
  const owner = nameFromText(request.zone)
  const rdatas = keys.length === 0 ? [DELETE_RECORDS[type]!] : keys.map((tag) => keyOf(request, tag).dnskey)
  const toRdata = type === Type.CDS && keys.length > 0
  const shown = toRdata ? rdatas.map((dnskey) => dsRdata(owner, dnskey, DsDigest.Sha256)) : rdatas
  return { owner, type, ttl: request.ttl, rdatas: [...shown].sort(Buffer.compare) }
}

/** The key of this tag; throws where the request names none. */
export function keyOf({ keys }: BundleRequest, keyTag: number): BundleKey {
  const key = keys.find((each) => each.keyTag === keyTag)
  if (key === undefined) throw new RangeError(`the request names no key ${keyTag}`)
  return key
}

/** RFC 8078 §4. */
const DELETE_RECORDS: Readonly<Record<number, Uint8Array>> = { [Type.CDS]: DELETE_CDS, [Type.CDNSKEY]: DELETE_CDNSKEY }
