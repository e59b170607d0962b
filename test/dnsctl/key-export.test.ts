import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ExitCode } from '../../dnsctl/exit-code.ts'
import type { KeyRole } from '../../keys/key-role.ts'
import { openStoreToRead } from '../../server/state/read-only-store.ts'
import { bindFiles } from '../keys/formats/samples.ts'
import { folderWith, personWho, runDnsctl } from './run.ts'

const CONFIGURATION = `listen: ["127.0.0.1@5300"]
state: state
zones:
  example.com: { file: example.com.zone }
`

const KSK_STATE = `KSK: yes
ZSK: no
DNSKEYState: omnipresent
KRRSIGState: omnipresent
DSState: rumoured
GoalState: omnipresent
`
const ZSK_STATE = `KSK: no
ZSK: yes
DNSKEYState: omnipresent
ZRRSIGState: unretentive
GoalState: hidden
`
const NEW_ZSK_STATE = ZSK_STATE.replace('unretentive', 'rumoured').replace(
  'GoalState: hidden',
  'GoalState: omnipresent',
)

/** A folder whose store has a KSK, and ZSKs in a roll. */
async function folderInRoll() {
  const key = (role: KeyRole, state: string) => bindFiles(role, { state })
  const [ksk, old] = [await key('ksk', KSK_STATE), await key('zsk', ZSK_STATE)]
  const young = await key('zsk', `Predecessor: ${old.keyTag}\n${NEW_ZSK_STATE}`)
  const files = Object.fromEntries(
    Object.entries({ ksk, old, young }).flatMap(([name, each]) => [
      [`${name}.key`, each.public],
      [`${name}.private`, each.private],
      [`${name}.state`, each.state],
    ]),
  )
  const folder = folderWith({ 'veil.yaml': CONFIGURATION, ...files })
  const { exitCode } = await runDnsctl(folder, ['key', 'import', 'example.com', ...Object.keys(files), '--yes'])
  expect(exitCode).toBe(ExitCode.Done)
  return { folder, ksk, old, young }
}

const words = (...more: string[]) => ['key', 'export', 'example.com', ...more]

describe('dnsctl key export', () => {
  it('writes what BIND reads, to files for their owner alone, from which the same keys come in with the same states', async () => {
    const { folder, ksk, old, young } = await folderInRoll()
    const { exitCode, stdout } = await runDnsctl(folder, words('--format', 'bind', '--to', 'out', '--yes'))
    expect(exitCode).toBe(ExitCode.Done)
    expect(stdout).toContain('Wrote 3 keys of example.com')
    const out = join(folder, 'out')
    expect(readdirSync(out).sort()).toEqual(
      [ksk, old, young]
        .flatMap(({ keyTag }) =>
          ['key', 'private', 'state'].map((end) => `Kexample.com.+013+${String(keyTag).padStart(5, '0')}.${end}`),
        )
        .sort(),
    )
    for (const name of readdirSync(out)) expect(statSync(join(out, name)).mode & 0o777).toBe(0o600)
    const elsewhere = folderWith({ 'veil.yaml': CONFIGURATION })
    const files = readdirSync(out).map((name) => join(out, name))
    const back = await runDnsctl(elsewhere, ['key', 'import', 'example.com', ...files, '--yes'])
    expect(back.exitCode).toBe(ExitCode.Done)
    const [here, there] = [await statesIn(folder), await statesIn(elsewhere)]
    expect(there).toEqual(here)
    expect(here.find(({ keyTag }) => keyTag === young.keyTag)).toMatchObject({
      replaces: old.keyTag,
      zrrsig: 'rumoured',
    })
  })

  it('overwrites nothing, and asks before private keys lie open', async () => {
    const { folder, ksk } = await folderInRoll()
    const request = words('--format', 'pem', '--to', 'out', '--key', String(ksk.keyTag))
    expect((await runDnsctl(folder, request)).exitCode).toBe(ExitCode.Refused)
    expect((await runDnsctl(folder, request, { dialogue: personWho(['yes']) })).exitCode).toBe(ExitCode.Refused)
    expect(readdirSync(folder)).not.toContain('out')
    const person = personWho(['export'])
    const done = await runDnsctl(folder, request, { dialogue: person, columns: 80 })
    expect(done.exitCode).toBe(ExitCode.Done)
    expect(person.heard.join('\n')).toContain('Whoever reads them can forge example.com.')
    const [name] = readdirSync(join(folder, 'out'))
    const before = readFileSync(join(folder, 'out', name!), 'utf8')
    expect(before).toBe(ksk.pem)
    expect(done.stdout + done.stderr).not.toContain(ksk.pem.split('\n')[1])
    const again = await runDnsctl(folder, [...request, '--yes'])
    expect([again.exitCode, again.stderr]).toEqual([ExitCode.File, expect.stringContaining('There are such files')])
    expect(readdirSync(join(folder, 'out'))).toEqual([name])
  })

  it('tells the commands by which Knot DNS and PowerDNS take them', async () => {
    const { folder, ksk, old, young } = await folderInRoll()
    const commandsFor = async (form: string) =>
      JSON.parse((await runDnsctl(folder, words('--format', form, '--to', form, '--yes', '--json'))).stdout).commands
    const file = (keyTag: number) => `Kexample.com.+013+${String(keyTag).padStart(5, '0')}.private`
    const powerdns: string[] = await commandsFor('powerdns')
    expect(powerdns.sort()).toEqual(
      [
        `pdnsutil import-zone-key example.com ${file(ksk.keyTag)} active ksk`,
        `pdnsutil import-zone-key example.com ${file(old.keyTag)} inactive zsk`,
        `pdnsutil import-zone-key example.com ${file(young.keyTag)} active zsk`,
      ].sort(),
    )
    const knot: string[] = await commandsFor('knot')
    expect(knot.map((line) => line.replace(/[0-9a-f]{40}/, 'ID').replaceAll(/\d{10}/g, 'T')).sort()).toEqual([
      'keymgr example.com import-pem ID.pem algorithm=13 ksk=no zsk=yes created=T publish=T ready=0 active=T',
      'keymgr example.com import-pem ID.pem algorithm=13 ksk=no zsk=yes created=T publish=T ready=0 active=T retire=T',
      'keymgr example.com import-pem ID.pem algorithm=13 ksk=yes zsk=no created=T publish=T ready=T active=0',
    ])
  })

  it.each([
    [['example.com', '--key', '65536'], ExitCode.Usage, 'is no key tag'],
    [['example.org'], ExitCode.Refused, 'There are no keys of example.org'],
  ])('refuses %j', async (more, exitCode, what) => {
    const { folder } = await folderInRoll()
    const run = await runDnsctl(folder, ['key', 'export', ...more, '--format', 'bind', '--to', 'out', '--yes'])
    expect([run.exitCode, run.stderr]).toEqual([exitCode, expect.stringContaining(what)])
    const nothing = folderWith({ 'veil.yaml': CONFIGURATION })
    expect((await runDnsctl(nothing, words('--format', 'bind', '--to', 'out', '--yes'))).exitCode).toBe(
      ExitCode.Refused,
    )
  })
})

async function statesIn(folder: string) {
  const store = openStoreToRead(join(folder, 'state'))!
  const { keys } = store.keys.get('example.com.')!
  await store.close()
  return keys
    .map(({ keyTag, duty, replaces, records }) => ({
      ...{ keyTag, duty, replaces: keys.find(({ id }) => id === replaces)?.keyTag },
      ...Object.fromEntries(Object.entries(records).map(([record, { state }]) => [record, state])),
    }))
    .sort((a, b) => a.keyTag - b.keyTag)
}
