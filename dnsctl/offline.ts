import type { ViewsAndLeaks } from '../server/configuration/leaks.ts'
import type { Configuration, ZoneConfiguration } from '../server/configuration/types.ts'
import { hasErrors } from '../zones/file-problem.ts'
import { openValidConfiguration, shortName } from './configuration.ts'
import type { Context } from './context.ts'
import { ExitCode } from './exit-code.ts'
import { Failure } from './failure.ts'
import type { OfflineZone, ReadFile } from './offline-zones.ts'

/** Reads zones from their files as `readOffline` of offline-zones.ts does; what that needs is loaded now, not at the start. */
export async function readZones(
  configuration: ViewsAndLeaks,
  zones: readonly ZoneConfiguration[],
  readFile?: ReadFile,
): Promise<OfflineZone[]> {
  const { readOffline } = await import('./offline-zones.ts')
  return readOffline(configuration, zones, readFile)
}

/** The configuration and zones of it, for commands that need them without errors. */
export async function openZones(
  context: Context,
  choose: (configuration: Configuration) => readonly ZoneConfiguration[] = ({ zones }) => zones,
): Promise<{ configuration: Configuration; zones: OfflineZone[] }> {
  const configuration = await openValidConfiguration(context)
  const zones = await readZones(configuration, choose(configuration))
  const failed = zones.filter((zone) => hasErrors(zone.problems)).map(({ zone }) => shortName(zone.name))
  if (failed.length === 0) return { configuration, zones }
  throw new Failure({
    exitCode: ExitCode.Refused,
    what: `${failed.join(', ')} ${failed.length === 1 ? 'has' : 'have'} errors`,
    next: `\`dnsctl zone check ${failed.join(' ')}\``,
  })
}
