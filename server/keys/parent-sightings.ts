import type { SignedAnswers, StoredKey, StoredKeySet } from '../../keys/key-store.ts'
import { believedAt } from '../../keys/rollover/believed-time.ts'
import type { RunningServer } from '../running-server.ts'
import { nameOf } from './change-summary.ts'
import { foreignDsAlarm, lateDsAlarm, wrongDigestAlarm } from './foreign-ds.ts'
import type { MeasuredTtl } from './measured-ttl.ts'
import type { ParentReport } from './rollover-protocol.ts'
import { stepZones, zonesNamed } from './rollover-steps.ts'
import { lookAgain } from './rollover-timer.ts'
import { noteSightings } from './sighted-ds.ts'
import { checkSteps } from './step-checks.ts'
import type { KeyWish } from './zone-rollover.ts'

/** What a look at the parent of a zone found; what is reported of it, and what may be relied on. */
export interface ParentObservation extends ParentReport {
  /**
   * Undefined: not every address of every server of the parent was heard, or what they said cannot be relied on; then no
   * step follows from it.
   */
  readonly whole?: WholeSighting
  /** The largest TTL of the DS RRset that is known of, to be kept beyond the process; undefined: none was ever seen. */
  readonly measured?: MeasuredTtl
  /** What the store is to know of the times at which the parent signed; undefined: nothing new. */
  readonly signed?: SignedAnswers
}

/** The DS RRsets of all addresses of all servers of the parent, validated where a trust anchor is configured. */
export interface WholeSighting {
  /** Unix seconds: when the last of them had answered. */
  readonly at: number
  /** Seconds: the largest TTL that any of them gave, now or at an earlier look; that of the denial where there is no DS. */
  readonly ttl: number
  /** RDATA of the DS records that every one of them has. */
  readonly everywhere: readonly Uint8Array[]
  /** RDATA of those that at least one of them has: others are gone. */
  readonly anywhere: readonly Uint8Array[]
  /** Ids of keys of whose DS some of them said what is older than what is known: of these nothing is news. */
  readonly outdated?: readonly string[]
}

/** Who looks at parents, as the rollovers see it. */
export interface ParentWatch {
  /** Looks at the parent of the zone now, and resolves once `noteParent` was told of it. */
  look(zone: string): Promise<void>
  /** Hears that the CDS of the zone has changed, is served everywhere, and that the parent is waited for. */
  expect(zone: string): void
  /** Looks around for zones that are new, gone, or looked at otherwise: after a reload. */
  follow(): void
  stop(): void
}

/**
 * Tells the rollover of a zone, canonical text, what was seen at its parent. Resolves once the steps that follow are on
 * disk and served; does nothing for a zone that is not signed here any more.
 */
export async function noteParent(server: RunningServer, zone: string, seen: ParentObservation): Promise<void> {
  const observation = withDsAlarm(seen, alarmOfDs(zone, seen, server.store.keys.get(zone)))
  tellAlarms(server, zone, observation)
  server.rollovers.parents.set(zone, observation)
  const [signed] = zonesNamed(server, new Set([zone]))
  if (signed === undefined) return
  const { whole, measured } = inBelievedTime(server, observation)
  const set = server.store.keys.get(zone)!
  const edit = (current: StoredKeySet): StoredKeySet => ({
    ...(whole === undefined ? current : noteSightings(current, whole, signed.signing)),
    ...(measured && { parentTtl: measured }),
    ...(observation.signed && { parentSigned: observation.signed }),
  })
  const noted = edit(set)
  const changed = noted.keys.filter((key, at) => JSON.stringify(dsOf(key)) !== JSON.stringify(dsOf(set.keys[at]!)))
  if (changed.length === 0 && memoryOf(noted) === memoryOf(set)) return
  const lead = `the parent was seen to have changed the DS of ${changed.map(nameOf).join(', ')}`
  const wish: KeyWish = { by: 'parent', ...(changed.length > 0 && { lead }), edit }
  const steps = await server.inTurn(() => stepZones(server, new Set([zone]), wish))
  await checkSteps(server, steps)
  lookAgain(server, [zone])
}

function alarmOfDs(zone: string, seen: ParentObservation, set: StoredKeySet | undefined): string | undefined {
  return (set && lateDsAlarm(set, seen)) ?? wrongDigestAlarm(zone, seen) ?? foreignDsAlarm(zone, seen)
}

function withDsAlarm(seen: ParentObservation, alarm: string | undefined): ParentObservation {
  return alarm === undefined ? seen : { ...seen, alarms: [...(seen.alarms ?? []), alarm] }
}

/** Says in the log, and to whoever is told of alarms, what was not said at the last look. */
function tellAlarms({ rollovers, log, bans }: RunningServer, zone: string, { alarms = [] }: ParentObservation): void {
  const before = rollovers.parents.get(zone)?.alarms ?? []
  for (const alarm of alarms.filter((text) => !before.includes(text))) {
    log.error({ zone }, `${zone}: ${alarm}`)
    const next = `dnsctl key explain ${zone}`
    bans.tell({ kind: 'parent-lags', at: Date.now(), text: `${zone}: ${alarm}.`, next, facts: { zone } })
  }
}

/**
 * What may be relied on, with its time as rollovers count it. Of what was seen before the clock was set nobody can tell how long
 * ago that was: it is looked at again. Nor does a TTL of before count less while the clock is not to be trusted.
 */
function inBelievedTime({ clock }: RunningServer, { whole, measured }: ParentObservation) {
  const time = clock.time()
  const at = whole && believedAt(time, whole.at)
  return {
    whole: at === undefined ? undefined : { ...whole!, at },
    measured: time.hold === undefined ? measured : undefined,
  }
}

/** Text that is equal where the same is remembered of the parent. */
function memoryOf({ parentTtl, parentSigned }: StoredKeySet): string {
  return JSON.stringify([parentTtl, parentSigned])
}

function dsOf({ records }: StoredKey): unknown {
  return records.ds
}
