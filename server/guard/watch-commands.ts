import type { Incident } from '../../guard/incident.ts'
import { parseAddress } from '../address.ts'
import { CommandError } from '../control/server.ts'
import { isOwnAddress } from '../own-address.ts'
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
    overlook: (args: Readonly<Record<string, unknown>>) => overlook(watch, args),
  }
}

const MOST_SECONDS = 900

/** Own addresses alone: nobody else is ever overlooked. */
function overlook(
  watch: ServerWatch,
  { from, seconds }: Readonly<Record<string, unknown>>,
): { readonly until: string } {
  const address = typeof from === 'string' ? parseAddress(from) : undefined
  if (address === undefined || !isOwnAddress(address) || !(Number(seconds) > 0 && Number(seconds) <= MOST_SECONDS)) {
    const message = `overlook takes an address of this machine, and seconds up to ${MOST_SECONDS}`
    throw new CommandError('bad-request', message)
  }
  const until = Date.now() + Number(seconds) * 1000
  watch.overlook(address, until)
  return { until: new Date(until).toISOString() }
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
