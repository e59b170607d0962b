import { createHmac } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { ALGORITHMS } from '../keys/algorithms.ts'
import type { KeySetDescriptor } from '../keys/key-set.ts'
import type { KeyStore, StoredKeySet } from '../keys/key-store.ts'
import { type Generate, generateKey } from '../keys/make-key.ts'
import { createKeyOpener } from '../keys/open-signing-key.ts'
import type { Sealing } from '../keys/sealing.ts'
import type { SigningConfiguration, ZoneConfiguration } from './configuration/types.ts'
import { type KeyListing, listKeySet, listKeys } from './key-listing.ts'
import { completeKeySet, lacksKeys } from './key-making.ts'
import { type OpenKeySet, openKeySet } from './key-opening.ts'
import { type KeySetSignatures, signKeySet } from './key-set-signatures.ts'

/** The keys of all zones that are signed here. Lives in the main thread; KSKs never leave it. */
export interface KeyRing {
  /**
   * The key sets of those of the zones that are signed here, in their order, with the signatures of the apex RRsets for
   * now and later. Makes the keys that are missing; they are on disk before this resolves. What was signed before for the same
   * quantum is given again, so that equal sets are equal octet for octet. One call at a time. Rejects with a `StartError`
   * for what the operator can mend, and then no set has changed.
   */
  keySets(zones: readonly ZoneConfiguration[], nowSeconds: number): Promise<KeySetDescriptor[]>
  /**
   * Unix seconds at which what `keySets` gave last must be asked for and published anew: while its signatures still hold
   * for half a quantum and more. Not later than now: at once. Undefined: never, no zone is signed here.
   */
  nextChange(nowSeconds: number): number | undefined
  /** All keys in the store, of zones that are not configured any more too; by zone in canonical order. */
  list(): KeyListing[]
}

/** What a key ring stands on. */
export interface KeyRingOptions {
  readonly store: KeyStore
  /** The server's secret. */
  readonly secret: Uint8Array
  /** Opens what private keys are sealed with, when the first key is needed: `() => unlockKeys(state, store.keys)`. */
  readonly unlock: () => Promise<Sealing>
  /** Hears what the operator may want to know, for the log. */
  readonly report: (notice: KeyNotice) => void
  /** Where keys come from: the randomness of the system. */
  readonly generate?: Generate
}

/** Something that happened to keys. */
export type KeyNotice =
  | { readonly kind: 'made'; readonly zone: string; readonly keys: readonly KeyListing[] }
  /**
   * The zone goes on being signed with an algorithm that is not configured any more: leaving it out at once would make
   * the zone bogus as long as the parent's DS or a cache speaks of it.
   */
  | { readonly kind: 'kept-algorithm'; readonly zone: string; readonly algorithm: number; readonly mnemonic: string }

/** Zones whose keys are made at a time, and reach the disk together. */
const ZONES_AT_A_TIME = 16

/** A zone that is signed here. */
interface SignedZone {
  readonly zone: ZoneConfiguration
  readonly signing: SigningConfiguration
}

/** What a ring knows of a zone. */
interface RingZone {
  readonly keys: OpenKeySet
  readonly signatures: KeySetSignatures | undefined
}

/** The key ring over a store. It reads nothing before it is asked. */
export function openKeyRing(options: KeyRingOptions): KeyRing {
  const { store, secret, report } = options
  const openKey = createKeyOpener()
  const known = new Map<string, RingZone>()
  const told = new Set<string>()
  let published: readonly KeySetSignatures[] = []
  let sealing: Sealing | undefined
  // What the store shows may not be on disk yet: a process may have died in between, or a disk have failed.
  let isSettled = false

  /** Makes what keys the zones lack, and has them on disk. */
  const makeKeys = async (zones: readonly SignedZone[], open: Sealing, nowSeconds: number): Promise<void> => {
    const needs = zones
      .map(({ zone, signing }) => ({
        ...{ zone: zone.name, algorithms: signing.algorithms, existing: store.get(zone.name) },
      }))
      .filter(lacksKeys)
    const making = { sealing: open, nowSeconds, generate: options.generate ?? generateKey }
    for (let at = 0; at < needs.length; at += ZONES_AT_A_TIME) {
      const some = needs.slice(at, at + ZONES_AT_A_TIME)
      const sets = await Promise.all(some.map((need) => completeKeySet(need, making)))
      isSettled = false
      await store.put(sets)
      isSettled = true
      for (const [index, set] of sets.entries()) {
        report({ kind: 'made', zone: set.zone, keys: newKeys(set, some[index]!.existing) })
      }
    }
  }

  /** The zone's keys as the store has them now, opened. */
  const openZone = (name: string, open: Sealing): RingZone => {
    const stored = store.get(name)!
    const before = known.get(name)
    if (before?.keys.stored.epoch === stored.epoch) return before
    return { keys: openKeySet(stored, open, openKey), signatures: undefined }
  }

  const tellKeptAlgorithms = ({ zone, signing }: SignedZone, { zoneSigners }: OpenKeySet): void => {
    for (const { algorithm } of zoneSigners) {
      const key = `${zone.name} ${algorithm}`
      if (signing.algorithms.includes(algorithm)) told.delete(key)
      else if (!told.has(key)) {
        told.add(key)
        report({ kind: 'kept-algorithm', zone: zone.name, algorithm, mnemonic: ALGORITHMS.get(algorithm)!.mnemonic })
      }
    }
  }

  return {
    keySets: async (zones, nowSeconds) => {
      const signed = zones.flatMap((zone) => (zone.dnssec.kind === 'signed' ? [{ zone, signing: zone.dnssec }] : []))
      if (signed.length > 0) {
        if (!isSettled) await store.settle()
        isSettled = true
        sealing ??= await options.unlock()
        await makeKeys(signed, sealing, nowSeconds)
      }
      const signatures: KeySetSignatures[] = []
      const descriptors: KeySetDescriptor[] = []
      for (const each of signed) {
        const { name, apex } = each.zone
        const { keys, signatures: before } = openZone(name, sealing!)
        tellKeptAlgorithms(each, keys)
        const made = signKeySet({ apex, keys, ...each, phase: phaseOf(secret, apex), nowSeconds, before })
        known.set(name, { keys, signatures: made })
        signatures.push(made)
        descriptors.push(describe(each, keys, made))
        // Whoever waits for the main thread does not wait for thousands of zones.
        await nextTurn()
      }
      published = signatures
      return descriptors
    },
    nextChange: (nowSeconds) => {
      if (published.length === 0) return undefined
      const isTooEarly = published.some(({ from }) => nowSeconds < from)
      return isTooEarly ? nowSeconds : published.reduce((soonest, { until }) => Math.min(soonest, until), Infinity)
    },
    list: () => listKeys(store),
  }
}

/** Secret, for it would tell when a zone is signed anew; and unrelated to the seeds of labels. */
function phaseOf(secret: Uint8Array, apex: Uint8Array): number {
  return createHmac('sha256', secret).update('apex signatures').update(apex).digest().readUInt32BE(0)
}

function newKeys(set: StoredKeySet, before: StoredKeySet | undefined): KeyListing[] {
  return listKeySet(set).filter(({ id }) => !before?.keys.some((key) => key.id === id))
}

function describe({ zone, signing }: SignedZone, keys: OpenKeySet, { rrsets }: KeySetSignatures): KeySetDescriptor {
  return {
    zone: zone.name,
    epoch: keys.stored.epoch,
    policy: signing.policy,
    signers: keys.zoneSigning,
    apexRRsets: rrsets,
  }
}
