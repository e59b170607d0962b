import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import { describe, expect, it } from 'vitest'
import { ExitCode } from '../../dnsctl/exit-code.ts'
import { decryptFromAge, encryptForAge } from '../../dnsctl/keys/age-file.ts'
import { checkHistory } from '../../keys/key-history.ts'
import type { StoredKeySet } from '../../keys/key-store.ts'
import { openStoreToRead } from '../../server/state/read-only-store.ts'
import { bindFiles } from '../keys/formats/samples.ts'
import { folderWith, runDnsctl } from './run.ts'

const CONFIGURATION = `listen: ["127.0.0.1@5300"]
state: state
zones:
  example.com: { file: example.com.zone }
  example.net: { file: example.net.zone, dnssec: { algorithm: 8 } }
`

const KSK_STATE = `KSK: yes
ZSK: no
DNSKEYState: omnipresent
KRRSIGState: omnipresent
DSState: rumoured
GoalState: omnipresent
`

/** A machine with keys of two zones, a secret, and an identity of age. */
async function machineWithKeys() {
  const folder = folderWith({ 'veil.yaml': CONFIGURATION })
  for (const [apex, algorithm] of [
    ['example.com.', 13],
    ['example.net.', 8],
  ] as const) {
    const ksk = await bindFiles('ksk', { algorithm, apex, state: KSK_STATE })
    const zsk = await bindFiles('zsk', { algorithm, apex })
    const files = {
      'k.key': ksk.public,
      'k.private': ksk.private,
      'k.state': ksk.state,
      'z.key': zsk.public,
      'z.private': zsk.private,
    }
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    const { exitCode } = await runDnsctl(folder, ['key', 'import', apex, ...Object.keys(files), '--yes'])
    expect(exitCode).toBe(ExitCode.Done)
  }
  writeFileSync(join(folder, 'state', 'secret'), Buffer.alloc(32, 7), { mode: 0o600 })
  const identity = await generateIdentity()
  writeFileSync(join(folder, 'identity'), `# created: today\n${identity}\n`)
  return { folder, identity, recipient: await identityToRecipient(identity) }
}

async function storeOf(folder: string) {
  const store = openStoreToRead(join(folder, 'state'))!
  const sealing = await store.unlock()
  const zones = store.keys.zones().map((zone) => {
    const set = store.keys.get(zone)!
    const secrets = set.keys.map((key) => sealing.open(key.sealed!, zone, key.id)!.toString('hex'))
    return { set, secrets, history: store.keys.history(zone) }
  })
  await store.close()
  return zones
}

/** Without what sealing and restoring change. */
function lasting({ keys }: StoredKeySet) {
  return keys.map(({ sealed: _, records, backedUp: __, ...key }) => ({
    ...key,
    states: Object.entries(records).map(([record, { state, ttl }]) => [record, state, ttl]),
  }))
}

const backup = (folder: string, ...words: string[]) =>
  runDnsctl(folder, ['key', 'backup', '--to', 'keys.age', ...words])
const restore = (folder: string, ...words: string[]) => runDnsctl(folder, ['key', 'restore', ...words])

