import type { Configuration } from './configuration/types.ts'
import type { LoadedZones } from './loading/load-zones.ts'
import type { Store } from './state/store.ts'

/** Names of zones that clients may have been answered about before this start: each view's serial was kept then. */
export function zonesServedBefore({ zones, views }: Configuration, { serials }: Pick<Store, 'serials'>): Set<string> {
  const isKnown = (zone: string): boolean => views.some(({ name }) => serials.get(zone, name) !== undefined)
  return new Set(zones.map(({ name }) => name).filter(isKnown))
}

/** Adds the zones that are served from now on. */
export function noteServedZones(servedZones: Set<string>, { zones }: LoadedZones): void {
  for (const { name, views } of zones) if (views.length > 0) servedZones.add(name)
}
