import { createDetector, detect } from '../../guard/detection/detector.ts'
import { takeChanges } from '../../guard/detection/incident-report.ts'
import { drainEvents, openEventReader } from '../../guard/event-reader.ts'
import type { Incident } from '../../guard/incident.ts'
import { createZoneScopes } from '../../server/guard/zone-scopes.ts'
import type { SimulatedServer } from '../sim/server.ts'

/** The main thread's watch over what a simulated server is asked. */
export interface SimulatedGuard {
  /** Takes what the workers told meanwhile; `now` is Unix time, milliseconds. Returns the number of questions. */
  watch(now: number): number
  /** Every incident there was, as it was told last. */
  incidents(): Incident[]
}

export function startSimulatedGuard(server: SimulatedServer): SimulatedGuard {
  const reader = openEventReader(server.rings)
  const scopes = createZoneScopes((id) => server.arenas.memory(id))
  let ids = 0
  const detector = createDetector(4711, () => `e${++ids}`)
  const incidents = new Map<string, Incident>()
  return {
    watch(now) {
      scopes.adopt(server.descriptor())
      const seen = drainEvents(reader, now, (event) => {
        const zone = scopes.zoneOf(event)
        if (zone !== undefined) detect(detector, event, zone.scope)
      })
      for (const { incident } of takeChanges(detector, now)) incidents.set(incident.id, incident)
      return seen
    },
    incidents: () => [...incidents.values()],
  }
}
