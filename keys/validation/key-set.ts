import { Type } from '../../dns/constants.ts'
import { ALGORITHMS } from '../algorithms.ts'
import { DsDigest, isDsOf } from '../dnskey.ts'
import type { ReceivedRRset } from './received-rrset.ts'
import { isZoneKey, type TrustedZone, verifyRRset } from './verify-rrset.ts'

/** A key of a zone that is trusted, or a digest of one. */
export interface TrustAnchor {
  /** The zone's apex; wire, lower-cased. */
  readonly owner: Uint8Array
  readonly type: typeof Type.DS | typeof Type.DNSKEY
  readonly rdata: Uint8Array
}

/** The zone with all keys of a DNSKEY RRset, which one of the anchors' keys has signed; or why it is not to be trusted. */
export type KeySetTrust =
  | { readonly kind: 'trusted'; readonly zone: TrustedZone }
  | { readonly kind: 'bogus'; readonly reason: string }

/**
 * Judges the DNSKEY RRset of a zone by the anchors, which are its own: keys, or the validated DS RRset of its parent (RFC
 * 4035 §5.2), at `now`, Unix seconds.
 */
export function trustKeySet(rrset: ReceivedRRset, anchors: readonly TrustAnchor[], now: number): KeySetTrust {
  const { owner, rdatas } = rrset
  if (rdatas.length > MOST_KEYS) return { kind: 'bogus', reason: `has more than ${MOST_KEYS} keys` }
  const anchored = rdatas.filter((dnskey) => isZoneKey(dnskey) && anchors.some((anchor) => isOf(anchor, owner, dnskey)))
  if (anchored.length === 0) return { kind: 'bogus', reason: 'has no key that the DS or the trust anchor speaks of' }
  const verification = verifyRRset(rrset, { apex: owner, dnskeys: anchored }, now)
  if (verification.kind === 'invalid') return { kind: 'bogus', reason: verification.reason }
  return { kind: 'trusted', zone: { apex: owner, dnskeys: rdatas } }
}

/** Whether anything can be validated by this anchor here; a zone that has no other DS counts as unsigned (RFC 4035 §5.2). */
export function isUsable({ type, rdata }: Pick<TrustAnchor, 'type' | 'rdata'>): boolean {
  if (type === Type.DNSKEY) return ALGORITHMS.has(rdata[3]!)
  return ALGORITHMS.has(rdata[2]!) && DIGEST_TYPES.has(rdata[3]!)
}

/** More than any zone has while it rolls, and few enough to be searched. */
const MOST_KEYS = 32

/** SHA-1 is not trusted (RFC 9905). */
const DIGEST_TYPES: ReadonlySet<number> = new Set(Object.values(DsDigest))

function isOf({ type, rdata }: TrustAnchor, owner: Uint8Array, dnskey: Uint8Array): boolean {
  return type === Type.DNSKEY ? Buffer.compare(rdata, dnskey) === 0 : isDsOf(rdata, owner, dnskey)
}
