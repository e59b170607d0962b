import { createPrivateKey, type KeyObject } from 'node:crypto'
import { keyTagOf } from '../../dns/key-tag.ts'
import type { PublishedKey } from '../../keys/apex-rrsets.ts'
import { dnskeyRdata } from '../../keys/dnskey.ts'
import { isKeySigning, isZoneSigning } from '../../keys/key-role.ts'
import type { KeyMaterial } from '../../keys/key-set.ts'
import type { StoredKey, StoredKeySet } from '../../keys/key-store.ts'
import { type Sealing, wipe } from '../../keys/sealing.ts'
import type { SigningKey } from '../../keys/signing-key.ts'
import { StartError } from '../state/state-folder.ts'
import { offlineSigners } from './offline-keys.ts'

/** The keys of one zone, opened. */
export interface OpenKeySet {
  readonly stored: StoredKeySet
  /** RDATA of all keys that are published. */
  readonly dnskeys: readonly Uint8Array[]
  /** All KSKs, and one ZSK for each algorithm, by algorithm; an algorithm whose keys are not used has none. */
  readonly keySigners: readonly PublishedKey[]
  readonly zoneSigners: readonly PublishedKey[]
  /** RDATA of the keys that sign the key set and are not here: their signatures come in bundles. */
  readonly offlineSigners: readonly Uint8Array[]
  /** What workers open for themselves. */
  readonly zoneSigning: readonly KeyMaterial[]
}

/**
 * Opens the private keys of a zone. Throws a `StartError` where one does not open, or is not the one of its DNSKEY,
 * which would make the zone bogus.
 */
export function openKeySet(
  stored: StoredKeySet,
  sealing: Sealing,
  openKey: (material: KeyMaterial) => SigningKey,
  isUsed: (zoneSigningKey: StoredKey) => boolean = () => true,
): OpenKeySet {
  const keys = stored.keys.flatMap((key) => {
    const material = openStoredKey(stored.zone, key, sealing)
    return material === undefined ? [] : [{ ...key, material }]
  })
  const toSign = (material: KeyMaterial): PublishedKey => ({ key: openKey(material), dnskey: material.dnskey })
  const zoneKeys = keys.filter((key) => isZoneSigning(key.role) && isUsed(key))
  const zoneSigning = oneForEachAlgorithm(zoneKeys.map(({ material }) => material))
  return {
    stored,
    dnskeys: stored.keys.map(({ dnskey }) => dnskey),
    keySigners: keys.filter(({ role }) => isKeySigning(role)).map(({ material }) => toSign(material)),
    zoneSigners: zoneSigning.map(toSign),
    offlineSigners: offlineSigners(stored.keys).map(({ dnskey }) => dnskey),
    zoneSigning,
  }
}

/** Undefined: the private key is not here. */
function openStoredKey(zone: string, key: StoredKey, sealing: Sealing): KeyMaterial | undefined {
  const { algorithm, keyTag, dnskey, sealed } = key
  if (sealed === undefined) return undefined
  const privateKey = openPrivateKey(zone, { ...key, sealed }, sealing)
  if (privateKey !== undefined && keyTagOf(dnskey) === keyTag) return { algorithm, keyTag, dnskey, privateKey }
  throw new StartError(
    `the private key ${keyTag} of ${zone} cannot be opened, or is not the one of its DNSKEY: the store is damaged`,
    'Restore the state folder from a backup: store and key file of the same moment.',
  )
}

/** Undefined: it does not open, or does not belong to the DNSKEY. */
function openPrivateKey(
  zone: string,
  key: StoredKey & { readonly sealed: Uint8Array },
  sealing: Sealing,
): KeyObject | undefined {
  const secret = sealing.open(key.sealed, zone, key.id)
  if (secret === undefined) return undefined
  try {
    const privateKey = createPrivateKey({ key: secret, format: 'der', type: 'pkcs8' })
    const expected = dnskeyRdata(key.role, key.algorithm, privateKey)
    return Buffer.compare(expected, key.dnskey) === 0 ? privateKey : undefined
  } catch {
    // Another kind of key than the algorithm has.
    return undefined
  } finally {
    wipe(secret)
  }
}

/** The oldest of each algorithm. */
function oneForEachAlgorithm(keys: readonly KeyMaterial[]): KeyMaterial[] {
  const algorithms = [...new Set(keys.map(({ algorithm }) => algorithm))].sort((a, b) => a - b)
  return algorithms.map((algorithm) => keys.find((key) => key.algorithm === algorithm)!)
}
