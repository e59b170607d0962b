import { formatConfigurationProblem } from './configuration/problems.ts'
import type { Configuration } from './configuration/types.ts'
import type { FailedZone, ReloadReport } from './control/protocol.ts'
import type { GenerationDescriptor } from './generation.ts'
import type { LoadedZones, ZoneReport } from './load-zones.ts'
import { describeGeneration, type RunningServer } from './running-server.ts'
import { logZoneProblems } from './zone-problems.ts'

/**
 * One reload at a time. Whoever asks while one runs gets the next one, together with all others who asked meanwhile:
 * what they changed may have been read already by the one that runs.
 */
export function coalesce<Result>(run: () => Promise<Result>): () => Promise<Result> {
  let running: Promise<Result> | undefined
  let next: Promise<Result> | undefined
  const begin = (): Promise<Result> => {
    next = undefined
    running = run().finally(() => {
      if (next === undefined) running = undefined
    })
    return running
  }
  return () => {
    if (running === undefined) return begin()
    next ??= running.then(begin, begin)
    return next
  }
}

/**
 * Reads configuration and zones anew and publishes them as one generation. Where the configuration is wrong, or changes
 * what only a restart can change, nothing takes effect. A zone with an error stays as it was.
 */
export async function reload(server: RunningServer): Promise<ReloadReport> {
  const begin = performance.now()
  const reading = server.invocation.readConfiguration()
  const needRestart = reading.outcome === 'accepted' ? restartSettings(server.configuration, reading.configuration) : []
  const problems = reading.outcome === 'accepted' ? reading.warnings : reading.problems
  const report = (outcome: ReloadReport['outcome'], changed: string[], failed: FailedZone[]): ReloadReport => ({
    outcome,
    at: new Date().toISOString(),
    milliseconds: Math.round(performance.now() - begin),
    epoch: server.descriptor.epoch,
    changed,
    failed,
    problems,
    needRestart,
  })
  if (reading.outcome === 'refused' || needRestart.length > 0) return logReload(server, report('refused', [], []))
  const { secret, loaded: previous } = server
  const loaded = await server.loader.load(reading.configuration, previous)
  const descriptor = describeGeneration(server.descriptor.epoch + 1, reading.configuration, loaded, secret)
  const isChanged = !isSameGeneration(server.descriptor, descriptor)
  if (isChanged) await server.pool.publish(descriptor)
  server.configuration = reading.configuration
  server.loaded = loaded
  if (isChanged) server.descriptor = descriptor
  const failed = failedZones(loaded)
  const outcome = failed.length > 0 ? 'incomplete' : isChanged ? 'reloaded' : 'unchanged'
  logZoneProblems(server.log, loaded)
  return logReload(server, report(outcome, changedZones(previous, loaded), failed))
}

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
      problems: problems.filter(({ severity }) => severity === 'error'),
    }))
}

function isSameGeneration(a: GenerationDescriptor, b: GenerationDescriptor): boolean {
  const content = (descriptor: GenerationDescriptor) => JSON.stringify({ ...descriptor, epoch: 0 })
  return content(a) === content(b)
}

function changedZones(before: LoadedZones, after: LoadedZones): string[] {
  const contents = (loaded: LoadedZones) => new Map(loaded.zones.map((zone) => [zone.name, contentOf(zone)]))
  const [old, now] = [contents(before), contents(after)]
  return [...new Set([...old.keys(), ...now.keys()])].filter((name) => old.get(name) !== now.get(name)).sort()
}

function contentOf(zone: ZoneReport): string {
  return zone.views.map(({ view, serial, digest }) => `${view} ${serial} ${digest}`).join('\n')
}

function logReload(server: RunningServer, report: ReloadReport): ReloadReport {
  const { outcome, milliseconds, epoch, changed, failed, needRestart } = report
  for (const problem of report.problems) {
    const level = problem.severity === 'error' ? 'error' : 'warn'
    server.log[level]({ problem }, formatConfigurationProblem(problem))
  }
  const facts = { epoch, milliseconds, changed: changed.length, failed: failed.length }
  if (needRestart.length > 0) {
    server.log.error({ needRestart }, 'reload refused: these settings need a restart, so nothing was changed')
  } else if (outcome === 'refused') {
    server.log.error('reload refused: the configuration has errors, so nothing was changed')
  } else if (outcome === 'incomplete') {
    server.log.warn(facts, 'reloaded, except for zones with errors')
  } else {
    server.log.info(facts, outcome === 'reloaded' ? 'reloaded' : 'reloaded, nothing has changed')
  }
  return report
}
