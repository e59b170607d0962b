import type { Configuration, ZoneConfiguration } from './configuration/types.ts'

/** Settings that a reload takes over besides zones, as they are called in the configuration. */
const SETTINGS = {
  views: 'views',
  guard: 'guard',
  leaks: 'leaks',
  identity: 'identity',
} as const satisfies Partial<Record<keyof Configuration, string>>

/** The same of a zone. */
const ZONE_SETTINGS = {
  file: 'file',
  overlays: 'overlays',
  hide: 'hide',
  views: 'views',
  dnssec: 'dnssec',
  decoys: 'decoys',
  guard: 'guard',
  generate: 'generate',
} as const satisfies Partial<Record<keyof ZoneConfiguration, string>>

/** Settings that differ between two configurations, such as `guard` and `decoys of example.com.`; zones that are new or gone are none. */
export function changedSettings(before: Configuration, after: Configuration): string[] {
  const old = new Map(before.zones.map((zone) => [zone.name, zone]))
  return [
    ...differing(SETTINGS, before, after),
    ...after.zones.flatMap((zone) => {
      const known = old.get(zone.name)
      if (known === undefined) return []
      return differing(ZONE_SETTINGS, known, zone).map((setting) => `${setting} of ${zone.name}`)
    }),
  ]
}

function differing<Part extends object>(
  names: Partial<Record<keyof Part, string>>,
  before: Part,
  after: Part,
): string[] {
  const keys = Object.keys(names) as (keyof Part)[]
  return keys.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key])).map((key) => names[key]!)
}
