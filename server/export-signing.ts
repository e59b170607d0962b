/*
 * Keys and validity for a zone that is exported with its signatures.
 */
import { Type } from '../dns/constants.ts'
import type { StoredKeySet } from '../keys/key-store.ts'
import { createKeyOpener } from '../keys/open-signing-key.ts'
import type { Sealing } from '../keys/sealing.ts'
import { expirationOf, inceptionOf, quantumAt } from '../keys/signature-policy.ts'
import { signRRset } from '../keys/signing-input.ts'
import type { ExportSettings } from '../zones/export/export-zone.ts'
import type { ChainKind, Sign } from '../zones/export/exported.ts'
import type { SigningConfiguration } from './configuration/types.ts'
import { openKeySet } from './keys/key-opening.ts'
import { announcedKeys, keyRRsets } from './keys/key-set-signatures.ts'

/** What the signing of an export stands on. */
export interface ExportKeys {
  /** Wire, lower-cased. */
  readonly apex: Uint8Array
  readonly signing: SigningConfiguration
  readonly stored: StoredKeySet
  readonly sealing: Sealing
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
 * same zone on one day differ as little as the algorithm allows. Throws a `StartError` where a private key does not open.
 */
export function planExportSigning(keys: ExportKeys, chain: ChainKind, nowSeconds: number): PlannedSigning {
  const { apex, signing, stored, sealing } = keys
  const { policy } = signing
  const quantum = quantumAt(policy, NO_PHASE, nowSeconds)
  const inception = inceptionOf(policy, NO_PHASE, quantum)
  const expiration = expirationOf(policy, NO_PHASE, quantum)
  const { dnskeys, keySigners, zoneSigners } = openKeySet(stored, sealing, createKeyOpener())
  const sign: Sign = (rrset) => {
    const isOfKeys = SIGNED_BY_KSK.has(rrset.type) && rrset.owner.length === apex.length
    const signers = isOfKeys ? keySigners : zoneSigners
    return signers.map(({ key }) => signRRset(rrset, key, { inception, expiration, signer: apex }))
  }
  const announced = announcedKeys(stored.keys, policy, nowSeconds)
  // Each chain has its own NSEC3PARAM, or none.
  const apexRRsets = keyRRsets(apex, signing, dnskeys, announced).filter(({ type }) => type !== Type.NSEC3PARAM)
  return { settings: { chain, sign, apexRRsets }, inception, expiration, renewal: expiration - policy.maxTtl }
}

/** All signatures of an export are made at one moment: there is nothing to spread. */
const NO_PHASE = 0

const SIGNED_BY_KSK: ReadonlySet<number> = new Set([Type.DNSKEY, Type.CDS, Type.CDNSKEY])
