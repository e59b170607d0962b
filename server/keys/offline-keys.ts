/*
 * Keys whose private halves are not here, and what they have signed.
 */
import type { CanonicalRRset } from '../../dns/canonical-rrset.ts'
import { type BundleSupply, type SuppliedSignature, signatureAt } from '../../keys/bundle/bundle-supply.ts'
import { isKeySigning } from '../../keys/key-role.ts'
import type { StoredKey } from '../../keys/key-store.ts'
import type { RecordState } from '../../keys/rollover/key-state.ts'

/**
 * Whether a key signs, or is to sign, the key set, and its private key is kept elsewhere. One of another signer's (RFC 8901)
 * signs none of ours.
 */
export function isOffline({ role, sealed, isForeign }: Pick<StoredKey, 'role' | 'sealed' | 'isForeign'>): boolean {
  return isKeySigning(role) && sealed === undefined && isForeign !== true
}

/** The keys that sign the key set now and are offline. */
export function offlineSigners(keys: readonly StoredKey[]): StoredKey[] {
  return keys.filter((key) => isOffline(key) && SERVED.has(key.records.krrsig?.state))
}

const SERVED: ReadonlySet<RecordState | undefined> = new Set<RecordState>(['rumoured', 'omnipresent'])

/** What offline keys have signed for a zone. */
export interface OfflineSigning {
  /** RDATA of their DNSKEY records. */
  readonly signers: readonly Uint8Array[]
  readonly supply: BundleSupply
}

/** Their signatures of an RRset that serve at `now`, Unix seconds: of each signer one, or none where it has none. */
export function suppliedAt(
  { signers, supply }: OfflineSigning,
  rrset: CanonicalRRset,
  now: number,
  backdate: number,
): SuppliedSignature[] {
  return signers.flatMap((dnskey) => signatureAt(supply.find(rrset, dnskey), now, backdate) ?? [])
}