describe('dnsctl key backup and restore', () => {
  it('bring all keys, their states and history, and the secret to an empty machine', async () => {
    const { folder, recipient } = await machineWithKeys()
    const written = await backup(folder, '--recipient', recipient)
    expect(written).toMatchObject({
      exitCode: ExitCode.Done,
      stdout: expect.stringContaining('Wrote 4 keys of 2 zones'),
    })
    const file = join(folder, 'keys.age')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const before = await storeOf(folder)
    const noted = before.flatMap(({ set }) => set.keys.map(({ backedUp }) => backedUp))
    expect(noted.every((at) => at !== undefined && at > 1_700_000_000)).toBe(true)

    const empty = folderWith({ 'veil.yaml': CONFIGURATION })
    const identity = join(folder, 'identity')
    const dry = await restore(empty, file, '--identity', identity, '--dry-run')
    expect(dry).toMatchObject({
      exitCode: ExitCode.Done,
      stdout: expect.stringContaining('Would restore 4 keys of 2 zones'),
    })
    expect(existsSync(join(empty, 'state'))).toBe(false)
    const restored = await restore(empty, file, '--identity', identity)
    expect(restored).toMatchObject({
      exitCode: ExitCode.Done,
      stdout: expect.stringContaining('Restored 4 keys of 2 zones'),
    })
    const after = await storeOf(empty)
    expect(after.map(({ set }) => lasting(set))).toEqual(before.map(({ set }) => lasting(set)))
    expect(after.map(({ secrets }) => secrets)).toEqual(before.map(({ secrets }) => secrets))
    for (const [index, { set, history }] of after.entries()) {
      expect(checkHistory(set.zone, history)).toBeUndefined()
      // The backup was written before that was noted.
      const old = before[index]!.history.entries.slice(0, -1)
      expect(history.entries.slice(0, -1)).toEqual(old)
      expect(history.entries.at(-1)!.what).toContain('restored from the backup of')
      const [{ records }] = set.keys as [StoredKeySet['keys'][number]]
      expect(records.ds).toMatchObject({ state: 'rumoured', since: history.entries.at(-1)!.at })
    }
    const secret = join(empty, 'state', 'secret')
    expect([...readFileSync(secret)]).toEqual([...Buffer.alloc(32, 7)])
    expect(statSync(secret).mode & 0o777).toBe(0o600)
  })

  it('leave a store with keys alone, and with --merge the zones that it has', async () => {
    const { folder, recipient } = await machineWithKeys()
    await backup(folder, '--recipient', recipient)
    const words = [join(folder, 'keys.age'), '--identity', join(folder, 'identity')]
    const before = await storeOf(folder)
    const refused = await restore(folder, ...words)
    expect(refused).toMatchObject({ exitCode: ExitCode.Refused, stderr: expect.stringContaining('has keys already') })
    const other = folderWith({ 'veil.yaml': CONFIGURATION })
    const ksk = await bindFiles('csk')
    writeFileSync(join(other, 'k.key'), ksk.public)
    writeFileSync(join(other, 'k.private'), ksk.private)
    await runDnsctl(other, ['key', 'import', 'example.com', 'k.key', 'k.private', '--role', 'csk', '--yes'])
    const own = await storeOf(other)
    const merged = await restore(other, ...words, '--merge', '--json')
    expect(JSON.parse(merged.stdout)).toMatchObject({
      ...{ kept: ['example.com.'], secret: 'kept', restored: [{ zone: 'example.net.' }] },
    })
    const after = await storeOf(other)
    expect(after.map(({ set }) => set.zone)).toEqual(['example.com.', 'example.net.'])
    expect(after[0]).toEqual(own[0])
    expect(lasting(after[1]!.set)).toEqual(lasting(before[1]!.set))
  })

  it('take one zone without the secret', async () => {
    const { folder, identity, recipient } = await machineWithKeys()
    await runDnsctl(folder, ['key', 'backup', 'example.net', '--to', 'net.age', '--recipient', recipient])
    const octets = await decryptFromAge(readFileSync(join(folder, 'net.age')), { identities: [identity] })
    const document = JSON.parse(Buffer.from(octets).toString())
    expect(document).toMatchObject({ format: 'veil key backup', version: 1, zones: [{ zone: 'example.net.' }] })
    expect(document.secret).toBeUndefined()
    expect(document.zones[0].keys[0]).toMatchObject({
      dnskey: expect.stringMatching(/^example\.net\. IN DNSKEY 25[67] 3 8 /),
      privateKey: expect.stringMatching(/^-----BEGIN PRIVATE KEY-----\n/),
    })
    const empty = folderWith({ 'veil.yaml': CONFIGURATION })
    const { stdout } = await restore(empty, join(folder, 'net.age'), '--identity', join(folder, 'identity'), '--json')
    expect(JSON.parse(stdout)).toMatchObject({ secret: 'none', restored: [{ zone: 'example.net.' }] })
    expect(existsSync(join(empty, 'state', 'secret'))).toBe(false)
  })

  it('overwrite nothing, and say what does not fit', async () => {
    const { folder, recipient } = await machineWithKeys()
    await backup(folder, '--recipient', recipient)
    const first = readFileSync(join(folder, 'keys.age'))
    expect(await backup(folder, '--recipient', recipient)).toMatchObject({ exitCode: ExitCode.File })
    expect(readFileSync(join(folder, 'keys.age'))).toEqual(first)
    writeFileSync(join(folder, 'other'), await generateIdentity())
    writeFileSync(join(folder, 'torn.age'), first.subarray(0, first.length - 40))
    writeFileSync(join(folder, 'plain.age'), 'hello')
    const empty = folderWith({ 'veil.yaml': CONFIGURATION })
    const [file, torn, plain] = ['keys.age', 'torn.age', 'plain.age'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ]
    const [right, wrong] = [join(folder, 'identity'), join(folder, 'other')]
    for (const [words, exitCode, what] of [
      [[file], ExitCode.Usage, '`--identity FILE` names it'],
      [[file, '--identity', file], ExitCode.Usage, 'No secret key of age'],
      [[file, '--identity', wrong], ExitCode.Refused, 'does not open it'],
      [[torn, '--identity', right], ExitCode.Refused, 'damaged'],
      [[plain, '--identity', right], ExitCode.Refused, 'not encrypted by age'],
      [[join(folder, 'nowhere')], ExitCode.File, 'Cannot read'],
    ] as const) {
      const run = await restore(empty, ...words)
      expect([run.exitCode, run.stderr.replace(/\s+/g, ' ')]).toEqual([exitCode, expect.stringContaining(what)])
    }
    expect(existsSync(join(empty, 'state'))).toBe(false)
  })

  it('believe nothing of a document that somebody else has encrypted', async () => {
    const { folder, identity, recipient } = await machineWithKeys()
    await backup(folder, '--recipient', recipient)
    const octets = await decryptFromAge(readFileSync(join(folder, 'keys.age')), { identities: [identity] })
    const text = Buffer.from(octets).toString()
    const document = JSON.parse(text)
    const [com, net] = document.zones
    const forgeries: [unknown, string][] = [
      [{ ...document, version: 2 }, 'at version'],
      [{ ...document, more: 1 }, 'Unrecognized key'],
      [{ ...document, zones: [com, com] }, 'it holds example.com. twice'],
      [{ ...document, zones: [{ ...com, zone: 'example.org.' }] }, 'has no DNSKEY record of the zone'],
      [{ ...document, zones: [{ ...com, zone: '../../etc' }] }, 'is no zone'],
      [{ ...document, zones: [{ ...com, keys: [com.keys[0], com.keys[0]] }] }, 'two keys of example.com. have the id'],
      [{ ...document, zones: [{ ...com, keys: [{ ...com.keys[0], keyTag: 1 }] }] }, 'its key tag is not'],
      [
        { ...document, zones: [{ ...com, keys: [{ ...com.keys[0], role: 'zsk' }] }] },
        'its DNSKEY is not that of a zsk',
      ],
      [
        { ...document, zones: [{ ...com, keys: [{ ...com.keys[0], privateKey: net.keys[0].privateKey }] }] },
        'is not the one of its DNSKEY',
      ],
      [{ ...document, zones: [{ ...com, keys: [{ ...com.keys[0], privateKey: 'x' }] }] }, 'cannot be read'],
      [{ ...document, zones: [{ ...com, keys: [{ ...com.keys[0], records: {} }] }] }, 'its records are not those'],
      [{ ...document, zones: [{ ...com, history: [{ ...com.history[0], what: 'nothing' }] }] }, 'entry 1 was changed'],
      [{ ...document, zones: [{ ...com, history: [] }] }, 'is not the one of the key set'],
      ['hello', 'it has something else than expected'],
    ]
    const empty = folderWith({ 'veil.yaml': CONFIGURATION })
    const secret = com.keys[0].privateKey.split('\n')[1]
    for (const [forgery, why] of forgeries) {
      const file = join(empty, 'forged.age')
      writeFileSync(file, await encryptForAge(Buffer.from(JSON.stringify(forgery)), { recipients: [recipient] }))
      const run = await restore(empty, file, '--identity', join(folder, 'identity'))
      expect([run.exitCode, run.stderr.replace(/\s+/g, ' ').toLowerCase()]).toEqual([
        ExitCode.Refused,
        expect.stringContaining(why.toLowerCase()),
      ])
      expect(run.stderr).not.toContain(secret)
      rmSync(file)
    }
    expect(existsSync(join(empty, 'state'))).toBe(false)
  })

  it('refuse recipients that are none, and both ways at once', async () => {
    const { folder, identity, recipient } = await machineWithKeys()
    expect(await backup(folder, '--recipient', recipient, '--passphrase')).toMatchObject({ exitCode: ExitCode.Usage })
    expect(await backup(folder, '--recipient', 'age1nonsense')).toMatchObject({ exitCode: ExitCode.Usage })
    const secret = await backup(folder, '--recipient', identity)
    expect(secret).toMatchObject({ exitCode: ExitCode.Usage })
    expect(secret.stderr.toUpperCase()).not.toContain(identity.slice(0, 30))
    expect(await backup(folder)).toMatchObject({
      exitCode: ExitCode.Usage,
      stderr: expect.stringContaining('passphrase'),
    })
    expect(existsSync(join(folder, 'keys.age'))).toBe(false)
  })
})
