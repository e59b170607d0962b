import { keyTagOf } from '../../dns/key-tag.ts'
import type { PublishedKey } from '../../keys/apex-rrsets.ts'
import type { KeyMaterial } from '../../keys/key-set.ts'
import type { StoredKey, StoredKeySet } from '../../keys/key-store.ts'
import type { KeyRecord } from '../../keys/rollover/key-state.ts'
import { isServed, keysAskedFor } from '../../keys/rollover/record-states.ts'
import { openPrivateKey } from '../../keys/sealed-private-key.ts'
import type { Sealing } from '../../keys/sealing.ts'
import type { SigningKey } from '../../keys/signing-key.ts'
import { StartError } from '../state/state-folder.ts'
import { offlineSigners } from './offline-keys.ts'

/** The keys of one zone, opened. What is published and what signs follows from the states of their records alone. */
export interface OpenKeySet {
  readonly stored: StoredKeySet
  /** RDATA of all keys that are published. */
  readonly dnskeys: readonly Uint8Array[]
  /** RDATA of the keys whose DS the parent is to have. */
  readonly announced: readonly Uint8Array[]
  /** What signs the key set, as far as it is here. */
  readonly keySigners: readonly PublishedKey[]
  /** RDATA of the keys that sign the key set and are not here: their signatures come in bundles. */
  readonly offlineSigners: readonly Uint8Array[]
  /** What signs all else, by algorithm; an algorithm whose keys are not used has none. */
  readonly zoneSigners: readonly PublishedKey[]
  /** The same, as workers open it for themselves. */
  readonly zoneSigning: readonly KeyMaterial[]
}

/**
 * Opens the private keys of a zone. Throws a `StartError` where one does not open, or is not the one of its DNSKEY,
 * which would make the zone bogus. `isUsed`: whether a key may sign data of the zone.
 */
export function openKeySet(
  stored: StoredKeySet,
  sealing: Sealing,
  openKey: (material: KeyMaterial) => SigningKey,
  isUsed: (key: StoredKey) => boolean = () => true,
): OpenKeySet {
  const keys = stored.keys.flatMap((key) => {
    const material = openStoredKey(stored.zone, key, sealing)
    return material === undefined ? [] : [{ key, material }]
  })
  const signing = (record: KeyRecord): typeof keys => keys.filter(({ key }) => isServed(key, record))
  const toSign = (material: KeyMaterial): PublishedKey => ({ key: openKey(material), dnskey: material.dnskey })
  const zoneSigning = signing('zrrsig')
    .filter(({ key }) => isUsed(key))
    .map(({ material }) => material)
    .sort((a, b) => a.algorithm - b.algorithm)
  return {
    stored,
    dnskeys: stored.keys.filter((key) => isServed(key, 'dnskey')).map(({ dnskey }) => dnskey),
    announced: announcedKeys(stored),
    keySigners: signing('krrsig').map(({ material }) => toSign(material)),
    offlineSigners: offlineSigners(stored.keys).map(({ dnskey }) => dnskey),
    zoneSigners: zoneSigning.map(toSign),
    zoneSigning,
  }
}

/** RDATA of the keys whose DS the parent is to have. */
export function announcedKeys({ keys }: StoredKeySet): Uint8Array[] {
  return keysAskedFor(keys).map(({ dnskey }) => dnskey)
}

/** Undefined: the private key is not here. */
function openStoredKey(zone: string, key: StoredKey, sealing: Sealing): KeyMaterial | undefined {
  const { algorithm, keyTag, dnskey, sealed } = key
  if (sealed === undefined) return undefined
  const privateKey = openPrivateKey(sealing, zone, key)
  if (privateKey !== undefined && keyTagOf(dnskey) === keyTag) return { algorithm, keyTag, dnskey, privateKey }
  throw new StartError(
    `the private key ${keyTag} of ${zone} cannot be opened, or is not the one of its DNSKEY: the store is damaged`,
    'Restore the state folder from a backup: store and key file of the same moment.',
  )
}
