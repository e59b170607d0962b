import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyFromPassphrase, newDerivation } from '../../keys/passphrase.ts'
import { openFile, readSealedHeader, sealFile, type ZoneFileKey, zoneFileKeys } from '../../keys/sealed-file.ts'
import { isSealedFile } from '../../keys/sealed-mark.ts'
import { sealOctets } from '../../keys/sealed-octets.ts'
import { createSealing, type DataKey, openSealing, openSlot } from '../../keys/sealing.ts'
import { headerToRecord, recordToHeader } from '../../server/keys/header-record.ts'

const KEY = Buffer.alloc(32, 7)
const SECRET = Uint8Array.from({ length: 48 }, (_, index) => index)
const PASSPHRASE = Buffer.from('correct horse battery staple')

describe('slots', () => {
  it('open one data key, each with a number of its own', () => {
    const { header, sealing } = createSealing(KEY)
    const two = sealing.addSlot(header, { kind: 'credential', created: 9 }, Buffer.alloc(32, 8))
    const three = sealing.addSlot(two, { kind: 'key-file', created: 9 }, Buffer.alloc(32, 9))
    expect(three.slots.map(({ id, kind }) => [id, kind])).toEqual([
      [1, 'key-file'],
      [2, 'credential'],
      [3, 'key-file'],
    ])
    const sealed = sealing.seal(SECRET, 'a.', 'k')
    for (const [fill, kind] of [
      [7, 'key-file'],
      [8, 'credential'],
      [9, 'key-file'],
    ] as const) {
      const opened = openSealing(three, Buffer.alloc(32, fill), kind)!
      expect([...opened.sealing.open(sealed, 'a.', 'k')!]).toEqual([...SECRET])
      expect(opened.sealing.fingerprint).toBe(sealing.fingerprint)
    }
    const without = { ...three, slots: three.slots.filter(({ id }) => id !== 2) }
    expect(sealing.addSlot(without, { kind: 'key-file', created: 9 }, KEY).slots.at(-1)!.id).toBe(2)
  })

  it('are good for their kind alone', () => {
    const { header } = createSealing(KEY)
    expect(openSlot({ ...header.slots[0]!, kind: 'credential' } as (typeof header.slots)[0], KEY)).toBeUndefined()
  })

  it('take a new data key without their own keys, all but those that are removed', () => {
    const { header, sealing } = createSealing(KEY)
    const two = sealing.addSlot(header, { kind: 'credential', created: 9 }, Buffer.alloc(32, 8))
    const renewed = sealing.renew({ ...two, slots: two.slots.slice(1) })!
    expect(openSealing(renewed.header, KEY)).toBeUndefined()
    const opened = openSealing(renewed.header, Buffer.alloc(32, 8), 'credential')!
    expect(opened.sealing.fingerprint).toBe(renewed.sealing.fingerprint)
    expect(opened.sealing.fingerprint).not.toBe(sealing.fingerprint)
    const sealed = renewed.sealing.seal(SECRET, 'a.', 'k')
    expect(sealing.open(sealed, 'a.', 'k')).toBeUndefined()
    expect([...opened.sealing.open(sealed, 'a.', 'k')!]).toEqual([...SECRET])
    // Who has the data key of before, and what the removed slot was opened by, gets nowhere with the header of today.
    for (const slot of renewed.header.slots) {
      expect(openSlot(slot, KEY)).toBeUndefined()
      expect(Buffer.from(slot.sealed).equals(Buffer.from(two.slots[1]!.sealed))).toBe(false)
    }
    for (const former of renewed.header.formerFileKeys!) {
      expect(sealing.writeFormerFileKey(former, new Uint8Array(32))).toBe(false)
    }
  })

  it('that are from before there were key pairs take no other', () => {
    const { header, sealing } = createSealing(KEY)
    const [{ publicKey: _, ...old }] = header.slots as [(typeof header.slots)[0]]
    expect(sealing.renew({ ...header, slots: [old] })).toBeUndefined()
  })

  it('that were changed do not open', () => {
    const { header } = createSealing(KEY)
    const [slot] = header.slots
    for (let at = 0; at < slot!.sealed.length; at++) {
      const sealed = slot!.sealed.slice()
      sealed[at]! ^= 1
      expect(openSlot({ ...slot!, sealed }, KEY)).toBeUndefined()
    }
    expect(openSlot({ ...slot!, sealed: slot!.sealed.subarray(1) }, KEY)).toBeUndefined()
  })

  it('end with the data key', () => {
    const { sealing } = createSealing(KEY)
    sealing.end()
    sealing.end()
    expect(() => sealing.seal(SECRET, 'a.', 'k')).toThrow('the data key is gone')
  })

  it('open by a passphrase, by that one alone, at the cost that they keep', async () => {
    const { header, sealing } = createSealing(KEY)
    const derivation = newDerivation('moderate')
    expect(derivation).toMatchObject({ operations: 3, memoryOctets: 2 ** 28 })
    const key = (await keyFromPassphrase(PASSPHRASE, derivation))!
    const slot = sealing.addSlot(header, { kind: 'passphrase', created: 1, ...derivation }, key).slots[1]!
    expect(slot.kind).toBe('passphrase')
    expect(openSlot(slot, key)!.fingerprint).toBe(sealing.fingerprint)
    const wrong = (await keyFromPassphrase(Buffer.from('correct horse battery stapler'), derivation))!
    expect(openSlot(slot, wrong)).toBeUndefined()
    const salted = (await keyFromPassphrase(PASSPHRASE, newDerivation('moderate')))!
    expect(openSlot(slot, salted)).toBeUndefined()
  }, 60_000)

  it('cost nothing where their numbers are none that Veil writes', async () => {
    const good = newDerivation('moderate')
    for (const bad of [
      { operations: 1 },
      { operations: 17 },
      { operations: 3.5 },
      { memoryOctets: 8192 },
      { memoryOctets: 2 ** 40 },
      { salt: new Uint8Array(8) },
    ]) {
      expect(await keyFromPassphrase(PASSPHRASE, { ...good, ...bad })).toBeUndefined()
    }
  })
})

