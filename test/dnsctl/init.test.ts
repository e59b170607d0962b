import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ExitCode } from '../../dnsctl/exit-code.ts'
import { filesOf } from '../../dnsctl/init/files.ts'
import { glueObjection, hostsOf, objections, type Setup } from '../../dnsctl/init/setup.ts'
import { readOffline } from '../../dnsctl/offline-zones.ts'
import { parseConfiguration } from '../../server/configuration/read.ts'
import type { FileProblem } from '../../zones/file-problem.ts'
import { folderWith, personWho, runDnsctl } from './run.ts'

const EVERYTHING = [
  ...['init', 'example.com', '--yes'],
  ...['--listen', '192.0.2.53@53', '--listen', '[2001:db8::53]@53', '--user', 'veil'],
  ...['--name-server', 'ns1=192.0.2.53/2001:db8::53', '--name-server', 'ns2.example.net.'],
  ...['--address', '192.0.2.80', '--address', '2001:db8::80', '--mail', 'jane.doe@example.com'],
  ...['--insiders', '10.0.0.0/8', '--insiders', 'fd00::/8', '--host', 'db.staging=10.1.2.3', '--host', 'vpn=10.0.0.9'],
]

/** Answers that leak, `ns1=10.0.0.1` for strangers, are refused with the lint's words. */
function isErrorOfForm({ severity, rule }: FileProblem): boolean {
  return severity === 'error' && rule === undefined
}

