import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { ExitCode } from '../../../dnsctl/exit-code.ts'
import { runDnsctl } from '../../dnsctl/run.ts'
import { startDaemon } from '../../helpers/daemon.ts'
import { zonesAnswer } from '../../helpers/peers.ts'
import { endAll, portOf, runVeild } from '../../helpers/veild-process.ts'
import { faultOf, filesIn, missingPackages, run } from './tools.ts'

/*
 * A roll that has begun elsewhere goes on here: one of BIND, and one of a veild whose machine is lost, from its backup.
 */
const ZONE = 'example.test'
const TEXT = '$TTL 1\n@ SOA ns1 hostmaster 7 3600 600 86400 1\n@ NS ns1\nns1 A 192.0.2.1\nwww A 192.0.2.80\n'
const QUICK = '{ max-ttl: 2s, parent: { check: false }, keys: { standby: [], publish-safety: 0s, retire-safety: 1s } }'
const WAIT_MS = 60_000

const folders: string[] = []

afterEach(async () => {
  await endAll()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A folder with a configuration for the zone. */
function machine(): string {
  const folder = mkdtempSync(join(tmpdir(), 'veil-moved-'))
  folders.push(folder)
  writeFileSync(join(folder, 'example.zone'), TEXT)
  const text = `listen: ["127.0.0.1@0"]\nstate: state\nzones:\n  ${ZONE}: { file: example.zone, dnssec: ${QUICK} }\n`
  writeFileSync(join(folder, 'veil.yaml'), text)
  return folder
}

async function start(folder: string): Promise<number> {
  const veild = runVeild(['--config', join(folder, 'veil.yaml'), '--workers', '1', '--no-rate-limit'])
  return portOf(await veild.logged('ready'))
}

interface ListedKey {
  readonly role: string
  readonly keyTag: number
  readonly duty: string
  readonly records: Readonly<Record<string, { readonly state: string }>>
}

async function keysOf(folder: string): Promise<ListedKey[]> {
  const { stdout } = await runDnsctl(folder, ['key', 'list', ZONE, '--json'])
  return JSON.parse(stdout).zones[0].keys
}

const statesOf = ({ records }: ListedKey) =>
  Object.fromEntries(Object.entries(records).map(([name, { state }]) => [name, state]))

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + WAIT_MS
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('it did not come to that in time')
    await delay(200)
  }
}

/** Until the old ZSK is gone, and the young one everywhere; answers validate all along. */
async function expectRollToEnd(
  folder: string,
  port: number,
  tags: { old: number; young: number },
  ds: readonly string[],
) {
  await until(async () => {
    expect(await faultOf(folder, port, ZONE, ds)).toBeUndefined()
    const keys = await keysOf(folder)
    const young = keys.find(({ keyTag }) => keyTag === tags.young)!
    return keys.every(({ keyTag }) => keyTag !== tags.old) && statesOf(young).zrrsig === 'omnipresent'
  })
}

describe('a roll of BIND', () => {
  const missing = missingPackages({
    named: 'bind9',
    rndc: 'bind9',
    'dnssec-dsfromkey': 'bind9-utils',
    delv: 'bind9-dnsutils',
  })
  if (missing.length > 0) console.warn(`SKIPPED: a roll of BIND; install ${missing.join(', ')}`)

  it.runIf(process.env.CI === 'true')('has what it needs installed where tests must not be left out', () => {
    expect(missing).toEqual([])
  })

  it.skipIf(missing.length > 0)('goes on from its state files', async () => {
    const bind = mkdtempSync(join(tmpdir(), 'veil-named-'))
    folders.push(bind)
    const tags = await rollOfBind(bind)
    const folder = machine()
    const files = filesIn(join(bind, 'keys'))
    const { exitCode, stdout } = await runDnsctl(folder, ['key', 'import', ZONE, ...files, '--max-ttl', '2s', '--yes'])
    expect({ exitCode, stdout }).toMatchObject({
      exitCode: ExitCode.Done,
      stdout: expect.stringContaining('By BIND’s state files'),
    })
    const keys = await keysOf(folder)
    expect(keys).toHaveLength(3)
    const [old, young] = [tags.old, tags.young].map((tag) => keys.find(({ keyTag }) => keyTag === tag)!)
    expect([old!.duty, statesOf(old!)]).toEqual(['retired', { dnskey: 'omnipresent', zrrsig: 'omnipresent' }])
    // named says that its signatures are on their way before it makes any.
    expect([young!.duty, statesOf(young!).dnskey]).toEqual(['active', 'rumoured'])
    const ksk = files.find((file) => file.endsWith('.key') && readFileSync(file, 'utf8').includes('DNSKEY 257'))!
    const ds = [(await run(bind, 'dnssec-dsfromkey', '-2', ksk)).trim()]
    await expectRollToEnd(folder, await start(folder), tags, ds)
  })
})

