import { z } from 'zod'
import { jsonOf } from '../facts/json.ts'
import type { Observation } from '../probes/probe.ts'
import { FOUND_SCHEMAS } from './found-schemas.ts'

/** Lines that are read of a file of observations, from its end: what is older is old enough to be tried again. */
const MOST_OBSERVATIONS = 5_000
/** Octets of one line: all ports of an address in one. */
const MOST_OCTETS_OF_LINE = 1024 * 1024
/** A clock may be a little ahead; what lies further ahead would count as fresh for ever. */
const MOST_SECONDS_AHEAD = 300

const lineSchema = z.strictObject({
  probe: z.string().max(64),
  target: z.string().min(1).max(1024),
  at: z.number().int().min(0),
  from: z.string().max(64).optional(),
  found: z.unknown(),
})

export interface ReadObservations {
  /** Newest first. */
  readonly observations: readonly Observation<unknown>[]
  /** Lines that are none, or of a probe that there is not, or from the future. */
  readonly passedOver: number
}

/** Reads JSON lines; whatever does not fit is passed over and counted. `now`: Unix seconds. */
export function readObservationLines(text: string, now: number): ReadObservations {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const observations: Observation<unknown>[] = []
  let passedOver = Math.max(0, lines.length - MOST_OBSERVATIONS)
  for (const line of lines.slice(-MOST_OBSERVATIONS)) {
    const read = line.length > MOST_OCTETS_OF_LINE ? undefined : readLine(line)
    if (read === undefined || read.at > now + MOST_SECONDS_AHEAD) passedOver++
    else observations.push(read)
  }
  return { observations: observations.sort((one, other) => other.at - one.at), passedOver }
}

/** The observation as a line, with its end. */
export function observationLine(observation: Observation<unknown>): string {
  return `${JSON.stringify(observation)}\n`
}

function readLine(line: string): Observation<unknown> | undefined {
  const parsed = lineSchema.safeParse(jsonOf(line))
  if (!parsed.success) return undefined
  const found = FOUND_SCHEMAS.get(parsed.data.probe)?.safeParse(parsed.data.found)
  return found?.success ? ({ ...parsed.data, found: found.data } as Observation<unknown>) : undefined
}
