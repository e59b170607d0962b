/*
 * Who is told how long the signatures of offline keys last.
 */
import type { SupplyLevel } from '../../keys/bundle/bundle-supply.ts'
import type { RunningServer } from '../running-server.ts'
import { unixSeconds } from '../unix-seconds.ts'
import type { SupplyReport } from './bundle-protocol.ts'
import type { SignedZone } from './ring-state.ts'
import { zonesNamed } from './rollover-steps.ts'
import { reportSupply, supplyAlarm } from './supply-report.ts'

/** The supply of a zone of a running server; undefined: all its keys are here, or it has none. */
export function supplyOfZone(
  { store, keyRing }: RunningServer,
  { zone, signing }: SignedZone,
): SupplyReport | undefined {
  const set = store.keys.get(zone.name)
  return set && reportSupply({ set, signing, supply: keyRing.supply(zone.name), nowSeconds: unixSeconds() })
}

/** The alarms of all zones. */
export function supplyAlarms(server: RunningServer): string[] {
  return zonesNamed(server, new Set(server.keyRing.offlineZones())).flatMap((zone) => {
    const report = supplyOfZone(server, zone)
    return (report && supplyAlarm(zone.zone.name, report)) ?? []
  })
}

const ROUND_MS = 60_000
/** How often the same is said again, in seconds. */
const REMINDERS: Readonly<Record<SupplyLevel, number>> = {
  full: Number.POSITIVE_INFINITY,
  half: 7 * 86_400,
  low: 86_400,
  out: 600,
}

/** Says in the log when supplies run low, and again as long as they are, until the process ends. */
export function watchSupplies(server: RunningServer): void {
  const told = new Map<string, Told>()
  const round = (): void => {
    try {
      tellSupplies(server, told)
    } catch (error) {
      server.log.error({ err: error }, 'it could not be seen how long the signatures of offline keys last')
    }
    setTimeout(round, ROUND_MS).unref()
  }
  round()
}

/** What the log was told of a zone, and when, Unix seconds. */
interface Told {
  readonly level: SupplyLevel
  readonly at: number
}

/** Says what is new, or due again; `told` is what was said before, by zone. */
export function tellSupplies(server: RunningServer, told: Map<string, Told>): void {
  const now = unixSeconds()
  for (const zone of zonesNamed(server, new Set(server.keyRing.offlineZones()))) {
    const { name } = zone.zone
    const report = supplyOfZone(server, zone)
    const text = report && supplyAlarm(name, report)
    const before = told.get(name)
    if (report === undefined || text === undefined) {
      told.delete(name)
      continue
    }
    const { level } = report
    if (before?.level === level && now - before.at < REMINDERS[level]) continue
    told.set(name, { level, at: now })
    server.log[LOG_LEVELS[level]]({ zone: name, until: report.until }, text)
  }
}

const LOG_LEVELS = { full: 'info', half: 'warn', low: 'error', out: 'fatal' } as const
