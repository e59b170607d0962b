import type { ZoneKeys } from './control/protocol.ts'
import type { KeyListing } from './key-listing.ts'

/** The keys by zone, in their order. */
export function groupKeys(keys: readonly KeyListing[]): ZoneKeys[] {
  const zones = [...new Set(keys.map(({ zone }) => zone))]
  return zones.map((zone) => ({ zone, keys: keys.filter((key) => key.zone === zone) }))
}
