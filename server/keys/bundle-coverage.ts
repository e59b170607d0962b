/*
 * Whether offline keys have signed what is served, and what a step would have served.
 */
import type { CanonicalRRset } from '../../dns/canonical-rrset.ts'
import { Type } from '../../dns/constants.ts'
import { nameFromText } from '../../dns/name.ts'
import { type BundleSupply, type Coverage, coverageAt, leastCoverage } from '../../keys/bundle/bundle-supply.ts'
import type { StoredKey, StoredKeySet } from '../../keys/key-store.ts'
import type { RolloverKey } from '../../keys/rollover/key-state.ts'
import { isServed } from '../../keys/rollover/record-states.ts'
import type { RolloverSituation } from '../../keys/rollover/step.ts'
import type { SigningConfiguration } from '../configuration/types.ts'
import { announcedKeys } from './key-opening.ts'
import { keyRRsets } from './key-set-signatures.ts'
import { isOffline, offlineSigners } from './offline-keys.ts'

/** A zone, and what its offline keys have signed. */
export interface SuppliedZone {
  readonly set: StoredKeySet
  readonly signing: SigningConfiguration
  readonly supply: BundleSupply
  readonly nowSeconds: number
}

/** Whether some key of the zone that signs, or is to sign, the key set is offline. */
export function hasOfflineKeys({ keys }: Pick<StoredKeySet, 'keys'>): boolean {
  return keys.some(isOffline)
}

/**
 * How long signatures of all offline keys are at hand for all that is served with the keys in these states. Undefined:
 * one is missing already.
 */
export function coverageOf({ set, signing, supply, nowSeconds }: SuppliedZone, keys = set.keys): Coverage | undefined {
  const signers = offlineSigners(keys)
  const rrsets = keySetRRsets(signing, { ...set, keys })
  return leastCoverage(
    rrsets.flatMap((rrset) => signers.map(({ dnskey }) => coverageAt(supply.find(rrset, dnskey), nowSeconds))),
  )
}

/** Whether offline keys have signed what is served: true where none of the keys that sign the key set is offline. */
export function isSignedOffline(zone: SuppliedZone): boolean {
  return offlineSigners(zone.set.keys).length === 0 || coverageOf(zone) !== undefined
}

/**
 * What the rollover may step to: nothing that is not signed, and a roll does not begin on the last signatures of a supply.
 * Nothing is said where all keys that sign the key set are here.
 */
export function signedSteps(zone: SuppliedZone): Pick<RolloverSituation, 'isSigned'> {
  const { set, signing, nowSeconds } = zone
  if (!hasOfflineKeys(set)) return {}
  const least = nowSeconds + signing.policy.validity / 4
  return {
    isSigned: (states) => {
      const keys = inStates(set.keys, states)
      if (offlineSigners(keys).length === 0) return true
      const coverage = coverageOf(zone, keys)
      return coverage !== undefined && coverage.until >= least
    },
  }
}

/** The RRsets that keys sign which sign the key set. */
export function keySetRRsets(signing: SigningConfiguration, stored: StoredKeySet): CanonicalRRset[] {
  const dnskeys = stored.keys.filter((key) => isServed(key, 'dnskey')).map(({ dnskey }) => dnskey)
  const rrsets = keyRRsets(nameFromText(stored.zone), signing, { dnskeys, announced: announcedKeys(stored), stored })
  return rrsets.filter(({ type }) => type !== Type.NSEC3PARAM)
}

function inStates(keys: readonly StoredKey[], states: readonly RolloverKey[]): StoredKey[] {
  return keys.flatMap((key) => {
    const state = states.find(({ id }) => id === key.id)
    return state === undefined ? [] : [{ ...key, ...state }]
  })
}
