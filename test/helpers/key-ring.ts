import { expect } from 'vitest'
import { Class, Type } from '../../dns/constants.ts'
import { keyTagOf } from '../../dns/key-tag.ts'
import { nameFromText } from '../../dns/name.ts'
import { rdataToText } from '../../dns/rr/rdata.ts'
import type { KeySetDescriptor, SignedApexRRset } from '../../keys/key-set.ts'
import type { KeyStore, StoredKey } from '../../keys/key-store.ts'
import { type Generate, generateKey } from '../../keys/make-key.ts'
import { RECORDS_OF_ROLE, type RecordState } from '../../keys/rollover/key-state.ts'
import { createSealing } from '../../keys/sealing.ts'
import { isSignatureValid } from '../../keys/second-opinion.ts'
import { signingInput } from '../../keys/signing-input.ts'
import type { ZoneConfiguration } from '../../server/configuration/types.ts'
import { type KeyRing, openKeyRing } from '../../server/keys/key-ring.ts'
import type { KeyNotice } from '../../server/keys/ring-state.ts'
import { signedZone } from './keys.ts'
import { openMemoryKeyStore } from './memory-store.ts'

/** Unix seconds. */
export const NOW = 1_800_000_000
const KEY_FILE = Buffer.alloc(32, 3)

/** A key ring whose store and notices can be looked at. */
export interface TestRing extends KeyRing {
  readonly store: KeyStore
  readonly notices: KeyNotice[]
  /** Another ring over the same store, as after a restart. */
  restart(): TestRing
}

/** A key ring in memory; what is not given is made up. */
export function openRing({
  store = openMemoryKeyStore(),
  sealing = createSealing(KEY_FILE).sealing,
  secret = new Uint8Array(32).fill(1),
  generate = generateKey as Generate,
} = {}): TestRing {
  const notices: KeyNotice[] = []
  const ring = openKeyRing({
    ...{ store, secret, generate, unlock: async () => sealing },
    report: (notice) => notices.push(notice),
  })
  return { ...ring, store, notices, restart: () => openRing({ store, sealing, secret, generate }) }
}

/**
 * The key sets of these zones as they are once all caches have what is served, and the parents are asked for the DS of each
 * key that can have one.
 */
export async function settledSets(
  ring: Pick<TestRing, 'store' | 'keySets'>,
  zones: readonly ZoneConfiguration[],
  now: number,
): Promise<KeySetDescriptor[]> {
  await ring.keySets(zones, now)
  await settleKeys(
    ring.store,
    zones.map(({ name }) => name),
    now,
  )
  return ring.keySets(zones, now)
}

/** Has a store say that all caches have the records of all keys of these zones, and that their DS is asked for. */
export async function settleKeys(store: KeyStore, zones: readonly string[], now: number): Promise<void> {
  const sets = zones.flatMap((zone) => store.get(zone) ?? [])
  await store.put(
    sets.map((set) => ({
      set: { ...set, epoch: set.epoch + 1, keys: set.keys.map((key) => ({ ...key, records: settled(key, now) })) },
      entry: undefined,
    })),
  )
}

function settled({ role, duty, records }: StoredKey, since: number): StoredKey['records'] {
  const status = (state: RecordState) => ({ state, since, served: since, ttl: 0 })
  return Object.fromEntries(
    RECORDS_OF_ROLE[role].map((record) => {
      if (duty === 'standby' && record === 'zrrsig') return [record, records[record]]
      return [record, status(record === 'ds' ? 'rumoured' : 'omnipresent')]
    }),
  )
}

/** A zone as the configuration has it by default. */
export const example = signedZone('example.com.')

/** The RRset of this type at the apex. */
export function rrset(set: KeySetDescriptor, type: number): SignedApexRRset {
  return set.apexRRsets.find((each) => each.type === type)!
}

/** Its RDATA in presentation format. */
export function textsOf(set: KeySetDescriptor, type: number): string[] {
  return readBlock(rrset(set, type).block).map(({ rdata }) => rdataToText(type, rdata))
}

/** RDATA of the KSKs in DNSKEY, as published. */
export function ksks(set: KeySetDescriptor): Buffer[] {
  return dnskeys(set).filter((dnskey) => dnskey[1] === 1)
}

/** RDATA of all keys, as published. */
export function dnskeys(set: KeySetDescriptor): Buffer[] {
  return readBlock(rrset(set, Type.DNSKEY).block).map(({ rdata }) => rdata)
}

/** Every signature holds in the second opinion under the published keys of the role that signs the type, and now. */
export function expectToHold(set: KeySetDescriptor, now: number): void {
  const owner = nameFromText(set.zone)
  for (const { type, ttl, block, signatures, count } of set.apexRRsets) {
    const records = readBlock(block)
    expect(records).toHaveLength(count)
    const flags = type === Type.NSEC3PARAM ? 0 : 1
    const signers = dnskeys(set).filter((dnskey) => dnskey[1] === flags)
    for (const each of signatures) {
      const rrsigs = readBlock(each.block)
      expect(rrsigs).toHaveLength(each.count)
      expect(rrsigs.map(({ rdata }) => rdata.readUInt16BE(16)).sort()).toEqual(signers.map(keyTagOf).sort())
      for (const { rdata, ...head } of rrsigs) {
        expect(head).toEqual({ type: Type.RRSIG, ttl })
        const end = 18 + owner.length
        expect(rdata.readUInt16BE(0)).toBe(type)
        expect(rdata.readUInt32BE(4)).toBe(ttl)
        expect([...rdata.subarray(18, end)]).toEqual([...owner])
        const dnskey = signers.find((candidate) => keyTagOf(candidate) === rdata.readUInt16BE(16))!
        const rdatas = records.map((record) => record.rdata)
        const input = signingInput(rdata.subarray(0, end), { owner, type, ttl, rdatas })
        expect(isSignatureValid(dnskey, input, rdata.subarray(end))).toBe(true)
      }
    }
    expectTimes(rrset(set, type), set.policy, now)
  }
}

/** What holds now was valid for a while, and outlives every cache. */
export function expectTimes(
  apexRRset: SignedApexRRset,
  policy: { maxTtl: number; backdate: number },
  now: number,
): void {
  const holding = apexRRset.signatures.findLast(({ from }) => from <= now)!
  for (const { rdata } of readBlock(holding.block)) {
    expect(rdata.readUInt32BE(8) - now).toBeGreaterThan(policy.maxTtl)
    expect(now - rdata.readUInt32BE(12)).toBeGreaterThanOrEqual(policy.backdate)
  }
}

/** The records of a prepared block. */
export function readBlock(block: Uint8Array): { type: number; ttl: number; rdata: Buffer }[] {
  const octets = Buffer.from(block)
  const records = []
  for (let at = 0; at < octets.length; ) {
    expect(octets.readUInt16BE(at)).toBe(0xc00c)
    expect(octets.readUInt16BE(at + 4)).toBe(Class.In)
    const end = at + 12 + octets.readUInt16BE(at + 10)
    records.push({
      type: octets.readUInt16BE(at + 2),
      ttl: octets.readUInt32BE(at + 6),
      rdata: octets.subarray(at + 12, end),
    })
    at = end
  }
  return records
}

/** All of a key set but its private keys, as text. */
export function publicPart({ signers, ...rest }: KeySetDescriptor): string {
  return JSON.stringify([rest, signers.map(({ dnskey }) => dnskey)])
}
