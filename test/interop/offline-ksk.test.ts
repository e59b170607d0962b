/*
 * A zone whose KSK has left the server, as validators see it: keys and signatures travel as files, and the signing is done by a
 * process that has neither server nor state.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readMessage } from '../../dns/message.ts'
import { sendCommand } from '../../server/control/client.ts'
import { openStoreToRead } from '../../server/state/read-only-store.ts'
import { runDnsctl } from '../dnsctl/run.ts'
import { type Daemon, startDaemon } from '../helpers/daemon.ts'
import { missingCommandPackage } from '../helpers/resolvers.ts'
import { signedQuery } from '../helpers/signed-world.ts'
import { connectUdp } from '../helpers/udp-client.ts'
import { startVeild, VEILD } from '../helpers/veild.ts'

const run = promisify(execFile)
const PASSPHRASE = 'correct horse battery staple'
const DNSCTL = VEILD.replace(/server\/veild\.js$/, 'dnsctl/dnsctl.js')

let veild: Daemon
let unbound: Daemon | undefined
/** What the operator's machine has, and the offline one. */
let here: string
let there: string
let shown: Record<'offline' | 'request' | 'sign' | 'import', string>

beforeAll(async () => {
  here = mkdtempSync(join(tmpdir(), 'veil-online-'))
  there = mkdtempSync(join(tmpdir(), 'veil-offline-'))
  const zone = '$TTL 60\n@ SOA ns1 hostmaster 7 3600 600 86400 60\n@ NS ns1\nns1 A 192.0.2.1\nwww A 192.0.2.2\n'
  writeFileSync(join(here, 'example.com.zone'), zone)
  configure('')
  veild = await startVeild({ arguments: ['--config', join(here, 'veil.yaml'), '--workers', '1', '--no-rate-limit'] })
  const take = ['take-offline', 'example.com', '--weeks', '4', '--out', join(there, 'ksk.age'), '--stdin', '--yes']
  const offline = await bundle(take, `${PASSPHRASE}\n`)
  const request = await bundle(['request', 'example.com', '--weeks', '8', '--out', join(there, 'request')])
  const sign = await signThere()
  const imported = await bundle(['import', join(there, 'bundle')])
  shown = { offline, request, sign, import: imported }
}, 120_000)

afterAll(async () => {
  await unbound?.stop()
  await veild?.stop()
  for (const folder of [here, there]) rmSync(folder, { recursive: true, force: true })
})

const state = () => join(veild.folder, 'state')

/** Writes a configuration with more lines about the zone. What opens the store lies elsewhere than by default. */
function configure(more: string): void {
  const sealing = `sealing: { key-file: ${join(here, 'opener')} }`
  const lines = ['listen: ["127.0.0.1@53"]', sealing, 'zones:', '  example.com:', '    file: example.com.zone']
  writeFileSync(join(here, 'veil.yaml'), `${lines.join('\n')}\n${more}`)
}

/** Runs `dnsctl key bundle` on the server's machine. */
async function bundle(words: readonly string[], input = ''): Promise<string> {
  const { exitCode, stdout, stderr } = await runDnsctl(here, ['--state', state(), 'key', 'bundle', ...words], { input })
  expect([exitCode, stderr]).toEqual([0, ''])
  return stdout
}

/** A process of its own, in a folder that has the request and the key, and nothing of the server's. */
async function signThere(): Promise<string> {
  const words = ['key', 'bundle', 'sign', 'request', '--key', 'ksk.age', '--out', 'bundle', '--stdin', '--yes']
  const child = run(process.execPath, [DNSCTL, ...words], { cwd: there, env: { HOME: there, PATH: '' } })
  child.child.stdin!.end(`${PASSPHRASE}\n`)
  return (await child).stdout
}

async function trustAnchor(form: 'ds' | 'delv'): Promise<string> {
  const argv = ['--state', state(), 'key', 'ds', 'example.com', '--form', form]
  return (await runDnsctl(here, argv)).stdout
}

describe('a zone whose KSK is offline', () => {
  it('has its key in no store, and in a file that nobody else may read', async () => {
    const store = openStoreToRead(state())!
    const { keys, reserve } = store.keys.get('example.com.')!
    expect(store.keys.bundles('example.com.').bundles).toHaveLength(2)
    await store.close()
    expect(keys.filter(({ role, sealed }) => role === 'ksk' && sealed !== undefined)).toEqual([])
    expect(reserve!.length).toBeGreaterThan(0)
    expect(shown.offline).toContain('was read back from there')
    expect(readFileSync(join(there, 'ksk.age'), 'latin1')).toMatch(/^age-encryption\.org\/v1\n-> scrypt /)
  })

  it('is served with what the other process signed', async () => {
    expect(shown.sign).toContain('each verified')
    expect(shown.import).toContain('a full supply')
    const signed = JSON.parse(readFileSync(join(there, 'bundle'), 'utf8'))
    const octets = new Set<string>(signed.rrsets.flatMap((each: { signatures: string[][] }) => each.signatures.flat()))
    const client = await connectUdp({ port: veild.port })
    const answer = readMessage((await client.ask(signedQuery('example.com.', 'DNSKEY')))!)!
    client.close()
    const rrsigs = answer.answer.filter(({ type }) => type === 46)
    expect(rrsigs).toHaveLength(1)
    expect(octets).toContain(Buffer.from(rrsigs[0]!.rdata.subarray(18 + 13)).toString('base64'))
  })

  it('validates in delv: an answer, an absence, and the key set itself', async (context) => {
    const missing = missingCommandPackage('delv', 'bind9-dnsutils')
    if (missing !== undefined && process.env.CI !== 'true') return context.skip(`install ${missing}`)
    const file = join(here, 'anchor')
    writeFileSync(file, await trustAnchor('delv'))
    for (const [name, type] of [
      ['www.example.com', 'A'],
      ['nowhere.example.com', 'A'],
      ['example.com', 'DNSKEY'],
      ['example.com', 'CDS'],
    ]) {
      const argv = ['@127.0.0.1', '-p', String(veild.port), '-a', file, '+root=example.com.', name!, type!]
      const { stdout } = await run('delv', argv, { timeout: 20_000 })
      if (type !== 'CDS') expect(stdout, stdout).toContain('fully validated')
      expect(stdout).not.toMatch(/resolution failed: (?!ncache)/)
    }
  })

  it('validates in unbound', async (context) => {
    const missing = missingCommandPackage('unbound', 'unbound')
    if (missing !== undefined && process.env.CI !== 'true') return context.skip(`install ${missing}`)
    unbound = await startUnbound(await trustAnchor('ds'))
    const client = await connectUdp({ port: unbound.port })
    for (const [name, type] of [
      ['www.example.com.', 'A'],
      ['nowhere.example.com.', 'A'],
      ['example.com.', 'DNSKEY'],
    ] as const) {
      const octets = (await client.ask(recursive(name, type)))!
      // Compact denial says NOERROR to whoever takes DNSSEC (RFC 9824 §2).
      expect([name, octets[3]! & 15]).toEqual([name, 0])
      expect(octets[3]! & AUTHENTIC_DATA, `${name} ${type}`).toBe(AUTHENTIC_DATA)
    }
    client.close()
  })
})

