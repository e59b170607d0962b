import {
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderWith } from '../dnsctl/run.ts'
import { type Imagined, imagined, judged } from './imagined.ts'
import { type HostcheckRun, NOON, runHostcheck } from './run.ts'

const FAIL = judged('fail', { subject: 'service smtp', cause: 'answered' })

function waiving(expires: string, subject = 'service *'): string {
  return `waivers: [{ control: MAIL-VRFY-01, subject: "${subject}", reason: r, owner: o, expires: ${expires} }]`
}

async function run(
  world: Imagined,
  argv: readonly string[],
  files: Record<string, string> = {},
): Promise<HostcheckRun> {
  const folder = folderWith(files)
  return runHostcheck(folder, ['run', '--root', '.', ...argv], world)
}

async function exitOf(
  world: Imagined,
  argv: readonly string[] = [],
  files: Record<string, string> = {},
): Promise<number> {
  return (await run(world, argv, files)).exitCode
}

describe('how a run ends', () => {
  const failing = imagined({ 'MAIL-VRFY-01': [FAIL] })
  const open = imagined({ 'MAIL-VRFY-01': [judged('unknown')], 'SRV-VM-01': [judged('warn')] })
  const fine = imagined({ 'MAIL-VRFY-01': [judged('pass')], 'SRV-VM-01': [judged('manual')] })

  it('says 0 where nothing fails, and 1 where something does', async () => {
    expect(await exitOf(fine, ['--strict'])).toBe(0)
    expect(await exitOf(failing)).toBe(1)
  })

  it('counts only what is as severe as --fail-on says', async () => {
    expect(await exitOf(failing, ['--fail-on', 'medium'])).toBe(1)
    expect(await exitOf(failing, ['--fail-on', 'high'])).toBe(0)
  })

  it('says 2 for what is open, if it is asked to', async () => {
    expect(await exitOf(open)).toBe(0)
    expect(await exitOf(open, ['--strict'])).toBe(2)
  })

  it('lets the highest number win', async () => {
    const both = imagined({ 'MAIL-VRFY-01': [FAIL], 'SRV-VM-01': [judged('warn')] })
    expect(await exitOf(both, ['--strict'])).toBe(2)
    expect(await exitOf(both, ['--strict'], { 'hostcheck.yaml': waiving('2027-01-01', 'nothing') })).toBe(64)
  })

  it.each([
    [['--root', '/nowhere/at/all'], 'There is no folder'],
    [['--host', 'web1'], '--root and --host stand together'],
    [['--bundle', 'web1.gz'], '--root and --bundle stand together'],
    [['--output', 'report'], 'says no form'],
    [['--format', 'json', '--output', 'a.json', '--output', 'b.json'], 'more than one --output'],
    [['--baseline', 'missing.json'], 'Cannot read the report'],
    [['--declarations', 'missing.yaml'], 'Cannot read the declarations'],
    [['--only', 'NOTHING-01'], 'There is no control'],
  ])('says 64 for %j', async (argv, what) => {
    const { exitCode, stderr } = await run(fine, argv)
    expect({ exitCode, stderr }).toEqual({ exitCode: 64, stderr: expect.stringContaining(what) })
  })

  it('says 64 for a bundle that is none, and a destination that ssh cannot have', async () => {
    const folder = folderWith({ 'web1.gz': 'no bundle' })
    const ended = async (argv: readonly string[]) => {
      const { exitCode, stderr } = await runHostcheck(folder, ['run', ...argv], fine)
      return `${exitCode} ${stderr.replaceAll(/\s+/g, ' ')}`
    }
    expect(await ended(['--bundle', 'web1.gz'])).toMatch(/^64 error: Cannot use the bundle .*web1\.gz\. .*not JSON/)
    expect(await ended(['--host', 'a b'])).toMatch(/^64 error: Cannot read a b over ssh\. .*no destination for ssh/)
  })

  it('says 64 with every problem of hostcheck.yaml, and checks nothing', async () => {
    const text = 'waivers:\n  - { control: MAIL-VRFY-01, reason: r, expires: soon }\nprofile: huge\n'
    const { exitCode, stdout, stderr } = await run(failing, [], { 'hostcheck.yaml': text })
    expect({ exitCode, stdout }).toEqual({ exitCode: 64, stdout: '' })
    expect(stderr.replaceAll(/\s+/g, ' ')).toMatch(
      /hostcheck\.yaml:2:.*owner.*hostcheck\.yaml:2:.*soon.*hostcheck\.yaml:3:.*huge/,
    )
  })

  it('goes on with the others where one judge fails in a way it should not, says so, and ends with 70', async () => {
    const broken = imagined({ 'MAIL-VRFY-01': [FAIL], 'SRV-VM-01': [] })
    const { exitCode, stdout } = await run(broken, ['--json'])
    expect(exitCode).toBe(70)
    expect(JSON.parse(stdout).findings).toMatchObject([
      { control: 'MAIL-VRFY-01', state: 'fail' },
      { control: 'SRV-VM-01', state: 'unknown', cause: 'fault' },
    ])
  })
})

