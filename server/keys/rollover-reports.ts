import { setImmediate as nextTurn } from 'node:timers/promises'
import { algorithmOf } from '../../keys/algorithms.ts'
import type { BundleSupply } from '../../keys/bundle/bundle-supply.ts'
import { checkHistory, type KeyHistory } from '../../keys/key-history.ts'
import type { StoredKey, StoredKeySet } from '../../keys/key-store.ts'
import { keyChanges, upcomingChanges } from '../../keys/rollover/key-changes.ts'
import type { KeyRecord, RecordState, RolloverKey } from '../../keys/rollover/key-state.ts'
import { nextStep } from '../../keys/rollover/next-step.ts'
import type { SigningConfiguration } from '../configuration/types.ts'
import type { RunningServer } from '../running-server.ts'
import { type SuppliedZone, signedSteps } from './bundle-coverage.ts'
import type { SignedZone } from './ring-state.ts'
import { clockAlarmOf, reportClock } from './rollover-clock.ts'
import type { ClockReport, ParentReport, ReportedKey, RolloverReport } from './rollover-protocol.ts'
import { zonesNamed } from './rollover-steps.ts'
import { NO_SUPPLY, reportSupply, supplyAlarm } from './supply-report.ts'
import { type KeySetPlan, situationOf } from './zone-rollover.ts'

/** What a report says that the key set does not. */
export interface ReportCircumstances {
  readonly nowSeconds: number
  readonly parent: ParentReport
  readonly alarms: readonly string[]
  /** Why the keys cannot be gone on with, as was found when that was tried last. */
  readonly unplanned?: string | undefined
  readonly clock?: ClockReport
  /** What offline keys of the zone have signed; undefined: nothing. */
  readonly supply?: BundleSupply
}

/** The rollover of a zone as it stands. */
export function reportRollover(
  set: StoredKeySet,
  signing: SigningConfiguration,
  { nowSeconds, parent, alarms, unplanned, clock, supply = NO_SUPPLY }: ReportCircumstances,
): RolloverReport {
  const supplied = { set, signing, supply, nowSeconds: clock?.wallSeconds ?? nowSeconds }
  const { maxTtl, validity, keyTtl, policy } = situationOf(set, signing, nowSeconds)
  const { fault, ...prospect } = prospectOf(supplied, nowSeconds, clock !== undefined)
  const supplyReport = reportSupply(supplied)
  const supplyFault = supplyReport && supplyAlarm(set.zone, supplyReport)
  return {
    ...{ zone: set.zone, epoch: set.epoch, goal: set.goal, isPaused: set.isPaused },
    ...{ policy, times: { maxTtl, validity, keyTtl } },
    keys: set.keys.map(reportKey),
    ...prospect,
    parent,
    ...(clock && { clock }),
    ...(supplyReport && { supply: supplyReport }),
    alarms: [
      ...failureAlarm(set),
      ...alarms,
      ...[unplanned ?? fault ?? []].flat(),
      ...(parent.alarms ?? []),
      ...(supplyFault === undefined ? [] : [supplyFault]),
    ],
  }
}

type Prospect = Pick<RolloverReport, 'transitions' | 'waits' | 'changes' | 'upcoming'> & { readonly fault?: string }

/** What is to come; nothing but the fault where that cannot be decided: other zones are reported all the same. */
function prospectOf(supplied: SuppliedZone, nowSeconds: number, isClockHeld: boolean): Prospect {
  const { set, signing } = supplied
  try {
    const signed = { ...signedSteps(supplied), ...(isClockHeld && ({ isClockHeld } as const)) }
    const situation = { ...situationOf(set, signing, nowSeconds), ...signed }
    // What a manual policy holds back is what `dnsctl key step` would do.
    const { transitions } = nextStep({ ...situationOf(set, signing, nowSeconds, true), ...signed })
    return {
      transitions,
      // What would be waited for after a step that is still to be taken is not waited for yet.
      waits: nextStep(situation).waits.filter(({ key, record, from }) => stateIn(set.keys, key, record) === from),
      changes: keyChanges(situation),
      upcoming: upcomingChanges(situation),
    }
  } catch (error) {
    const fault = `what comes next cannot be worked out: ${(error as Error).message.replace(/\.$/, '')}`
    return { transitions: [], waits: [], changes: [], upcoming: [], fault }
  }
}

