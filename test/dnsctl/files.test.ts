import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ExitCode } from '../../dnsctl/exit-code.ts'
import { folderWith, runDnsctl } from './run.ts'

const CONFIGURATION = `
listen: ["127.0.0.1@5300", "::1@5300", "127.0.0.1@5301"]
state: state
views:
  internal: { clients: [10.0.0.0/8, 10.1.0.0/16, "2001:db8::/32"] }
  lab: { listen: ["127.0.0.1@5301"] }
  public: {}
zones:
  example.com:
    file: example.com.zone
    overlays: { internal: example.com.internal.zone }
  secret.example:
    file: secret.example.zone
    views: [internal]
`

const BASE = `$ORIGIN example.com.
$TTL 1h
@ SOA ns1 hostmaster 7 1h 15m 4w 5m
  NS ns1
ns1 A 192.0.2.53
www CNAME web
web A 192.0.2.80
*.apps A 192.0.2.81
b.ent TXT "below"
child NS ns.child
ns.child A 192.0.2.54
old DNAME new
x.new A 192.0.2.82
`

const OVERLAY = `$ORIGIN example.com.
$TTL 5m
web A 10.0.0.80
staging A 10.0.0.10
`

const SECRET = `@ 300 SOA ns1.example.com. h.example.com. 1 1h 1h 1h 1h
@ 300 NS ns1.example.com.
`

function zoneFolder(changes: Readonly<Record<string, string>> = {}): string {
  return folderWith({
    'veil.yaml': CONFIGURATION,
    'example.com.zone': BASE,
    'example.com.internal.zone': OVERLAY,
    'secret.example.zone': SECRET,
    ...changes,
  })
}

async function json(folder: string, ...argv: string[]) {
  const run = await runDnsctl(folder, [...argv, '--json'])
  return { ...run, data: JSON.parse(run.stdout) }
}

