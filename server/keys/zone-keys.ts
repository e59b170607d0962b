import type { ZoneConfiguration } from '../configuration/types.ts'
import type { ZoneKeys } from '../control/protocol.ts'
import type { KeyListing } from './key-listing.ts'

/** What is known of how zones are signed: the names of those signed with Veil's keys, and of those signed elsewhere. */
export interface SignedZones {
  readonly signed: ReadonlySet<string>
  readonly presigned: ReadonlySet<string>
}

/** The keys by zone, in their order; without `known`, nothing is said of whether they are used. */
export function groupKeys(keys: readonly KeyListing[], known: SignedZones | undefined): ZoneKeys[] {
  const zones = [...new Set(keys.map(({ zone }) => zone))]
  return zones.map((zone) => ({
    zone,
    ...(known && { signed: known.signed.has(zone) }),
    ...(known?.presigned.has(zone) && { presigned: true }),
    keys: keys.filter((key) => key.zone === zone),
  }))
}

/** The names of the zones that are signed in this way. */
export function zonesSigned(
  zones: readonly Pick<ZoneConfiguration, 'name' | 'dnssec'>[],
  kind: 'signed' | 'presigned',
): Set<string> {
  return new Set(zones.filter(({ dnssec }) => dnssec.kind === kind).map(({ name }) => name))
}
