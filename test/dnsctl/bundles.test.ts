import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { armor, Encrypter } from 'age-encryption'
import { beforeAll, describe, expect, it } from 'vitest'
import type { BundleRequest } from '../../keys/bundle/bundle.ts'
import { readBundle } from '../../keys/bundle/bundle-reading.ts'
import { entriesOf, faultOf } from '../../keys/bundle/bundle-signing.ts'
import { documentToText, requestToDocument } from '../../keys/bundle/bundle-text.ts'
import { printPem } from '../../keys/formats/pem-file.ts'
import { printPrivateKeyFile } from '../../keys/formats/private-key-file.ts'
import { unlockKeys } from '../../server/keys/key-file.ts'
import { openStore } from '../../server/state/store.ts'
import { type BundleWorld, drawWorld, requestFor } from '../helpers/bundles.ts'
import { missingCommandPackage } from '../helpers/resolvers.ts'
import { folderWith, personWho, runDnsctl } from './run.ts'

let world: BundleWorld
let request: BundleRequest

beforeAll(async () => {
  world = await drawWorld(3, 13)
  request = requestFor(world, { now: Math.floor(Date.now() / 1000) })
})

/** A folder with the request and the KSK as files. */
function offlineMachine(): string {
  const { privateKey } = world.ksk
  return folderWith({
    request: documentToText(requestToDocument(request)),
    'ksk.private': printPrivateKeyFile({ algorithm: 13, privateKey, times: {} }, '1.3').toString(),
    'ksk.pem': printPem(privateKey).toString(),
    'other.pem': printPem(world.zsks[0]!.privateKey).toString(),
  })
}

function sign(folder: string, ...more: string[]) {
  return runDnsctl(folder, ['key', 'bundle', 'sign', 'request', '--out', 'bundle', ...more])
}

/** As `encryptToAge`, but guesses cost little: so do tests. */
async function sealedLightly(octets: Uint8Array): Promise<string> {
  const encrypter = new Encrypter()
  encrypter.setScryptWorkFactor(10)
  encrypter.setPassphrase('correct horse')
  return armor.encode(await encrypter.encrypt(octets))
}

