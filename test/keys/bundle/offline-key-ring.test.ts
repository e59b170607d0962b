import { beforeAll, describe, expect, it } from 'vitest'
import { Type } from '../../../dns/constants.ts'
import { keyTagOf } from '../../../dns/key-tag.ts'
import { type Bundle, canonicalRRset } from '../../../keys/bundle/bundle.ts'
import { planBundle } from '../../../keys/bundle/bundle-plan.ts'
import type { KeyMaterial, KeySetDescriptor } from '../../../keys/key-set.ts'
import type { StoredKeySet } from '../../../keys/key-store.ts'
import { createSealing } from '../../../keys/sealing.ts'
import { planExportSigning } from '../../../server/export-signing.ts'
import { openKeySet } from '../../../server/keys/key-opening.ts'
import { DAY, signedBy, toBundleKey } from '../../helpers/bundles.ts'
import {
  dnskeys,
  example,
  NOW,
  openRing,
  readBlock,
  rrset,
  settledSets,
  type TestRing,
} from '../../helpers/key-ring.ts'

const POLICY = example.dnssec.kind === 'signed' ? example.dnssec.policy : undefined!
const { sealing } = createSealing(Buffer.alloc(32, 9))

let ring: TestRing
let bundle: Bundle
let online: KeySetDescriptor

/** A ring whose KSK has signed for four weeks and is gone. */
beforeAll(async () => {
  ring = openRing({ sealing })
  ;[online] = (await settledSets(ring, [example], NOW)) as [KeySetDescriptor]
  const stored = ring.store.get('example.com.')!
  const ksk = openedKsk(stored)
  const [zsk] = stored.keys.filter(({ role }) => role === 'zsk')
  const planning = planBundle({
    ...{ zone: 'example.com.', now: NOW, duration: 28 * DAY, policy: POLICY, ttl: 3600 },
    keySigning: [{ keys: [toBundleKey('ksk', ksk)], isOptional: false }],
    zoneSigning: [{ keys: [{ keyTag: zsk!.keyTag, role: 'zsk', dnskey: zsk!.dnskey }], isOptional: false }],
    ...{ published: [ksk.keyTag, zsk!.keyTag], offline: [ksk.keyTag], announces: true, removes: false },
  })
  bundle = await signedBy({ ksk }, planning.outcome === 'planned' ? planning.request : undefined!)
  await ring.putBundles({ set: withoutKsk(stored), entry: undefined, bundles: { requests: [], bundles: [bundle] } })
})

function openedKsk(stored: StoredKeySet): KeyMaterial {
  const material: KeyMaterial[] = []
  openKeySet(stored, sealing, (each) => {
    material.push(each)
    return { algorithm: each.algorithm, keyTag: each.keyTag, signatureOctets: 64, sign: () => {} }
  })
  return material.find(({ dnskey }) => dnskey[1] === 1)!
}

function withoutKsk(stored: StoredKeySet): StoredKeySet {
  const keys = stored.keys.map((key) => (key.role === 'ksk' ? { ...key, sealed: undefined } : key))
  return { ...stored, epoch: stored.epoch + 1, keys }
}

/** The signatures that are served at a time, of DNSKEY, CDS and CDNSKEY. */
function servedAt(set: KeySetDescriptor, now: number) {
  return [Type.DNSKEY, Type.CDS, Type.CDNSKEY].map((type) => {
    const { signatures } = rrset(set, type)
    const { block, count } = signatures.findLast(({ from }) => from <= now) ?? signatures[0]!
    expect(count).toBe(1)
    const { rdata, ttl } = readBlock(block)[0]!
    expect(ttl).toBe(rrset(set, type).ttl)
    return {
      type,
      keyTag: rdata.readUInt16BE(16),
      expiration: rdata.readUInt32BE(8),
      inception: rdata.readUInt32BE(12),
    }
  })
}

describe('a key ring without its KSK', () => {
  it('serves what it served, with signatures of the bundle', async () => {
    const [set] = await ring.keySets([example], NOW)
    expect(dnskeys(set!)).toEqual(dnskeys(online))
    const keyTag = keyTagOf(dnskeys(set!).find((dnskey) => dnskey[1] === 1)!)
    for (const each of servedAt(set!, NOW)) expect(each.keyTag).toBe(keyTag)
  })

  it('has one that holds and outlives caches at every moment of the four weeks, after a restart too', async () => {
    const again = ring.restart()
    for (let now = NOW; now < NOW + 28 * DAY; now += 3 * 3600 + 7) {
      const [set] = await again.keySets([example], now)
      for (const { inception, expiration } of servedAt(set!, now)) {
        expect(now - inception).toBeGreaterThanOrEqual(POLICY.backdate)
        expect(expiration - now).toBeGreaterThan(POLICY.validity / 4)
      }
    }
  })

  it('serves what failed last when the supply is over, rather than nothing', async () => {
    const [set] = await ring.restart().keySets([example], NOW + 100 * DAY)
    const last = Math.max(...bundle.request.windows.map(({ expiration }) => expiration))
    for (const { expiration } of servedAt(set!, NOW + 100 * DAY)) expect(expiration).toBe(last)
  })

  it('exports the zone with signatures of the bundle, and not once they are over', () => {
    const stored = ring.store.get('example.com.')!
    const bundles = ring.store.bundles('example.com.')
    const signing = example.dnssec.kind === 'signed' ? example.dnssec : undefined!
    const keys = { apex: example.apex, signing, stored, sealing, bundles }
    const { settings, expiration } = planExportSigning(keys, 'nsec', NOW)
    const [set] = settings.apexRRsets
    const [rrsig] = settings.sign({ ...set!, owner: example.apex })
    expect(set).toEqual(canonicalRRset(bundle.request, bundle.request.rrsets[0]!))
    expect(Buffer.from(rrsig!).readUInt32BE(8)).toBeGreaterThanOrEqual(expiration)
    const late = () => planExportSigning(keys, 'nsec', NOW + 100 * DAY)
    expect(late).toThrow('no signature of the offline key of example.com. holds for its key set')
    const without = { ...keys, bundles: { requests: [], bundles: [] } }
    expect(() => planExportSigning(without, 'nsec', NOW)).toThrow('no signature of the offline key')
  })
})
