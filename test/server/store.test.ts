import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isRunning, thisProcess } from '../../server/state/process-identity.ts'
import { openSecret } from '../../server/state/secret.ts'
import { prepareStateFolder } from '../../server/state/state-folder.ts'
import { openMemoryStore } from '../helpers/memory-store.ts'
import { useStoreFolder } from '../helpers/store-folder.ts'

const { path: stateFolder, open, reopen } = useStoreFolder()

describe.each([
  ['on disk', open],
  ['in memory', openMemoryStore],
])('serials %s', (_title, make) => {
  test('are kept by zone and view', async () => {
    const { serials } = make()
    const digest = Uint8Array.from({ length: 32 }, (_, index) => index * 8)
    await serials.put([
      { zone: 'example.com.', view: 'public', serial: 0xffffffff, digest },
      { zone: 'example.com.', view: 'internal', serial: 0, digest: new Uint8Array(32) },
      { zone: String.raw`a\000b.`, view: 'public', serial: 7, digest },
    ])
    expect(serials.get('example.com.', 'public')).toEqual({ serial: 0xffffffff, digest })
    expect(serials.get('example.com.', 'internal')).toEqual({ serial: 0, digest: new Uint8Array(32) })
    expect(serials.get(String.raw`a\000b.`, 'public')?.serial).toBe(7)
    expect(serials.get('example.com.', 'other')).toBeUndefined()
  })

  test('take the longest names', async () => {
    const { serials } = make()
    const zone = `${String.raw`\000`.repeat(61)}.`.repeat(4)
    await serials.put([{ zone, view: 'v'.repeat(63), serial: 1, digest: new Uint8Array(32) }])
    expect(serials.get(zone, 'v'.repeat(63))?.serial).toBe(1)
  })
})

test('serials outlive the process', async () => {
  const store = open()
  await store.serials.put([{ zone: 'a.', view: 'v', serial: 9, digest: new Uint8Array(32).fill(1) }])
  const again = await reopen(store)
  expect(again.serials.get('a.', 'v')).toEqual({ serial: 9, digest: new Uint8Array(32).fill(1) })
})

test('one process claims the store, until it closes it', async () => {
  const first = open()
  expect(first.claim()).toBeUndefined()
  expect(first.claim()).toEqual(thisProcess())
  const second = await reopen(first)
  expect(second.claim()).toBeUndefined()
})

test('a claim dies with its process', () => {
  const script = 'process.stdout.write(String(process.pid))'
  const pid = Number(spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' }).stdout)
  expect(isRunning({ pid, started: '' })).toBe(false)
  expect(isRunning(thisProcess())).toBe(true)
  // The same number, but another process by now.
  expect(isRunning({ ...thisProcess(), started: 'another boot 1' })).toBe(false)
})

describe('the secret', () => {
  test('is made once, for the owner alone', () => {
    const secret = openSecret(stateFolder())
    expect(secret).toHaveLength(32)
    expect(statSync(join(stateFolder(), 'secret')).mode & 0o777).toBe(0o600)
    expect(openSecret(stateFolder())).toEqual(secret)
    expect(new Set(secret).size).toBeGreaterThan(8)
  })

  test('is never replaced by another', () => {
    writeFileSync(join(stateFolder(), 'secret'), 'short')
    expect(() => openSecret(stateFolder())).toThrow('holds 5 octets, not 32')
    expect(readFileSync(join(stateFolder(), 'secret'), 'utf8')).toBe('short')
  })
})

describe('the state folder', () => {
  test('is made for its owner alone', () => {
    const path = join(stateFolder(), 'a', 'b')
    prepareStateFolder(path, undefined)
    expect(statSync(path).mode & 0o777).toBe(0o700)
  })

  test('is narrowed when it is ours or empty', () => {
    const path = join(stateFolder(), 'wide')
    mkdirSync(path, { mode: 0o755 })
    prepareStateFolder(path, undefined)
    expect(statSync(path).mode & 0o777).toBe(0o700)
  })

  test('is not somebody else’s', () => {
    const path = join(stateFolder(), 'home')
    mkdirSync(path, { mode: 0o755 })
    writeFileSync(join(path, 'letter'), '')
    expect(() => prepareStateFolder(path, undefined)).toThrow('holds other things')
    expect(statSync(path).mode & 0o777).toBe(0o755)
  })

  test.runIf(process.getuid?.() === 0)('is given to an account only when nothing of others is in it', () => {
    const path = join(stateFolder(), 'private')
    const account = { uid: 65534, gid: 65534 }
    mkdirSync(path, { mode: 0o700 })
    symlinkSync(path, join(stateFolder(), 'laid'))
    writeFileSync(join(path, 'key'), '')
    expect(() => prepareStateFolder(join(stateFolder(), 'laid'), account)).toThrow('belongs to another account')
    expect(statSync(path).uid).toBe(0)
    rmSync(join(path, 'key'))
    prepareStateFolder(path, account)
    expect(statSync(path)).toMatchObject({ uid: 65534, gid: 65534 })
    writeFileSync(join(path, 'key'), '')
    prepareStateFolder(path, account)
  })

  test('has a path that leaves room for the control socket', () => {
    const path = join(stateFolder(), 'x'.repeat(110))
    expect(() => prepareStateFolder(path, undefined)).toThrow('too long a path')
    expect(existsSync(path)).toBe(false)
  })

  test('is a folder', () => {
    const path = join(stateFolder(), 'file')
    writeFileSync(path, '')
    expect(() => prepareStateFolder(path, undefined)).toThrow('cannot be used')
    symlinkSync('nowhere', join(stateFolder(), 'link'))
    expect(() => prepareStateFolder(join(stateFolder(), 'link'), undefined)).toThrow('cannot be used')
  })
})
