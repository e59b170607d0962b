import { setTimeout as delay } from 'node:timers/promises'
import type { Incident } from '../../guard/incident.ts'

/** What the server noticed of the attack, and how many questions had been asked by then. */
export interface Noticed {
  readonly incident: Incident
  readonly queries: number
}

/** A look-out for the incidents that the attack is. */
export interface LookOut {
  /** Ends it, once the server has had the time to notice the last questions; the first of each kind, in order. */
  end(): Promise<readonly Noticed[]>
}

export interface LookOutOptions {
  /** The incidents that the server knows; undefined: it cannot be asked. */
  readonly ask: () => Promise<readonly Incident[] | undefined>
  readonly zone: string
  readonly view: string
  /** Questions asked so far. */
  readonly queries: () => number
}

const POLL_MS = 250
/** veild looks after its incidents once a second. */
const LAST_LOOK_MS = 1_500

/** Asks the server time and again for an incident of this zone and view that it does not know yet. */
export async function keepLookOut({ ask, zone, view, queries }: LookOutOptions): Promise<LookOut> {
  const known = new Set((await ask())?.map(({ id, lastSeen }) => `${id} ${lastSeen}`))
  const noticed: Noticed[] = []
  let ends = Number.POSITIVE_INFINITY
  const look = async (): Promise<void> => {
    while (performance.now() < ends) {
      await delay(POLL_MS)
      const asked = queries()
      const incidents = await ask()
      if (incidents === undefined) return
      for (const incident of incidents) {
        // One that went on before is seen again, later than it was.
        const isNew = !known.has(`${incident.id} ${incident.lastSeen}`)
        if (!isNew || incident.zone !== zone || incident.view !== view) continue
        if (!noticed.some((each) => each.incident.kind === incident.kind)) noticed.push({ incident, queries: asked })
      }
    }
  }
  const looking = look()
  return {
    end: async () => {
      ends = performance.now() + LAST_LOOK_MS
      await looking
      return noticed.toSorted((a, b) => a.incident.start - b.incident.start)
    },
  }
}
