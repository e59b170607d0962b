import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkHistory } from '../../keys/key-history.ts'
import type { StatusReport } from '../../server/control/protocol.ts'
import { openStoreToRead } from '../../server/state/read-only-store.ts'
import { runDnsctl } from '../dnsctl/run.ts'
import { LONG } from '../helpers/long.ts'
import { endAll, runVeild, type VeildProcess } from '../helpers/veild-process.ts'

const ZONE = 'kept.test.'
const PAGE = 4096

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'veil-damaged-'))
  writeFileSync(
    join(folder, 'kept.zone'),
    '$TTL 60\n@ SOA ns1 hostmaster 7 3600 600 86400 60\n@ NS ns1\nns1 A 192.0.2.1\n',
  )
  configure('kept.test: { file: kept.zone }')
})

afterEach(async () => {
  await endAll()
  rmSync(folder, { recursive: true, force: true })
})

const state = () => join(folder, 'state')
const file = (name = 'store/data.mdb') => join(state(), name)

function configure(zones: string): void {
  const settings = 'listen: ["127.0.0.1@0"]\nworkers: 1\nstate: state\ndnssec: { parent: { check: false } }\n'
  writeFileSync(join(folder, 'veil.yaml'), `${settings}zones:\n  ${zones}\n`)
}

const run = (): VeildProcess => runVeild(['--config', join(folder, 'veil.yaml')])
const dnsctl = (line: string) => runDnsctl(folder, line.split(' '))

async function start(): Promise<VeildProcess> {
  const veild = run()
  await veild.logged('ready')
  return veild
}

/** Starts it once, so that there is a store with keys, and ends it as it should. */
async function haveKeys(): Promise<Buffer> {
  const veild = await start()
  veild.signal('SIGTERM')
  await veild.ended()
  return readFileSync(file())
}

/** It does not start, and says why and what to do. */
async function expectRefusal(words: readonly string[]): Promise<void> {
  const veild = run()
  expect((await veild.ended()).code).toBe(1)
  for (const word of words) expect(veild.stderr()).toContain(word)
  expect(veild.stderr()).not.toMatch(/\n\s+at /)
}

/** All of the zone's keys, with a history that holds. */
async function storedKeys(): Promise<unknown> {
  const store = openStoreToRead(state())!
  try {
    expect(checkHistory(ZONE, store.keys.history(ZONE))).toBeUndefined()
    return store.keys.get(ZONE)!
  } finally {
    await store.close()
  }
}

describe('a server whose store', { timeout: 120_000 }, () => {
  it('was cut short does not start, dnsctl says the same, and nothing is changed', async () => {
    const whole = await haveKeys()
    truncateSync(file(), whole.length - PAGE)
    const cut = readFileSync(file())
    await expectRefusal([file(), 'it ends before its last page', 'Restore the whole state folder', 'key restore FILE'])
    for (const line of ['key list', 'key ds kept.test']) {
      const { exitCode, stderr } = await dnsctl(line)
      expect([line, exitCode, stderr]).toEqual([line, 4, expect.stringContaining('it ends before its')])
    }
    expect(readFileSync(file()).equals(cut)).toBe(true)
  })

  it('was put back from a copy holds all rolls, says so, also after another start, and goes on when told to', async () => {
    const old = await haveKeys()
    const first = await start()
    expect((await dnsctl('key roll kept.test --role zsk')).exitCode).toBe(0)
    first.signal('SIGKILL')
    await first.ended()
    writeFileSync(file(), old)
    const veild = await start()
    const status = JSON.parse((await dnsctl('status --json')).stdout) as StatusReport
    expect(status.sealing.alarms.join()).toContain('older than what veild last had on disk')
    const told = await dnsctl('key roll kept.test --role zsk')
    expect([told.exitCode, told.stderr]).toEqual([1, expect.stringContaining('stands still')])
    if (LONG) {
      veild.signal('SIGKILL')
      await veild.ended()
      await start()
    }
    expect((await dnsctl('key roll kept.test --role zsk')).exitCode).toBe(1)
    expect((await dnsctl('key explain kept.test')).stdout).toMatch(/put back\s+from a copy/)
    expect((await dnsctl('key resume kept.test')).exitCode).toBe(0)
    expect((await dnsctl('key roll kept.test --role zsk')).exitCode).toBe(0)
    await storedKeys()
  })

  it('has no keys, or not those of all zones, that it had does not start with new ones before somebody says so', async () => {
    const old = await haveKeys()
    const keys = await storedKeys()
    configure('kept.test: { file: kept.zone }\n  other.test: { file: kept.zone }')
    await haveKeys()
    writeFileSync(file(), old)
    await expectRefusal([state(), 'other.test.', 'older than what was there before', file('store-mark')])
    expect(await storedKeys()).toEqual(keys)
    rmSync(file('store'), { recursive: true })
    await expectRefusal([state(), 'kept.test., other.test.', 'is gone', 'key restore', file('store-mark')])
    expect(existsSync(file('key'))).toBe(true)
    // That is how somebody says so.
    rmSync(file('store-mark'))
    if (LONG) await start()
  })

  it('has a key file that is torn, another’s, or open to others serves nothing, names it, and goes on once it is right', async () => {
    await haveKeys()
    const keys = await storedKeys()
    const key = readFileSync(file('key'))
    writeFileSync(file('key'), key.subarray(0, 31))
    await start()
    const status = JSON.parse((await dnsctl('status --json')).stdout) as StatusReport
    expect(status).toMatchObject({ sealing: { state: 'locked' }, zones: { served: 0 } })
    expect(status.sealing.reason).toBe(`the key file ${file('key')} does not hold 32 octets but 31`)
    const expectLocked = async (word: string) => {
      const { exitCode, stderr } = await dnsctl('unlock')
      expect([exitCode, stderr.replace(/\s+/g, ' ')]).toEqual([1, expect.stringContaining(word)])
      expect(stderr).toContain('key file')
    }
    writeFileSync(
      file('key'),
      key.map((octet) => octet ^ 1),
    )
    await expectLocked('does not open the private keys')
    rmSync(file('key'))
    await expectLocked('is missing')
    writeFileSync(file('key'), key)
    chmodSync(file('key'), 0o644)
    await expectLocked('is open to others')
    expect(await storedKeys()).toEqual(keys)
    chmodSync(file('key'), 0o600)
    expect((await dnsctl('unlock')).exitCode).toBe(0)
  })
})
