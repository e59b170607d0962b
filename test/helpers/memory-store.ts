import type { Store } from '../../server/store.ts'
import type { ProjectionSerial } from '../../zones/serial.ts'

/** A store that forgets when it is dropped. */
export function openMemoryStore(): Store {
  const serials = new Map<string, ProjectionSerial>()
  const key = (zone: string, view: string): string => `${zone} ${view}`
  return {
    serials: {
      get: (zone, view) => serials.get(key(zone, view)),
      put: async (entries) => {
        for (const { zone, view, serial, digest } of entries) serials.set(key(zone, view), { serial, digest })
      },
    },
    claim: () => undefined,
    close: async () => {},
  }
}
