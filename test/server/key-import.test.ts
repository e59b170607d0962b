import { describe, expect, it } from 'vitest'
import { keyTagOf } from '../../dns/key-tag.ts'
import { dnskeyRdata } from '../../keys/dnskey.ts'
import type { KeyRole } from '../../keys/key-role.ts'
import type { StoredKey, StoredKeySet } from '../../keys/key-store.ts'
import { assumedRecords } from '../../keys/rollover/assumed-records.ts'
import { createSealing } from '../../keys/sealing.ts'
import { CommandError } from '../../server/control/server.ts'
import { importWish, keyToWire, readImport } from '../../server/keys/key-import.ts'
import type { Vault } from '../../server/keys/vault.ts'
import { anyKey } from '../keys/formats/samples.ts'

const ZONE = 'example.com.'
const NOW = 1_800_000_000
const { sealing } = createSealing(Buffer.alloc(32, 5))
const server = { vault: { open: async () => sealing } as unknown as Vault }

/** A key as dnsctl seals it. */
async function sealedKey(role: KeyRole, id: string): Promise<StoredKey> {
  const privateKey = await anyKey(13)
  const dnskey = dnskeyRdata(role, 13, privateKey)
  const sealed = sealing.seal(privateKey.export({ format: 'der', type: 'pkcs8' }), ZONE, id)
  const states = { created: 1, duty: 'active', dutySince: 1, records: assumedRecords(role, 1) } as const
  return { id, role, algorithm: 13, keyTag: keyTagOf(dnskey), ...states, dnskey, sealed }
}

const emptySet: StoredKeySet = { zone: ZONE, epoch: 4, goal: 'secure', isPaused: false, keys: [] }

async function codeOf(run: () => unknown): Promise<string> {
  try {
    await run()
  } catch (error) {
    if (error instanceof CommandError) return error.code
    throw error
  }
  return 'done'
}

describe('keys on their way into a running server', () => {
  it('come in as they were sealed', async () => {
    const keys = [await sealedKey('ksk', 'a1'), await sealedKey('zsk', 'a2')]
    const imported = await readImport(server, { zone: ZONE, keys: keys.map(keyToWire), retiring: [] })
    expect(imported).toEqual({ incoming: keys, retiring: [] })
    const wish = importWish(imported, ZONE, emptySet, NOW)
    expect(wish.lead).toBe(`imported ksk ${keys[0]!.keyTag}, zsk ${keys[1]!.keyTag}`)
    expect(wish.edit!(emptySet).keys).toEqual(keys)
  })

  it('are refused where anything about them is not right', async () => {
    const [ksk, zsk] = [await sealedKey('ksk', 'a1'), await sealedKey('zsk', 'a2')]
    const wire = keyToWire(ksk) as Record<string, unknown>
    const { sealed: _, ...unsealed } = wire
    const foreignSeal = createSealing(Buffer.alloc(32, 6)).sealing
    const elsewhere = foreignSeal.seal(Buffer.from('secret'), ZONE, 'a1')
    for (const [args, code] of [
      [{}, 'bad-request'],
      [{ zone: 7, keys: [wire], retiring: [] }, 'bad-request'],
      [{ zone: ZONE, keys: [], retiring: [] }, 'bad-request'],
      [{ zone: ZONE, keys: 'all', retiring: [] }, 'bad-request'],
      [{ zone: ZONE, keys: [wire] }, 'bad-request'],
      [{ zone: ZONE, keys: [unsealed], retiring: [] }, 'bad-request'],
      [{ zone: ZONE, keys: [{ ...wire, more: 1 }], retiring: [] }, 'bad-request'],
      [{ zone: ZONE, keys: [{ ...wire, id: '../a' }], retiring: [] }, 'bad-request'],
      [{ zone: ZONE, keys: [{ ...wire, role: 'zsk' }], retiring: [] }, 'bad-request'],
      [{ zone: ZONE, keys: [{ ...wire, keyTag: 1 }], retiring: [] }, 'bad-request'],
      [{ zone: ZONE, keys: [{ ...wire, algorithm: 7 }], retiring: [] }, 'bad-request'],
      [{ zone: ZONE, keys: [{ ...wire, dnskey: 'AAAA' }], retiring: [] }, 'bad-request'],
      [{ zone: ZONE, keys: [{ ...wire, records: {} }], retiring: [] }, 'bad-request'],
      // Sealed for another key, for another zone, by another store, and another key's.
      [{ zone: ZONE, keys: [{ ...wire, id: 'a9' }], retiring: [] }, 'refused'],
      [{ zone: 'example.net.', keys: [wire], retiring: [] }, 'refused'],
      [{ zone: ZONE, keys: [{ ...wire, sealed: Buffer.from(elsewhere).toString('base64') }], retiring: [] }, 'refused'],
      [{ zone: ZONE, keys: [{ ...(keyToWire(zsk) as object), sealed: wire.sealed }], retiring: [] }, 'refused'],
    ] as const) {
      expect(await codeOf(() => readImport(server, args)), JSON.stringify(args).slice(0, 120)).toBe(code)
    }
  })

  it('complete a key that is there, and change nothing else of it', async () => {
    const [ksk, zsk] = [await sealedKey('ksk', 'a1'), await sealedKey('zsk', 'a2')]
    const foreign: StoredKey = { ...zsk, sealed: undefined, isForeign: true, duty: 'retired', dutySince: 9 }
    const set = { ...emptySet, keys: [ksk, foreign] }
    const { edit } = importWish({ incoming: [zsk], retiring: [] }, ZONE, set, NOW)
    expect(edit!(set).keys).toEqual([ksk, { ...zsk, duty: 'retired', dutySince: 9 }])
  })

  it('are refused where the zone must not get them', async () => {
    const [ksk, zsk] = [await sealedKey('ksk', 'a1'), await sealedKey('zsk', 'a2')]
    const wish = (incoming: StoredKey[], retiring: string[], set = emptySet) =>
      codeOf(() => importWish({ incoming, retiring }, ZONE, set, NOW))
    expect(await wish([ksk], [])).toBe('refused')
    expect(await wish([ksk, zsk], ['gone'])).toBe('refused')
    const stranger = { ...(await sealedKey('zsk', 'a1')), id: 'a1' }
    expect(await wish([stranger], [], { ...emptySet, keys: [ksk, zsk] })).toBe('bad-request')
    expect(await wish([ksk, zsk], [])).toBe('done')
  })
})
