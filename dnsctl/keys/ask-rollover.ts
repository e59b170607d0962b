import { Failure } from '../../console/failure.ts'
import type { RolloverCommands, RolloverReport } from '../../server/keys/rollover-protocol.ts'
import { shortName } from '../configuration.ts'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { askServer } from '../running-server.ts'

/** Steps are flushed, published, acknowledged and verified before the server replies. */
const PATIENCE_MS = 120_000

/** Sends a command about rollovers to the running server. */
export async function askRollover<Name extends keyof RolloverCommands>(
  context: Context,
  name: Name,
  args: RolloverCommands[Name]['arguments'],
): Promise<RolloverCommands[Name]['result']> {
  return askServer(context, name, args, PATIENCE_MS)
}

/** The rollovers of all zones that are signed here, or of one. */
export async function listRollovers(context: Context, zone: string | undefined): Promise<readonly RolloverReport[]> {
  if (zone !== undefined) return [await findRollover(context, zone)]
  return askRollover(context, 'rollovers', {})
}

/** The rollover of a zone, however its name is written. */
export async function findRollover(context: Context, name: string): Promise<RolloverReport> {
  const zone = absoluteName(name)
  const report = (await askRollover(context, 'rollovers', { zone })).find((each) => each.zone === zone)
  if (report !== undefined) return report
  throw noKeys(zone)
}

/** That there are no keys of a zone, canonical text. */
export function noKeys(zone: string): Failure {
  return new Failure({
    exitCode: ExitCode.Refused,
    what: `Veil has no keys of ${shortName(zone)}`,
    why: 'It makes them when it first serves the zone, unless the zone has `dnssec: off` or is presigned.',
    next: '`dnsctl zone list` shows how zones are signed; `dnsctl key list` shows all keys',
  })
}

/** A zone’s name as the control channel takes it. */
export function absoluteName(name: string): string {
  return name.toLowerCase().replace(/\.?$/, '.')
}

/** A key tag as typed, or the end of the command. */
export function readKeyTag(text: string): number {
  const tag = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (tag <= 0xffff) return tag
  throw new Failure({
    exitCode: ExitCode.Usage,
    what: `"${text}" is no key tag`,
    why: 'Key tags are numbers from 0 to 65535.',
    next: '`dnsctl key list` shows those of each zone',
  })
}
