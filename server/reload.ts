import { formatProblem, isError } from '../zones/file-problem.ts'
import { changedSettings } from './changed-settings.ts'
import type { Configuration } from './configuration/types.ts'
import type { FailedZone, ReloadReport } from './control/protocol.ts'
import { arenasOf } from './generation.ts'
import { offlineConflicts } from './keys/offline-configuration.ts'
import type { LoadedZone, LoadedZones } from './loading/load-zones.ts'
import { logZoneProblems } from './loading/zone-problems.ts'
import { openWhereNeeded } from './needs-vault.ts'
import { bootstrapsFor, keySetsFor, publish } from './publish.ts'
import type { RunningServer } from './running-server.ts'
import { signingChanges } from './signing-changes.ts'

/**
 * Reads configuration and zones anew and publishes them as one generation. Where the configuration is wrong, or changes
 * what only a restart can change, nothing takes effect. A zone with an error stays as it was; but where the views have
 * changed too, that would show what was meant for one set of clients to another, so then nothing takes effect either.
 */
export async function reload(server: RunningServer): Promise<ReloadReport> {
  const begin = performance.now()
  const reading = server.invocation.readConfiguration()
  const needRestart = reading.outcome === 'accepted' ? restartSettings(server.configuration, reading.configuration) : []
  const conflicts =
    reading.outcome === 'accepted'
      ? offlineConflicts(reading.configuration, server.store.keys, server.invocation.config ?? '')
      : []
  const problems = reading.outcome === 'accepted' ? [...conflicts, ...reading.warnings] : reading.problems
  const report = (
    outcome: ReloadReport['outcome'],
    failed: FailedZone[],
    changes: Pick<ReloadReport, 'changed' | 'settings' | 'notes'> = NOTHING,
  ): ReloadReport => ({
    outcome,
    at: new Date().toISOString(),
    milliseconds: Math.round(performance.now() - begin),
    epoch: server.descriptor.epoch,
    failed,
    problems,
    needRestart,
    ...changes,
  })
  const isRefused = needRestart.length > 0 || conflicts.length > 0
  if (reading.outcome === 'refused' || isRefused) return logReload(server, report('refused', []))
  const { loaded: previous } = server
  const { configuration } = reading
  await openWhereNeeded(configuration, server.vault, server.store)
  const bootstraps = await bootstrapsFor(server.keyRing, configuration)
  const loaded = await server.loader.load(configuration, previous, bootstraps)
  const failed = failedZones(loaded)
  logZoneProblems(server.log, loaded)
  if (failed.some(({ kept }) => kept) && !hasSameViews(server.configuration, configuration)) {
    discardNew(server, loaded)
    return logReload(server, report('refused', failed))
  }
  const keySets = await keySetsFor(server.keyRing, configuration, loaded).catch((error) => {
    discardNew(server, loaded)
    throw error
  })
  const settings = changedSettings(server.configuration, configuration)
  const isChanged = await publish(server, { configuration, loaded, keySets })
  const outcome = failed.length > 0 ? 'incomplete' : isChanged ? 'reloaded' : 'unchanged'
  const changes = { changed: changedZones(previous, loaded), settings, notes: signingChanges(previous, loaded) }
  return logReload(server, report(outcome, failed, changes))
}

const NOTHING = { changed: [], settings: [], notes: [] } as const

/** Settings that differ and that the processes and sockets of a running server are made of. */
export function restartSettings(running: Configuration, wanted: Configuration): string[] {
  const settings = {
    listen: 'listen',
    user: 'user',
    state: 'state',
    workers: 'workers',
    udp: 'udp',
    rateLimit: 'rate-limit',
    streams: 'tcp',
    sealing: 'sealing',
  } as const
  const differs = (key: keyof typeof settings) => JSON.stringify(running[key]) !== JSON.stringify(wanted[key])
  return (Object.keys(settings) as (keyof typeof settings)[]).filter(differs).map((key) => settings[key])
}

/** The zones whose last load found errors. */
export function failedZones(loaded: LoadedZones): FailedZone[] {
  return loaded.zones
    .filter((zone) => zone.state !== 'loaded')
    .map(({ name, state, problems }) => ({
      zone: name,
      kept: state === 'kept',
      problems: problems.filter(isError),
    }))
}

/** Whether every view goes by the same name to the same clients. */
function hasSameViews(a: Configuration, b: Configuration): boolean {
  return JSON.stringify(a.views) === JSON.stringify(b.views)
}

/** Gives back the arenas of a load that is not to be served. */
function discardNew({ arenas, loaded: served }: RunningServer, loaded: LoadedZones): void {
  const kept = arenasOf(served)
  arenas.discard([...arenasOf(loaded)].filter((arena) => !kept.has(arena)))
}

function changedZones(before: LoadedZones, after: LoadedZones): string[] {
  const contents = (loaded: LoadedZones) => new Map(loaded.zones.map((zone) => [zone.name, contentOf(zone)]))
  const [old, now] = [contents(before), contents(after)]
  return [...new Set([...old.keys(), ...now.keys()])].filter((name) => old.get(name) !== now.get(name)).sort()
}

function contentOf(zone: LoadedZone): string {
  const seen = zone.views.map(({ view, serial, digest }) => `${view} ${serial} ${digest}`)
  return seen.length === 0 ? '' : [JSON.stringify(zone.dnssec), ...seen].join('\n')
}

function logReload(server: RunningServer, report: ReloadReport): ReloadReport {
  const { outcome, milliseconds, epoch, changed, settings, needRestart } = report
  const failed = report.failed.length
  for (const problem of report.problems) {
    const level = isError(problem) ? 'error' : 'warn'
    server.log[level]({ problem }, formatProblem(problem))
  }
  for (const note of report.notes) server.log[note.isRisky ? 'warn' : 'info'](note.text)
  const facts = { epoch, milliseconds, changed: changed.length, failed, ...(settings.length > 0 && { settings }) }
  if (needRestart.length > 0) {
    server.log.error({ needRestart }, 'reload refused: these settings need a restart, so nothing was changed')
  } else if (outcome === 'refused' && failed > 0) {
    const why = 'the views have changed, and a zone with errors cannot stay as it was for them'
    server.log.error(facts, `reload refused: ${why}, so nothing was changed`)
  } else if (outcome === 'refused') {
    server.log.error('reload refused: the configuration has errors, so nothing was changed')
  } else if (outcome === 'incomplete') {
    server.log.warn(facts, 'reloaded, except for zones with errors')
  } else {
    server.log.info(facts, outcome === 'reloaded' || settings.length > 0 ? 'reloaded' : 'reloaded, nothing has changed')
  }
  return report
}
