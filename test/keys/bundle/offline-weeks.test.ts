import { describe, expect, it } from 'vitest'
import { Type } from '../../../dns/constants.ts'
import { nameFromText } from '../../../dns/name.ts'
import type { KeySetDescriptor } from '../../../keys/key-set.ts'
import { nextStep } from '../../../keys/rollover/next-step.ts'
import { rollKey } from '../../../keys/rollover/operator-changes.ts'
import { isSignatureValid } from '../../../keys/second-opinion.ts'
import { signaturePolicy } from '../../../keys/signature-policy.ts'
import { signingInput } from '../../../keys/signing-input.ts'
import { DEFAULT_KEYS } from '../../../server/configuration/keys.ts'
import { signedSteps } from '../../../server/keys/bundle-coverage.ts'
import { situationOf } from '../../../server/keys/zone-rollover.ts'
import { DAY } from '../../helpers/bundles.ts'
import { dnskeys, ksks, NOW, readBlock, rrset } from '../../helpers/key-ring.ts'
import { signedZone } from '../../helpers/keys.ts'
import {
  ask,
  live,
  type OfflineWorld,
  openOfflineWorld,
  seeParent,
  signElsewhere,
  storedOf,
  takeIn,
  takeOffline,
} from '../../helpers/offline-ring.ts'

const POLICY = signaturePolicy(14 * DAY, DAY)
const STEP = 7 * 3600
const WEEK = 7 * DAY

/** A zone whose ZSKs live for twenty days. */
function shortLived(standbyZsk: boolean) {
  const keys = { ...DEFAULT_KEYS, zskLifetime: 20 * DAY, standbyZsk }
  return signedZone('example.com.', { algorithms: [15], policy: POLICY, keys })
}

/** What was verified already, with the RRset: the same is served for days. */
const verified = new Set<string>()

/** Each RRset that the KSK signs has one signature that holds now, for as long as caches keep it. */
function expectValid(set: KeySetDescriptor, now: number): void {
  const owner = nameFromText(set.zone)
  const ksk = dnskeys(set).find((dnskey) => dnskey[1] === 1)!
  for (const { type, ttl, block, signatures } of set.apexRRsets) {
    const { block: rrsigs } = signatures.findLast(({ from }) => from <= now) ?? signatures[0]!
    const records = readBlock(rrsigs)
    expect(records).toHaveLength(1)
    const { rdata } = records[0]!
    expect(rdata.readUInt32BE(12)).toBeLessThanOrEqual(now - POLICY.backdate)
    expect(rdata.readUInt32BE(8)).toBeGreaterThan(now + ttl)
    const octets = `${rdata.toString('base64')} ${Buffer.from(block).toString('base64')}`
    if (verified.has(octets)) continue
    verified.add(octets)
    const end = 18 + owner.length
    const original = rdata.readUInt32BE(4)
    expect(original).toBeGreaterThanOrEqual(ttl)
    const rdatas = readBlock(block).map((record) => record.rdata)
    const input = signingInput(rdata.subarray(0, end), { owner, type, ttl: original, rdatas })
    expect(isSignatureValid(ksk, input, rdata.subarray(end)), `type ${type} at ${now}`).toBe(true)
  }
}

/** A zone that has settled, whose KSK has signed for eight weeks and is gone. */
async function worldOffline(standbyZsk: boolean) {
  const world = openOfflineWorld(shortLived(standbyZsk), NOW)
  for (; world.now < NOW + 10 * DAY; world.now += STEP) await live(world)
  await takeOffline(world, 8)
  expect(storedOf(world).keys.filter(({ sealed }) => sealed === undefined)).toHaveLength(1)
  return world
}

/** Lives on until then, and counts the key sets that were served. */
async function liveUntil(world: OfflineWorld, end: number, sets: Set<string>): Promise<void> {
  for (; world.now < end; world.now += STEP) {
    const { served } = await live(world)
    expectValid(served, world.now)
    sets.add(dnskeys(served).map(String).sort().join(' '))
  }
}

/** Why steps wait now. */
function waitsOf(world: OfflineWorld): string[] {
  const { zone, ring, now } = world
  const parts = { set: storedOf(world), signing: zone.signing, supply: ring.supply(zone.zone.name), nowSeconds: now }
  const situation = { ...situationOf(parts.set, zone.signing, now), ...signedSteps(parts) }
  return nextStep(situation).waits.map(({ reason }) => reason.kind)
}

