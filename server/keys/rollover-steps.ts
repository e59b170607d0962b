import { setImmediate as nextTurn } from 'node:timers/promises'
import type { KeySetChange, StoredKeySet } from '../../keys/key-store.ts'
import { noteServed } from '../../keys/rollover/apply.ts'
import { bootstrappedZones } from '../loading/signalling.ts'
import { publishKeySets, publishSignalling, signedZones } from '../publish.ts'
import type { RunningServer } from '../running-server.ts'
import { unixSeconds } from '../unix-seconds.ts'
import { logKeyStep, noteUnplanned, tellKeyAlarm } from './key-notices.ts'
import type { SignedZone } from './ring-state.ts'
import { believedSeconds, clockState } from './rollover-clock.ts'
import { BY_POLICY, type KeySetPlan, type KeyWish, withStates } from './zone-rollover.ts'

/**
 * Takes all steps that the keys of these zones may take now: writes them, publishes them, and waits until all workers serve
 * them. In turn. The steps that changed answers, to be checked. Zones that are not signed here are passed over, and so are those
 * of which it cannot be decided: that is told of, and keeps no other zone waiting.
 */
export async function stepZones(
  server: RunningServer,
  names: ReadonlySet<string>,
  wish: KeyWish = BY_POLICY,
): Promise<KeySetPlan[]> {
  const zones = await publishStale(server, zonesNamed(server, names))
  const plans: KeySetPlan[] = []
  for (const zone of zones) {
    const plan = await planOrTell(server, zone, wish)
    if (plan !== undefined) plans.push(plan)
    // Whoever waits for the main thread does not wait for all of them.
    await nextTurn()
  }
  return takeSteps(server, plans)
}

async function planOrTell(server: RunningServer, zone: SignedZone, wish: KeyWish): Promise<KeySetPlan | undefined> {
  const { name } = zone.zone
  try {
    const plan = await planServed(server, zone, wish)
    server.rollovers.unplanned.delete(name)
    return plan
  } catch (error) {
    noteUnplanned(server, name, error)
    return undefined
  }
}

/** Writes what was planned, publishes it and waits for all workers; the steps that changed answers. In turn. */
export async function takeSteps(server: RunningServer, plans: readonly KeySetPlan[]): Promise<KeySetPlan[]> {
  const checked = await checkBefore(server, plans)
  await server.keyRing.commit(checked)
  for (const plan of checked) logKeyStep(server.log, plan)
  const visible = checked.filter(({ isVisible }) => isVisible)
  await publishAndNote(server, new Set(visible.map(({ zone }) => zone)))
  await tellParents(
    server,
    visible.filter(isAboutDs).map(({ zone }) => zone),
  )
  return visible
}

/** Whoever goes by the CDS of these zones, which has changed and is served. */
async function tellParents(server: RunningServer, zones: readonly string[]): Promise<void> {
  const { configuration, rollovers } = server
  for (const zone of zones) rollovers.parentWatch?.expect(zone)
  if (bootstrappedZones(configuration).some(({ name }) => zones.includes(name))) await publishSignalling(server)
}

function isAboutDs({ entry }: KeySetPlan): boolean {
  return (
    entry?.transitions.some(({ record, to }) => record === 'ds' && (to === 'rumoured' || to === 'unretentive')) === true
  )
}

/** The zones of these names that are signed here and have keys. */
export function zonesNamed({ configuration, loaded, store }: RunningServer, names: ReadonlySet<string>): SignedZone[] {
  return signedZones(configuration, loaded).flatMap((zone) =>
    names.has(zone.name) && zone.dnssec.kind === 'signed' && store.keys.get(zone.name) !== undefined
      ? [{ zone, signing: zone.dnssec }]
      : [],
  )
}

/**
 * What is to become of a zone whose key set is served as the store has it; undefined: nothing. `isDryRun`: it is only to be
 * shown.
 */
