import { chmodSync, chownSync, existsSync, lstatSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderWith } from '../dnsctl/run.ts'
import { exitOf, imagined, judged, runImagined, waiving } from './imagined.ts'
import { NOON, runHostcheck } from './run.ts'

const FAIL = judged('fail', { subject: 'service smtp', cause: 'answered' })

describe('waivers and attestations', () => {
  const failing = imagined({ 'MAIL-VRFY-01': [FAIL, judged('pass', { subject: 'service submission' })] })

  it('lets what is waived count no more, and shows it all the same', async () => {
    const { exitCode, stdout } = await runImagined(failing, ['--strict'], { 'hostcheck.yaml': waiving('2027-01-01') })
    expect(exitCode).toBe(0)
    expect(stdout).toContain('waived until 2027-01-01 by o: r')
    expect(stdout).toMatch(/1 pass, 1 waived/)
  })

  it('takes no word of a file that anybody may have put where it is run, unless it is named', async () => {
    const folder = folderWith({ 'hostcheck.yaml': waiving('2027-01-01') })
    const file = join(folder, 'hostcheck.yaml')
    const isRoot = process.getuid?.() === 0
    if (isRoot) chownSync(file, 65_534, 65_534)
    else chmodSync(file, 0o666)
    const refused = await runHostcheck(folder, ['run'], failing)
    expect(refused.exitCode).toBe(64)
    expect(refused.stderr).toContain(isRoot ? 'It belongs to the user 65534' : 'Everybody may write it')
    const bySudo = { ...failing, environment: { SUDO_UID: '65534' } }
    if (isRoot) expect((await runHostcheck(folder, ['run'], bySudo)).exitCode).not.toBe(64)
    expect((await runHostcheck(folder, ['run', '--declarations', file], failing)).exitCode).not.toBe(64)
  })

  it('holds on its last day, and fails again the day after', async () => {
    expect(await exitOf(failing, [], { 'hostcheck.yaml': waiving('2026-11-25') })).toBe(0)
    const { exitCode, stdout } = await runImagined(failing, [], { 'hostcheck.yaml': waiving('2026-11-24') })
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(/hostcheck\.yaml:1: this waiver of MAIL-VRFY-01 expired on\s+2026-11-24/)
  })

  it('takes a waiver that fits nothing for an error, with its place, unless its control was not judged', async () => {
    const files = { 'hostcheck.yaml': `\n${waiving('2027-01-01', 'service submission')}` }
    const { exitCode, stdout } = await runImagined(failing, [], files)
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
    const over = JSON.parse((await runHostcheck(folder, ['run', '--root', '.', '--json'], later)).stdout)
    expect(over.findings).toMatchObject([{ state: 'warn', reason: expect.stringContaining('until 2027-05-26') }, {}])
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
