import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ExitCode } from '../../dnsctl/exit-code.ts'
import { checkHistory } from '../../keys/key-history.ts'
import type { StoredKeySet } from '../../keys/key-store.ts'
import { openStoreToRead } from '../../server/state/read-only-store.ts'
import { bindFiles } from '../keys/formats/samples.ts'
import { folderWith, personWho, runDnsctl } from './run.ts'

const CONFIGURATION = `listen: ["127.0.0.1@5300"]
state: state
zones:
  example.com: { file: example.com.zone }
  off.example: { file: off.example.zone, dnssec: off }
`

/** A folder with a configuration and a KSK and a ZSK of BIND's. */
async function folderOfKeys(algorithm = 13) {
  const [ksk, zsk] = [await bindFiles('ksk', { algorithm }), await bindFiles('zsk', { algorithm })]
  const folder = folderWith({
    ...{ 'veil.yaml': CONFIGURATION, 'ksk.key': ksk.public, 'ksk.private': ksk.private },
    ...{ 'zsk.key': zsk.public, 'zsk.private': zsk.private },
  })
  return { folder, ksk, zsk, files: ['ksk.key', 'ksk.private', 'zsk.key', 'zsk.private'] }
}

async function storedKeys(folder: string): Promise<StoredKeySet | undefined> {
  const store = openStoreToRead(join(folder, 'state'))
  try {
    return store?.keys.get('example.com.')
  } finally {
    await store?.close()
  }
}

