import type { RootDatabase } from 'lmdb'
import type { Incident } from '../../guard/incident.ts'

/** Incidents beyond the process. */
export interface IncidentStore {
  /** The latest first. */
  all(): Incident[]
  get(id: string): Incident | undefined
  /** Resolves once it is on disk. Of too many the oldest are dropped. */
  put(incident: Incident): Promise<void>
}

/** Incidents that are kept. */
export const INCIDENTS_KEPT = 1000

/** The incidents in a database that this process alone writes to. */
export function incidentRecords(database: RootDatabase<unknown>): IncidentStore {
  return {
    ...readIncidents(database),
    put: async (incident) => {
      await database.transaction(() => {
        database.put(keyOf(incident.id), incident)
        const keys = [...database.getKeys(range())]
        for (const key of keys.slice(0, Math.max(0, keys.length - INCIDENTS_KEPT))) database.remove(key)
      })
      // A commit is visible before it is durable.
      await database.flushed
    },
  }
}

/** The incidents in a database that another process may be writing to. */
export function readIncidents(database: RootDatabase<unknown>): Pick<IncidentStore, 'all' | 'get'> {
  return {
    all: () => [...database.getRange(range())].map(({ value }) => value as Incident).reverse(),
    get: (id) => (ID.test(id) ? (database.get(keyOf(id)) as Incident | undefined) : undefined),
  }
}

/** Gives identifiers that no incident of the store has: the day in UTC, and the number within it. */
export function incidentIds({ all }: Pick<IncidentStore, 'all'>): (now: number) => string {
  const used = new Map<string, number>()
  for (const { id } of all()) {
    const [day, number] = id.split('-') as [string, string]
    used.set(day, Math.max(used.get(day) ?? 0, Number(number)))
  }
  return (now) => {
    const day = new Date(now).toISOString().slice(0, 10).replaceAll('-', '')
    const number = (used.get(day) ?? 0) + 1
    used.set(day, number)
    return `${day}-${number}`
  }
}

const ID = /^\d{8}-\d{1,9}$/
/** A new one each time: lmdb writes into what it is given. */
const range = () => ({ start: ['incident'], end: ['incident', '\uffff'] })

/** Keys are in the order of time. */
function keyOf(id: string): [string, string, number] {
  const [day, number] = id.split('-') as [string, string]
  return ['incident', day, Number(number)]
}