describe('zone check', () => {
  it('finds nothing wrong with a good configuration, and says what it saw', async () => {
    const folder = zoneFolder()
    const { exitCode, stdout } = await runDnsctl(folder, ['zone', 'check'])
    expect(stdout).toContain('2 zones checked: no errors.')
    expect(stdout).toMatch(/example\.com\. +internal +12 +7 +good/)
    expect(stdout).toMatch(/secret\.example\. +internal +2 +1 +good/)
    expect(exitCode).toBe(ExitCode.Done)
  })

  it('shows the place of an error, the line, and what was expected', async () => {
    const folder = zoneFolder({ 'example.com.zone': BASE.replace('192.0.2.80', '192.0.2.800') })
    const { exitCode, stdout } = await runDnsctl(folder, ['zone', 'check', 'example.com'])
    expect(exitCode).toBe(ExitCode.Refused)
    expect(stdout.split('\n').slice(0, 4)).toEqual([
      'example.com.zone:7:7 error',
      '  7 │ web A 192.0.2.800',
      '    │       ^^^^^^^^^^^',
      '  found     "192.0.2.800"',
    ])
    expect(stdout).toContain('1 zone checked: 1 error.')
  })

  it('finds what only the sum of base and overlay makes wrong', async () => {
    const folder = zoneFolder({
      'example.com.internal.zone': '@ 300 IN SOA a.b. c.d. 1 1 1 1 1\n@ 300 IN NS a.b.\n*.x 300 IN NS a.b.\n',
    })
    const { exitCode, data } = await json(folder, 'zone', 'check')
    expect(exitCode).toBe(ExitCode.Refused)
    expect(data.problems).toContainEqual(
      expect.objectContaining({ severity: 'error', file: join(folder, 'example.com.internal.zone'), line: 3 }),
    )
    expect(data.zones.map((zone: { ok: boolean }) => zone.ok)).toEqual([false, true])
  })

  it('warns of names that a view must not know', async () => {
    const folder = zoneFolder({ 'example.com.zone': `${BASE}mail MX 10 staging\n` })
    const { exitCode, data } = await json(folder, 'zone', 'check')
    expect(exitCode).toBe(ExitCode.Done)
    expect(data.problems).toContainEqual(expect.objectContaining({ severity: 'warning', line: 14 }))
  })

  it('names the rule, and refuses where the operator wants that', async () => {
    const files = {
      'veil.yaml': `${CONFIGURATION}leaks: { hidden-name: error }\n`,
      'example.com.zone': `${BASE}mail MX 10 staging\n`,
    }
    const { exitCode, data } = await json(zoneFolder(files), 'zone', 'check')
    expect(exitCode).toBe(ExitCode.Refused)
    expect(data.problems).toContainEqual(expect.objectContaining({ severity: 'error', rule: 'hidden-name', line: 14 }))
  })

  it('shows errors of the configuration in the same way', async () => {
    const folder = zoneFolder({ 'veil.yaml': CONFIGURATION.replace('overlays: { internal', 'overlays: { interal') })
    for (const name of ['zone', 'config']) {
      const { exitCode, stdout } = await runDnsctl(folder, [name, 'check'])
      expect(exitCode).toBe(ExitCode.Refused)
      expect(stdout).toMatch(/^veil\.yaml:11:\d+ error\n {2}11 │ {5}overlays: \{ interal/)
      expect(stdout).toContain('Did you mean "internal"?')
    }
  })

  it('takes a file without any configuration', async () => {
    const folder = folderWith({ 'a.zone': BASE })
    expect((await runDnsctl(folder, ['zone', 'check', '--zone', 'example.com=a.zone'])).exitCode).toBe(ExitCode.Done)
    expect((await runDnsctl(folder, ['zone', 'check', '--zone', 'example.org=a.zone'])).exitCode).toBe(ExitCode.Refused)
    expect((await runDnsctl(folder, ['zone', 'check', '--zone', 'example.com'])).exitCode).toBe(ExitCode.Usage)
    expect((await runDnsctl(folder, ['zone', 'check', 'x', '--zone', 'a=b'])).exitCode).toBe(ExitCode.Usage)
    const missing = await json(folder, 'zone', 'check', '--zone', 'example.com=nothing.zone')
    expect(missing.data.problems[0].found).toContain('no file')
  })

  it('suggests the zone that was meant', async () => {
    const { exitCode, stderr } = await runDnsctl(zoneFolder(), ['zone', 'check', 'exmple.com'])
    expect(exitCode).toBe(ExitCode.Usage)
    expect(stderr).toContain('Did you mean example.com?')
  })

  it('says what to do where there is no configuration', async () => {
    const { exitCode, stderr } = await runDnsctl(folderWith(), ['zone', 'check', '--config', 'none.yaml'])
    expect(exitCode).toBe(ExitCode.File)
    expect(stderr).toContain('Next: `dnsctl init` writes one')
  })
})

describe('zone and view list, show and diff', () => {
  it('read files where no server runs, and say so', async () => {
    const folder = zoneFolder()
    const zones = await json(folder, 'zone', 'list')
    expect(zones.data).toMatchObject({
      source: 'files',
      zones: [{ zone: 'example.com.' }, { zone: 'secret.example.' }],
    })
    expect((await runDnsctl(folder, ['zone', 'list'])).stdout).toMatch(/^No server runs; from the files:\nZONE/)
    const views = await json(folder, 'view', 'list')
    expect(views.data.views).toMatchObject([
      { view: 'internal', clients: ['10.0.0.0/8', '10.1.0.0/16', '2001:db8::/32'], zones: 2 },
      { view: 'lab', listen: ['127.0.0.1@5301'], zones: 1 },
      { view: 'public', zones: 1 },
    ])
  })

  it('exit with 1 where a zone has errors', async () => {
    const folder = zoneFolder({ 'secret.example.zone': 'nothing' })
    const { exitCode, stdout } = await runDnsctl(folder, ['zone', 'list'])
    expect(exitCode).toBe(ExitCode.Refused)
    expect(stdout).toContain('dnsctl zone check secret.example')
  })

  it('print a projection that reads back as the same zone', async () => {
    const folder = zoneFolder()
    const shown = await runDnsctl(folder, ['zone', 'show', 'example.com', '--view', 'internal'])
    const again = folderWith({ 'x.zone': shown.stdout })
    const check = await json(again, 'zone', 'check', '--zone', 'example.com=x.zone')
    expect(check.data).toMatchObject({ ok: true, zones: [{ views: [{ records: 12, serial: 7 }] }] })
  })

  it('tell two views apart', async () => {
    const { stdout } = await runDnsctl(zoneFolder(), ['view', 'diff', 'public', 'internal', 'example.com'])
    expect(stdout.replace(/ +/g, ' ').split('\n')).toEqual([
      '--- public',
      '+++ internal',
      '@@ example.com.',
      '+staging.example.com. 300 A 10.0.0.10',
      '-web.example.com. 3600 A 192.0.2.80',
      '+web.example.com. 300 A 10.0.0.80',
      '',
    ])
    const zones = (await json(zoneFolder(), 'view', 'diff', 'public', 'internal')).data.zones
    expect(zones[1].differences).toHaveLength(2)
    expect((await runDnsctl(zoneFolder(), ['view', 'diff', 'public', 'lab'])).stdout).toBe(
      'public and lab see the same.\n',
    )
  })

  it('refuse a view that does not have the zone', async () => {
    const { exitCode, stderr } = await runDnsctl(zoneFolder(), ['zone', 'show', 'secret.example', '--view', 'public'])
    expect(exitCode).toBe(ExitCode.Refused)
    expect(stderr).toContain('does not have secret.example.')
  })
})

describe('view test', () => {
  const ask = async (folder: string, name: string, type: string, from: string, ...more: string[]) =>
    (await json(folder, 'view', 'test', name, type, '--from', from, ...more)).data

  it.each([
    ['192.0.2.1', 'public', undefined],
    ['10.2.3.4', 'internal', '10.0.0.0/8'],
    ['10.1.3.4', 'internal', '10.1.0.0/16'],
    ['::ffff:10.2.3.4', 'internal', '10.0.0.0/8'],
    ['2001:db8::7', 'internal', '2001:db8::/32'],
    ['2001:db9::7', 'public', undefined],
  ])('names the view of %s and the prefix that chose it', async (from, view, prefix) => {
    const { rule } = await ask(zoneFolder(), 'web.example.com', 'A', from)
    expect(rule.name).toBe(view)
    expect(rule.prefix).toBe(prefix)
    expect(rule.bound).toBe(false)
  })

  it('asks at the address that is named', async () => {
    const folder = zoneFolder()
    const { rule } = await ask(folder, 'web.example.com', 'A', '10.2.3.4', '--at', '127.0.0.1@5301')
    expect(rule).toMatchObject({ name: 'lab', bound: true, listener: '127.0.0.1@5301' })
    const wrong = await runDnsctl(folder, ['view', 'test', 'a.example.com', '--from', '::1', '--at', '127.0.0.1@99'])
    expect(wrong.exitCode).toBe(ExitCode.Usage)
    expect(wrong.stderr).toContain('127.0.0.1@5300, ::1@5300, 127.0.0.1@5301')
  })

  it('says in which file and line a record stands', async () => {
    const folder = zoneFolder()
    const place = async (from: string) => (await ask(folder, 'web.example.com', 'A', from)).answer.records[0]
    expect(await place('192.0.2.1')).toMatchObject({
      rdata: '192.0.2.80',
      places: [{ file: join(folder, 'example.com.zone'), line: 7 }],
    })
    expect(await place('10.0.0.1')).toMatchObject({
      rdata: '10.0.0.80',
      places: [{ file: join(folder, 'example.com.internal.zone'), line: 3 }],
    })
  })

  it('shows a stranger nothing of a hidden name, and the operator who has it', async () => {
    const test = await ask(zoneFolder(), 'staging.example.com', 'A', '192.0.2.1')
    expect(test.answer).toMatchObject({ rcode: 'NXDOMAIN', steps: [{ outcome: 'nxdomain', owner: 'example.com.' }] })
    expect(test.others).toEqual([
      { view: 'internal', rcode: 'NOERROR', outcome: 'answer', same: false },
      { view: 'lab', rcode: 'NXDOMAIN', outcome: 'nxdomain', same: true },
    ])
  })

  it('follows aliases, wildcards, DNAMEs and cuts', async () => {
    const folder = zoneFolder()
    const steps = async (name: string, type = 'A') => (await ask(folder, name, type, '192.0.2.1')).answer.steps
    expect(await steps('www.example.com')).toMatchObject([
      { name: 'www.example.com.', outcome: 'cname', target: 'web.example.com.' },
      { name: 'web.example.com.', outcome: 'answer' },
    ])
    expect(await steps('a.b.apps.example.com')).toMatchObject([
      { outcome: 'answer', wildcard: true, owner: '*.apps.example.com.' },
    ])
    expect(await steps('x.old.example.com')).toMatchObject([
      { outcome: 'dname', owner: 'old.example.com.', target: 'x.new.example.com.' },
      { outcome: 'answer', owner: 'x.new.example.com.' },
    ])
    expect(await steps('deep.child.example.com')).toMatchObject([{ outcome: 'referral', owner: 'child.example.com.' }])
    expect(await steps('ent.example.com')).toMatchObject([{ outcome: 'nodata', types: [] }])
    expect(await steps('web.example.com', 'TXT')).toMatchObject([{ outcome: 'nodata', types: ['A'] }])
    expect(await steps('example.net')).toMatchObject([{ outcome: 'no-zone' }])
  })

  it('finds the line of a wildcard, of glue, and of the SOA whatever serial it carries', async () => {
    const folder = zoneFolder()
    const lines = async (name: string, type = 'A') =>
      (await ask(folder, name, type, '192.0.2.1')).answer.records.map(
        (record: { name: string; type: string; places: { line: number }[] }) =>
          `${record.name} ${record.type} ${record.places.map(({ line }) => line).join()}`,
      )
    expect(await lines('a.b.apps.example.com')).toEqual(['a.b.apps.example.com. A 8'])
    expect(await lines('a.child.example.com')).toEqual(['child.example.com. NS 10', 'ns.child.example.com. A 11'])
    expect(await lines('nothing.example.com')).toEqual(['example.com. SOA 3'])
    expect(await lines('x.old.example.com')).toEqual([
      'old.example.com. DNAME 12',
      'x.old.example.com. CNAME ',
      'x.new.example.com. A 13',
    ])
  })

  it('tells a person all of that in words', async () => {
    const { stdout } = await runDnsctl(zoneFolder(), ['view', 'test', 'a.apps.example.com', '--from', '10.0.0.1'], {
      columns: 100,
    })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours of the terminal
    const plain = stdout.replace(/\u001b\[\d+m/g, '')
    expect(plain).toContain('No server runs: this is what the files say.')
    expect(plain).toContain('view    internal (10.0.0.0/8 is the longest client prefix that fits)')
    expect(plain).toContain('is matched by the wildcard *.apps.example.com.')
    expect(plain).toMatch(/a\.apps\.example\.com\. {2}3600 {2}A {2}192\.0\.2\.81 {2}example\.com\.zone:8/)
    expect(plain).toMatch(/public +the same answer/)
    for (const line of plain.split('\n')) expect([...line].length).toBeLessThanOrEqual(100)
  })

  it('says which zones it cannot read', async () => {
    const folder = zoneFolder({ 'secret.example.zone': 'nothing' })
    const { exitCode, stderr } = await runDnsctl(folder, ['view', 'test', 'a.example.com', '--from', '10.0.0.1'])
    expect(exitCode).toBe(ExitCode.Refused)
    expect(stderr).toContain('dnsctl zone check secret.example')
  })

  it.each([
    [['view', 'test', 'a..b', '--from', '10.0.0.1'], 'a..b is no name'],
    [['view', 'test', 'a.b', 'AAAAA', '--from', '10.0.0.1'], '"AAAAA" is no RR type'],
    [['view', 'test', 'a.b', '--from', '10.0.0.256'], 'is not an IP address'],
  ])('refuses %j', async (argv, message) => {
    const { exitCode, stderr } = await runDnsctl(zoneFolder(), argv)
    expect(exitCode).toBe(ExitCode.Usage)
    expect(stderr).toContain(message)
  })
})
