import { createHmac } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { algorithmOf } from '../../keys/algorithms.ts'
import type { PublishedKey } from '../../keys/apex-rrsets.ts'
import { type BundleSupply, openSupply } from '../../keys/bundle/bundle-supply.ts'
import { isZoneSigning } from '../../keys/key-role.ts'
import type { KeySetDescriptor } from '../../keys/key-set.ts'
import type { KeySetChange, StoredBundles, StoredKey, StoredKeySet } from '../../keys/key-store.ts'
import { checkKey, generateKey } from '../../keys/make-key.ts'
import { createKeyOpener } from '../../keys/open-signing-key.ts'
import { isServed } from '../../keys/rollover/record-states.ts'
import type { Sealing } from '../../keys/sealing.ts'
import type { ZoneConfiguration } from '../configuration/types.ts'
import { isSignedOffline } from './bundle-coverage.ts'
import { type KeyListing, listKeys } from './key-listing.ts'
import { makeReserve, sealedKeyMaker } from './key-making.ts'
import { type OpenKeySet, openKeySet } from './key-opening.ts'
import { signKeySet } from './key-set-signatures.ts'
import { makeFirstKeys, type PlanTerms, planZone } from './ring-planning.ts'
import {
  isDistrusted,
  type KeyRingOptions,
  nameKey,
  putChanges,
  type Ring,
  type RingZone,
  type SignedZone,
  supplyOf,
  unlock,
} from './ring-state.ts'
import { raiseTtl } from './ttl-memory.ts'
import type { KeySetPlan, KeyWish } from './zone-rollover.ts'

/** The keys of all zones that are signed here. Lives in the main thread; KSKs never leave it. */
export interface KeyRing {
  /**
   * The key sets of those of the zones that are signed here, in their order, with the signatures of the apex RRsets
   * for now and later; `nextKeyChange` tells until when they serve. Makes the first keys of zones that have none; they are
   * on disk before this resolves. What was signed before for the same quantum is given again, so that equal sets are equal
   * octet for octet. One call at a time. Rejects with a `StartError` for what the operator can mend; sets given before
   * still hold.
   */
  keySets(zones: readonly ZoneConfiguration[], nowSeconds: number): Promise<KeySetDescriptor[]>
  /**
   * What is to become of the keys of a zone that is signed here, which has keys already; undefined: nothing. Writes
   * nothing. `isDryRun`: new keys are imagined, and the plan cannot be stored.
   */
  plan(zone: SignedZone, wish: KeyWish, terms: PlanTerms): Promise<KeySetPlan | undefined>
  /**
   * Signs a planned key set and has the signatures and keys verified by another implementation; throws where one does not
   * hold, and then the plan must not be stored.
   */
  check(zone: SignedZone, plan: KeySetPlan, nowSeconds: number): void
  /** Has key sets on disk, with their history, all of them or none. */
  commit(changes: readonly KeySetChange[]): Promise<void>
  /**
   * Stops the use of a ZSK, until the server is started anew: from the next `keySets` on, which must be published, it
   * signs nothing. Its algorithm is then missing from answers, or all signatures where the zone has no other. Not
   * during `keySets`.
   */
  distrust(zone: string, keyTag: number, nowSeconds: number): Promise<void>
  /** Makes ZSKs of these algorithms beforehand, for `StoredKeySet.reserve`; they are not stored yet. */
  makeReserve(set: StoredKeySet, algorithms: readonly number[], nowSeconds: number): Promise<StoredKey[]>
  /** The keys that are here and sign the key set of a zone, as of the last `keySets`. */
  keySigners(zone: string): readonly PublishedKey[]
  /** What offline keys have signed for the zone. */
  supply(zone: string): BundleSupply
  /** The zones of the last `keySets` whose key set offline keys sign. */
  offlineZones(): string[]
  /**
   * Stores a zone's bundles, whose signatures hold, with its key set where that changes too; from the next `keySets` on,
   * which must be published, they serve. They are on disk when this resolves. Not during `keySets`.
   */
  putBundles(change: KeySetChange & { readonly bundles: StoredBundles }): Promise<void>
  /** All keys in the store, of zones that are not configured any more too; by zone in canonical order. */
  list(): KeyListing[]
  /** Has what is sealed opened with another data key from now on; keys that are open stay so. */
  renewed(): void
  /** Forgets all private keys that are open, and what they are sealed with. Not during `keySets`. */
  forget(): void
}