describe('a zone whose KSK is offline', () => {
  it.each([true, false])(
    'rolls its ZSK for half a year, with a bundle every six weeks; standby %s',
    async (standby) => {
      const world = await worldOffline(standby)
      const start = world.now
      const sets = new Set<string>()
      for (let bundle = 1; bundle <= 4; bundle++) {
        await liveUntil(world, start + bundle * 6 * WEEK, sets)
        await takeIn(world, await signElsewhere(world, await ask(world, 8)))
      }
      const rolls = Math.floor((24 * WEEK) / (20 * DAY))
      expect(sets.size).toBeGreaterThanOrEqual(2 * rolls - 1)
      expect(waitsOf(world)).not.toContain('bundle')
    },
    120_000,
  )

  it('holds rolls that no bundle covers, keeps a key set that holds to the last, and goes on with the next bundle', async () => {
    const world = await worldOffline(false)
    const start = world.now
    const sets = new Set<string>()
    const supply = world.ring.supply('example.com.')
    await liveUntil(world, start + 8 * WEEK, sets)
    expect(supply).toBe(world.ring.supply('example.com.'))
    const before = sets.size
    await liveUntil(world, start + 8 * WEEK + 3 * DAY, sets)
    expect(sets.size - before).toBeLessThanOrEqual(1)
    await takeIn(world, await signElsewhere(world, await ask(world, 8)))
    await liveUntil(world, start + 14 * WEEK, sets)
    expect(sets.size).toBeGreaterThan(before + 2)
  }, 60_000)

  it('has a step wait for a bundle when the keys in reserve are used up', async () => {
    const world = await worldOffline(true)
    // Somebody rolls again and again: each takes a key, and no bundle has the next one.
    const stored = storedOf(world)
    await world.ring.commit([{ set: { ...stored, reserve: [] }, entry: undefined }])
    const sets = new Set<string>()
    await liveUntil(world, world.now + 3 * WEEK, sets)
    expect(waitsOf(world)).toContain('bundle')
    const served = sets.size
    await takeIn(world, await signElsewhere(world, await ask(world, 8)))
    await liveUntil(world, world.now + DAY, sets)
    expect(waitsOf(world)).not.toContain('bundle')
    expect(sets.size).toBeGreaterThan(served)
  }, 60_000)
})

describe('the roll of a KSK that is offline', () => {
  it('waits for a signature of the new key, then for the parent, and ends with that offline in its turn', async () => {
    const world = await worldOffline(true)
    const old = kskOf(world)
    await seeParent(world, [old.id])
    await liveFor(world, 3)
    const roll = rollKey(situationOf(storedOf(world), world.zone.signing, world.now), { role: 'ksk' })
    const { served } = await live(world, { by: 'operator', changes: 'changes' in roll ? roll.changes : [] })
    expect(ksks(served)).toHaveLength(1)
    expect(waitsOf(world)).toContain('bundle')
    await takeIn(world, await signElsewhere(world, await ask(world, 8)))
    const both = (await live(world)).served
    expect(ksks(both)).toHaveLength(2)
    expect(rrset(both, Type.DNSKEY).signatures[0]!.count).toBe(2)
    const next = storedOf(world).keys.find(({ role, sealed }) => role === 'ksk' && sealed !== undefined)!
    await takeOffline(world, 8)
    await liveFor(world, 4)
    expect(waitsOf(world)).toContain('parent')
    await seeParent(world, [next.id])
    await liveFor(world, 10)
    expect(kskOf(world).keyTag).toBe(next.keyTag)
    expect(ksks((await live(world)).served)).toHaveLength(1)
    expect(waitsOf(world)).not.toContain('bundle')
  }, 60_000)
})

/** The one KSK of the zone. */
function kskOf(world: OfflineWorld) {
  const found = storedOf(world).keys.filter(({ role }) => role === 'ksk')
  expect(found).toHaveLength(1)
  return found[0]!
}

/** Lives for so many days, and whatever signs the key set has a signature of it. */
async function liveFor(world: OfflineWorld, days: number): Promise<void> {
  for (const end = world.now + days * DAY; world.now < end; world.now += STEP) {
    const { served } = await live(world)
    const signers = storedOf(world).keys.filter(
      ({ role, records: { krrsig } }) => role === 'ksk' && ['rumoured', 'omnipresent'].includes(krrsig!.state),
    )
    for (const { signatures } of served.apexRRsets) expect(signatures[0]!.count).toBe(signers.length)
  }
}

describe('what is asked for', () => {
  it('names keys that are there and keys to come, and CDS of the KSK', async () => {
    const world = await worldOffline(true)
    const request = await ask(world, 8)
    expect(request.keys.filter(({ planned }) => planned !== undefined).length).toBeGreaterThanOrEqual(3)
    expect(request.rrsets.filter(({ type }) => type === Type.CDS)).toHaveLength(1)
    const again = await ask(world, 8)
    expect(again.keys).toEqual(request.keys)
  })
})