describe('dnsctl key bundle sign', () => {
  it.each(['ksk.private', 'ksk.pem'])('signs all that is asked for with %s', async (key) => {
    const folder = offlineMachine()
    const { exitCode, stdout, stderr } = await sign(folder, '--key', key, '--yes')
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout).toContain('Wrote bundle: 32 signatures, each verified.')
    const read = readBundle(readFileSync(join(folder, 'bundle'), 'utf8'))
    if (read.outcome !== 'read') throw new Error(read.reason)
    expect(read.value.request).toEqual(request)
    for (const entry of entriesOf(read.value)) expect(faultOf(entry)).toBeUndefined()
  })

  it('shows what it would sign, and signs nothing unless the zone is typed', async () => {
    const folder = offlineMachine()
    const argv = ['key', 'bundle', 'sign', 'request', '--key', 'ksk.pem', '--out', 'bundle']
    const reluctant = personWho(['yes'])
    const refused = await runDnsctl(folder, argv, { dialogue: reluctant })
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' })
    expect(() => readFileSync(join(folder, 'bundle'))).toThrow()
    const shown = reluctant.heard.join('\n')
    for (const { keyTag } of [world.ksk, ...world.zsks]) expect(shown).toContain(String(keyTag))
    expect(shown).toContain('32 signatures by ksk')
    expect(shown).toContain('nothing to compare with')
    const willing = await runDnsctl(folder, argv, { dialogue: personWho(['example.com']) })
    expect(willing.exitCode).toBe(0)
    const unattended = await runDnsctl(folder, argv)
    expect(unattended.stderr).toContain('this needs somebody’s consent')
  })

  it('tells new keys from those of the last bundle, whose signatures must be of the same key', async () => {
    const folder = offlineMachine()
    await sign(folder, '--key', 'ksk.pem', '--yes')
    const [first, second] = world.zsks
    const less = requestFor({ ...world, zsks: [first!, second!] }, { now: request.made })
    writeFileSync(join(folder, 'less'), documentToText(requestToDocument(less)))
    const argv = ['key', 'bundle', 'sign', 'less', '--key', 'ksk.pem', '--out', 'less.bundle', '--yes', '--json']
    expect((await runDnsctl(folder, argv)).exitCode).toBe(0)
    const next = await sign(folder, '--key', 'ksk.pem', '--yes', '--json', '--previous', 'less.bundle')
    const { keys } = JSON.parse(next.stdout)
    const fresh = keys.filter(({ isNew }: { isNew: boolean }) => isNew).map(({ keyTag }: { keyTag: number }) => keyTag)
    expect(fresh).toEqual([world.zsks[2]!.keyTag])
    const foreign = JSON.parse(readFileSync(join(folder, 'less.bundle'), 'utf8'))
    foreign.rrsets[0].signatures[0][0] = foreign.rrsets[1].signatures[0][0]
    writeFileSync(join(folder, 'forged'), JSON.stringify(foreign))
    const forged = await sign(folder, '--key', 'ksk.pem', '--yes', '--previous', 'forged')
    expect(forged).toMatchObject({ exitCode: 1 })
    expect(forged.stderr).toContain('forged tells nothing of what was signed before')
  })

  it('refuses keys that are not asked for, files that are none, and a request that was changed', async () => {
    const folder = offlineMachine()
    writeFileSync(join(folder, 'cut'), documentToText(requestToDocument(request)).slice(0, 400))
    const cases: readonly [string[], number, string][] = [
      [['--key', 'other.pem'], 1, 'other.pem holds no key that is to sign this request'],
      [['--key', 'request'], 4, 'request holds no private key that can be read'],
      [['--key', 'nowhere'], 4, 'Cannot read'],
      [['--key', '.'], 4, 'is no state folder of Veil’s'],
      [[], 2, 'Say with which key'],
    ]
    for (const [more, exitCode, what] of cases) {
      const run = await sign(folder, ...more, '--yes')
      expect(run.exitCode, what).toBe(exitCode)
      expect(run.stderr).toContain(what)
    }
    const cut = await runDnsctl(folder, ['key', 'bundle', 'sign', 'cut', '--key', 'ksk.pem', '--out', 'b', '--yes'])
    expect(cut.exitCode).toBe(1)
    expect(cut.stderr).toContain('cut is no request that can be used')
    expect(() => readFileSync(join(folder, 'bundle'))).toThrow()
  })

  it('signs from a state folder of Veil’s, which holds the key sealed', async () => {
    const folder = offlineMachine()
    const state = join(folder, 'state')
    mkdirSync(state, { mode: 0o700 })
    const store = openStore(state)
    const sealing = await unlockKeys(state, store.keys)
    const secret = world.ksk.privateKey.export({ format: 'der', type: 'pkcs8' })
    const { keyTag, dnskey } = world.ksk
    const key = {
      ...({ id: 'k', role: 'ksk', algorithm: 13, keyTag, created: 1, duty: 'active', dutySince: 1 } as const),
      ...{ records: {}, dnskey, sealed: sealing.seal(secret, 'example.com.', 'k') },
    }
    const set = { zone: 'example.com.', epoch: 1, goal: 'secure', isPaused: false, keys: [key] } as const
    await store.keys.put([{ set, entry: undefined }])
    await store.close()
    const { exitCode, stderr } = await sign(folder, '--key', 'state', '--yes')
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(readBundle(readFileSync(join(folder, 'bundle'), 'utf8')).outcome).toBe('read')
  })

  it('signs with a key under a passphrase, which stock age opens too, and not with another passphrase', async (context) => {
    const folder = offlineMachine()
    const text = readFileSync(join(folder, 'ksk.private'))
    writeFileSync(join(folder, 'ksk.age'), await sealedLightly(text))
    const argv = ['key', 'bundle', 'sign', 'request', '--key', 'ksk.age', '--out', 'bundle']
    const person = personWho(['example.com', 'wrong horse', 'correct horse'])
    expect((await runDnsctl(folder, argv, { dialogue: person })).exitCode).toBe(0)
    expect(person.heard.join('\n')).toContain('Passphrase of ksk.age:')
    expect(person.heard.join('\n')).toContain('That is not the passphrase, or the file is damaged.')
    const piped = await runDnsctl(folder, [...argv, '--yes', '--stdin'], { input: 'correct horse\n' })
    expect(piped.exitCode).toBe(0)
    const wrong = await runDnsctl(folder, [...argv, '--yes', '--stdin'], { input: 'wrong\n' })
    expect(wrong).toMatchObject({ exitCode: 1 })
    expect(wrong.stderr).toContain('ksk.age stays closed')
    expect(wrong.stderr).not.toContain('wrong\n')
    writeFileSync(join(folder, 'torn'), readFileSync(join(folder, 'ksk.age'), 'utf8').slice(0, 300))
    const torn = await sign(folder, '--key', 'torn', '--yes', '--stdin')
    expect(torn.exitCode).not.toBe(0)
    if (missingCommandPackage('age', 'age') !== undefined && process.env.CI !== 'true')
      return context.skip('install age')
    // age reads passphrases from a terminal alone, and script makes one.
    const argvOfAge = ['-qec', 'age -d -o opened ksk.age', '/dev/null']
    spawnSync('script', argvOfAge, { cwd: folder, input: 'correct horse\n', timeout: 30_000 })
    expect(readFileSync(join(folder, 'opened'))).toEqual(text)
  }, 60_000)

  it('takes keys that dnssec-keygen made, where it is installed', async (context) => {
    const folder = folderWith()
    try {
      execFileSync('dnssec-keygen', ['-q', '-K', folder, '-a', '13', '-f', 'KSK', 'example.com'], { stdio: 'pipe' })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return context.skip('dnssec-keygen is not installed')
      throw error
    }
    const [name] = execFileSync('ls', [folder], { encoding: 'utf8' }).match(/K\S+(?=\.key)/) ?? []
    const line = readFileSync(join(folder, `${name}.key`), 'utf8').match(/DNSKEY 257 3 13 (.+)$/m)![1]!
    const dnskey = Uint8Array.of(1, 1, 3, 13, ...Buffer.from(line.replaceAll(' ', ''), 'base64'))
    const keyTag = Number(/\+(\d{5})$/.exec(name!)![1])
    const asked = requestFor({ ...world, ksk: { ...world.ksk, dnskey, keyTag } }, { now: request.made })
    writeFileSync(join(folder, 'request'), documentToText(requestToDocument(asked)))
    const { exitCode, stderr } = await sign(folder, '--key', `${name}.private`, '--yes')
    expect([exitCode, stderr]).toEqual([0, ''])
  })
})