describe('dnsctl key import, where no server runs', () => {
  it('seals keys into the store of a new state folder, with a history, for their owner alone', async () => {
    const { folder, ksk, zsk, files } = await folderOfKeys()
    const { exitCode, stdout } = await runDnsctl(folder, ['key', 'import', 'example.com', ...files, '--yes'])
    expect(exitCode).toBe(ExitCode.Done)
    expect(stdout).toContain('Imported 2 keys of example.com')
    expect(stdout.replace(/\s+/g, ' ')).toContain(`ksk ${ksk.keyTag}, zsk ${zsk.keyTag}.`)
    const state = join(folder, 'state')
    const store = openStoreToRead(state)!
    const { keys, epoch } = store.keys.get('example.com.')!
    expect([epoch, ...keys.map(({ keyTag }) => keyTag)]).toEqual([1, ksk.keyTag, zsk.keyTag])
    const sealing = await store.unlock()
    for (const [index, { privateKey }] of [ksk, zsk].entries()) {
      const { sealed, id } = keys[index]!
      expect(sealing.open(sealed!, 'example.com.', id)).toEqual(privateKey.export({ format: 'der', type: 'pkcs8' }))
    }
    const history = store.keys.history('example.com.')
    expect(checkHistory('example.com.', history)).toBeUndefined()
    expect(history.entries).toMatchObject([{ by: 'operator', what: `imported ksk ${ksk.keyTag}, zsk ${zsk.keyTag}` }])
    await store.close()
    for (const name of ['.', 'key', 'store', 'store/data.mdb']) {
      expect(statSync(join(state, name)).mode & 0o077, name).toBe(0)
    }
    const octets = readdirSync(join(state, 'store')).map((name) => readFileSync(join(state, 'store', name)))
    for (const { privateKey } of [ksk, zsk]) {
      const secret = Buffer.from(privateKey.export({ format: 'jwk' }).d!, 'base64url')
      expect(octets.some((each) => each.includes(secret) || each.includes(secret.toString('base64')))).toBe(false)
    }
  })

  it('changes nothing in a dry run, nor without consent, nor a second time', async () => {
    const { folder, files } = await folderOfKeys()
    const words = ['key', 'import', 'example.com', ...files]
    const dry = await runDnsctl(folder, [...words, '--dry-run', '--json'])
    expect(JSON.parse(dry.stdout)).toMatchObject({
      ...{ zone: 'example.com.', isDryRun: true, isServed: false },
      keys: [
        { outcome: 'new', role: 'ksk', duty: 'active', statesFrom: 'claim' },
        { outcome: 'new', role: 'zsk' },
      ],
    })
    expect(readdirSync(folder)).not.toContain('state')
    expect((await runDnsctl(folder, words)).exitCode).toBe(ExitCode.Refused)
    expect((await runDnsctl(folder, words, { dialogue: personWho(['no']) })).exitCode).toBe(ExitCode.Refused)
    expect(readdirSync(folder)).not.toContain('state')
    const person = personWho(['import'])
    expect((await runDnsctl(folder, words, { dialogue: person })).exitCode).toBe(ExitCode.Done)
    expect(person.heard[0]).toMatch(/^ksk \d+, zsk \d+ will be published, and sign example\.com/)
    const first = await storedKeys(folder)
    const again = await runDnsctl(folder, [...words, '--yes'])
    expect(again.exitCode).toBe(ExitCode.Done)
    expect(again.stdout).toContain('There is nothing to import into example.com.')
    expect(await storedKeys(folder)).toEqual(first)
  })

  it('says what the configuration will make of the keys', async () => {
    const { folder, files } = await folderOfKeys(8)
    const { stderr } = await runDnsctl(folder, ['key', 'import', 'example.com', ...files, '--dry-run'])
    expect(stderr.replace(/\s+/g, ' ')).toContain('veild begins to roll from 8 to that as soon as it has these keys')
    const combined = await runDnsctl(folder, [
      'key',
      'import',
      'example.com',
      'ksk.key',
      'ksk.private',
      '--role',
      'csk',
      '--dry-run',
    ])
    expect(combined.stderr.replace(/\s+/g, ' ')).toContain('veild begins to replace the combined key by both')
  })

  it('names file and line of what is wrong, and quotes no private key', async () => {
    const { folder, zsk } = await folderOfKeys()
    const secret = /PrivateKey: (\S+)/.exec(zsk.private)![1]!
    const torn = folderWith({ 'veil.yaml': CONFIGURATION, 'a.private': zsk.private.replace('PrivateKey: ', '') })
    const refused = await runDnsctl(torn, ['key', 'import', 'example.com', 'a.private', '--role', 'zsk'])
    expect(refused.exitCode).toBe(ExitCode.Refused)
    expect(refused.stderr).toContain('a.private:3: found a line without a name')
    expect(refused.stderr + refused.stdout).not.toContain(secret.slice(0, 10))
    const lone = await runDnsctl(folder, ['key', 'import', 'example.com', 'ksk.key', 'ksk.private', '--yes'])
    expect([lone.exitCode, lone.stderr]).toEqual([ExitCode.Refused, expect.stringContaining('--role csk')])
    expect(readdirSync(folder)).not.toContain('state')
  })

  it.each([
    [['off.example', 'ksk.key'], ExitCode.Refused, 'off.example is not signed here'],
    [['example.org', 'ksk.key'], ExitCode.Usage, 'There is no zone example.org'],
    [['example.com'], ExitCode.Usage, 'No files with keys were given'],
    [['example.com', 'nowhere.key'], ExitCode.File, 'Cannot read'],
    [['example.com', '.'], ExitCode.File, 'Cannot read'],
    [['example.com', 'ksk.key', '--as', 'wonderful'], ExitCode.Usage, 'Allowed choices are active, published, retired'],
    [['example.com', 'ksk.key', '--role', 'king'], ExitCode.Usage, 'Allowed choices are ksk, zsk, csk'],
    [['example.com', 'ksk.key', '--algorithm', '7'], ExitCode.Usage, '"7" is no algorithm'],
    [['example.com', 'ksk.key', '--max-ttl', 'long'], ExitCode.Usage, '"long" is no time'],
  ])('refuses %j', async (words, exitCode, what) => {
    const { folder } = await folderOfKeys()
    const run = await runDnsctl(folder, ['key', 'import', ...words, '--dry-run'])
    expect(run.exitCode).toBe(exitCode)
    expect(run.stderr).toContain(what)
  })
})
