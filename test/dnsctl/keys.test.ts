import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ExitCode } from '../../dnsctl/exit-code.ts'
import { parseConfiguration } from '../../server/configuration/read.ts'
import { unlockKeys } from '../../server/keys/key-file.ts'
import { openKeyRing } from '../../server/keys/key-ring.ts'
import { openStore } from '../../server/state/store.ts'
import { wireName } from '../helpers/zone.ts'
import { folderWith, runDnsctl } from './run.ts'

const CONFIGURATION = `listen: ["127.0.0.1@5300"]
state: state
zones:
  example.com: { file: example.com.zone, dnssec: { algorithm: [13, 15] } }
  off.example: { file: off.example.zone }
  elsewhere.example: { file: elsewhere.example.zone }
  never.example: { file: never.example.zone, dnssec: off }
`

let folder: string
let remove: () => void = () => {}

/** A store with the keys of three zones; one is no longer signed, one signed elsewhere. No server runs. */
beforeAll(async () => {
  folder = folderWith({}, (end) => {
    remove = end
  })
  const reading = parseConfiguration(CONFIGURATION, join(folder, 'veil.yaml'), join(folder, 'state'))
  if (reading.outcome === 'refused') throw new Error('refused')
  const state = join(folder, 'state')
  const store = openStore(state)
  const unlock = () => unlockKeys(state, store.keys)
  const ring = openKeyRing({ store: store.keys, secret: new Uint8Array(32), unlock, report: () => {} })
  await ring.keySets(reading.configuration.zones, 1_800_000_000)
  await store.close()
  writeConfiguration(folder)
})

afterAll(() => remove())

function writeConfiguration(folder: string): void {
  writeFileSync(
    join(folder, 'veil.yaml'),
    CONFIGURATION.replace('off.example.zone }', 'off.example.zone, dnssec: off }').replace(
      'elsewhere.example.zone }',
      'elsewhere.example.zone, dnssec: presigned }',
    ),
  )
}

const run = (...argv: string[]) => runDnsctl(folder, argv)
const json = async (...argv: string[]) => JSON.parse((await run(...argv, '--json')).stdout)

describe('dnsctl key list, where no server runs', () => {
  it('lists the keys of the store, and says which are not in use', async () => {
    const { exitCode, stdout } = await run('key', 'list')
    expect(exitCode).toBe(ExitCode.Done)
    expect(stdout).toContain('No server runs; from the store:')
    const lines = stdout.split('\n').map((line) => line.replace(/ +/g, ' '))
    expect(lines.filter((line) => /^[kz]sk /.test(line))).toHaveLength(12)
    expect(stdout).toMatch(/^example\.com: ksk \d+, ksk \d+, zsk \d+ and zsk \d+ come into use; /m)
    expect(lines.filter((line) => /^ksk \d+ 13 ECDSAP256SHA256 in use /.test(line))).not.toEqual([])
    expect(lines).toContain('off.example: not in use: the zone is not signed here')
    expect(lines).toContain('elsewhere.example: not in use: the zone is presigned')
  })

  it('lists one zone, however it is written', async () => {
    const { zones, source } = await json('key', 'list', 'Example.COM.')
    expect(source).toBe('store')
    expect(zones).toMatchObject([{ zone: 'example.com.', signed: true }])
    expect(zones[0].keys.map(({ role, algorithm }: KeyFacts) => [role, algorithm])).toEqual([
      ['ksk', 13],
      ['ksk', 15],
      // One of them is the standby.
      ['zsk', 13],
      ['zsk', 13],
      ['zsk', 15],
      ['zsk', 15],
    ])
  })

  it('shows no private key, in whatever form', async () => {
    const text = JSON.stringify(await json('key', 'list')).replaceAll('"isPrivate":true', '')
    expect(text).not.toMatch(/private|sealed|pkcs/i)
  })

  it('needs no configuration where the state folder is named', async () => {
    const elsewhere = folderWith()
    const { stdout } = await runDnsctl(elsewhere, ['key', 'list', '--state', join(folder, 'state'), '--json'])
    expect(
      JSON.parse(stdout).zones.map(({ zone, signed }: { zone: string; signed?: boolean }) => [zone, signed]),
    ).toEqual([
      ['example.com.', undefined],
      ['elsewhere.example.', undefined],
      ['off.example.', undefined],
    ])
  })

  it('says that there are none yet', async () => {
    const fresh = folderWith({ 'veil.yaml': CONFIGURATION })
    const { exitCode, stdout } = await runDnsctl(fresh, ['key', 'list'])
    expect(exitCode).toBe(ExitCode.Done)
    expect(stdout).toContain('No keys: veild makes them')
  })
})

