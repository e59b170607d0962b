import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { Type } from '../../dns/constants.ts'
import { nameFromText } from '../../dns/name.ts'
import { rdataToText } from '../../dns/rr/rdata.ts'
import { checkApexSignatures, signApexRRset } from '../../keys/apex-rrsets.ts'
import { openSigningKey } from '../../keys/open-signing-key.ts'
import { signaturePolicy } from '../../keys/signature-policy.ts'
import { nextKeyChange } from '../../server/keys/key-set-signatures.ts'
import { DenialMode } from '../../zones/denial/denial.ts'
import {
  example,
  expectTimes,
  expectToHold,
  ksks,
  NOW,
  openRing,
  publicPart,
  readBlock,
  rrset,
  settledSets,
  textsOf,
} from '../helpers/key-ring.ts'
import { ALL_ALGORITHMS, drawKey, signedZone } from '../helpers/keys.ts'

describe('the apex RRsets', () => {
  it('are DNSKEY, CDS and CDNSKEY, in canonical order', async () => {
    const [set] = await settledSets(openRing(), [signedZone('a.', { algorithms: [13, 14, 15] })], NOW)
    expect(set!.apexRRsets.map(({ type, count, ttl }) => [type, count, ttl])).toEqual([
      [Type.DNSKEY, 6, 3600],
      [Type.CDS, 3, 3600],
      [Type.CDNSKEY, 3, 3600],
    ])
    for (const { block } of set!.apexRRsets) {
      const rdatas = readBlock(block).map(({ rdata }) => rdata)
      expect([...rdatas].sort(Buffer.compare)).toEqual(rdatas)
    }
    const digest = createHash('sha256').update(nameFromText('a.')).update(ksks(set!)[0]!).digest('hex')
    const cds = readBlock(rrset(set!, Type.CDS).block).map(({ rdata }) => rdataToText(Type.CDS, rdata))
    expect(cds.some((text) => text.endsWith(` 2 ${digest.toUpperCase()}`))).toBe(true)
    expect(readBlock(rrset(set!, Type.CDNSKEY).block).map(({ rdata }) => rdata)).toEqual(ksks(set!))
  })

  it('ask for the removal of DS, or say nothing, as the zone has it', async () => {
    const ring = openRing()
    const [removing] = await settledSets(ring, [signedZone('a.', { cds: 'delete' })], NOW)
    expect(textsOf(removing!, Type.CDS)).toEqual(['0 0 0 00'])
    expect(textsOf(removing!, Type.CDNSKEY)).toEqual(['0 3 0 AA=='])
    expectToHold(removing!, NOW)
    const [silent] = await settledSets(ring, [signedZone('a.', { cds: 'off' })], NOW)
    expect(silent!.apexRRsets.map(({ type }) => type)).toEqual([Type.DNSKEY])
    const [publishing] = await settledSets(ring, [signedZone('a.')], NOW)
    expect(textsOf(publishing!, Type.CDS)).not.toEqual(['0 0 0 00'])
    expectToHold(publishing!, NOW)
  })

  it('have NSEC3PARAM, signed by the ZSKs, where NSEC3 denies', async () => {
    const [set] = await settledSets(openRing(), [signedZone('a.', { denial: DenialMode.Nsec3WhiteLies })], NOW)
    expect(set!.apexRRsets.map(({ type }) => type)).toEqual([Type.DNSKEY, Type.NSEC3PARAM, Type.CDS, Type.CDNSKEY])
    expect(textsOf(set!, Type.NSEC3PARAM)).toEqual(['1 0 0 -'])
    expectToHold(set!, NOW)
  })

  it('have no larger TTL than the zone allows', async () => {
    const [set] = await settledSets(openRing(), [signedZone('a.', { policy: signaturePolicy(86_400, 300) })], NOW)
    expect(set!.apexRRsets.map(({ ttl }) => ttl)).toEqual([300, 300, 300])
    expectToHold(set!, NOW)
  })

  it.each(ALL_ALGORITHMS)('are signed with algorithm %i so that it holds', async (algorithm) => {
    const [set] = await openRing().keySets([signedZone('www.example.', { algorithms: [algorithm] })], NOW)
    expectToHold(set!, NOW)
  })

  it('hold at the root too', async () => {
    const [set] = await openRing().keySets([signedZone('.', { algorithms: [15] })], NOW)
    expectToHold(set!, NOW)
  })
})

