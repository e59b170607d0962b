import { Failure } from '../console/failure.ts'
import type { ViewsAndLeaks } from '../server/configuration/leaks.ts'
import type { Configuration, ZoneConfiguration } from '../server/configuration/types.ts'
import type { ReadZoneFile } from '../server/loading/zone-files.ts'
import { hasErrors } from '../zones/file-problem.ts'
import { openValidConfiguration, shortName } from './configuration.ts'
import type { Context } from './context.ts'
import { ExitCode } from './exit-code.ts'
import type { SealedConfiguration } from './offline-vault.ts'
import type { OfflineZone } from './offline-zones.ts'

/**
 * Reads zones from their files as `readOffline` of offline-zones.ts does; what that needs is loaded now, not at the start.
 * Without `readFile`, sealed files are opened, for which somebody may be asked.
 */
export async function readZones(
  context: Context,
  configuration: ViewsAndLeaks & SealedConfiguration,
  zones: readonly ZoneConfiguration[],
  readFile?: ReadZoneFile,
): Promise<OfflineZone[]> {
  const { readOffline } = await import('./offline-zones.ts')
  return readOffline(configuration, zones, readFile ?? (await openReader(context, configuration, zones)))
}

/** What reads the files of these zones, sealed ones too. */
export async function openReader(
  context: Context,
  configuration: SealedConfiguration,
  zones: readonly ZoneConfiguration[],
): Promise<ReadZoneFile> {
  const { readerFor } = await import('./offline-vault.ts')
  return readerFor(context, configuration, zones)
}

/** The configuration, zones of it, and what reads their files, for commands that need them without errors. */
export async function openZones(
  context: Context,
  choose: (configuration: Configuration) => readonly ZoneConfiguration[] = ({ zones }) => zones,
): Promise<{ configuration: Configuration; zones: OfflineZone[]; readFile: ReadZoneFile }> {
  const configuration = await openValidConfiguration(context)
  // Signalling records may come from any zone of the configuration.
  const readFile = await openReader(context, configuration, configuration.zones)
  const zones = await readZones(context, configuration, choose(configuration), readFile)
  const failed = zones.filter((zone) => hasErrors(zone.problems)).map(({ zone }) => shortName(zone.name))
  if (failed.length === 0) return { configuration, zones, readFile }
  throw new Failure({
    exitCode: ExitCode.Refused,
    what: `${failed.join(', ')} ${failed.length === 1 ? 'has' : 'have'} errors`,
    next: `\`dnsctl zone check ${failed.join(' ')}\``,
  })
}
