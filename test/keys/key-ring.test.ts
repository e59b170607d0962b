import { createHash, KeyObject } from 'node:crypto'
import { inspect } from 'node:util'
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { Class, Type } from '../../dns/constants.ts'
import { nameFromText } from '../../dns/name.ts'
import { rdataToText } from '../../dns/rr/rdata.ts'
import { checkApexSignatures, signApexRRset } from '../../keys/apex-rrsets.ts'
import { keyTagOf } from '../../keys/dnskey.ts'
import type { KeySetDescriptor, SignedApexRRset } from '../../keys/key-set.ts'
import type { KeyStore } from '../../keys/key-store.ts'
import { checkKey, type Generate, generateKey, makeKey } from '../../keys/make-key.ts'
import { openSigningKey } from '../../keys/open-signing-key.ts'
import { createSealing } from '../../keys/sealing.ts'
import { isSignatureValid } from '../../keys/second-opinion.ts'
import { signaturePolicy } from '../../keys/signature-policy.ts'
import { signingInput } from '../../keys/signing-input.ts'
import { type KeyNotice, type KeyRing, openKeyRing } from '../../server/key-ring.ts'
import { nextKeyChange } from '../../server/key-set-signatures.ts'
import { StartError } from '../../server/state-folder.ts'
import { DenialMode } from '../../zones/denial/denial.ts'
import { ALL_ALGORITHMS, drawKey, signedZone } from '../helpers/keys.ts'
import { openMemoryKeyStore } from '../helpers/memory-store.ts'

const NOW = 1_800_000_000
const KEY_FILE = Buffer.alloc(32, 3)

interface TestRing extends KeyRing {
  readonly store: KeyStore
  readonly notices: KeyNotice[]
  /** Another ring over the same store, as after a restart. */
  restart(): TestRing
}

