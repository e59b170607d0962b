import { Failure, reasonOf } from '../console/failure.ts'
import type { ZoneKeys } from '../server/control/protocol.ts'
import { groupKeys, type SignedZones, zonesSigned } from '../server/keys/zone-keys.ts'
import { StartError } from '../server/state/state-folder.ts'
import { openConfiguration, shortName } from './configuration.ts'
import type { Context } from './context.ts'
import { ExitCode } from './exit-code.ts'
import { findConfiguration, findState } from './place.ts'
import { askServerIfRunning } from './running-server.ts'
import { startFailure } from './start-failure.ts'

/** Keys, and who told of them. */
export interface ToldKeys {
  readonly source: 'server' | 'store'
  readonly zones: readonly ZoneKeys[]
}

/** The keys of all zones, from the running server; where none runs, from the store in its state folder. */
export async function listZoneKeys(context: Context): Promise<ToldKeys> {
  // Somebody who names a state folder may well have no configuration here.
  const isStoreThere = findConfiguration(context) !== undefined || context.state !== undefined
  const live = await askServerIfRunning(context, 'keys', {}, isStoreThere)
  return live === undefined ? { source: 'store', zones: await readStore(context) } : { source: 'server', zones: live }
}

async function readStore(context: Context): Promise<ZoneKeys[]> {
  const state = await findState(context)
  const { readKeyList } = await import('../server/keys/key-reading.ts')
  const keys = await readKeyList(state).catch((error) => {
    if (error instanceof StartError) throw startFailure(error)
    throw new Failure({
      exitCode: ExitCode.File,
      what: `The store in ${state} cannot be read`,
      why: reasonOf(error),
      next: 'the same command as the account that veild runs as, or with `sudo`',
    })
  })
  return groupKeys(keys ?? [], await signedZones(context))
}

/** What the configuration says of zones; undefined where there is none to ask. */
async function signedZones(context: Context): Promise<SignedZones | undefined> {
  if (findConfiguration(context) === undefined) return undefined
  const { configuration } = await openConfiguration(context)
  if (configuration === undefined) return undefined
  return {
    signed: zonesSigned(configuration.zones, 'signed'),
    presigned: zonesSigned(configuration.zones, 'presigned'),
  }
}

/** The zone of that name among those with keys, or the reason why it is not. */
export function findZoneKeys({ zones }: ToldKeys, name: string): ZoneKeys {
  const wanted = name.toLowerCase().replace(/\.?$/, '.')
  const zone = zones.find((each) => each.zone === wanted)
  if (zone !== undefined) return zone
  throw new Failure({
    exitCode: ExitCode.Refused,
    what: `There are no keys of ${shortName(wanted)}`,
    why: 'veild makes them when it first serves the zone, unless the zone has `dnssec: off`, or is presigned: then ask its signer for the DS.',
    next: '`dnsctl zone list` shows how zones are signed; `dnsctl key list` shows all keys',
  })
}