describe('what a profile leaves out', () => {
  const world = imagined({ 'LOG-01': [FAIL], 'MAIL-VRFY-01': [judged('pass')] })

  it('is told as such, and judged where the profile, the declarations or the command line ask for it', async () => {
    const { exitCode, stdout } = await run(world, [])
    expect(exitCode).toBe(0)
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('The profile "small" leaves out LOG-01. Judge them all the same:')
    expect(await exitOf(world, ['--profile', 'medium'])).toBe(1)
    expect(await exitOf(world, [], { 'hostcheck.yaml': 'profile: large' })).toBe(1)
    expect(await exitOf(world, [], { 'hostcheck.yaml': 'opt-in: [LOG-01]' })).toBe(1)
    expect(await exitOf(world, ['--only', 'LOG-01'])).toBe(1)
    expect(await exitOf(world, ['--profile', 'small'], { 'hostcheck.yaml': 'profile: large' })).toBe(0)
  })
})

describe('waivers and attestations', () => {
  const failing = imagined({ 'MAIL-VRFY-01': [FAIL, judged('pass', { subject: 'service submission' })] })

  it('lets what is waived count no more, and shows it all the same', async () => {
    const { exitCode, stdout } = await run(failing, ['--strict'], { 'hostcheck.yaml': waiving('2027-01-01') })
    expect(exitCode).toBe(0)
    expect(stdout).toContain('waived until 2027-01-01 by o: r')
    expect(stdout).toMatch(/1 pass, 1 waived/)
  })

  it('holds on its last day, and fails again the day after', async () => {
    expect(await exitOf(failing, [], { 'hostcheck.yaml': waiving('2026-11-25') })).toBe(0)
    const { exitCode, stdout } = await run(failing, [], { 'hostcheck.yaml': waiving('2026-11-24') })
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(/hostcheck\.yaml:1: this waiver of MAIL-VRFY-01 expired on\s+2026-11-24/)
  })

  it('takes a waiver that fits nothing for an error, with its place, unless its control was not judged', async () => {
    const files = { 'hostcheck.yaml': `\n${waiving('2027-01-01', 'service submission')}` }
    const { exitCode, stdout } = await run(failing, [], files)
    expect(exitCode).toBe(64)
    expect(stdout).toMatch(/hostcheck\.yaml:2: this waiver fits nothing that MAIL-VRFY-01 found/)
    const other = imagined({ 'MAIL-VRFY-01': [FAIL], 'SRV-VM-01': [judged('pass')] })
    expect(await exitOf(other, ['--only', 'SRV-VM-01'], files)).toBe(0)
  })

  it('passes what is left to a person while somebody vouches for it, and never what the host shows', async () => {
    const world = imagined({ 'SRV-VM-01': [judged('manual'), judged('warn', { subject: 'other' })] })
    const folder = folderWith({ 'hostcheck.yaml': '# mine\nprofile: small # a word\n' })
    const argv = ['attest', 'SRV-VM-01', '--by', 'Ada', '--statement', 'seen: it is locked']
    expect((await runHostcheck(folder, argv, world)).exitCode).toBe(0)
    expect(readFileSync(join(folder, 'hostcheck.yaml'), 'utf8')).toBe(`# mine
profile: small # a word
attestations:
  - control: SRV-VM-01
    statement: "seen: it is locked"
    by: Ada
    on: 2026-11-25
    expires: 2027-05-26
`)
    const report = JSON.parse((await runHostcheck(folder, ['run', '--root', '.', '--json'], world)).stdout)
    expect(report.findings).toMatchObject([
      { state: 'pass', attested: { by: 'Ada' }, evidence: [{ source: 'attestation', line: 4 }] },
      { state: 'warn' },
    ])
    const later = { ...world, now: NOON + 200 * 86_400 }
    const { stdout } = await runHostcheck(folder, ['run', '--root', '.'], later)
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('this attestation of SRV-VM-01 expired on 2027-05-26: look again')
    expect((await runHostcheck(folder, argv, later)).exitCode).toBe(0)
    expect(readFileSync(join(folder, 'hostcheck.yaml'), 'utf8').match(/control:/g)).toHaveLength(1)
  })

  it('writes through a link to where such files are kept, and leaves permissions as they are', async () => {
    const world = imagined({ 'SRV-VM-01': [judged('manual')] })
    const kept = folderWith({ 'web1.yaml': '' })
    chmodSync(join(kept, 'web1.yaml'), 0o600)
    const folder = folderWith()
    symlinkSync(join(kept, 'web1.yaml'), join(folder, 'hostcheck.yaml'))
    const argv = ['attest', 'SRV-VM-01', '--by', 'Ada', '--statement', 's']
    expect((await runHostcheck(folder, argv, world)).exitCode).toBe(0)
    expect(readFileSync(join(kept, 'web1.yaml'), 'utf8')).toContain('by: Ada')
    expect(statSync(join(kept, 'web1.yaml')).mode & 0o777).toBe(0o600)
    expect(lstatSync(join(folder, 'hostcheck.yaml')).isSymbolicLink()).toBe(true)
  })

  it.each([
    [['MAIL-VRFY-01', '--by', 'a', '--statement', 's'], 'is not for a person to say'],
    [['SRV-VM-01', '--by', 'a', '--statement', 's', '--expires', '2029-01-01'], 'more than a year ahead'],
    [['SRV-VM-01', '--by', 'a', '--statement', 's', '--expires', '2026-01-01'], 'over already'],
    [['SRV-VM-01', '--by', 'a', '--statement', 's', '--expires', 'May'], 'a day as year-month-day'],
    [['SRV-VM-01', '--by', '', '--statement', 's'], 'That is no attestation'],
  ])('writes nothing for attest %j', async (argv, why) => {
    const folder = folderWith()
    const world = imagined({ 'MAIL-VRFY-01': [FAIL], 'SRV-VM-01': [judged('manual')] })
    const { exitCode, stderr } = await runHostcheck(folder, ['attest', ...argv], world)
    expect(exitCode).toBe(64)
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(why)
    expect(existsSync(join(folder, 'hostcheck.yaml'))).toBe(false)
  })
})