function openRing({
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

const example = signedZone('example.com.')

describe('the keys of a zone', () => {
  it('are made once and found again', async () => {
    const ring = openRing()
    const [set] = await ring.keySets([example], NOW)
    expect(set).toMatchObject({ zone: 'example.com.', epoch: 1 })
    expect(ring.notices).toMatchObject([
      { kind: 'made', zone: 'example.com.', keys: [{ role: 'ksk' }, { role: 'zsk' }] },
    ])
    const again = ring.restart()
    const [found] = await again.keySets([example], NOW)
    expect(again.notices).toEqual([])
    expect(found!.signers.map(({ dnskey }) => dnskey)).toEqual(set!.signers.map(({ dnskey }) => dnskey))
    expect(found!.epoch).toBe(1)
    expect(again.list()).toEqual(ring.list())
  })

  it('are a KSK and a ZSK of each algorithm; workers get the ZSKs alone', async () => {
    const ring = openRing()
    const [set] = await ring.keySets([signedZone('a.', { algorithms: ALL_ALGORITHMS })], NOW)
    expect(ring.list().map(({ role, algorithm }) => [role, algorithm])).toEqual([
      ...ALL_ALGORITHMS.map((algorithm) => ['ksk', algorithm]),
      ...ALL_ALGORITHMS.map((algorithm) => ['zsk', algorithm]),
    ])
    expect(set!.signers.map(({ algorithm }) => algorithm)).toEqual(ALL_ALGORITHMS)
    for (const { dnskey, keyTag } of set!.signers) {
      expect(dnskey[1]).toBe(0)
      expect(keyTagOf(dnskey)).toBe(keyTag)
    }
  })

  it('are made for zones that are signed here, and no others', async () => {
    const ring = openRing({ store: { ...openMemoryKeyStore(), settle: () => Promise.reject(new Error('not asked')) } })
    const zones = [
      { ...example, dnssec: { kind: 'off' } as const },
      { ...example, dnssec: { kind: 'presigned' } as const },
    ]
    expect(await ring.keySets(zones, NOW)).toEqual([])
    expect(ring.list()).toEqual([])
  })

  it('come in the order of the zones', async () => {
    const zones = ['b.', 'c.', 'a.', '.'].map((name) => signedZone(name, { algorithms: [15] }))
    const ring = openRing()
    expect((await ring.keySets(zones, NOW)).map(({ zone }) => zone)).toEqual(['b.', 'c.', 'a.', '.'])
    expect(ring.list().map(({ zone }) => zone)).toEqual(['.', '.', 'a.', 'a.', 'b.', 'b.', 'c.', 'c.'])
  })

  it('grow by the algorithms that join, with another epoch', async () => {
    const ring = openRing()
    const [before] = await ring.keySets([example], NOW)
    const [after] = await ring.keySets([signedZone('example.com.', { algorithms: [13, 15] })], NOW)
    expect(after!.epoch).toBe(2)
    expect(after!.signers.map(({ algorithm }) => algorithm)).toEqual([13, 15])
    expect(after!.signers[0]!.dnskey).toEqual(before!.signers[0]!.dnskey)
    expect(rrset(after!, Type.DNSKEY).count).toBe(4)
    expect(rrset(after!, Type.DNSKEY).signatures[0]!.count).toBe(2)
    expect(ring.notices[1]).toMatchObject({ kind: 'made', keys: [{ algorithm: 15 }, { algorithm: 15 }] })
  })

  it('go on signing when their algorithm is configured no more, and that is said once', async () => {
    const ring = openRing()
    await ring.keySets([signedZone('a.', { algorithms: [13, 15] })], NOW)
    const [set] = await ring.keySets([signedZone('a.', { algorithms: [15] })], NOW)
    await ring.keySets([signedZone('a.', { algorithms: [15] })], NOW)
    expect(set!.epoch).toBe(1)
    expect(set!.signers.map(({ algorithm }) => algorithm)).toEqual([13, 15])
    const told = ring.notices.filter(({ kind }) => kind === 'kept-algorithm')
    expect(told).toEqual([{ kind: 'kept-algorithm', zone: 'a.', algorithm: 13, mnemonic: 'ECDSAP256SHA256' }])
  })

  it('are drawn again where a tag is taken', async () => {
    const seen = new Map<number, KeyObject>()
    let pair: [KeyObject, KeyObject] | undefined
    // Two ZSKs of one tag: among so many that there surely are some.
    for (let draws = 0; pair === undefined && draws < 20_000; draws++) {
      const { keyTag, privateKey } = await drawKey(15)
      const other = seen.get(keyTag)
      if (other !== undefined) pair = [other, privateKey]
      seen.set(keyTag, privateKey)
    }
    const [one, twin] = pair!
    const fresh = await drawKey(15)
    const queue = [twin, fresh.privateKey]
    const zsk = await makeKey('zsk', 15, [], async () => one)
    const next = await makeKey('zsk', 15, [zsk.dnskey], async () => queue.shift()!)
    expect(queue).toEqual([])
    expect(next.keyTag).not.toBe(zsk.keyTag)
    await expect(makeKey('zsk', 15, [zsk.dnskey], async () => twin)).rejects.toThrow('a key tag of its own')
  })

  it('are never stored when the second opinion does not accept what they sign', async () => {
    // A key of another curve than the algorithm has.
    const { privateKey } = await drawKey(14)
    const ring = openRing({ generate: async () => privateKey })
    await expect(ring.keySets([example], NOW)).rejects.toThrow('makes signatures that do not hold')
    expect(ring.store.zones()).toEqual([])
    expect(ring.notices).toEqual([])
  })

  it('are checked against the DNSKEY to be published, not against themselves', async () => {
    const [material, other] = await Promise.all([drawKey(13), drawKey(13)])
    expect(() => checkKey(material, openSigningKey(material))).not.toThrow()
    expect(() => checkKey(material, openSigningKey({ ...material, privateKey: other.privateKey }))).toThrow(
      'do not hold',
    )
  })
})

describe('the apex RRsets', () => {
  it('are DNSKEY, CDS and CDNSKEY, in canonical order', async () => {
    const [set] = await openRing().keySets([signedZone('a.', { algorithms: [13, 14, 15] })], NOW)
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
    const [removing] = await ring.keySets([signedZone('a.', { cds: 'delete' })], NOW)
    expect(textsOf(removing!, Type.CDS)).toEqual(['0 0 0 00'])
    expect(textsOf(removing!, Type.CDNSKEY)).toEqual(['0 3 0 AA=='])
    expectToHold(removing!, NOW)
    const [silent] = await ring.keySets([signedZone('a.', { cds: 'off' })], NOW)
    expect(silent!.apexRRsets.map(({ type }) => type)).toEqual([Type.DNSKEY])
    const [publishing] = await ring.keySets([signedZone('a.')], NOW)
    expect(textsOf(publishing!, Type.CDS)).not.toEqual(['0 0 0 00'])
    expectToHold(publishing!, NOW)
  })

  it('have NSEC3PARAM, signed by the ZSKs, where NSEC3 denies', async () => {
    const [set] = await openRing().keySets([signedZone('a.', { denial: DenialMode.Nsec3WhiteLies })], NOW)
    expect(set!.apexRRsets.map(({ type }) => type)).toEqual([Type.DNSKEY, Type.NSEC3PARAM, Type.CDS, Type.CDNSKEY])
    expect(textsOf(set!, Type.NSEC3PARAM)).toEqual(['1 0 0 -'])
    expectToHold(set!, NOW)
  })

  it('have no larger TTL than the zone allows', async () => {
    const [set] = await openRing().keySets([signedZone('a.', { policy: signaturePolicy(86_400, 300) })], NOW)
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

describe('what goes wrong', () => {
  it('gives no key that is not on disk', async () => {
    const store = openMemoryKeyStore()
    const ring = openRing({ store: { ...store, put: () => Promise.reject(new Error('disk full')) } })
    await expect(ring.keySets([example], NOW)).rejects.toThrow('disk full')
    expect(ring.notices).toEqual([])
    expect(ring.list()).toEqual([])
  })

  it('gives no key that an earlier process may not have brought to the disk', async () => {
    const ring = openRing()
    await ring.keySets([example], NOW)
    const store = { ...ring.store, settle: () => Promise.reject(new Error('disk full')) }
    await expect(openRing({ store }).keySets([example], NOW)).rejects.toThrow('disk full')
  })

  it('waits for the disk again after it failed, before what the store shows counts', async () => {
    const store = openMemoryKeyStore()
    const calls: string[] = []
    let fails = true
    const ring = openRing({
      store: {
        ...store,
        put: async (sets) => {
          calls.push('put')
          await store.put(sets)
          if (fails) throw new Error('disk full')
        },
        settle: async () => {
          calls.push('settle')
        },
      },
    })
    await expect(ring.keySets([example], NOW)).rejects.toThrow('disk full')
    fails = false
    expect((await ring.keySets([example], NOW))[0]!.epoch).toBe(1)
    expect(calls).toEqual(['settle', 'put', 'settle'])
  })

  it.each(['sealed', 'dnskey', 'keyTag', 'role'] as const)(
    'refuses a key whose %s was tampered with',
    async (field) => {
      const ring = openRing()
      await ring.keySets([example], NOW)
      const set = ring.store.get('example.com.')!
      const keys = set.keys.map((key) => {
        if (field === 'role') return { ...key, role: key.role === 'ksk' ? ('zsk' as const) : ('ksk' as const) }
        if (field === 'keyTag') return { ...key, keyTag: key.keyTag ^ 1 }
        const octets = key[field].slice()
        octets[octets.length - 1]! ^= 1
        return { ...key, [field]: octets }
      })
      await ring.store.put([{ ...set, keys }])
      const error = await ring
        .restart()
        .keySets([example], NOW)
        .catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(StartError)
      expect((error as StartError).message).toMatch(/cannot be opened|is not the one of its DNSKEY/)
    },
  )

  it('refuses a key that was moved to another zone', async () => {
    const ring = openRing()
    await ring.keySets([example], NOW)
    await ring.store.put([{ ...ring.store.get('example.com.')!, zone: 'example.net.' }])
    await expect(ring.restart().keySets([signedZone('example.net.')], NOW)).rejects.toThrow('cannot be opened')
  })
})

describe('secrets', () => {
  it('show in no JSON, listing, notice or store', async () => {
    const ring = openRing()
    const [set] = await ring.keySets([signedZone('a.', { algorithms: [13, 15] })], NOW)
    const store = ring.store.get('a.')
    const shown = [set, ring.list(), ring.notices, store]
      .map((value) => JSON.stringify(value) + inspect(value, { depth: 9 }))
      .join('\n')
    for (const { privateKey } of set!.signers) {
      const { d } = privateKey.export({ format: 'jwk' })
      const octets = Buffer.from(d!, 'base64url')
      const forms = [
        d!,
        octets.toString('hex'),
        octets.toString('base64'),
        JSON.stringify([...octets]).slice(1, -1),
        [...octets]
          .map((octet, at) => `"${at}":${octet}`)
          .slice(0, 8)
          .join(','),
      ]
      for (const form of forms) expect(shown).not.toContain(form)
    }
    expect(JSON.stringify(set!.signers[0]!.privateKey)).toBe('{}')
    expect(shown).not.toContain('PRIVATE')
  })

  it('are clonable to workers as keys', async () => {
    const [set] = await openRing().keySets([example], NOW)
    const { port1, port2 } = new MessageChannel()
    port1.postMessage(set)
    const { message } = receiveMessageOnPort(port2) as { message: KeySetDescriptor }
    port1.close()
    expect(message.signers[0]!.privateKey).toBeInstanceOf(KeyObject)
    expect(message.signers[0]!.privateKey.equals(set!.signers[0]!.privateKey)).toBe(true)
  })
})

function rrset(set: KeySetDescriptor, type: number): SignedApexRRset {
  return set.apexRRsets.find((each) => each.type === type)!
}

function textsOf(set: KeySetDescriptor, type: number): string[] {
  return readBlock(rrset(set, type).block).map(({ rdata }) => rdataToText(type, rdata))
}

/** RDATA of the KSKs in DNSKEY, as published. */
function ksks(set: KeySetDescriptor): Buffer[] {
  return dnskeys(set).filter((dnskey) => dnskey[1] === 1)
}

function dnskeys(set: KeySetDescriptor): Buffer[] {
  return readBlock(rrset(set, Type.DNSKEY).block).map(({ rdata }) => rdata)
}

/** Every signature holds in the second opinion under the published keys of the role that signs the type, and now. */
function expectToHold(set: KeySetDescriptor, now: number): void {
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

function expectTimes(apexRRset: SignedApexRRset, policy: { maxTtl: number; backdate: number }, now: number): void {
  const holding = apexRRset.signatures.findLast(({ from }) => from <= now)!
  for (const { rdata } of readBlock(holding.block)) {
    expect(rdata.readUInt32BE(8) - now).toBeGreaterThan(policy.maxTtl)
    expect(now - rdata.readUInt32BE(12)).toBeGreaterThanOrEqual(policy.backdate)
  }
}

function readBlock(block: Uint8Array): { type: number; ttl: number; rdata: Buffer }[] {
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

function publicPart({ signers, ...rest }: KeySetDescriptor): string {
  return JSON.stringify([rest, signers.map(({ dnskey }) => dnskey)])
}
