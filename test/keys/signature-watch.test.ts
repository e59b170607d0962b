import { describe, expect, it } from 'vitest'
import { nameFromText } from '../../dns/name.ts'
import type { KeyMaterial, KeySetDescriptor } from '../../keys/key-set.ts'
import { openSigningKey } from '../../keys/open-signing-key.ts'
import { createSealing } from '../../keys/sealing.ts'
import { offerSample, openSampleCell, SAMPLE_OCTETS } from '../../keys/signature-sample.ts'
import { rrsigPrefix, signingInput } from '../../keys/signing-input.ts'
import { createTurns } from '../../server/in-turn.ts'
import { openKeyRing } from '../../server/keys/key-ring.ts'
import { verifySamples, type WatchedServer } from '../../server/signature-watch.ts'
import { drawKey, signedZone } from '../helpers/keys.ts'
import { openMemoryKeyStore } from '../helpers/memory-store.ts'

const NOW = 1_800_000_000
const ZONES = [signedZone('a.example.', { algorithms: [13, 15] }), signedZone('b.example.')]

interface Watch {
  readonly server: WatchedServer & { descriptor: { keySets: KeySetDescriptor[] } }
  readonly told: string[]
  readonly logged: { object: unknown; message: string }[]
  /** Has worker `worker` leave a signature by the zone's key. */
  leave(worker: number, zone: string, material: KeyMaterial, damage?: (signature: Uint8Array) => void): void
  verify(): Promise<void>
  signers(zone: string): number[]
}

async function watch(): Promise<Watch> {
  const keyRing = openKeyRing({
    ...{ store: openMemoryKeyStore(), secret: new Uint8Array(32), report: () => {} },
    unlock: async () => createSealing(new Uint8Array(32)).sealing,
  })
  const cells = [0, 1].map(() => new SharedArrayBuffer(SAMPLE_OCTETS))
  const told: string[] = []
  const logged: Watch['logged'] = []
  const server = {
    descriptor: { keySets: await keyRing.keySets(ZONES, NOW) },
    ...{ keyRing, inTurn: createTurns(), pool: { samples: () => cells } },
    log: { fatal: (object: unknown, message: string) => logged.push({ object, message }) },
  } as unknown as Watch['server']
  const publishAnew = async (): Promise<void> => {
    server.descriptor.keySets = await keyRing.keySets(ZONES, NOW)
  }
  return {
    ...{ server, logged, told },
    leave: (worker, zone, material, damage = () => {}) => {
      const key = openSigningKey(material)
      const apex = nameFromText(zone)
      const rrset = { owner: apex, type: 1, ttl: 60, rdatas: [Uint8Array.of(192, 0, 2, 1)] }
      const fields = { algorithm: key.algorithm, keyTag: key.keyTag, inception: 1, expiration: 2, signer: apex }
      const data = signingInput(rrsigPrefix(rrset, fields), rrset)
      const signature = new Uint8Array(key.signatureOctets)
      key.sign(data, data.length, signature, 0)
      damage(signature)
      offerSample(openSampleCell(cells[worker]!), key, data, data.length, signature, 0)
    },
    verify: () =>
      verifySamples(server, {
        ...{ publishAnew, handOver: async () => undefined, check: async () => {} },
        tell: (_, zone, what) => told.push(`${zone} ${what}`),
      }),
    signers: (zone) =>
      server.descriptor.keySets.find((set) => set.zone === zone)!.signers.map(({ algorithm }) => algorithm),
  }
}

function keyOf({ server }: Watch, zone: string, algorithm: number): KeyMaterial {
  const set = server.descriptor.keySets.find((each) => each.zone === zone)!
  return set.signers.find((signer) => signer.algorithm === algorithm)!
}

const flipBit = (signature: Uint8Array): void => {
  signature[7]! ^= 1
}

describe('the watch over signatures', () => {
  it('is content with signatures that hold, and makes room for the next', async () => {
    const watched = await watch()
    for (let round = 0; round < 3; round++) {
      watched.leave(0, 'a.example.', keyOf(watched, 'a.example.', 13))
      watched.leave(1, 'b.example.', keyOf(watched, 'b.example.', 13))
      await watched.verify()
    }
    await watched.verify()
    expect(watched.logged).toEqual([])
    expect(watched.signers('a.example.')).toEqual([13, 15])
  })

  it('puts a key out of use that made one that does not hold, and says so; other keys and zones go on', async () => {
    const watched = await watch()
    const bad = keyOf(watched, 'a.example.', 15)
    const epoch = watched.server.descriptor.keySets[0]!.epoch
    watched.leave(1, 'a.example.', bad, flipBit)
    await watched.verify()
    expect(watched.logged).toMatchObject([{ object: { zone: 'a.example.', keyTag: bad.keyTag, algorithm: 15 } }])
    expect(watched.logged[0]!.message).toContain('does not hold')
    expect(watched.told).toEqual([expect.stringContaining('`dnsctl key roll a.example. --role zsk`')])
    expect(watched.signers('a.example.')).toEqual([13])
    expect(watched.signers('b.example.')).toEqual([13])
    expect(watched.server.descriptor.keySets[0]!.epoch).toBe(epoch + 1)
    // It stays published, so that what caches have of it goes on holding.
    expect(watched.server.descriptor.keySets[0]!.apexRRsets[0]!.count).toBe(4)
  })

  it('leaves a zone without any key rather than with one that signs wrongly', async () => {
    const watched = await watch()
    watched.leave(0, 'b.example.', keyOf(watched, 'b.example.', 13), flipBit)
    await watched.verify()
    expect(watched.signers('b.example.')).toEqual([])
    await watched.verify()
    expect(watched.logged).toHaveLength(1)
  })

  it('does not mind signatures of keys that are published no more', async () => {
    const watched = await watch()
    watched.leave(0, 'b.example.', await drawKey(13), flipBit)
    watched.leave(1, 'c.example.', await drawKey(13), flipBit)
    await watched.verify()
    expect(watched.logged).toEqual([])
  })
})
