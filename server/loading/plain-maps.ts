import type { Configuration } from '../configuration/types.ts'

/** Cloning gives maps by view name a prototype, and then a view called `constructor` would seem to have an overlay. */
export function withPlainMaps(configuration: Configuration): Configuration {
  const plain = <Value>(map: Readonly<Record<string, Value>> = {}): Record<string, Value> =>
    Object.assign(Object.create(null), map)
  return {
    ...configuration,
    zones: configuration.zones.map((zone) => ({
      ...zone,
      overlays: plain(zone.overlays),
      hide: plain(zone.hide),
      decoys: plain(zone.decoys),
      generate: plain(zone.generate),
    })),
  }
}
