import type { Incident } from '../../guard/incident.ts'
import { CommandError } from '../control/server.ts'
import { type IncidentStatus, reportSources, type TopReport } from './watch-reports.ts'
import type { ServerWatch } from './watch-server.ts'

/** Incidents in one reply. */
const MOST_LISTED = 200
const MOST_SOURCES = 20

/** What the control channel may ask of the watch. */
export function watchCommands(watch: ServerWatch) {
  return {
    incidents: (): readonly Incident[] => listIncidents(watch),
    incident: (args: Readonly<Record<string, unknown>>): Incident => findIncident(watch, args.id),
    top: (): TopReport => reportTop(watch),
  }
}

/** What `dnsctl status` shows of the incidents that go on. */
export function reportIncidents({ watch }: ServerWatch): IncidentStatus[] {
  return watch.open().map(({ id, kind, zone, view, start, isSpread, absentNames, sourceCount }) => ({
    ...{ id, kind, zone, view, start, isSpread, absentNames, sourceCount },
  }))
}

/** Those that go on, then those of the store, the latest first. */
function listIncidents({ watch, store }: ServerWatch): Incident[] {
  const open = watch.open()
  const ids = new Set(open.map(({ id }) => id))
  return [...[...open].reverse(), ...store.all().filter(({ id }) => !ids.has(id))].slice(0, MOST_LISTED)
}

function findIncident({ watch, store }: ServerWatch, id: unknown): Incident {
  if (typeof id !== 'string') throw new CommandError('bad-request', 'incident takes id, a text')
  const found = watch.open().find((each) => each.id === id) ?? store.get(id)
  if (found !== undefined) return found
  const hint = 'List those there are with `dnsctl incident list`.'
  throw new CommandError('refused', `there is no incident ${JSON.stringify(id.slice(0, 40))}`, hint)
}

function reportTop({ watch, rates, isDetecting }: ServerWatch): TopReport {
  const { verdicts, limited } = rates()
  return {
    at: new Date().toISOString(),
    detection: isDetecting(),
    verdicts,
    limited,
    zones: watch.zoneRates().slice(0, MOST_SOURCES),
    sources: reportSources(watch.detector, watch.zoneOfScope, MOST_SOURCES),
    incidents: [...watch.open()].reverse(),
  }
}
