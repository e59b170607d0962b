import type { Bundle, BundleRequest } from '../../keys/bundle/bundle.ts'
import { signBundle } from '../../keys/bundle/bundle-signing.ts'
import type { KeyMaterial } from '../../keys/key-set.ts'
import type { StoredKey, StoredKeySet } from '../../keys/key-store.ts'
import { openSigningKey } from '../../keys/open-signing-key.ts'
import { noteSighting } from '../../keys/rollover/apply.ts'
import { createSealing, type Sealing } from '../../keys/sealing.ts'
import type { ZoneConfiguration } from '../../server/configuration/types.ts'
import { type BundleNeeds, missingReserves, requestBundle } from '../../server/keys/bundle-request.ts'
import { openKeySet } from '../../server/keys/key-opening.ts'
import type { SignedZone } from '../../server/keys/ring-state.ts'
import { markServed } from '../../server/keys/rollover-steps.ts'
import { BY_POLICY, type KeyWish, situationOf } from '../../server/keys/zone-rollover.ts'
import { DAY } from './bundles.ts'
import { openRing, type TestRing } from './key-ring.ts'

/** A zone on a key ring with a virtual clock, and the KSK that is taken off it. */
export interface OfflineWorld {
  readonly ring: TestRing
  readonly zone: SignedZone
  now: number
  ksk: KeyMaterial | undefined
}

export function openOfflineWorld(configured: ZoneConfiguration, now: number): OfflineWorld & { sealing: Sealing } {
  const { sealing } = createSealing(Buffer.alloc(32, 5))
  if (configured.dnssec.kind !== 'signed') throw new Error('a zone that is signed here')
  return {
    ring: openRing({ sealing }),
    zone: { zone: configured, signing: configured.dnssec },
    now,
    ksk: undefined,
    sealing,
  }
}

/** What the store has of the zone. */
export function storedOf({ ring, zone }: OfflineWorld): StoredKeySet {
  return ring.store.get(zone.zone.name)!
}

/** Takes the steps that may be taken now, as a server does, and gives what is served. */
export async function live({ ring, zone, now }: OfflineWorld, wish: KeyWish = BY_POLICY) {
  await ring.keySets([zone.zone], now)
  const edit = (set: StoredKeySet) => wish.edit?.(markServed(set, now)) ?? markServed(set, now)
  const plan = await ring.plan(zone, { ...wish, edit }, { nowSeconds: now })
  if (plan !== undefined) await ring.commit([plan])
  const [served] = await ring.keySets([zone.zone], now)
  return { served: served!, plan }
}

/** The parent's servers are seen to have the DS of these keys, and of no others. */
export function seeParent(world: OfflineWorld, present: readonly string[]) {
  const { zone, now } = world
  const edit = (set: StoredKeySet): StoredKeySet => {
    const situation = situationOf(set, zone.signing, now)
    const keys = set.keys.reduce<StoredKey[]>(
      (seen, { id }) => {
        const says = present.includes(id) ? 'present' : 'absent'
        return noteSighting(seen, { key: id, says, at: now, ttl: DAY, by: 'check' }, situation)
      },
      [...set.keys],
    )
    return { ...set, keys }
  }
  return live(world, { by: 'parent', edit })
}

/** The request for so many weeks, with the ZSKs that it needs stored. */
export async function ask(world: OfflineWorld, weeks: number, leaving?: string): Promise<BundleRequest> {
  const { ring, zone, now } = world
  const needs: BundleNeeds = {
    ...{ set: storedOf(world), signing: zone.signing, duration: weeks * 7 * DAY, nowSeconds: now },
    ...(leaving !== undefined && { leaving }),
  }
  const made = await ring.makeReserve(needs.set, missingReserves(needs), now)
  const set = { ...needs.set, reserve: [...(needs.set.reserve ?? []), ...made] }
  await ring.commit([{ set, entry: undefined }])
  const planning = requestBundle({ ...needs, set })
  if (planning.outcome !== 'planned') throw new Error(`${planning.signatures} signatures`)
  return planning.request
}

/** The request signed by the KSK that is kept elsewhere. */
export function signElsewhere({ ksk, now }: OfflineWorld, request: BundleRequest): Promise<Bundle> {
  return signBundle(request, [{ key: openSigningKey(ksk!), dnskey: ksk!.dnskey }], now)
}

/** Adds a bundle to the zone's. */
export async function takeIn(world: OfflineWorld, bundle: Bundle, set = storedOf(world)): Promise<void> {
  const { bundles } = world.ring.store.bundles(world.zone.zone.name)
  await world.ring.putBundles({ set, entry: undefined, bundles: { requests: [], bundles: [...bundles, bundle] } })
}

/** Takes the KSK off the ring, with signatures for so many weeks. */
export async function takeOffline(world: OfflineWorld & { sealing: Sealing }, weeks: number): Promise<void> {
  const key = storedOf(world).keys.find(({ role, sealed }) => role === 'ksk' && sealed !== undefined)!
  const request = await ask(world, weeks, key.id)
  const opened: KeyMaterial[] = []
  const remember = (material: KeyMaterial) => {
    opened.push(material)
    return openSigningKey(material)
  }
  openKeySet(storedOf(world), world.sealing, remember)
  world.ksk = opened.find(({ keyTag }) => keyTag === key.keyTag)!
  const stored = storedOf(world)
  const keys = stored.keys.map((each) => (each.id === key.id ? { ...each, sealed: undefined } : each))
  await takeIn(world, await signElsewhere(world, request), { ...stored, keys, epoch: stored.epoch + 1 })
}
