/*
 * Keys and validity for a zone that is exported with its signatures.
 */
import type { CanonicalRRset } from '../dns/canonical-rrset.ts'
import { Type } from '../dns/constants.ts'
import { openSupply } from '../keys/bundle/bundle-supply.ts'
import type { StoredBundles, StoredKeySet } from '../keys/key-store.ts'
import { createKeyOpener } from '../keys/open-signing-key.ts'
import type { Sealing } from '../keys/sealing.ts'
import { expirationOf, inceptionOf, quantumAt } from '../keys/signature-policy.ts'
import { signRRset } from '../keys/signing-input.ts'
import type { ExportSettings } from '../zones/export/export-zone.ts'
import type { ChainKind, Sign } from '../zones/export/exported.ts'
import type { SigningConfiguration } from './configuration/types.ts'
import { openKeySet } from './keys/key-opening.ts'
import { keyRRsets } from './keys/key-set-signatures.ts'
import { type OfflineSigning, suppliedAt } from './keys/offline-keys.ts'
import { StartError } from './state/state-folder.ts'

/** What the signing of an export stands on. */
export interface ExportKeys {
  /** Wire, lower-cased. */
  readonly apex: Uint8Array
  readonly signing: SigningConfiguration
  readonly stored: StoredKeySet
  readonly sealing: Sealing
  /** What those keys have signed that are not here. */
  readonly bundles: StoredBundles
}

/** The signing of one export. */
export interface PlannedSigning {
  readonly settings: NonNullable<ExportSettings['signing']>
  /** Unix seconds: when all of its signatures begin and cease to hold. */
  readonly inception: number
  readonly expiration: number
  /** Unix seconds: from then on a cache may keep a record for longer than its signature holds. */
  readonly renewal: number
}

/**
 * Plans the signatures of a zone that is exported now. They hold from the quantum's start, so that two exports of the
 * same zone on one day differ as little as the algorithm allows. Throws a `StartError` where a private key does not open, or
 * an offline one has not signed what is exported.
 */
export function planExportSigning(keys: ExportKeys, chain: ChainKind, nowSeconds: number): PlannedSigning {
  const { apex, signing, stored, sealing, bundles } = keys
  const { policy } = signing
  const quantum = quantumAt(policy, NO_PHASE, nowSeconds)
  const inception = inceptionOf(policy, NO_PHASE, quantum)
  const expiration = expirationOf(policy, NO_PHASE, quantum)
  const opened = openKeySet(stored, sealing, createKeyOpener())
  const { keySigners, zoneSigners, offlineSigners } = opened
  const offline: OfflineSigning = { signers: offlineSigners, supply: openSupply(bundles.bundles) }
  const sign: Sign = (rrset) => {
    const isOfKeys = SIGNED_BY_KSK.has(rrset.type) && rrset.owner.length === apex.length
    const signers = isOfKeys ? keySigners : zoneSigners
    const made = signers.map(({ key }) => signRRset(rrset, key, { inception, expiration, signer: apex }))
    return isOfKeys
      ? [...made, ...suppliedAt(offline, rrset, nowSeconds, policy.backdate).map(({ rrsig }) => rrsig)]
      : made
  }
  // Each chain has its own NSEC3PARAM, or none.
  const apexRRsets = keyRRsets(apex, signing, opened).filter(({ type }) => type !== Type.NSEC3PARAM)
  const last = Math.min(expiration, ...suppliedExpirations(keys, offline, apexRRsets, nowSeconds))
  return { settings: { chain, sign, apexRRsets }, inception, expiration: last, renewal: last - policy.maxTtl }
}

/** Throws where a signature is missing, or holds no more. */
function suppliedExpirations(
  { stored: { zone }, signing: { policy } }: ExportKeys,
  offline: OfflineSigning,
  rrsets: readonly CanonicalRRset[],
  nowSeconds: number,
): number[] {
  return rrsets.flatMap((rrset) => {
    const supplied = suppliedAt(offline, rrset, nowSeconds, policy.backdate)
    const isWhole = supplied.length === offline.signers.length
    if (isWhole && supplied.every(({ expiration }) => expiration > nowSeconds)) {
      return supplied.map(({ expiration }) => expiration)
    }
    throw new StartError(
      `no signature of the offline key of ${zone} holds for its key set`,
      `dnsctl key bundle request ${zone}: have a bundle signed, and import it.`,
    )
  })
}

/** All signatures of an export are made at one moment: there is nothing to spread. */
const NO_PHASE = 0

const SIGNED_BY_KSK: ReadonlySet<number> = new Set([Type.DNSKEY, Type.CDS, Type.CDNSKEY])