function stateIn(keys: readonly RolloverKey[], id: string, record: KeyRecord): RecordState {
  return keys.find((key) => key.id === id)?.records[record]?.state ?? 'hidden'
}

/** The rollover as it would be after a plan, and what that does; undefined: nothing would change. */
export function reportPlan(
  plan: KeySetPlan | undefined,
  set: StoredKeySet,
  signing: SigningConfiguration,
  circumstances: ReportCircumstances,
): RolloverReport {
  const report = reportRollover(plan?.set ?? set, signing, circumstances)
  return plan === undefined
    ? report
    : { ...report, transitions: plan.entry?.transitions ?? [], changes: plan.entry?.changes ?? [] }
}

/** The rollover of a zone of a running server. */
export function reportZone(server: RunningServer, zone: SignedZone): RolloverReport {
  return reportIn(server, zone, circumstancesOf(server, zone.zone.name))
}

function reportIn(
  server: RunningServer,
  { zone: { name }, signing }: SignedZone,
  circumstances: ReportCircumstances,
): RolloverReport {
  return reportRollover(server.store.keys.get(name)!, signing, circumstances)
}

/**
 * The rollovers of all zones that are signed here, or of those named. A history is checked anew where its zone was named; to read
 * those of thousands of zones takes seconds, and each is when its keys are looked at, once an hour at least.
 */
export async function reportRollovers(server: RunningServer, names?: ReadonlySet<string>): Promise<RolloverReport[]> {
  const all = names ?? new Set(server.descriptor.keySets.map(({ zone }) => zone))
  const reports: RolloverReport[] = []
  for (const zone of zonesNamed(server, all)) {
    reports.push(reportIn(server, zone, circumstancesOf(server, zone.zone.name, names !== undefined)))
    // Thousands of them take a while, and nobody else is to wait for that.
    await nextTurn()
  }
  return reports
}

/** What is reported beside the key set of a zone; `isCheckedAnew`: its history, too, as it is now. */
export function circumstancesOf(server: RunningServer, zone: string, isCheckedAnew = true): ReportCircumstances {
  const { rollovers, store, keyRing } = server
  const clock = reportClock(server)
  const isChecked = isCheckedAnew || !rollovers.due.has(zone)
  return {
    nowSeconds: clock.believedSeconds,
    ...(clock.hold && { clock }),
    supply: keyRing.supply(zone),
    parent: rollovers.parents.get(zone) ?? NOBODY_LOOKED,
    unplanned: rollovers.unplanned.get(zone),
    alarms: [
      ...clockAlarmOf(server),
      ...(rollovers.faults.get(zone) ?? []),
      ...(isChecked ? historyAlarm(zone, store.keys.history(zone)) : (rollovers.histories.get(zone) ?? [])),
    ],
  }
}

/** What is wrong with rollovers, a sentence each, for `dnsctl status`: as it was found when each zone was last looked at. */
export function rolloverAlarms({ rollovers }: Pick<RunningServer, 'rollovers'>): string[] {
  const parents = [...rollovers.parents].map(([zone, { alarms = [] }]) => [zone, alarms] as const)
  const unplanned = [...rollovers.unplanned].map(([zone, what]) => [zone, [what]] as const)
  const { failures, histories, faults } = rollovers
  return [...failures, ...histories, ...faults, ...unplanned, ...parents].flatMap(([zone, alarms]) =>
    alarms.map((what) => `${zone}: ${what}`),
  )
}

/** An alarm where a step has failed, and nothing goes on. */
export function failureAlarm({ zone, failure }: Pick<StoredKeySet, 'zone' | 'failure'>): string[] {
  return failure === undefined ? [] : [`${failure.what}; \`dnsctl key resume ${zone}\` tries again`]
}

/** An alarm where the history does not hold. */
export function historyAlarm(zone: string, history: KeyHistory): string[] {
  const fault = checkHistory(zone, history)
  return fault === undefined ? [] : [fault]
}

/** Before the first look, and where nobody looks. */
const NOBODY_LOOKED: ParentReport = { mode: 'off', servers: [] }

function reportKey({ dnskey: _, sealed, ...key }: StoredKey): ReportedKey {
  return { ...key, mnemonic: algorithmOf(key.algorithm).mnemonic, isPrivate: sealed !== undefined }
}
