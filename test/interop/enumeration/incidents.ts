import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Incident, IncidentKind } from '../../../guard/incident.ts'
import { sendCommand } from '../../../server/control/client.ts'
import { CONTROL_SOCKET } from '../../../server/control/protocol.ts'
import type { Daemon } from '../../helpers/daemon.ts'
import type { Stage } from './servers.ts'

/** The first incident, and how many questions the server had been asked when it was there. */
export interface Noticed {
  readonly incident: Incident
  readonly questions: number
}

/** veild looks after its incidents once a second. */
const ROUND_MS = 1_500
const POLL_MS = 50
/** So many questions at a time go through until there is an incident. */
export const STEP = 20

/** Incidents of a veild that `startVeild` started. */
export async function incidentsOf(daemon: Daemon): Promise<readonly Incident[]> {
  const reply = await sendCommand(join(daemon.folder, 'state', CONTROL_SOCKET), 'incidents', {})
  if (!reply.ok) throw new Error(reply.error.message)
  return reply.result
}

/** The incident, of that kind or any, that there is by the time that veild has looked; undefined: there is none. */
export async function incidentNow(daemon: Daemon, kind?: IncidentKind): Promise<Incident | undefined> {
  for (const end = performance.now() + ROUND_MS; performance.now() < end; await delay(POLL_MS)) {
    const incident = (await incidentsOf(daemon)).find((each) => kind === undefined || each.kind === kind)
    if (incident !== undefined) return incident
  }
  return undefined
}

/**
 * Lets questions through a few at a time, and holds the next ones back while veild may still be about to notice; from then on
 * everything passes. Gives what was noticed so far, an incident of that kind or of any.
 */
export function holdUntilNoticed(stage: Stage, mostQuestions: number, kind?: IncidentKind): () => Noticed | undefined {
  let noticed: Noticed | undefined
  let passed = 0
  let looking: Promise<void> = Promise.resolve()
  const count = stage.relay.asked
  stage.relay.asked = async (query) => {
    await count(query)
    await looking
    passed++
    if (noticed !== undefined || passed > mostQuestions || passed % STEP !== 0) return
    const questions = passed
    // This question passes; whoever comes behind it waits.
    looking = incidentNow(stage.daemon, kind).then((incident) => {
      if (incident !== undefined) noticed = { incident, questions }
    })
  }
  return () => noticed
}