describe('init', () => {
  it('writes what passes every check, from nothing but a name', async () => {
    const folder = folderWith()
    const { exitCode, stdout } = await runDnsctl(folder, ['init', 'example.com', '--yes'])
    expect(exitCode).toBe(ExitCode.Done)
    expect(stdout).toContain('veild --config veil.yaml')
    expect(readdirSync(folder).sort()).toEqual(['example.com.internal.zone', 'example.com.zone', 'veil.yaml'])
    const check = await runDnsctl(folder, ['zone', 'check', '--json'])
    expect(JSON.parse(check.stdout)).toMatchObject({ ok: true, problems: [] })
  })

  it('writes what every flag says', async () => {
    const folder = folderWith()
    expect((await runDnsctl(folder, EVERYTHING)).exitCode).toBe(ExitCode.Done)
    const check = JSON.parse((await runDnsctl(folder, ['zone', 'check', '--json'])).stdout)
    expect(check).toMatchObject({ ok: true, problems: [] })
    const shown = await runDnsctl(folder, ['zone', 'show', 'example.com', '--view', 'internal', '--json'])
    const records = JSON.parse(shown.stdout).records.map((record: object) => Object.values(record).join(' '))
    expect(records.join('\n')).toContain('example.com. 3600 SOA ns1.example.com. jane\\.doe.example.com.')
    expect(records).toEqual(
      expect.arrayContaining([
        'example.com. 3600 NS ns2.example.net.',
        'ns1.example.com. 3600 AAAA 2001:db8::53',
        'example.com. 3600 AAAA 2001:db8::80',
        'www.example.com. 3600 CNAME example.com.',
        'db.staging.example.com. 300 A 10.1.2.3',
      ]),
    )
    const strangers = (await runDnsctl(folder, ['zone', 'show', 'example.com', '--view', 'public'])).stdout
    expect(strangers).not.toContain('staging')
    expect(strangers).not.toContain('vpn')
  })

  it('asks for what no flag says, and again where an answer will not do', async () => {
    const folder = folderWith()
    const person = personWho([
      'exa mple',
      'example.org',
      '',
      'ns1',
      'ns1=192.0.2.53',
      '192.0.2.80',
      'nobody',
      '',
      '',
      'x=1.2.3.4',
    ])
    const { exitCode, stderr } = await runDnsctl(folder, ['init'], { columns: 80, dialogue: person })
    expect(stderr).toBe('')
    expect(exitCode).toBe(ExitCode.Done)
    expect(person.heard.join('\n')).toContain('is no domain name')
    expect(person.heard.join('\n')).toContain('ns1 is in the zone, so it needs an address')
    expect(person.heard.join('\n')).toContain('"nobody" is no mailbox')
    expect(readFileSync(join(folder, 'example.org.internal.zone'), 'utf8')).toMatch(/^x +A +1\.2\.3\.4$/m)
    expect(JSON.parse((await runDnsctl(folder, ['zone', 'check', '--json'])).stdout).ok).toBe(true)
  })

  it('never overwrites unless told to', async () => {
    const folder = folderWith({ 'example.com.zone': 'mine' })
    const refused = await runDnsctl(folder, ['init', 'example.com', '--yes'])
    expect(refused.exitCode).toBe(ExitCode.File)
    expect(refused.stderr).toContain('example.com.zone exists already')
    expect(readdirSync(folder)).toEqual(['example.com.zone'])
    expect(readFileSync(join(folder, 'example.com.zone'), 'utf8')).toBe('mine')
    expect((await runDnsctl(folder, ['init', 'example.com', '--yes', '--force'])).exitCode).toBe(ExitCode.Done)
    expect(readFileSync(join(folder, 'example.com.zone'), 'utf8')).toContain('SOA')
  })

  it('says that a file is in the way before it asks anything', async () => {
    const folder = folderWith({ 'veil.yaml': '' })
    const person = personWho([])
    expect((await runDnsctl(folder, ['init'], { columns: 80, dialogue: person })).exitCode).toBe(ExitCode.File)
    expect(person.heard).toEqual([])
  })

  it.each([
    [['init', '--yes'], 'ZONE is missing'],
    [['init', 'bad name', '--yes'], 'is no domain name'],
    [['init', 'a..b', '--yes'], 'ZONE: '],
    [['init', 'a.example', '--yes', '--listen', 'localhost'], '--listen: '],
    [['init', 'a.example', '--yes', '--insiders', '10.0.0.1/8'], '--insiders: '],
    [['init', 'a.example', '--yes', '--name-server', 'ns1'], 'needs an address'],
    [['init', 'a.example', '--yes', '--host', 'db'], '--host: '],
    [['init', 'a.example', '--yes', '--host', 'db=10.0.0.999'], '--host: '],
    [['init', 'a.example', '--yes', '--mail', 'me'], '--mail: '],
  ])('refuses %j and writes nothing', async (argv, message) => {
    const folder = folderWith()
    const { exitCode, stderr } = await runDnsctl(folder, argv)
    expect(exitCode).toBe(ExitCode.Usage)
    expect(stderr).toContain(message)
    expect(readdirSync(folder)).toEqual([])
  })

  it('checks before it writes what no single answer shows to be wrong', async () => {
    const folder = folderWith()
    const { exitCode, stderr } = await runDnsctl(folder, [
      ...['init', 'a.example', '--yes', '--host', 'x.b.example.=10.0.0.1'],
    ])
    expect(exitCode).toBe(ExitCode.Refused)
    expect(stderr).toContain('nothing was written')
    expect(readdirSync(folder)).toEqual([])
  })

  it('says where it cannot write', async () => {
    const folder = folderWith({ taken: '' })
    const { exitCode, stderr } = await runDnsctl(folder, ['init', 'a.example', '--yes', '--directory', 'taken/below'])
    expect(exitCode).toBe(ExitCode.File)
    expect(stderr).toContain(`Cannot write into ${folder}/taken/below`)
  })

  it('makes files without an error from whatever answers it accepts', () => {
    const label = fc.stringMatching(/^[a-z0-9_]([a-z0-9-]{0,10}[a-z0-9])?$/)
    const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'))
    const v4 = fc.ipV4()
    const address = fc.oneof(
      v4,
      fc.ipV6().filter((text) => objections.addresses(text) === undefined),
    )
    const host = fc
      .tuple(name, fc.uniqueArray(address, { minLength: 1, maxLength: 3 }))
      .map(([n, a]) => `${n}=${a.join('/')}`)
    const setup = fc.record({
      zone: name,
      listen: fc.uniqueArray(
        v4.map((text) => `${text}@53`),
        { minLength: 1, maxLength: 3 },
      ),
      state: fc.constantFrom('state', '/var/lib/veil', 'a: b'),
      user: fc.constantFrom(undefined, 'veil'),
      nameServers: fc.uniqueArray(host, { minLength: 1, maxLength: 3 }),
      addresses: fc.uniqueArray(address, { maxLength: 3 }),
      mail: fc.tuple(name, name).map((parts) => parts.join('@')),
      insiders: fc.uniqueArray(
        v4.map((text) => `${text}/32`),
        { minLength: 1, maxLength: 3 },
      ),
      hosts: fc.array(host, { maxLength: 4 }),
    })
    fc.assert(
      fc.property(setup, ({ nameServers, hosts, ...rest }) => {
        const made: Setup = { ...rest, nameServers: hostsOf(nameServers), hosts: hostsOf(hosts) }
        // www is the CNAME that init writes; a name server of that name is an answer it refuses.
        fc.pre(
          glueObjection(made.zone, made.nameServers) === undefined &&
            !made.nameServers.some(({ name: n }) => n === 'www'),
        )
        const files = filesOf(made, new Date(0))
        const reading = parseConfiguration(files[0]!.text, '/x/veil.yaml', '/state')
        if (reading.outcome === 'refused') throw new Error(JSON.stringify(reading.problems))
        const { configuration } = reading
        const texts = new Map(files.map((file) => [`/x/${file.name}`, Buffer.from(file.text)]))
        const zones = readOffline(configuration, configuration.zones, (path) => texts.get(path)!)
        expect(zones.flatMap((zone) => zone.problems).filter(isErrorOfForm)).toEqual([])
        expect(zones[0]!.views.map((view) => view.view)).toEqual(['internal', 'public'])
      }),
      { numRuns: 100 },
    )
  })

  it('leaves a broken file of an earlier try alone when it is asked to check', async () => {
    const folder = folderWith()
    await runDnsctl(folder, ['init', 'example.com', '--yes'])
    writeFileSync(join(folder, 'example.com.zone'), 'nonsense\n')
    const { exitCode, stdout } = await runDnsctl(folder, ['zone', 'check'])
    expect(exitCode).toBe(ExitCode.Refused)
    expect(stdout).toContain('example.com.zone:1:')
    expect(readFileSync(join(folder, 'example.com.zone'), 'utf8')).toBe('nonsense\n')
  })
})