/** A named signs the zone, and begins to roll its ZSK; it is ended once the new key is published. */
async function rollOfBind(folder: string): Promise<{ old: number; young: number }> {
  mkdirSync(join(folder, 'keys'))
  writeFileSync(join(folder, 'zone'), TEXT)
  const control = await freePort()
  const secret = 'key "rndc" { algorithm hmac-sha256; secret "qmVQ6rU7Yt1Lwm7FCMB7sQdRzcdBqLkLxQnh3S0A7vE="; };'
  const options = `options { default-key "rndc"; default-server 127.0.0.1; default-port ${control}; };`
  writeFileSync(join(folder, 'rndc.conf'), `${secret}\n${options}\n`)
  const configuration = (
    port: number,
  ) => `options { directory "${folder}"; pid-file "${folder}/pid"; session-keyfile "${folder}/session";
  key-directory "${folder}/keys"; managed-keys-directory "${folder}"; listen-on port ${port} { 127.0.0.1; };
  listen-on-v6 { none; }; recursion no; notify no; dnssec-validation no; empty-zones-enable no; };
${secret} controls { inet 127.0.0.1 port ${control} allow { 127.0.0.1; } keys { "rndc"; }; };
dnssec-policy quick { keys { ksk lifetime unlimited algorithm 13; zsk lifetime unlimited algorithm 13; };
  dnskey-ttl 1; max-zone-ttl 1; publish-safety PT10S; retire-safety PT1S; zone-propagation-delay PT1S; };
zone "${ZONE}" { type primary; file "zone"; dnssec-policy quick; inline-signing yes; };\n`
  const named = await startDaemon({
    ...{ name: 'BIND', command: 'named', environment: { PATH: `${process.env.PATH ?? ''}:/usr/sbin` } },
    prepare: (port) => writeFileSync(join(folder, 'named.conf'), configuration(port)),
    arguments: () => ['-g', '-c', join(folder, 'named.conf')],
    ready: zonesAnswer([{ apex: ZONE, path: '' }]),
  })
  try {
    const zsks = () => readStates(folder).filter(({ text }) => text.includes('ZSK: yes'))
    await until(async () => zsks().some(({ text }) => /DNSKEYState: omni[\s\S]*ZRRSIGState: omni/.test(text)))
    const old = zsks()[0]!.keyTag
    await run(folder, 'rndc', '-c', 'rndc.conf', 'dnssec', '-rollover', '-key', String(old), ZONE)
    await until(async () => zsks().length === 2 && zsks().every(({ text }) => text.includes('GoalState')))
    return { old, young: zsks().find(({ keyTag }) => keyTag !== old)!.keyTag }
  } finally {
    await named.stop()
  }
}

function readStates(folder: string): { keyTag: number; text: string }[] {
  const names = readdirSync(join(folder, 'keys')).filter((name) => name.endsWith('.state'))
  return names.map((name) => ({
    keyTag: Number(/\+(\d{5})\.state$/.exec(name)![1]),
    text: readFileSync(join(folder, 'keys', name), 'utf8'),
  }))
}

function freePort(): Promise<number> {
  const server = createServer()
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

describe('a roll of a veild whose machine is lost', () => {
  const missing = missingPackages({ age: 'age', 'age-keygen': 'age', delv: 'bind9-dnsutils' })
  if (missing.length > 0) console.warn(`SKIPPED: backups and age; install ${missing.join(', ')}`)

  it.runIf(process.env.CI === 'true')('has what it needs installed where tests must not be left out', () => {
    expect(missing).toEqual([])
  })

  it.skipIf(missing.length > 0)(
    'goes on from a backup that age opens, with the same keys, on an empty machine',
    async () => {
      const lost = machine()
      await start(lost)
      const old = (await keysOf(lost)).find(({ role }) => role === 'zsk')!.keyTag
      const ds = (await runDnsctl(lost, ['key', 'ds', ZONE, '--form', 'ds'])).stdout
        .split('\n')
        .filter((line) => / \d+ 2 /.test(line))
      await until(
        async () => statesOf((await keysOf(lost)).find(({ keyTag }) => keyTag === old)!).zrrsig === 'omnipresent',
      )
      expect(await runDnsctl(lost, ['key', 'roll', ZONE, '--role', 'zsk'])).toMatchObject({ exitCode: ExitCode.Done })
      const young = (await keysOf(lost)).find(({ role, keyTag }) => role === 'zsk' && keyTag !== old)!.keyTag
      await run(lost, 'age-keygen', '-o', 'identity')
      const recipient = (await run(lost, 'age-keygen', '-y', 'identity')).trim()
      const backup = await runDnsctl(lost, ['key', 'backup', '--to', 'keys.age', '--recipient', recipient])
      expect(backup).toMatchObject({ exitCode: ExitCode.Done, stdout: expect.stringContaining('the server’s secret') })
      await endAll()

      const document = JSON.parse(await run(lost, 'age', '-d', '-i', 'identity', 'keys.age'))
      expect(document.zones[0].keys.map(({ keyTag }: ListedKey) => keyTag).sort()).toEqual(
        (await keysOf(lost)).map(({ keyTag }) => keyTag).sort(),
      )
      writeFileSync(join(lost, 'plain'), JSON.stringify(document))
      await run(lost, 'age', '-a', '-r', recipient, '-o', 'again.age', 'plain')
      const empty = machine()
      for (const file of ['keys.age', 'again.age']) {
        const words = ['key', 'restore', join(lost, file), '--identity', join(lost, 'identity'), '--dry-run']
        expect(await runDnsctl(empty, words)).toMatchObject({ exitCode: ExitCode.Done })
      }
      const restored = await runDnsctl(empty, [
        'key',
        'restore',
        join(lost, 'again.age'),
        '--identity',
        join(lost, 'identity'),
      ])
      expect(restored).toMatchObject({ exitCode: ExitCode.Done })
      expect(readFileSync(join(empty, 'state', 'secret'))).toEqual(readFileSync(join(lost, 'state', 'secret')))
      const before = await keysOf(empty)
      expect(before.map(({ keyTag }) => keyTag)).toEqual(expect.arrayContaining([old, young]))
      await expectRollToEnd(empty, await start(empty), { old, young }, ds)
      const kept = (await keysOf(empty)).filter(({ role }) => role === 'ksk').map(({ keyTag }) => keyTag)
      expect(kept).toEqual(before.filter(({ role }) => role === 'ksk').map(({ keyTag }) => keyTag))
    },
  )
})
