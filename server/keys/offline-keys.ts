/*
 * Keys whose private halves are not here, and what they have signed.
 */
import type { CanonicalRRset } from '../../dns/canonical-rrset.ts'
import { type BundleSupply, type SuppliedSignature, signatureAt } from '../../keys/bundle/bundle-supply.ts'
import { isKeySigning } from '../../keys/key-role.ts'
import type { StoredKey } from '../../keys/key-store.ts'

/** The keys that are to sign the key set and are offline. One of another signer's (RFC 8901) signs none of ours. */
export function offlineSigners<Key extends Pick<StoredKey, 'role' | 'sealed' | 'records'>>(
  keys: readonly Key[],
): Key[] {
  return keys.filter(
    ({ role, sealed, records: { krrsig } }) =>
      isKeySigning(role) && sealed === undefined && (krrsig?.state === 'rumoured' || krrsig?.state === 'omnipresent'),
  )
}

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