/**
 * Zones whose signatures of DNSKEY are checked in one call: each takes milliseconds, and thousands would take a
 * minute.
 */
const ZONES_CHECKED = 64

/** The key ring over a store. It reads nothing before it is asked. */
export function openKeyRing(options: KeyRingOptions): KeyRing {
  const ring: Ring = {
    ...options,
    openKey: createKeyOpener(),
    known: new Map(),
    supplies: new Map(),
    told: new Set(),
    distrusted: new Set(),
    sealing: undefined,
    isSettled: false,
  }
  return {
    keySets: (zones, nowSeconds) => makeKeySets(ring, zones, nowSeconds),
    plan: (zone, wish, terms) => planZone(ring, zone, wish, terms),
    check: (zone, planned, nowSeconds) => checkPlan(ring, zone, planned, nowSeconds),
    commit: (changes) => putChanges(ring, changes),
    distrust: (zone, keyTag, nowSeconds) => distrust(ring, zone, keyTag, nowSeconds),
    makeReserve: async (set, algorithms, nowSeconds) =>
      makeReserve(sealedKeyMaker(await unlock(ring), ring.generate ?? generateKey), set, algorithms, nowSeconds),
    keySigners: (zone) => ring.known.get(zone)?.keys.keySigners ?? [],
    supply: (zone) => supplyOf(ring, zone),
    offlineZones: () => [...ring.known].flatMap(([zone, { keys }]) => (keys.offlineSigners.length > 0 ? [zone] : [])),
    putBundles: (change) => putBundles(ring, change),
    list: () => listKeys(ring.store),
    renewed: () => {
      ring.sealing = undefined
    },
    forget: () => {
      ring.known.clear()
      ring.sealing = undefined
      // The one before holds secrets in guarded memory, which is wiped when it is collected.
      ring.openKey = createKeyOpener()
    },
  }
}

async function makeKeySets(
  ring: Ring,
  zones: readonly ZoneConfiguration[],
  nowSeconds: number,
): Promise<KeySetDescriptor[]> {
  const signed = zones.flatMap((zone) => (zone.dnssec.kind === 'signed' ? [{ zone, signing: zone.dnssec }] : []))
  if (signed.length === 0) return []
  const sealing = await unlock(ring)
  await makeFirstKeys(ring, signed, ring.believedSeconds?.() ?? nowSeconds)
  await noteRaisedTtls(ring, signed)
  const descriptors: KeySetDescriptor[] = []
  for (const each of signed) {
    const isChecked = descriptors.length < ZONES_CHECKED
    descriptors.push(describeKeySet(ring, each, { sealing, nowSeconds, isChecked }))
    // Whoever waits for the main thread does not wait for thousands of zones.
    await nextTurn()
  }
  return descriptors
}

/** Has on disk how long caches may keep what is to be served, before it is. */
async function noteRaisedTtls(ring: Ring, zones: readonly SignedZone[]): Promise<void> {
  const changes = zones.flatMap(({ zone, signing }): KeySetChange[] => {
    const set = ring.store.get(zone.name)!
    const raised = raiseTtl(set, signing.policy.maxTtl)
    return raised === set ? [] : [{ set: raised, entry: undefined }]
  })
  if (changes.length > 0) await putChanges(ring, changes)
}

function checkPlan(ring: Ring, signed: SignedZone, { before, set }: KeySetPlan, nowSeconds: number): void {
  if (ring.sealing === undefined) throw new Error('no key was opened yet')
  const { keys } = signAnew(ring, signed, set, { sealing: ring.sealing, nowSeconds, isChecked: true })
  for (const material of keys.zoneSigning) checkKey(material, ring.openKey(material))
  const parts = { signing: signed.signing, supply: supplyOf(ring, signed.zone.name), nowSeconds }
  // Where nothing holds any more, no step makes it worse.
  if (isSignedOffline({ ...parts, set }) || (before !== undefined && !isSignedOffline({ ...parts, set: before })))
    return
  throw new Error(
    'no signature of its offline key holds for the key set; dnsctl key bundle request begins a new bundle',
  )
}

