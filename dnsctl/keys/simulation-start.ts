import { Failure } from '../../console/failure.ts'
import { simulate } from '../../keys/rollover/simulate.ts'
import type { RolloverSituation } from '../../keys/rollover/step.ts'
import { KEY_TTL } from '../../server/configuration/keys.ts'
import type { SigningConfiguration } from '../../server/configuration/types.ts'
import { findZone, openValidConfiguration, shortName } from '../configuration.ts'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { askServerIfRunning } from '../running-server.ts'
import { listZoneKeys } from '../zone-keys.ts'
import { absoluteName, findRollover } from './ask-rollover.ts'
import { longestRoll, situationOf } from './foresee.ts'

/** Where a simulation begins, and who told of that. */
export interface SimulationStart {
  /** `configuration`: the zone has no keys yet, and the simulation begins where it was signed for long. */
  readonly source: 'server' | 'store' | 'configuration'
  /** Canonical text. */
  readonly zone: string
  readonly situation: RolloverSituation
}

/** The zone’s keys as they are, with the policy that holds: of the running server, else of configuration and store. */
export async function simulationStart(context: Context, name: string, now: number): Promise<SimulationStart> {
  const status = await askServerIfRunning(context, 'status', {})
  if (status !== undefined) {
    const report = await findRollover(context, name)
    return { source: 'server', zone: report.zone, situation: situationOf(report, now) }
  }
  const { name: zone, dnssec } = findZone(await openValidConfiguration(context), absoluteName(name))
  if (dnssec.kind !== 'signed') throw notSigned(zone)
  const stored = (await listZoneKeys(context)).zones.find((each) => each.zone === zone)
  const bare = configured(dnssec, now)
  if (stored !== undefined) return { source: 'store', zone, situation: { ...bare, keys: stored.keys } }
  return { source: 'configuration', zone, situation: settled(bare) }
}

function configured({ keys: policy, algorithms, policy: times }: SigningConfiguration, now: number): RolloverSituation {
  const keyTtl = Math.min(KEY_TTL, times.maxTtl)
  return { keys: [], policy, algorithms, ...times, keyTtl, goal: 'secure', isPaused: false, now }
}

/** Keys that were made long ago, their DS at the parent. */
function settled(situation: RolloverSituation): RolloverSituation {
  const start = { ...situation, now: situation.now - longestRoll(situation) }
  const moments = simulate({ start, events: [], parentDelay: 1, until: situation.now })
  const keys = (moments.find(({ waits }) => waits.length === 0) ?? moments.at(-1)!).keys
  // Their lives begin now, so that no roll is due at once; they need tags and ids that no simulation gives.
  const named = keys.map((key, index) => ({ ...key, id: `imagined-${index}`, keyTag: FIRST_TAG + index }))
  return { ...situation, keys: named.map((key) => ({ ...key, dutySince: situation.now })) }
}

/** Tags of keys that nobody has made. */
const FIRST_TAG = 10_001

function notSigned(zone: string): Failure {
  return new Failure({
    exitCode: ExitCode.Refused,
    what: `${shortName(zone)} is not signed here`,
    why: 'It has `dnssec: off`, or is presigned: its keys are none of Veil’s.',
    next: '`dnsctl zone list` shows how zones are signed',
  })
}
