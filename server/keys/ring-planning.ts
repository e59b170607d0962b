/*
 * How a key ring makes keys, and plans what becomes of them.
 */
import type { StoredKeySet } from '../../keys/key-store.ts'
import { generateKey } from '../../keys/make-key.ts'
import { isServed } from '../../keys/rollover/record-states.ts'
import { listKeySet } from './key-listing.ts'
import { imagineKey, sealedKeyMaker } from './key-making.ts'
import { putChanges, type Ring, type SignedZone, supplyOf, unlock } from './ring-state.ts'
import { comeBack } from './unsigned-zones.ts'
import { BY_POLICY, type KeySetPlan, type KeyWish, type PlanParts, planKeySet } from './zone-rollover.ts'

/** Zones whose keys reach the disk together. */
const ZONES_AT_A_TIME = 16
/** Makes the first keys of zones that have none, has those begin to spread that were withdrawn, and has it on disk. */
export async function makeFirstKeys(ring: Ring, zones: readonly SignedZone[], nowSeconds: number): Promise<void> {
  const lacking = zones.filter(({ zone }) => isDormant(ring.store.get(zone.name)))
  for (let at = 0; at < lacking.length; at += ZONES_AT_A_TIME) {
    const plans: KeySetPlan[] = []
    // One after another: RSA keys take long, and whoever answers needs the processors.
    for (const zone of lacking.slice(at, at + ZONES_AT_A_TIME)) {
      const planned = await planZone(ring, zone, { ...BY_POLICY, isStep: true, force: comeBack }, { nowSeconds })
      if (planned !== undefined) plans.push(planned)
    }
    await putChanges(ring, plans)
    for (const { zone, set, before } of plans) {
      if (before === undefined) ring.report({ kind: 'made', zone, keys: listKeySet(set) })
    }
  }
}

/** Whether nothing of the keys is served of a zone that is to be signed. */
function isDormant(set: StoredKeySet | undefined): boolean {
  return set === undefined || (set.goal === 'secure' && !set.keys.some((key) => isServed(key, 'zrrsig')))
}

/** When a plan is made; `isDryRun`: keys are imagined. */
export interface PlanTerms extends Pick<PlanParts, 'nowSeconds' | 'isClockHeld'> {
  readonly isDryRun?: boolean
}

/** What is to become of the keys of a zone: see `KeyRing.plan`. */
export async function planZone(
  ring: Ring,
  { zone, signing }: SignedZone,
  wish: KeyWish,
  { nowSeconds, isDryRun = false, isClockHeld = false }: PlanTerms,
): Promise<KeySetPlan | undefined> {
  const sealing = await unlock(ring)
  const make = isDryRun ? imagineKey : sealedKeyMaker(sealing, ring.generate ?? generateKey)
  const rolling = { zone: zone.name, signing, set: ring.store.get(zone.name), supply: supplyOf(ring, zone.name) }
  const isNew = ring.hasBeenServed?.(zone.name) === false
  return planKeySet(rolling, wish, { nowSeconds, make, isClockHeld, isNew })
}
