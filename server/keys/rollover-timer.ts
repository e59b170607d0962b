import type { StoredKeySet } from '../../keys/key-store.ts'
import { upcomingChanges } from '../../keys/rollover/key-changes.ts'
import { nextStep } from '../../keys/rollover/next-step.ts'
import type { SigningConfiguration } from '../configuration/types.ts'
import type { RunningServer } from '../running-server.ts'
import { noteUnplanned } from './key-notices.ts'
import { believedSeconds, clockState, endHold, isHoldOver } from './rollover-clock.ts'
import { failureAlarm, historyAlarm } from './rollover-reports.ts'
import { stepZones, zonesNamed } from './rollover-steps.ts'
import { checkSteps } from './step-checks.ts'
import { noteUnsignedZones } from './unsigned-zones.ts'
import { situationOf } from './zone-rollover.ts'

/** However far away the next step is: clocks jump. */
const LONGEST_WAIT = 3_600
const LONGEST_SLEEP_MS = 60_000
const SHORTEST_SLEEP_MS = 50
/** After something has failed, such as a full disk. */
const RETRY_SECONDS = 60
/** Zones that share a generation, and a turn among reloads and commands. */
const ZONES_AT_A_TIME = 32

/** Rolls the keys of all zones: takes each step as soon as it may be taken, until the process ends. */
export function rollKeys(server: RunningServer): void {
  const { rollovers } = server
  let timer: NodeJS.Timeout | undefined
  let isRunning = false
  const sleep = (): void => {
    clearTimeout(timer)
    const delay = soonestOf(server) * 1000 - server.clock.time().believed
    timer = setTimeout(run, Math.min(LONGEST_SLEEP_MS, Math.max(SHORTEST_SLEEP_MS, delay)))
    timer.unref()
  }
  const run = async (): Promise<void> => {
    if (isRunning) return
    isRunning = true
    await endHoldInTurn(server)
    await rollDue(server)
    isRunning = false
    sleep()
  }
  rollovers.wake = () => {
    if (!isRunning) sleep()
  }
  sleep()
}

/** Has the keys of these zones looked at anew, all of them where none is named: something has changed that they depend on. */
export function lookAgain({ rollovers }: Pick<RunningServer, 'rollovers'>, zones?: readonly string[]): void {
  if (zones === undefined) {
    // What was found of zones that are not there any more is found of nobody again.
    for (const found of [rollovers.due, rollovers.failures, rollovers.histories, rollovers.unplanned]) found.clear()
    rollovers.isNew = true
  } else for (const zone of zones) rollovers.due.delete(zone)
  rollovers.wake()
}

/** Notes when the keys of these zones are to be looked at next, and what is wrong with what is stored of them. */
export function scheduleZones(server: RunningServer, names: readonly string[]): void {
  const { rollovers, store } = server
  for (const { zone, signing } of zonesNamed(server, new Set(names))) {
    const set = store.keys.get(zone.name)!
    noteAlarms(rollovers.failures, zone.name, failureAlarm(set))
    noteAlarms(rollovers.histories, zone.name, historyAlarm(zone.name, store.keys.history(zone.name)))
    rollovers.due.set(zone.name, nextLookAt(server, set, signing))
  }
}

function noteAlarms(alarms: Map<string, readonly string[]>, zone: string, now: readonly string[]): void {
  if (now.length > 0) alarms.set(zone, now)
  else alarms.delete(zone)
}

function nextLookAt(server: RunningServer, set: StoredKeySet, signing: SigningConfiguration): number {
  const now = believedSeconds(server)
  if (server.rollovers.unplanned.has(set.zone)) return now + RETRY_SECONDS
  try {
    return nextLook({ ...situationOf(set, signing, now), ...clockState(server) }, set.largestTtl?.until)
  } catch (error) {
    noteUnplanned(server, set.zone, error)
    return now + RETRY_SECONDS
  }
}

/** Unix seconds: when something may happen by itself, at the latest in an hour. */
function nextLook(situation: ReturnType<typeof situationOf>, until: number | undefined): number {
  const { now } = situation
  const { transitions, waits } = nextStep(situation)
  // What could not be done yet when the last step was planned may have become possible while that was served and checked.
  if (transitions.length > 0) return now
  const times = waits.flatMap(({ reason }) => (reason.kind === 'time' ? [reason.until] : []))
  const upcoming = upcomingChanges(situation).map(({ at }) => at)
  return Math.max(now + 1, Math.min(now + LONGEST_WAIT, ...times, ...upcoming, ...(until === undefined ? [] : [until])))
}

/** After it everything may have become due. */
async function endHoldInTurn(server: RunningServer): Promise<void> {
  if (!isHoldOver(server)) return
  try {
    await server.inTurn(() => endHold(server))
    lookAgain(server)
  } catch (error) {
    server.log.error({ err: error }, 'the clock is right again, and that could not be noted; trying again in a minute')
  }
}

async function rollDue(server: RunningServer): Promise<void> {
  for (;;) {
    const due = dueZones(server)
    if (due.length === 0 && !server.rollovers.isNew) return
    try {
      if (server.rollovers.isNew) await server.inTurn(() => noteUnsignedZones(server))
      server.rollovers.isNew = false
      const taken = await server.inTurn(() => stepZones(server, new Set(due)))
      await checkSteps(server, taken)
      scheduleZones(server, due)
    } catch (error) {
      for (const zone of due) server.rollovers.due.set(zone, believedSeconds(server) + RETRY_SECONDS)
      const [only, ...others] = due
      if (only !== undefined && others.length === 0 && !server.rollovers.isNew) noteUnplanned(server, only, error)
      else server.log.error({ err: error, zones: due }, 'keys could not be rolled; trying again in a minute')
      // What is not noted yet of zones that are not signed any more is so when the timer wakes again.
      if (server.rollovers.isNew) return
    }
  }
}

function dueZones(server: RunningServer): string[] {
  const { descriptor, rollovers } = server
  const now = believedSeconds(server)
  return descriptor.keySets
    .map(({ zone }) => zone)
    .filter((zone) => (rollovers.due.get(zone) ?? 0) <= now)
    .slice(0, ZONES_AT_A_TIME)
}

function soonestOf(server: RunningServer): number {
  const { descriptor, rollovers } = server
  let soonest = Number.POSITIVE_INFINITY
  for (const { zone } of descriptor.keySets) soonest = Math.min(soonest, rollovers.due.get(zone) ?? 0)
  return Number.isFinite(soonest) ? soonest : believedSeconds(server) + LONGEST_WAIT
}