interface KeyFacts {
  readonly role: string
  readonly algorithm: number
  readonly dnskey: string
  readonly ds: readonly { readonly digestType: number; readonly digest: string; readonly text: string }[]
}

describe('dnsctl key ds, where no server runs', () => {
  it('gives what registrars ask for, all of it following from the DNSKEY', async () => {
    const { zones } = await json('key', 'ds', 'example.com')
    const keys: KeyFacts[] = zones[0].keys
    expect(keys.map(({ algorithm }) => algorithm)).toEqual([13, 15])
    for (const { dnskey, ds } of keys) {
      const [owner, , , flags, protocol, algorithm, key] = dnskey.split(' ')
      expect([owner, flags, protocol]).toEqual(['example.com.', '257', '3'])
      const rdata = Buffer.concat([Buffer.from([1, 1, 3, Number(algorithm)]), Buffer.from(key!, 'base64')])
      const digest = (name: string) =>
        createHash(name).update(wireName('example.com.')).update(rdata).digest('hex').toUpperCase()
      expect(ds.map((each) => [each.digestType, each.digest])).toEqual([
        [2, digest('sha256')],
        [4, digest('sha384')],
      ])
    }
  })

  it('shows records in whole lines, and their parts', async () => {
    const { zones } = await json('key', 'ds', 'example.com')
    const { stdout, exitCode } = await runDnsctl(folder, ['key', 'ds', 'example.com'], {
      columns: 60,
      environment: { NO_COLOR: '1' },
    })
    expect(exitCode).toBe(ExitCode.Done)
    const lines = stdout.split('\n').map((line) => line.trim())
    for (const { dnskey, ds } of zones[0].keys as KeyFacts[]) {
      expect(lines).toEqual(expect.arrayContaining([dnskey, ...ds.map(({ text }) => text)]))
    }
    expect(stdout).toMatch(/ {2}key tag +\d+\n {2}algorithm +13 \(ECDSAP256SHA256\)\n/)
  })

  it('gives records alone to programs, and a trust anchor to delv', async () => {
    const keys: KeyFacts[] = (await json('key', 'ds', 'example.com')).zones[0].keys
    const lines = async (form: string) => (await run('key', 'ds', 'example.com', '--form', form)).stdout.split('\n')
    expect(await lines('ds')).toEqual([...keys.flatMap(({ ds }) => ds.map(({ text }) => text)), ''])
    expect(await lines('dnskey')).toEqual([...keys.map(({ dnskey }) => dnskey), ''])
    const [first, statement, ...rest] = await lines('delv')
    expect(first).toBe('trust-anchors {')
    expect(statement).toMatch(/^ {2}example\.com\. static-ds \d+ 13 2 "[0-9A-F]{64}";$/)
    expect(rest.slice(-2)).toEqual(['};', ''])
  })

  it('leaves out zones that are not signed, and warns where one is named', async () => {
    expect((await json('key', 'ds')).zones.map(({ zone }: { zone: string }) => zone)).toEqual(['example.com.'])
    for (const form of ['text', 'ds', 'dnskey', 'delv']) {
      const { exitCode, stdout, stderr } = await run('key', 'ds', 'off.example', '--form', form)
      expect({ exitCode, stdout }).toEqual({ exitCode: ExitCode.Refused, stdout: '' })
      expect(stderr.replace(/\s+/g, ' ')).toContain('With a DS record at the parent every answer would be rejected')
      expect(stderr).not.toContain('IN DS')
    }
  })

  it('never asks for the DS of a presigned zone to be removed', async () => {
    const { exitCode, stdout, stderr } = await run('key', 'ds', 'elsewhere.example')
    expect({ exitCode, stdout }).toEqual({ exitCode: ExitCode.Refused, stdout: '' })
    expect(stderr.replace(/\s+/g, ' ')).toContain('leave it in place')
    expect(stderr).not.toContain('removed')
  })

  it('says why there is none', async () => {
    const { exitCode, stderr } = await run('key', 'ds', 'never.example')
    expect(exitCode).toBe(ExitCode.Refused)
    expect(stderr).toContain('There are no keys of never.example')
    expect(stderr).toContain('`dnsctl zone list`')
  })
})
