import type { Logger } from 'pino'
import { formatProblem, isError } from '../../zones/file-problem.ts'
import type { LoadedZone, LoadedZones } from './load-zones.ts'

/** Problems of one zone and severity that are logged; `dnsctl zone check` shows all. */
const LOGGED_PROBLEMS = 20

/** Logs what a load found: each zone that could not be loaded with what is wrong, then the warnings of the others. */
export function logZoneProblems(log: Logger, loaded: LoadedZones): void {
  for (const zone of loaded.zones) {
    const errors = zone.problems.filter(isError)
    const warnings = zone.problems.filter((problem) => !isError(problem))
    if (zone.state !== 'loaded') log.error({ zone: zone.name }, failureOf(zone))
    for (const problem of errors.slice(0, LOGGED_PROBLEMS)) {
      log.error({ zone: zone.name, problem }, formatProblem(problem))
    }
    for (const problem of warnings.slice(0, LOGGED_PROBLEMS)) {
      log.warn({ zone: zone.name, problem }, formatProblem(problem))
    }
    const left = Math.max(0, errors.length - LOGGED_PROBLEMS) + Math.max(0, warnings.length - LOGGED_PROBLEMS)
    if (left > 0) log.warn({ zone: zone.name, left }, 'more problems: see dnsctl zone check')
  }
}

/** All errors of all zones, one line each. */
export function listZoneErrors(loaded: LoadedZones): string[] {
  return loaded.zones.flatMap((zone) => zone.problems.filter(isError).map(formatProblem))
}

function failureOf(zone: LoadedZone): string {
  return zone.state === 'kept' ? 'the zone has errors and stays as it was' : 'the zone has errors and is not served'
}
