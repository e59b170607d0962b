import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HistoryEntry } from '../../keys/key-history.ts'
import type { RolloverReport } from '../../server/keys/rollover-protocol.ts'
import { folderWith, runDnsctl } from '../dnsctl/run.ts'
import { sealedServer } from '../helpers/sealed-server.ts'
import { endAll, runVeild } from '../helpers/veild-process.ts'
import { bindFiles } from '../keys/formats/samples.ts'

/** Everything is everywhere after a second, but for what needs somebody. */
const CONFIGURATION = `listen: ["127.0.0.1@0"]
workers: 1
state: state
zones: { example.com: { file: example.com.zone } }
dnssec:
  max-ttl: 1s
  parent: { check: false }
  keys: { publish-safety: 0s, retire-safety: 0s, backup: require }
`
const ZONE_FILE = '$TTL 1\n@ SOA ns1 host 7 3600 600 86400 1\n@ NS ns1\nns1 A 192.0.2.1\n'

let folder: string

beforeEach(async () => {
  folder = folderWith({ 'veil.yaml': CONFIGURATION, 'example.com.zone': ZONE_FILE })
  await runVeild(['--config', join(folder, 'veil.yaml')]).logged('ready')
})

afterEach(endAll)

const run = (line: string) =>
  runDnsctl(folder, line.split(' '), { columns: 100, environment: { NO_COLOR: '1', SUDO_USER: 'jane' } })
const json = async (line: string) => JSON.parse((await run(`${line} --json`)).stdout)
const rollover = async (): Promise<RolloverReport> => (await json('key explain example.com')).zones[0].rollover
const history = async (): Promise<HistoryEntry[]> => (await json('key history example.com')).entries

/** A KSK and a ZSK of BIND's, in files. */
async function writeForeignKeys(into: string): Promise<{ files: string[]; tags: number[] }> {
  const [ksk, zsk] = [await bindFiles('ksk'), await bindFiles('zsk')]
  const texts = { 'ksk.key': ksk.public, 'ksk.private': ksk.private, 'zsk.key': zsk.public, 'zsk.private': zsk.private }
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(into, name), text)
  return { files: Object.keys(texts), tags: [ksk.keyTag, zsk.keyTag] }
}