export function planServed(
  server: Pick<RunningServer, 'keyRing' | 'clock'>,
  zone: SignedZone,
  wish: KeyWish,
  isDryRun = false,
): Promise<KeySetPlan | undefined> {
  const nowSeconds = believedSeconds(server)
  const edit = (set: StoredKeySet): StoredKeySet => {
    const served = markServed(set, nextSecond(server))
    return wish.edit?.(served) ?? served
  }
  return server.keyRing.plan(zone, { ...wish, edit }, { nowSeconds, isDryRun, ...clockState(server) })
}

/** The set once all workers serve it, from `at` on, Unix seconds, if nobody has said so before. */
export function markServed(set: StoredKeySet, at: number): StoredKeySet {
  const isNews = set.keys.some(({ records }) => Object.values(records).some(({ served }) => served === undefined))
  return isNews ? { ...set, keys: withStates(set.keys, noteServed(set.keys, set.keys, at)) } : set
}

/** What happened in this second has happened once it is over: no wait ends early for being counted in whole seconds. */
function nextSecond(server: Pick<RunningServer, 'clock'>): number {
  return believedSeconds(server) + 1
}

/**
 * What a process left behind that ended between writing a step and publishing it, and what a disk was full for. The zones that
 * are served now as the store has them.
 */
async function publishStale(server: RunningServer, zones: readonly SignedZone[]): Promise<readonly SignedZone[]> {
  const epochs = new Map(server.descriptor.keySets.map(({ zone, epoch }) => [zone, epoch]))
  const stale = zones.filter(({ zone: { name } }) => epochs.get(name) !== server.store.keys.get(name)?.epoch)
  try {
    await publishAndNote(server, new Set(stale.map(({ zone }) => zone.name)))
    return zones
  } catch (error) {
    // One of several must not keep the others waiting; a single one has nobody that it could.
    if (zones.length === 1) throw error
  }
  const failed = new Set<SignedZone>()
  for (const each of stale) {
    try {
      await publishAndNote(server, new Set([each.zone.name]))
    } catch (error) {
      noteUnplanned(server, each.zone.name, error)
      failed.add(each)
    }
  }
  return zones.filter((each) => !failed.has(each))
}

/** Publishes the key sets of these zones, waits for all workers, and has on disk that they serve them. */
async function publishAndNote(server: RunningServer, names: ReadonlySet<string>): Promise<void> {
  if (names.size === 0) return
  await publishKeySets(server, names)
  const at = nextSecond(server)
  const changes = [...names].flatMap((name): KeySetChange[] => {
    const set = server.store.keys.get(name)
    const served = set && markServed(set, at)
    return served === undefined || served === set ? [] : [{ set: served, entry: undefined }]
  })
  await server.keyRing.commit(changes)
}

/** The plans, and in the place of each whose signatures do not hold the failure that nothing goes on after. */
async function checkBefore(server: RunningServer, plans: readonly KeySetPlan[]): Promise<KeySetPlan[]> {
  const zones = new Map(
    zonesNamed(server, new Set(plans.map(({ zone }) => zone))).map((each) => [each.zone.name, each]),
  )
  const checked: KeySetPlan[] = []
  for (const plan of plans) {
    const zone = zones.get(plan.zone)
    const fault = plan.isVisible && zone !== undefined ? faultOf(server, zone, plan) : undefined
    const failed = fault === undefined ? undefined : failedPlan(plan, fault, believedSeconds(server))
    if (failed !== undefined) tellKeyAlarm(server, plan.zone, failed.entry!.what)
    checked.push(failed ?? plan)
    await nextTurn()
  }
  return checked
}

function faultOf({ keyRing }: RunningServer, zone: SignedZone, plan: KeySetPlan): string | undefined {
  try {
    keyRing.check(zone, plan, unixSeconds())
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

/** Nothing changes but that it is known. */
function failedPlan({ zone, before }: KeySetPlan, fault: string, at: number): KeySetPlan {
  const what = `a step was not taken, for what it leads to does not verify: ${fault}`
  const set = { ...before!, failure: { at, what } }
  const entry = { at, epoch: set.epoch, by: 'check', what, transitions: [], changes: [] } as const
  return { zone, before, set, entry, isVisible: false }
}