it('the slot of a store from before there were several has a number, and opens', () => {
  const { header, sealing } = createSealing(KEY)
  const { version, slots } = headerToRecord(header)
  expect(recordToHeader(headerToRecord(header))).toEqual(header)
  const { kind, sealed, publicKey } = slots[0] as { kind: 'key-file'; sealed: string; publicKey: string }
  const old = recordToHeader({ version, slots: [{ kind, sealed, publicKey }] })
  expect(old.slots).toMatchObject([{ id: 1, kind: 'key-file', created: 0 }])
  expect(openSealing(old, KEY)!.sealing.fingerprint).toBe(sealing.fingerprint)
  const octets = Buffer.from(Array.from({ length: 32 }, (_, at) => at))
  const symmetric = sealOctets(octets, Buffer.from('veil data key\0key-file'), KEY)
  expect(openSlot({ kind: 'key-file', id: 1, created: 0, sealed: symmetric }, KEY)).toBeDefined()
})

describe('a sealed zone file', () => {
  const TEXT = Buffer.from('db.staging 300 IN A 192.0.2.7\n')
  const fileKey = (dataKey: DataKey): ZoneFileKey => {
    const key = new Uint8Array(32)
    dataKey.writeZoneFileKey(key)
    return { store: dataKey.fingerprint, key }
  }
  const { header, sealing } = createSealing(KEY)
  const mine = fileKey(sealing)
  const sealed = sealFile(TEXT, { zone: 'example.com.', name: 'internal.zone' }, mine)
  const open = (octets: Uint8Array) => openFile(octets, 'example.com.', 'internal.zone', mine)

  it('says what it is and nothing of what is in it', () => {
    expect(isSealedFile(sealed)).toBe(true)
    expect(isSealedFile(TEXT)).toBe(false)
    expect(isSealedFile(Buffer.alloc(0))).toBe(false)
    expect(readSealedHeader(sealed)).toEqual({
      ...{ version: 1, zone: 'example.com.', name: 'internal.zone', store: mine.store },
    })
    expect(Buffer.from(sealed).includes('staging')).toBe(false)
    expect(open(sealed)).toEqual({ kind: 'opened', octets: TEXT })
  })

  it('opens with the keys of before, however often there was a new one, and those of before do not open new ones', () => {
    let current = { header, sealing }
    for (let time = 0; time < 3; time++) current = current.sealing.renew(current.header)!
    const keys = zoneFileKeys(current.sealing, current.header, (octets) => new Uint8Array(octets))
    expect(keys.former).toHaveLength(3)
    expect(openFile(sealed, 'example.com.', 'internal.zone', keys)).toEqual({ kind: 'opened', octets: TEXT })
    const anew = sealFile(TEXT, { zone: 'example.com.', name: 'internal.zone' }, keys)
    expect(openFile(anew, 'example.com.', 'internal.zone', mine).kind).toBe('another-store')
    expect(openFile(anew, 'example.com.', 'internal.zone', { ...mine, store: keys.store }).kind).toBe('damaged')
  })

  it('gives away its size in steps of 4096 octets alone', () => {
    const sizes = [0, 1, 100, 4000, 4092].map(
      (length) => sealFile(Buffer.alloc(length), { zone: 'a.', name: 'a' }, mine).length,
    )
    expect(new Set(sizes).size).toBe(1)
    expect(sealFile(Buffer.alloc(4093), { zone: 'a.', name: 'a' }, mine)).toHaveLength(sizes[0]! + 4096)
  })

  it('holds any octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 9000 }), (octets) => {
        const opened = openFile(sealFile(octets, { zone: 'a.', name: 'b' }, mine), 'a.', 'b', mine)
        return opened.kind === 'opened' && Buffer.compare(opened.octets, octets) === 0
      }),
      { numRuns: 30 },
    )
  })

  it('is not opened for another zone, under another name, or with another store’s key', () => {
    expect(openFile(sealed, 'example.org.', 'internal.zone', mine).kind).toBe('another-zone')
    expect(openFile(sealed, 'example.com.', 'branch.zone', mine).kind).toBe('another-name')
    const other = fileKey(createSealing(KEY).sealing)
    expect(openFile(sealed, 'example.com.', 'internal.zone', other).kind).toBe('another-store')
    const forged = Buffer.from(
      Buffer.from(sealed).toString('latin1').replace('internal.zone', 'inferior.zone'),
      'latin1',
    )
    expect(openFile(forged, 'example.com.', 'inferior.zone', mine).kind).toBe('damaged')
  })

  it('is damaged once any octet was changed, or some are missing', () => {
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), (at, bits) => {
        const changed = Uint8Array.from(sealed)
        changed[at]! ^= bits
        return open(changed).kind !== 'opened'
      }),
      { numRuns: 300 },
    )
    for (let length = 1; length < sealed.length; length += 7) {
      const torn = sealed.subarray(0, length)
      expect(isSealedFile(torn)).toBe(true)
      expect(open(torn).kind).toBe('damaged')
    }
  })
})