describe('drift', () => {
  const at = (line: number) => ({ source: 'file' as const, path: '/etc/postfix/main.cf', line, excerpt: 'x' })
  const before = imagined({ 'MAIL-VRFY-01': [{ ...FAIL, evidence: [at(3)] }], 'SRV-VM-01': [judged('warn')] })

  async function driftTo(after: Imagined): Promise<{ exitCode: number; drift: Record<string, unknown> }> {
    const folder = folderWith()
    const argv = ['run', '--root', '.', '--baseline', 'last.json', '--output', 'last.json', '--json']
    const first = JSON.parse((await runHostcheck(folder, argv, before)).stdout)
    expect(first.drift).toBeUndefined()
    const { exitCode, stdout } = await runHostcheck(folder, argv, after)
    expect(JSON.parse(readFileSync(join(folder, 'last.json'), 'utf8'))).toMatchObject({ drift: { since: NOON } })
    return { exitCode, drift: JSON.parse(stdout).drift }
  }

  it('is none where lines have moved and words changed', async () => {
    const moved = { ...FAIL, reason: 'Otherwise said.', evidence: [at(99)] }
    const { exitCode, drift } = await driftTo(imagined({ 'MAIL-VRFY-01': [moved], 'SRV-VM-01': [judged('warn')] }))
    expect(exitCode).toBe(1)
    expect(drift).toMatchObject({ appeared: [], gone: [], changed: [] })
  })

  it('is what came, what went, and what is otherwise of the same subject', async () => {
    const { exitCode, drift } = await driftTo(
      imagined({
        'MAIL-VRFY-01': [judged('pass', { subject: 'service smtp' }), judged('fail', { subject: 'service smtps' })],
        'SRV-VM-01': [judged('warn', { subject: 'another' })],
      }),
    )
    expect(exitCode).toBe(3)
    expect(drift).toMatchObject({
      appeared: [{ subject: 'service smtps' }, { subject: 'another' }],
      gone: [{ control: 'SRV-VM-01', subject: 'host' }],
      changed: [{ subject: 'service smtp', before: { state: 'fail' }, after: { state: 'pass' } }],
    })
  })

  it('is told by `hostcheck diff`, controls aside that only one run judged', async () => {
    const folder = folderWith()
    const save = (name: string, world: Imagined) =>
      runHostcheck(folder, ['run', '--root', '.', '--output', name], world)
    await save('a.json', before)
    await save('b.json', imagined({ 'MAIL-VRFY-01': [judged('pass', { subject: 'service smtp' })] }))
    const { exitCode, stdout } = await runHostcheck(folder, ['diff', 'a.json', 'b.json'])
    expect(exitCode).toBe(3)
    expect(stdout).toContain('MAIL-VRFY-01 service smtp: fail before, now pass')
    expect(stdout).not.toContain('SRV-VM-01')
    expect((await runHostcheck(folder, ['diff', 'a.json', 'a.json'])).exitCode).toBe(0)
  })

  it('refuses what is no report', async () => {
    const folder = folderWith({ 'a.json': '{"format":"hostcheck-report"}', 'b.json': 'no' })
    const { exitCode, stderr } = await runHostcheck(folder, ['diff', 'a.json', 'b.json'])
    expect(exitCode).toBe(64)
    expect(stderr).toContain('is no report of hostcheck')
  })
})

describe('files of a run', () => {
  it('are written whole, in the form that their endings say', async () => {
    const world = imagined({ 'MAIL-VRFY-01': [FAIL] })
    const folder = folderWith()
    writeFileSync(join(folder, 'r.prom'), 'old')
    const files = ['r.json', 'r.sarif', 'r.html', 'r.prom', 'r.txt', 'new/folder/r.json']
    const argv = files.flatMap((file) => ['--output', file])
    expect((await runHostcheck(folder, ['run', '--root', '.', ...argv], world)).exitCode).toBe(1)
    expect(readdirSync(folder).sort()).toEqual(['new', 'r.html', 'r.json', 'r.prom', 'r.sarif', 'r.txt'])
    const starts = files.map((file) => readFileSync(join(folder, file), 'utf8').slice(0, 20).split('\n')[0])
    expect(starts).toEqual([
      '{',
      '{',
      '<!doctype html>',
      '# HELP hostcheck_fin',
      expect.stringMatching(/^hostcheck of/),
      '{',
    ])
  })
})