describe('what cannot work with a KSK that is offline', () => {
  it('is one key that signs everything: the reload is refused, and nothing changes', async () => {
    configure('    dnssec: { keys: { combined: true, standby: [] } }\n')
    const refused = await runDnsctl(here, ['--state', state(), 'reload'])
    expect(refused.exitCode).toBe(1)
    expect(refused.stdout + refused.stderr).toContain('whose key signing key is offline')
    configure('')
    expect((await runDnsctl(here, ['--state', state(), 'reload'])).exitCode).toBe(0)
  })

  it('is taking a key offline twice, or one of which nobody proves that a copy is kept', async () => {
    const argv = [
      '--state',
      state(),
      'key',
      'bundle',
      'take-offline',
      'example.com',
      '--weeks',
      '4',
      '--yes',
      '--stdin',
    ]
    const twice = await runDnsctl(here, [...argv, '--out', join(there, 'second.age')], { input: `${PASSPHRASE}\n` })
    expect(twice.exitCode).toBe(1)
    expect(twice.stderr).toContain('The store has no KSK of example.com to take offline')
    const socket = join(state(), 'control.sock')
    const args = { zone: 'example.com.', keyTag: 1, weeks: 4, proof: '' }
    expect(await sendCommand(socket, 'bundle-take-offline', args)).toMatchObject({ ok: false })
  })

  it('is a bundle that was tampered with, cut short, or is for another zone', async () => {
    const text = readFileSync(join(there, 'bundle'), 'utf8')
    const cases = [
      [text.replace('"ttl": 3600', '"ttl": 7200').replace('"ttl": 60', '"ttl": 59'), 'does not hold'],
      [text.slice(0, -200), 'it is no JSON, or was cut short'],
      [text.replaceAll('example.com.', 'example.net.'), 'xample.net. is not signed here'],
      [readFileSync(join(there, 'request'), 'utf8'), 'it is a request that nobody has signed yet'],
    ] as const
    for (const [wrong, why] of cases) {
      writeFileSync(join(there, 'wrong'), wrong)
      const run = await runDnsctl(here, ['--state', state(), 'key', 'bundle', 'import', join(there, 'wrong')])
      expect(run.exitCode, why).toBe(1)
      expect(run.stderr).toContain(why)
    }
  })
})

/** RFC 4035 §3.2.3. */
const AUTHENTIC_DATA = 0x20

/** A query of a stub resolver. */
function recursive(name: string, type: string): Uint8Array {
  const query = signedQuery(name, type)
  query[2]! |= RECURSION_DESIRED
  return query
}

const RECURSION_DESIRED = 1

function startUnbound(anchors: string): Promise<Daemon> {
  const configuration = (port: number, folder: string): string =>
    [
      'server:',
      ...[`  directory: "${folder}"`, '  chroot: ""', '  username: ""', '  pidfile: ""', '  use-syslog: no'],
      ...['  interface: 127.0.0.1', `  port: ${port}`, '  do-ip6: no', '  do-not-query-localhost: no'],
      ...['  module-config: "validator iterator"', '  val-log-level: 2', '  verbosity: 1', '  num-threads: 1'],
      ...anchors
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => `  trust-anchor: "${line}"`),
      ...['remote-control:', '  control-enable: no'],
      ...['stub-zone:', '  name: "example.com"', `  stub-addr: 127.0.0.1@${veild.port}`, '  stub-prime: no'],
    ].join('\n')
  return startDaemon({
    name: 'unbound',
    command: 'unbound',
    prepare: (port, folder) => writeFileSync(join(folder, 'unbound.conf'), configuration(port, folder)),
    arguments: (_port, folder) => ['-d', '-c', join(folder, 'unbound.conf')],
    environment: { PATH: `${process.env.PATH ?? ''}:/usr/sbin:/usr/local/sbin` },
    ready: async (port) => {
      await delay(50)
      const client = await connectUdp({ port })
      const answer = await client.ask(recursive('example.com.', 'SOA')).catch(() => undefined)
      client.close()
      return answer !== undefined
    },
  })
}
