import { Type } from '../../dns/constants.ts'
import { namesEqual, nameToText, parentName } from '../../dns/name.ts'
import type { FileProblem } from '../../zones/file-problem.ts'
import { type Projection, projectedOwner } from '../../zones/projection.ts'
import type { DnssecConfiguration, ZoneConfiguration } from '../configuration/types.ts'
import { hasZone } from '../has-zone.ts'

/** A zone that a view has below another one, with none of that view between them. */
export interface ZoneBelow {
  readonly view: string
  readonly zone: ZoneConfiguration
}

/** The zones below each zone, by its name. */
export function zonesBelow(
  zones: readonly ZoneConfiguration[],
  views: readonly string[],
): ReadonlyMap<string, readonly ZoneBelow[]> {
  const byName = new Map(zones.map((zone) => [zone.name, zone]))
  const below = new Map<string, ZoneBelow[]>()
  for (const zone of zones) {
    for (const view of views.filter((name) => hasZone(name, zone))) {
      const parent = zoneAbove(zone, view, byName)
      if (parent !== undefined) below.set(parent.name, [...(below.get(parent.name) ?? []), { view, zone }])
    }
  }
  return below
}

function zoneAbove(
  zone: ZoneConfiguration,
  view: string,
  byName: ReadonlyMap<string, ZoneConfiguration>,
): ZoneConfiguration | undefined {
  for (let name = zone.apex; name.length > 1; ) {
    name = parentName(name)
    const found = byName.get(nameToText(name))
    if (found !== undefined && hasZone(view, found)) return found
  }
  return undefined
}

/**
 * Warnings of the zones below a signed zone that it does not delegate: it proves that they are not there, and validators
 * refuse what this server answers for them. An unsigned zone gets away with it, for its server answers for both.
 */
export function findMissingDelegations(
  { file }: ZoneConfiguration,
  dnssec: DnssecConfiguration,
  projections: ReadonlyMap<string, Projection>,
  below: readonly ZoneBelow[],
): FileProblem[] {
  if (dnssec.kind === 'off') return []
  const cuts = new Map<Projection, ReadonlySet<string>>()
  const missing = below.filter(({ view, zone }) => {
    const projection = projections.get(view)
    if (projection === undefined) return false
    const known = cuts.get(projection) ?? cutsOf(projection)
    cuts.set(projection, known)
    return !isDelegated(zone.apex, projection.apex, known)
  })
  return missing.map(({ view, zone }) => ({
    severity: 'warning',
    file,
    line: 0,
    column: 0,
    found: `no delegation of ${zone.name}, which view ${view} has too`,
    expected: `NS records for ${zone.name} in what view ${view} sees: a signed zone proves that what it does not have is not there`,
    remedy: `Add them, and once it is signed the DS that "dnsctl key ds ${zone.name}" shows. Until then validating resolvers find nothing below ${zone.name}`,
  }))
}

function cutsOf(projection: Projection): ReadonlySet<string> {
  const cuts = new Set<string>()
  for (let rrset = 0; rrset < projection.rrsetCount; rrset++) {
    if (projection.types[rrset] === Type.NS) cuts.add(nameToText(projectedOwner(projection, rrset)))
  }
  return cuts
}

/** Whether there is a cut at or above `name`, which is below `apex`. */
function isDelegated(name: Uint8Array, apex: Uint8Array, cuts: ReadonlySet<string>): boolean {
  for (let at = name; !namesEqual(at, apex); at = parentName(at)) if (cuts.has(nameToText(at))) return true
  return false
}
