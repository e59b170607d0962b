/*
 * Rollovers as the store tells of them where no zone is served: no server runs, or the one that runs is locked. States are
 * no secret, so no private key is opened for it.
 */
import { openSupply } from '../../keys/bundle/bundle-supply.ts'
import type { KeyStore } from '../../keys/key-store.ts'
import type { SigningConfiguration, ZoneConfiguration } from '../configuration/types.ts'
import { whyNotLook } from '../parent/may-look.ts'
import type { ParentReport, RolloverReport } from './rollover-protocol.ts'
import { historyAlarm, reportRollover } from './rollover-reports.ts'

/** How things stand around a store. */
export interface StoredCircumstances {
  readonly nowSeconds: number
  /** Why nobody looks at parents meanwhile, without a full stop. */
  readonly unwatched: string
  /** Sentences that are to be said of every zone. */
  readonly alarms: readonly string[]
}

/** The rollovers of those of the zones that are to be signed here and have keys, as they stand. */
export function reportStored(
  keys: Pick<KeyStore, 'get' | 'history' | 'bundles'>,
  zones: readonly ZoneConfiguration[],
  { nowSeconds, unwatched, alarms }: StoredCircumstances,
): RolloverReport[] {
  return zones.flatMap((zone) => {
    const set = keys.get(zone.name)
    if (set === undefined || zone.dnssec.kind !== 'signed') return []
    const circumstances = {
      nowSeconds,
      supply: openSupply(keys.bundles(zone.name).bundles),
      parent: unseenParent(zone, zone.dnssec, unwatched),
      alarms: [...alarms, ...historyAlarm(zone.name, keys.history(zone.name))],
    }
    return [reportRollover(set, zone.dnssec, circumstances)]
  })
}

function unseenParent(zone: ZoneConfiguration, { parent }: SigningConfiguration, unwatched: string): ParentReport {
  const unasked = whyNotLook(zone, parent)
  return { mode: unasked === undefined ? 'check' : 'off', servers: [], problem: unasked ?? unwatched }
}
