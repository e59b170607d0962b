import { KeyObject } from 'node:crypto'
import { inspect } from 'node:util'
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { Type } from '../../dns/constants.ts'
import { keyTagOf } from '../../dns/key-tag.ts'
import type { KeySetDescriptor } from '../../keys/key-set.ts'
import { checkKey, makeKey } from '../../keys/make-key.ts'
import { openSigningKey } from '../../keys/open-signing-key.ts'
import { StartError } from '../../server/state/state-folder.ts'
import { example, NOW, openRing, settledSets } from '../helpers/key-ring.ts'
import { ALL_ALGORITHMS, drawKey, signedZone } from '../helpers/keys.ts'
import { openMemoryKeyStore } from '../helpers/memory-store.ts'

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

  it('are announced to the parent once no cache can lack what they have signed', async () => {
    const ring = openRing()
    const [set] = await ring.keySets([example], NOW)
    expect(set!.apexRRsets.map(({ type }) => type)).toEqual([Type.DNSKEY])
    const [settled] = await settledSets(ring, [example], NOW)
    expect(settled!.apexRRsets.map(({ type }) => type)).toEqual([Type.DNSKEY, Type.CDS, Type.CDNSKEY])
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

  it.each(['sealed', 'dnskey', 'keyTag', 'role', 'algorithm'] as const)(
    'refuses a key whose %s was tampered with',
    async (field) => {
      const ring = openRing()
      await ring.keySets([example], NOW)
      const set = ring.store.get('example.com.')!
      const keys = set.keys.map((key) => {
        if (field === 'role') return { ...key, role: key.role === 'ksk' ? ('zsk' as const) : ('ksk' as const) }
        if (field === 'algorithm') return { ...key, algorithm: 8 }
        if (field === 'keyTag') return { ...key, keyTag: key.keyTag ^ 1 }
        const octets = key[field]!.slice()
        octets[octets.length - 1]! ^= 1
        return { ...key, [field]: octets }
      })
      await ring.store.put([{ set: { ...set, keys }, entry: undefined }])
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
    await ring.store.put([{ set: { ...ring.store.get('example.com.')!, zone: 'example.net.' }, entry: undefined }])
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
