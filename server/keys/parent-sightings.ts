import type { StoredKey } from '../../keys/key-store.ts'
import type { RunningServer } from '../running-server.ts'
import { nameOf } from './change-summary.ts'
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
export async function noteParent(server: RunningServer, zone: string, observation: ParentObservation): Promise<void> {
  server.rollovers.parents.set(zone, observation)
  const { whole } = observation
  const [signed] = zonesNamed(server, new Set([zone]))
  if (whole === undefined || signed === undefined) return
  const { signing } = signed
  const set = server.store.keys.get(zone)!
  const noted = noteSightings(set, whole, signing)
  if (JSON.stringify(noted.keys.map(dsOf)) === JSON.stringify(set.keys.map(dsOf))) return
  const changed = noted.keys.filter((key, at) => JSON.stringify(dsOf(key)) !== JSON.stringify(dsOf(set.keys[at]!)))
  const lead = `the parent was seen to have changed the DS of ${changed.map(nameOf).join(', ')}`
  const wish: KeyWish = { by: 'parent', lead, edit: (current) => noteSightings(current, whole, signing) }
  const steps = await server.inTurn(() => stepZones(server, new Set([zone]), wish))
  await checkSteps(server, steps)
  lookAgain(server, [zone])
}

function dsOf({ records }: StoredKey): unknown {
  return records.ds
}
