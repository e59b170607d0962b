import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderWith } from '../dnsctl/run.ts'
import { exitOf, type Imagined, imagined, judged, runImagined, waiving } from './imagined.ts'
import { NOON, runHostcheck } from './run.ts'

const FAIL = judged('fail', { subject: 'service smtp', cause: 'answered' })

describe('files of a report', () => {
  it('are for their owner alone, but for what only counts, and the run says why', async () => {
    const folder = folderWith()
    const outputs = ['a.json', 'a.html', 'a.sarif', 'a.txt', 'a.prom']
    const args = ['run', '--root', '.', ...outputs.flatMap((name) => ['--output', name])]
    const { stdout } = await runHostcheck(folder, args, imagined({ 'MAIL-VRFY-01': [FAIL] }))
    const modes = outputs.map((name) => (statSync(join(folder, name)).mode & 0o777).toString(8))
    expect(modes).toEqual(['600', '600', '600', '600', '644'])
    expect(stdout.replace(/\s+/g, ' ')).toContain('may know where this system is weak, and what its DNS hides')
    expect(readFileSync(join(folder, 'a.html'), 'utf8')).toContain('may name what its DNS hides')
  })
})

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
    [['--baseline', 'missing.json'], 'missing.json.\n  No such file or directory\n'],
    [['--declarations', 'missing.yaml'], 'Cannot read the declarations'],
    [['--only', 'NOTHING-01'], 'There is no control'],
  ])('says 64 for %j', async (argv, what) => {
    const { exitCode, stderr } = await runImagined(fine, argv)
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
    const { exitCode, stdout, stderr } = await runImagined(failing, [], { 'hostcheck.yaml': text })
    expect({ exitCode, stdout }).toEqual({ exitCode: 64, stdout: '' })
    expect(stderr.replaceAll(/\s+/g, ' ')).toMatch(
      /hostcheck\.yaml:2:.*owner.*hostcheck\.yaml:2:.*soon.*hostcheck\.yaml:3:.*huge/,
    )
  })

  it('goes on with the others where one judge fails in a way it should not, says so, and ends with 70', async () => {
    const broken = imagined({ 'MAIL-VRFY-01': [FAIL], 'SRV-VM-01': [] })
    const { exitCode, stdout } = await runImagined(broken, ['--json'])
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
    const { exitCode, stdout } = await runImagined(world, [])
    expect(exitCode).toBe(0)
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('The profile "small" leaves out LOG-01. Judge them all the same:')
    expect(await exitOf(world, ['--profile', 'medium'])).toBe(1)
    expect(await exitOf(world, [], { 'hostcheck.yaml': 'profile: large' })).toBe(1)
    expect(await exitOf(world, [], { 'hostcheck.yaml': 'opt-in: [LOG-01]' })).toBe(1)
    expect(await exitOf(world, ['--only', 'LOG-01'])).toBe(1)
    expect(await exitOf(world, ['--profile', 'small'], { 'hostcheck.yaml': 'profile: large' })).toBe(0)
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
    const files = ['r.json', 'r.sarif', 'r.html', 'r.prom', 'r.txt', 'r.xml', 'new/folder/r.json']
    const argv = files.flatMap((file) => ['--output', file])
    expect((await runHostcheck(folder, ['run', '--root', '.', ...argv], world)).exitCode).toBe(1)
    expect(readdirSync(folder).sort()).toEqual(['new', 'r.html', 'r.json', 'r.prom', 'r.sarif', 'r.txt', 'r.xml'])
    const starts = files.map((file) => readFileSync(join(folder, file), 'utf8').slice(0, 20).split('\n')[0])
    expect(starts).toEqual([
      '{',
      '{',
      '<!doctype html>',
      '# HELP hostcheck_fin',
      expect.stringMatching(/^hostcheck of/),
      '<?xml version="1.0" ',
      '{',
    ])
  })
})
