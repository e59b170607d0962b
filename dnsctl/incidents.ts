import { Failure } from '../console/failure.ts'
import type { Incident } from '../guard/incident.ts'
import { openStoreToRead } from '../server/state/read-only-store.ts'
import type { Context } from './context.ts'
import { ExitCode } from './exit-code.ts'
import { findState } from './place.ts'
import { askServerIfRunning } from './running-server.ts'

/** Incidents, and who told of them: the running server, or, where none runs, its store. */
export interface ToldIncidents {
  readonly source: 'server' | 'store'
  /** The latest first, those that go on before all others. */
  readonly incidents: readonly Incident[]
}

/** All incidents that are known. */
export async function listIncidents(context: Context): Promise<ToldIncidents> {
  const incidents = await askServerIfRunning(context, 'incidents', {})
  return incidents === undefined
    ? { source: 'store', incidents: await readStore(context) }
    : { source: 'server', incidents }
}

/** The incident with this identifier; `latest` is the one that began last. */
export async function findIncident(context: Context, id: string): Promise<Incident> {
  const { incidents } = await listIncidents(context)
  const found = id === 'latest' ? incidents[0] : incidents.find((each) => each.id === id)
  if (found !== undefined) return found
  throw new Failure({
    exitCode: ExitCode.Refused,
    what: id === 'latest' ? 'There was no incident yet' : `There is no incident "${id}"`,
    next: '`dnsctl incident list`',
  })
}

async function readStore(context: Context): Promise<readonly Incident[]> {
  const store = openStoreToRead(await findState(context))
  if (store === undefined) return []
  try {
    return store.incidents.all().map(ended)
  } finally {
    await store.close()
  }
}

/** Nothing goes on where no server runs: what it left open ended with its last sign. */
function ended(incident: Incident): Incident {
  return incident.end === undefined ? { ...incident, end: incident.lastSeen } : incident
}