describe('a running server, and dnsctl', () => {
  it('has the DS of a KSK wait for its backup, and goes on at once when there is one', async () => {
    const kskOf = ({ keys }: RolloverReport) => keys.find(({ role }) => role === 'ksk')!
    const before = await rollover()
    expect(kskOf(before).records.ds?.state).toBe('hidden')
    expect(before.waits).toContainEqual(expect.objectContaining({ record: 'ds', reason: { kind: 'backup' } }))
    expect((await run('key explain')).stdout).toContain('`dnsctl key backup example.com --to FILE` makes one')
    expect((await run('key ds example.com')).stderr).toContain('No backup has ksk')

    const recipient = await identityToRecipient(await generateIdentity())
    const words = `key backup --to keys.age --recipient ${recipient}`
    expect((await run(`${words} --dry-run`)).stdout).toContain('would write 3 keys of 1 zone')
    expect(existsSync(join(folder, 'keys.age'))).toBe(false)
    expect((await run(words)).exitCode).toBe(0)
    await expect.poll(async () => kskOf(await rollover()).records.ds?.state, { timeout: 10_000 }).toBe('rumoured')
    expect(kskOf(await rollover()).backedUp).toBeGreaterThan(0)
    expect((await run('key ds example.com')).stderr).toBe('')
    expect((await run(words)).stderr).toContain('keys.age already')
  }, 60_000)

  it('says that an algorithm is rolled by the configuration, and shows how that would begin', async () => {
    const refused = await run('key roll example.com --algorithm 15')
    expect(refused.exitCode).toBe(1)
    const text = refused.stderr.replace(/\s+/g, ' ')
    expect(text).toContain('Write `algorithm: 15` under `dnssec` of the zone, then `dnsctl reload`')
    expect(text).toContain('`dnsctl key roll example.com --algorithm 15 --dry-run` shows')
    const before = await rollover()
    const dry = await run('key roll example.com --algorithm 15 --dry-run')
    expect(dry.stdout.replace(/\s+/g, ' ')).toContain('a roll of all keys of example.com to algorithm 15 would begin')
    expect(dry.stdout).toMatch(/^new ksk A +15 ED25519/m)
    expect(dry.stdout).toContain('`dnsctl key simulate example.com --roll algorithm --algorithm 15`')
    expect((await rollover()).keys).toEqual(before.keys)
    expect((await run('key roll example.com --role zsk --algorithm 15 --dry-run')).exitCode).toBe(1)
  }, 60_000)

  it('says what locking and slots would come to, and leaves both as they are', async () => {
    const slots = (await json('slot list')).slots
    expect((await run('lock --dry-run')).stdout).toContain('every question would get SERVFAIL')
    expect((await run('slot add passphrase --dry-run')).stdout).toContain('a passphrase would open the store, too')
    expect((await run('slot add key-file --file spare --dry-run')).exitCode).toBe(0)
    expect(existsSync(join(folder, 'spare'))).toBe(false)
    expect(await run('slot rm 1 --dry-run')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('the last one'),
    })
    expect((await json('slot list')).slots).toEqual(slots)
    expect(await json('status')).toMatchObject({ sealing: { state: 'open' } })
  }, 60_000)

  it('imagines keys in a dry run, and finds nothing wrong with them', async () => {
    const dry = await json('key standby example.com --role ksk --dry-run')
    expect(dry.rollover.keys.at(-1)).toMatchObject({ role: 'ksk', keyTag: -1, duty: 'standby', isPrivate: true })
    expect(dry.rollover.alarms).toEqual([])
  }, 60_000)

  it('has in the history which private keys have left, when, as what and for whom, before they do', async () => {
    const words = 'key export example.com --format bind --to out'
    const dry = await run(`${words} --dry-run`)
    expect(dry.stdout).toMatch(/would write 3 keys of example.com to .*out/)
    expect(existsSync(join(folder, 'out'))).toBe(false)
    const entries = await history()
    expect(await run(words)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('Nothing was changed') })
    expect((await run(`${words} --yes`)).exitCode).toBe(0)
    expect(readdirSync(join(folder, 'out'))).toHaveLength(9)
    const more = (await history()).slice(entries.length)
    const names = (await rollover()).keys.map(({ role, keyTag }) => `${role} ${keyTag}`).join(', ')
    const what = `exported ${names} with the private key, as bind, for jane`
    expect(more).toMatchObject([{ by: 'operator', what, transitions: [], changes: [] }])
    expect((await run(`${words} --yes`)).stderr).toContain('There are such files in')
    expect(await history()).toHaveLength(entries.length + 1)
    expect((await run('key history example.com --verify')).stdout).toContain('is whole')
  }, 60_000)

  it('takes keys of another server, which sign at once, while its own retire', async () => {
    const { files, tags } = await writeForeignKeys(folder)
    const words = `key import example.com ${files.join(' ')} --replace`
    const own = (await rollover()).keys.map(({ keyTag }) => keyTag)
    expect(await json(`${words} --dry-run`)).toMatchObject({ isDryRun: true, isServed: false })
    expect((await rollover()).keys.map(({ keyTag }) => keyTag)).toEqual(own)
    expect(await json(`${words} --yes`)).toMatchObject({ ok: true, isServed: true, isDryRun: false })
    const { keys } = await rollover()
    expect(keys.filter(({ duty }) => duty === 'active').map(({ keyTag }) => keyTag)).toEqual(tags)
    expect((await run('dnssec verify example.com')).stdout).toContain('everything verifies')
  }, 60_000)
})

it('a server that is locked takes no keys, says so before it asks for anything, and is as it was', async () => {
  const locked = sealedServer('sealing: { unlock: passphrase }')
  await locked.start()
  const { files } = await writeForeignKeys(locked.folder)
  const refused = await locked.dnsctl(`key import example.com ${files.join(' ')} --yes`)
  expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('veild is locked, and takes no keys') })
  expect(refused.stderr).toContain('`dnsctl unlock`, then the same command')
  expect(await locked.status()).toMatchObject({ sealing: { state: 'locked' } })
  await locked.remove()
}, 60_000)
