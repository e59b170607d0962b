import type { Incident } from '../../guard/incident.ts'
import type { RunningServer } from '../running-server.ts'
import type { IncidentStore } from './incident-records.ts'

/**
 * Keeps incidents on disk without the names that were learned in a view whose overlay is sealed: how many there were stays.
 * Nothing that is sealed is to stand beside it in plain because somebody who may see it has asked for it.
 */
export function discreetIncidents({ store }: RunningServer, overlayOf: OverlayOf): IncidentStore {
  const isSealed = ({ zone, view }: Incident): boolean => {
    const path = overlayOf(zone, view)
    return path !== undefined && store.seals.all().some((each) => each.zone === zone && each.path === path)
  }
  return {
    ...store.incidents,
    put: (incident) =>
      store.incidents.put(isSealed(incident) ? { ...incident, learned: { ...incident.learned, names: [] } } : incident),
  }
}

/** The path of what a view lays over a zone, both by name; undefined: nothing. */
type OverlayOf = (zone: string, view: string) => string | undefined
