import type { Logger } from 'pino'
import type { KeySetDescriptor } from '../keys/key-set.ts'
import { cellSeed, labelSeed, phaseSeed } from '../zones/image/seeds.ts'
import type { ArenaPool } from './arena-pool.ts'
import type { ClockWatch } from './clock-watch.ts'
import type { Invocation } from './command-line.ts'
import type { Configuration } from './configuration/types.ts'
import type { ControlServer } from './control/server.ts'
import { describeDecoys, rangesOf } from './describe-made-names.ts'
import type { GenerationDescriptor, ImageLocation } from './generation.ts'
import { cookieSecret } from './guard/cookie-secret.ts'
import {
  denialDuring,
  describeResponse,
  type GuardState,
  NO_RESPONSE,
  responseOf,
  withHoney,
} from './guard/guard-state.ts'
import type { NoticeStream } from './guard/notices.ts'
import type { ServerBans } from './guard/server-bans.ts'
import type { KeyRing } from './keys/key-ring.ts'
import type { Rollovers } from './keys/rollovers.ts'
import type { Vault } from './keys/vault.ts'
import type { LoadedView, LoadedZone, LoadedZones } from './loading/load-zones.ts'
import type { ZoneLoader } from './loading/zone-loader.ts'
import type { SigningStamps } from './signing-stamps.ts'
import { closeSockets, type Sockets } from './sockets.ts'
import type { BootAlarm } from './state/boot-ledger.ts'
import type { Store } from './state/store.ts'
import { compileViewSelection } from './view-selection.ts'
import type { WorkerPool } from './workers/worker-pool.ts'
import type { WorkerDeath } from './workers/worker-seat.ts'

/** A server that answers. The fields that change do so only in publish.ts, all at once. */
export interface RunningServer {
  readonly invocation: Invocation
  readonly log: Logger
  readonly startedAt: Date
  readonly sockets: Sockets
  readonly store: Store
  readonly secret: Uint8Array
  readonly arenas: ArenaPool
  readonly loader: ZoneLoader
  readonly keyRing: KeyRing
  /** What private keys and sealed zone files are opened with; see server/locking.ts. */
  readonly vault: Vault
  /** What about the start was not as expected. */
  readonly bootAlarms: readonly BootAlarm[]
  readonly rollovers: Rollovers
  readonly stamps: SigningStamps
  readonly pool: WorkerPool
  readonly clock: ClockWatch
  /** By seat: the last death of a worker there. */
  readonly lastDeaths: Map<number, WorkerDeath>
  /** What the guard does about whoever enumerates; changed by server/guard/apply-guard.ts. */
  readonly guard: GuardState
  /** What the guard notices, for whoever acts on it. */
  readonly notices: NoticeStream
  /** Who gets no answers; what follows from it for `guard` is put there by it. */
  readonly bans: ServerBans
  /** Names of zones that clients may have been answered about, by this server or one before it with the same store. */
  readonly servedZones: Set<string>
  /** Runs what changes the fields below, one at a time. */
  readonly inTurn: <Result>(change: () => Promise<Result>) => Promise<Result>
  configuration: Configuration
  loaded: LoadedZones
  descriptor: GenerationDescriptor
}

/** What a generation is made of. */
export interface GenerationParts {
  readonly configuration: Configuration
  readonly loaded: LoadedZones
  /** Of all zones of `loaded` that are signed. */
  readonly keySets: readonly KeySetDescriptor[]
}

/** The generation that workers are to answer from. Identity that tells nothing is left out. */
export function describeGeneration(
  epoch: number,
  { configuration, loaded, keySets }: GenerationParts,
  { secret, stamps, guard }: Pick<RunningServer, 'secret' | 'stamps'> & Partial<Pick<RunningServer, 'guard'>>,
): GenerationDescriptor {
  const { mask, version, hostname, nsid } = configuration.identity
  const configured = new Map(configuration.zones.map((zone) => [zone.name, zone]))
  const honeyOf = ({ name }: LoadedZone, view: string) => configured.get(name)?.guard?.[view]?.honey ?? []
  const indexes = new Map(keySets.map(({ zone }, index) => [zone, index]))
  const locate = (zone: LoadedZone, { arena, length, ...seen }: LoadedView): ImageLocation => {
    const response = withHoney(
      guard === undefined ? NO_RESPONSE : responseOf(guard, seen.view, zone.name),
      honeyOf(zone, seen.view),
    )
    const decoys = describeDecoys(seen.decoys, { secret, zone: zone.name, response })
    const generated = rangesOf(zone, seen, loaded)
    const made = { ...(decoys && { decoys }), ...(generated.length > 0 && { generated }) }
    const location = { arena, length, ...describeResponse(response), ...made }
    if (zone.dnssec.kind !== 'signed') return location
    const keySet = indexes.get(zone.name)!
    if (keySets[keySet]!.isUnsigned) return location
    const isMaking = decoys?.active === true || generated.length > 0
    const how = { ...zone.dnssec, denial: denialDuring(response, zone.dnssec.denial, isMaking) }
    const { denial, wildcards } = how
    const stamp = stamps.stampOf(
      { ...seen, made: isMaking ? { decoys: decoys?.active === true && decoys.settings, generated } : undefined },
      keySets[keySet]!,
      how,
    )
    const seeds = { cellSeed: cellSeed(secret, zone.name), phaseSeed: phaseSeed(secret, zone.name) }
    return { ...location, signing: { keySet, stamp, denial, wildcards, ...seeds } }
  }
  const starvedIn = (view: string) => {
    const starved = guard?.starved.get(view)
    return starved === undefined ? {} : { starved }
  }
  const views = configuration.views.map(({ name }) => ({
    name,
    ...starvedIn(name),
    ...(configuration.rateLimit.cookies ? { cookieSecret: cookieSecret(secret, name) } : {}),
    images: loaded.zones.flatMap((zone) =>
      zone.views.filter(({ view }) => view === name).map((seen) => locate(zone, seen)),
    ),
  }))
  stamps.forgetUnused()
  return {
    epoch,
    labelSeed: labelSeed(secret),
    views,
    selection: compileViewSelection(configuration.views, configuration.listen.length),
    keySets,
    identity: {
      ...(mask === undefined ? {} : { mask }),
      ...(version === undefined ? {} : { version }),
      ...(hostname === undefined ? {} : { hostname }),
      ...(nsid === undefined ? {} : { nsid }),
    },
    ...(guard?.bans === undefined ? {} : { bans: guard.bans }),
    ...(loaded.isLocked && { isLocked: loaded.isLocked }),
  }
}

/** Takes no more commands, lets the workers finish what is in flight, and leaves everything on disk. */
export async function stopServer(server: RunningServer, control: ControlServer): Promise<void> {
  await control.close()
  server.rollovers.parentWatch?.stop()
  await server.pool.stop()
  closeSockets(server.sockets)
  await server.clock.stop()
  server.bans.stop()
  await server.store.close()
}