describe('a signature of DNSKEY', () => {
  it('is checked by the second opinion before it is published', async () => {
    const [material, other] = await Promise.all([drawKey(14, 'ksk'), drawKey(14, 'ksk')])
    const { dnskey } = material
    const rrset = { owner: nameFromText('a.example.'), type: Type.DNSKEY, ttl: 60, rdatas: [dnskey] }
    const when = { policy: signaturePolicy(86_400, 300), phase: 7, quantum: 9 }
    const right = [{ key: openSigningKey(material), dnskey }]
    expect(() => checkApexSignatures(rrset, right, signApexRRset(rrset, right, when))).not.toThrow()
    const wrong = [...right, { key: openSigningKey({ ...material, privateKey: other.privateKey }), dnskey }]
    const signatures = signApexRRset(rrset, wrong, when)
    expect(() => checkApexSignatures(rrset, wrong, signatures)).toThrow('a.example. makes signatures that do not hold')
  })
})

describe('over time', () => {
  it.each([
    ['two weeks', signaturePolicy(14 * 86_400, 7 * 86_400)],
    ['a day', signaturePolicy(86_400, 43_200)],
  ])('with a validity of %s, whatever is served has more than the largest TTL left', async (_title, policy) => {
    const zones = ['a.', 'b.', 'c.', 'd.'].map((name) => signedZone(name, { policy, algorithms: [15] }))
    const ring = openRing()
    let published = await ring.keySets(zones, NOW)
    let changes = 0
    for (let now = NOW; now < NOW + 20 * policy.quantum; now += Math.floor(policy.quantum / 61)) {
      if (nextKeyChange(published, now)! <= now) {
        published = await ring.keySets(zones, now)
        changes++
      }
      expect(nextKeyChange(published, now)).toBeGreaterThan(now)
      for (const set of published) {
        for (const apexRRset of set.apexRRsets) expectTimes(apexRRset, policy, now)
      }
    }
    expect(changes).toBeGreaterThan(10)
    expect(changes).toBeLessThan(41)
  })

  it('equal times give equal sets, octet for octet, and nothing is signed twice', async () => {
    const ring = openRing()
    const [first] = await ring.keySets([example], NOW)
    const [second] = await ring.keySets([example], NOW + 1)
    expect(publicPart(second!)).toBe(publicPart(first!))
    const [later] = await ring.keySets([example], NOW + 86_400)
    expect(rrset(later!, Type.DNSKEY).signatures[0]).toEqual(rrset(first!, Type.DNSKEY).signatures[1])
  })

  it('a clock that was set back is noticed', async () => {
    const ring = openRing()
    const published = await ring.keySets([example], NOW)
    const back = NOW - 10 * 86_400
    expect(nextKeyChange(published, back)).toBe(back)
    const again = await ring.keySets([example], back)
    expect(nextKeyChange(again, back)).toBeGreaterThan(back)
    expectToHold(again[0]!, back)
  })

  it('no zone signed means no change', () => {
    expect(nextKeyChange([], NOW)).toBeUndefined()
  })

  it('zones are not all signed anew at one time, and when is a secret', async () => {
    const zones = Array.from({ length: 8 }, (_, index) => signedZone(`z${index}.`, { algorithms: [15] }))
    const times = async (fill: number) =>
      (await openRing({ secret: new Uint8Array(32).fill(fill) }).keySets(zones, NOW)).map((set) =>
        nextKeyChange([set], NOW),
      )
    const [one, other] = [await times(1), await times(2)]
    expect(new Set(one).size).toBe(8)
    expect(one).not.toEqual(other)
    expect(await times(1)).toEqual(one)
  })
})
