import type { LoadedZones } from './loading/load-zones.ts'

/** Adds the zones that are served from now on. */
export function noteServedZones(servedZones: Set<string>, { zones }: LoadedZones): void {
  for (const { name, views } of zones) if (views.length > 0) servedZones.add(name)
}
