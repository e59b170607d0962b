import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createSealing, openSealing } from '../../keys/sealing.ts'
import { wipe } from '../../keys/secret-octets.ts'
import { KEY_FILE, unlockKeys } from '../../server/keys/key-file.ts'
import { StartError } from '../../server/state/state-folder.ts'
import { openMemoryKeyStore } from '../helpers/memory-store.ts'

const KEY = Buffer.alloc(32, 7)
const SECRET = Uint8Array.from({ length: 138 }, (_, index) => index)

describe('a sealed private key', () => {
  const { header, sealing } = createSealing(KEY)

  it('is opened by whoever has the key file', () => {
    const sealed = sealing.seal(SECRET, 'example.com.', 'k1')
    expect(Buffer.from(sealed).includes(Buffer.from(SECRET.subarray(0, 16)))).toBe(false)
    const again = openSealing(header, KEY)!.sealing
    expect([...again.open(sealed, 'example.com.', 'k1')!]).toEqual([...SECRET])
  })

  it('is sealed otherwise each time', () => {
    const [first, second] = [sealing.seal(SECRET, 'a.', 'k'), sealing.seal(SECRET, 'a.', 'k')]
    expect(Buffer.compare(first, second)).not.toBe(0)
  })

  it('is bound to its zone and key id', () => {
    const sealed = sealing.seal(SECRET, 'a.', 'k1')
    for (const [zone, id] of [
      ['b.', 'k1'],
      ['a.', 'k2'],
      ['a.k', '1'],
      ['', 'a.k1'],
    ] as const) {
      expect(sealing.open(sealed, zone, id)).toBeUndefined()
    }
  })

  it('does not open once any octet was changed, or some are missing', () => {
    const sealed = sealing.seal(SECRET, 'a.', 'k')
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), (at, bits) => {
        const changed = sealed.slice()
        changed[at]! ^= bits
        return sealing.open(changed, 'a.', 'k') === undefined
      }),
    )
    for (let length = 0; length < sealed.length; length++) {
      expect(sealing.open(sealed.subarray(0, length), 'a.', 'k')).toBeUndefined()
    }
  })

  it('does not open under another key file, or another store’s data key', () => {
    expect(openSealing(header, Buffer.alloc(32, 8))).toBeUndefined()
    const other = createSealing(KEY).sealing
    expect(other.open(sealing.seal(SECRET, 'a.', 'k'), 'a.', 'k')).toBeUndefined()
  })

  it('is opened by any slot that fits, whatever others there are', () => {
    const foreign = createSealing(Buffer.alloc(32, 9)).header.slots[0]!
    const later = { kind: 'passphrase', sealed: new Uint8Array(72) } as unknown as typeof foreign
    const sealed = sealing.seal(SECRET, 'a.', 'k')
    const opened = openSealing({ version: 1, slots: [later, foreign, ...header.slots] }, KEY)!.sealing
    expect([...opened.open(sealed, 'a.', 'k')!]).toEqual([...SECRET])
    expect(openSealing({ version: 1, slots: [later, foreign] }, KEY)).toBeUndefined()
  })
})

it('overwrites what was secret', () => {
  const octets = Buffer.from('secret')
  wipe(octets)
  expect([...octets]).toEqual([0, 0, 0, 0, 0, 0])
})

describe('the key file', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'veil-key-file-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const path = () => join(folder, KEY_FILE)

  it('is made on the first start, for its owner alone, and fits from then on', async () => {
    const store = openMemoryKeyStore()
    const sealed = (await unlockKeys(folder, store)).seal(SECRET, 'a.', 'k')
    expect(statSync(path()).mode & 0o777).toBe(0o600)
    expect(readFileSync(path())).toHaveLength(32)
    expect(new Set(readFileSync(path())).size).toBeGreaterThan(8)
    expect(readdirSync(folder)).toEqual([KEY_FILE])
    expect([...(await unlockKeys(folder, store)).open(sealed, 'a.', 'k')!]).toEqual([...SECRET])
  })

  it('is on disk before the store says anything of it', async () => {
    const store = openMemoryKeyStore()
    const failing = { ...store, putHeader: () => Promise.reject(new Error('disk full')) }
    await expect(unlockKeys(folder, failing)).rejects.toThrow('disk full')
    const before = readFileSync(path())
    expect(store.header()).toBeUndefined()
    await unlockKeys(folder, store)
    expect(readFileSync(path())).toEqual(before)
    expect(store.header()?.slots).toHaveLength(1)
  })

  it('is made although a process of the same number died while it made one', async () => {
    writeFileSync(`${path()}.${process.pid}`, 'half')
    await unlockKeys(folder, openMemoryKeyStore())
    expect(readdirSync(folder)).toEqual([KEY_FILE])
  })

  it.each([0o644, 0o640, 0o606, 0o620])('is refused with mode %o: others may read or write it', async (mode) => {
    const store = openMemoryKeyStore()
    await unlockKeys(folder, store)
    chmodSync(path(), mode)
    const error = await refusal(store)
    expect(error.message).toContain('is open to others')
    expect(error.hint).toContain(`chmod 600 ${path()}`)
  })

  it.each([0, 31, 33, 4096])('is refused with %i octets', async (length) => {
    const store = openMemoryKeyStore()
    writeFileSync(path(), Buffer.alloc(length, 'S'), { mode: 0o600 })
    const error = await refusal(store)
    expect(error.message).toContain('does not hold 32 octets')
    expect(`${error.message} ${error.hint}`).not.toContain('SSS')
    expect(store.header()).toBeUndefined()
  })

  it('is not made anew where the store has keys that need the old one', async () => {
    const store = openMemoryKeyStore()
    await unlockKeys(folder, store)
    rmSync(path())
    const error = await refusal(store)
    expect(error.message).toContain('is missing')
    expect(error.hint).toContain('backup')
    expect(readdirSync(folder)).toEqual([])
  })

  it('is refused where it is another store’s', async () => {
    const store = openMemoryKeyStore()
    await unlockKeys(folder, store)
    writeFileSync(path(), Buffer.alloc(32, 'S'))
    const error = await refusal(store)
    expect(error.message).toContain('does not open the private keys')
    expect(`${error.message} ${error.hint}`).not.toContain('SSS')
  })

  it('is refused where it is no file', async () => {
    mkdirSync(path(), { mode: 0o700 })
    expect((await refusal(openMemoryKeyStore())).message).toContain('cannot be used')
  })

  async function refusal(store: ReturnType<typeof openMemoryKeyStore>): Promise<StartError> {
    const error = await unlockKeys(folder, store).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(StartError)
    return error as StartError
  }
})