async function distrust(ring: Ring, zone: string, keyTag: number, nowSeconds: number): Promise<void> {
  const stored = ring.store.get(zone)
  const key = stored?.keys.find((each) => isZoneSigning(each.role) && each.keyTag === keyTag)
  if (stored === undefined || key === undefined || isDistrusted(ring, zone, key)) return
  // Workers keep the keys of an epoch, and signatures made under it.
  const epoch = stored.epoch + 1
  const what = `${key.role} ${keyTag} made a signature that does not hold, and signs nothing until the next start`
  const entry = { at: nowSeconds, epoch, by: 'check', what, transitions: [], changes: [] } as const
  await putChanges(ring, [{ set: { ...stored, epoch }, entry }])
  ring.distrusted.add(nameKey(zone, key))
}

async function putBundles(ring: Ring, change: KeySetChange): Promise<void> {
  await putChanges(ring, [change])
  ring.supplies.delete(change.set.zone)
}

/** The zone's keys as the store has them, with the signatures for now. */
function describeKeySet(
  ring: Ring,
  signed: SignedZone,
  { sealing, nowSeconds, isChecked }: { sealing: Sealing; nowSeconds: number; isChecked: boolean },
): KeySetDescriptor {
  const { zone, signing } = signed
  const stored = ring.store.get(zone.name)!
  const opened = signAnew(ring, signed, stored, { sealing, nowSeconds, isChecked })
  ring.known.set(zone.name, opened)
  const { keys, signatures } = opened
  tellKeptAlgorithms(ring, signed, keys)
  const isUnsigned = !stored.keys.some((key) => isServed(key, 'zrrsig'))
  const faulty = stored.keys.filter((key) => isServed(key, 'zrrsig') && isDistrusted(ring, zone.name, key))
  const distrusted = faulty.map(({ algorithm }) => algorithm)
  return {
    ...{ zone: zone.name, epoch: stored.epoch, policy: signing.policy, ...(isUnsigned && { isUnsigned }) },
    ...(distrusted.length > 0 && { distrusted }),
    ...{ signers: keys.zoneSigning, apexRRsets: signatures.rrsets },
  }
}

/** The key set, opened and signed; what was signed already for it is taken from what is known. */
function signAnew(
  ring: Ring,
  { zone: { name, apex }, signing }: SignedZone,
  stored: StoredKeySet,
  { sealing, nowSeconds, isChecked }: { sealing: Sealing; nowSeconds: number; isChecked: boolean },
): RingZone {
  const before = ring.known.get(name)
  const isUsed = (key: StoredKey): boolean => !isDistrusted(ring, name, key)
  const isSame = before?.keys.stored.epoch === stored.epoch
  const keys = isSame ? before.keys : openKeySet(stored, sealing, ring.openKey, isUsed)
  const phase = phaseOf(ring.secret, apex)
  const supply = keys.offlineSigners.length === 0 ? NO_SUPPLY : supplyOf(ring, name)
  const settings = { apex, keys, supply, signing, phase, nowSeconds, isChecked, before: before?.signatures }
  return { keys, signatures: signKeySet(settings) }
}

/** For zones whose keys are all here. */
const NO_SUPPLY = openSupply([])

function tellKeptAlgorithms({ told, report }: Ring, { zone, signing }: SignedZone, keys: OpenKeySet): void {
  for (const { algorithm } of keys.zoneSigning) {
    const what = `${zone.name} ${algorithm}`
    if (signing.algorithms.includes(algorithm)) told.delete(what)
    else if (!told.has(what)) {
      told.add(what)
      report({ kind: 'kept-algorithm', zone: zone.name, algorithm, mnemonic: algorithmOf(algorithm).mnemonic })
    }
  }
}

/** Secret, for it would tell when a zone is signed anew; and unrelated to the seeds of labels. */
function phaseOf(secret: Uint8Array, apex: Uint8Array): number {
  return createHmac('sha256', secret).update('apex signatures').update(apex).digest().readUInt32BE(0)
}
