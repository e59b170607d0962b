import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import { formatListen } from './address.ts'
import { createArenaPool } from './arena-pool.ts'
import { clockAlarm } from './clock-text.ts'
import { watchClock } from './clock-watch.ts'
import type { Invocation } from './command-line.ts'
import type { Configuration } from './configuration/types.ts'
import { CONTROL_SOCKET } from './control/protocol.ts'
import { applyGuard } from './guard/apply-guard.ts'
import { createGuardState } from './guard/guard-state.ts'
import { logNotices } from './guard/notice-log.ts'
import { createNoticeStream } from './guard/notices.ts'
import { compileBans } from './guard/sanctions.ts'
import { bansInForce, openBans } from './guard/server-bans.ts'
import { createTurns } from './in-turn.ts'
import { isoTime } from './iso-time.ts'
import { logKeyNotice } from './keys/key-notices.ts'
import { openKeyRing } from './keys/key-ring.ts'
import { refuseOfflineConflicts } from './keys/offline-configuration.ts'
import { holdRolls, refuseNewKeys } from './keys/older-store.ts'
import { believedSeconds, endHold } from './keys/rollover-clock.ts'
import { createRollovers } from './keys/rollovers.ts'
import { createVault } from './keys/vault.ts'
import type { LoadedZones } from './loading/load-zones.ts'
import { createZoneLoader } from './loading/zone-loader.ts'
import { listZoneErrors, logZoneProblems } from './loading/zone-problems.ts'
import { lockedZones, noteEvent, openForStart, toAlarm } from './locking.ts'
import { becomeAccount, findAccount, hardenProcess, PrivilegeError } from './privileges.ts'
import { bootstrapsFor, keySetsFor } from './publish.ts'
import { createClockReader } from './read-clocks.ts'
import { describeGeneration, type RunningServer } from './running-server.ts'
import { noteServedZones } from './served-zones.ts'
import { unusedKeys } from './signing-changes.ts'
import { createSigningStamps } from './signing-stamps.ts'
import { openSockets, type Sockets } from './sockets.ts'
import type { SealedSighting } from './state/seal-records.ts'
import { openSecret } from './state/secret.ts'
import { isServerAlive, prepareStateFolder, StartError } from './state/state-folder.ts'
import { openStore, type Store } from './state/store.ts'
import { ListenError } from './udp/listen-error.ts'
import { startWorkers } from './workers/worker-pool.ts'
import type { WorkerDeath } from './workers/worker-seat.ts'

/**
 * Brings up a server: sockets first, then no privileges any more, then everything that reads what others wrote.
 * Rejects with a `StartError` for what the operator can mend.
 */
export async function startServer(
  invocation: Invocation,
  configuration: Configuration,
  log: Logger,
): Promise<RunningServer> {
  const startedAt = new Date()
  await refuseSecondServer(configuration.state)
  const sockets = await openAllSockets(configuration)
  enterStateFolder(configuration, log)
  const store = openClaimedStore(configuration.state)
  const age = store.age()
  refuseNewKeys(configuration, store, age)
  refuseOfflineConflicts(configuration, store.keys, invocation.config ?? '')
  if (age === 'older') await holdRolls(store)
  const secret = openOwn(configuration.state, openSecret)
  const vault = createVault({
    ...{ state: configuration.state, settings: configuration.sealing, store: store.keys },
    warn: (text) => log.warn(text),
  })
  const servedZones = store.servedZones()
  const clock = watchClock({ store: store.clock, log, read: createClockReader() })
  await endHold({ clock, store, log })
  const keyRing = openKeyRing({
    ...{ store: store.keys, secret, unlock: () => vault.open() },
    report: (notice) => logKeyNotice(log, notice),
    hasBeenServed: (zone) => servedZones.has(zone),
    believedSeconds: () => believedSeconds({ clock }),
  })
  const stamps = createSigningStamps()
  const arenas = createArenaPool()
  const zoneFileKey = () => vault.zoneFileKey()
  const loader = createZoneLoader({
    ...{ serials: store.serials, seals: store.seals, secret, arenas, zoneFileKey },
    onOlderSeal: (now, before) => logOlderSeal(log, now, before),
  })
  const isOpen = await openForStart(configuration, vault, store)
  const loaded = isOpen ? await loadFirst({ loader, keyRing, store, log }, configuration) : lockedZones(configuration)
  const keySets = await keySetsFor(keyRing, configuration, loaded)
  noteServedZones(servedZones, loaded)
  const guard = createGuardState(compileBans(bansInForce(store)))
  const descriptor = describeGeneration(1, { configuration, loaded, keySets }, { secret, stamps, guard })
  const lastDeaths = new Map<number, WorkerDeath>()
  const pool = await startWorkers({
    sockets,
    settings: { rateLimit: configuration.rateLimit, streams: configuration.streams },
    arenas,
    descriptor,
    onDeath: (death) => {
      lastDeaths.set(death.seat, death)
      logDeath(log, death)
    },
  })
  const notices = createNoticeStream((err) => log.error({ err }, 'a notice of the guard was not acted on'))
  logNotices(log, notices)
  const server: RunningServer = {
    notices,
    ...{ invocation, log, startedAt, sockets, store, secret, arenas, loader, keyRing, stamps, guard, pool, lastDeaths },
    vault,
    bootAlarms: noteEvent({ configuration, store, vault, log }, 'start', age === 'older'),
    bans: openBans({
      ...{ store, log, notices, configuration: () => server.configuration },
      publish: (change) => applyGuard(server, change),
    }),
    rollovers: createRollovers(),
    servedZones,
    ...{ clock, inTurn: createTurns(), configuration, loaded, descriptor },
  }
  await server.bans.follow()
  for (const alarm of server.bootAlarms) server.bans.tell(toAlarm(alarm))
  clock.onOddity(({ notice, unixSeconds }) => server.bans.tell(clockAlarm(notice, unixSeconds)))
  return server
}

function logOlderSeal(log: Logger, { zone, path, sealedAt }: SealedSighting, before: SealedSighting): void {
  const [now, last] = [isoTime(sealedAt), isoTime(before.sealedAt)]
  log.error(
    { zone, path, sealedAt: now, before: last },
    `${path} was put back: it was sealed at ${now}, and one that was sealed at ${last} was read before; if nobody did that on purpose, restore the newer one, then dnsctl reload`,
  )
}

async function refuseSecondServer(state: string): Promise<void> {
  if (!(await isServerAlive(state))) return
  throw new StartError(
    `another veild runs with the state folder ${state}`,
    'End it first (dnsctl stop), or give this one a state folder of its own with `state:` or --state.',
  )
}

async function openAllSockets(configuration: Configuration): Promise<Sockets> {
  try {
    return await openSockets(configuration.listen, configuration)
  } catch (error) {
    if (error instanceof ListenError) throw new StartError(error.message, '')
    throw error
  }
}

/** Makes the state folder, and becomes the account that it belongs to. There is no way back from that. */
function enterStateFolder({ state, user }: Configuration, log: Logger): void {
  const isRoot = process.getuid?.() === 0
  if (isRoot && user !== undefined) {
    try {
      const account = findAccount(user)
      prepareStateFolder(state, account)
      becomeAccount(account)
      refuseUnreadableProgram(account.name)
    } catch (error) {
      if (error instanceof PrivilegeError) throw new StartError(error.message, '')
      throw error
    }
    return
  }
  if (isRoot) log.warn('running as root: name an account with `user:` or --user, and veild will become that one')
  prepareStateFolder(state, undefined)
  hardenProcess()
}

/** Threads load veild's own files later, as the account; its parent folders may be closed to everyone but root. */
function refuseUnreadableProgram(account: string): void {
  const program = fileURLToPath(new URL('./workers/worker.js', import.meta.url))
  try {
    accessSync(program, constants.R_OK)
  } catch {
    throw new StartError(
      `the account "${account}" cannot read veild itself: ${program}`,
      'Install it where every account may read it, such as /opt or /usr/local/lib.',
    )
  }
}

/** Opens something in the state folder; whatever is wrong there is for the operator to mend. */
function openOwn<Opened>(state: string, open: (state: string) => Opened): Opened {
  try {
    return open(state)
  } catch (error) {
    if (error instanceof StartError) throw error
    const hint = `All in it must belong to the account that veild runs as: chown -R ACCOUNT ${state}`
    throw new StartError(`the state folder ${state} cannot be used: ${(error as Error).message}`, hint)
  }
}

function openClaimedStore(state: string): Store {
  const store = openOwn(state, openStore)
  const owner = store.claim()
  if (owner === undefined) return store
  throw new StartError(
    `another veild, process ${owner.pid}, works with the state folder ${state}`,
    'End it first, or give this one a state folder of its own with `state:` or --state.',
  )
}

/** Rejects with a `StartError` where not one zone can be served. */
async function loadFirst(
  { loader, keyRing, store, log }: Pick<RunningServer, 'loader' | 'keyRing' | 'store' | 'log'>,
  configuration: Configuration,
): Promise<LoadedZones> {
  const loaded = await loader.load(configuration, undefined, await bootstrapsFor(keyRing, configuration))
  if (loaded.zones.every((zone) => zone.views.length === 0)) {
    throw new StartError('no zone could be loaded', listZoneErrors(loaded).join('\n'))
  }
  logZoneProblems(log, loaded)
  for (const text of unusedKeys(store.keys.zones(), loaded)) log.warn(text)
  return loaded
}

function logDeath(log: Logger, { kind, seat, error, deaths, restartInMs }: WorkerDeath): void {
  log.error({ kind, seat, deaths, restartInMs, err: error }, 'a worker died; another takes its place')
}

/** Facts for the line `ready`. */
export function readyFacts(server: RunningServer): Record<string, unknown> {
  const { loaded, sockets, configuration } = server
  const served = loaded.zones.filter((zone) => zone.views.length > 0)
  return {
    zones: served.length,
    ...(served.length === loaded.zones.length ? {} : { zonesFailed: loaded.zones.length - served.length }),
    views: configuration.views.length,
    listen: sockets.listeners.map(({ bound }) => formatListen(bound)),
    workers: sockets.workers,
    udp: sockets.udp,
    state: configuration.state,
    control: join(configuration.state, CONTROL_SOCKET),
    milliseconds: Date.now() - server.startedAt.getTime(),
  }
}
