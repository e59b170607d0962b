import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ExitCode } from '../../dnsctl/exit-code.ts'
import { isVeildBuilt } from '../helpers/veild.ts'
import { askFrom, endAll, portOf, runVeild, type VeildProcess } from '../helpers/veild-process.ts'
import { runDnsctl } from './run.ts'

const ZONE = '$TTL 60\n@ SOA ns1 hostmaster 7 3600 600 86400 300\n@ NS ns1\nns1 A 192.0.2.1\nwww A 192.0.2.2\n'

describe.skipIf(!isVeildBuilt())('bans of a running veild', () => {
  let folder: string
  let veild: VeildProcess
  let port: number

  const start = async (): Promise<void> => {
    veild = runVeild(['--config', join(folder, 'veil.yaml')])
    port = portOf(await veild.logged('ready'))
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'veil-bans-'))
    writeFileSync(join(folder, 'example.com.zone'), ZONE)
    writeFileSync(
      join(folder, 'veil.yaml'),
      [
        'listen: ["127.0.0.1@0"]',
        'state: state',
        'workers: 1',
        'dnssec: off',
        'zones: { example.com: { file: example.com.zone } }',
        'guard: { never-ban: [198.51.100.0/28], ban: { without-lookup: true } }',
        '',
      ].join('\n'),
    )
    await start()
  })

  afterEach(async () => {
    for (const { prefix } of (await banJson('list')).bans) await ban('rm', prefix)
  })
  afterAll(async () => {
    await endAll()
    rmSync(folder, { recursive: true })
  })

  const ban = (...argv: string[]) => runDnsctl(folder, ['ban', ...argv])
  const banJson = async (...argv: string[]) => JSON.parse((await ban(...argv, '--json')).stdout)
  const isAnswered = (client: string) =>
    askFrom(client, port, 'www.example.com.', 'A').then(
      ({ answer }) => answer.length === 1,
      (error: Error) => {
        if (!error.message.startsWith('no answer')) throw error
        return false
      },
    )

  it('takes effect on all questions of that address, and of no other, and ends', async () => {
    const set = await ban('add', '127.0.0.9', '--force', '--for', '1h', '--reason', 'test')
    expect(set).toMatchObject({ exitCode: ExitCode.Done, stderr: '' })
    expect(set.stdout).toMatch(/^Banned: 127\.0\.0\.9\/32, for \d+ (s|min|h)/)
    expect(await isAnswered('127.0.0.9')).toBe(false)
    expect(await isAnswered('127.0.0.10')).toBe(true)
    const status = await runDnsctl(folder, ['status'])
    expect(status.stdout).toContain('1 ban, 0 of them automatic: dnsctl ban list')
    expect(status.stdout).toMatch(/[1-9] of banned clients/)
    expect((await ban('rm', '127.0.0.9')).stdout).toBe('Lifted: 127.0.0.9/32.\n')
    expect(await isAnswered('127.0.0.9')).toBe(true)
    await ban('add', '127.0.0.9', '--force', '--for', '1')
    await veild.logged('a ban is over')
    expect(await isAnswered('127.0.0.9')).toBe(true)
  })

  it('outlives a reload, a restart and a kill', async () => {
    await ban('add', '127.0.0.9', '--force')
    appendFileSync(join(folder, 'example.com.zone'), 'more A 192.0.2.3\n')
    expect((await runDnsctl(folder, ['reload'])).stdout).toContain('1 zone changed')
    expect(await isAnswered('127.0.0.9')).toBe(false)
    veild.signal('SIGKILL')
    await veild.ended()
    await start()
    expect(await isAnswered('127.0.0.9')).toBe(false)
    expect(await isAnswered('127.0.0.10')).toBe(true)
    expect((await banJson('list')).bans).toMatchObject([{ prefix: '127.0.0.9/32', by: 'operator' }])
  })

  it.each([
    ['0.0.0.0/0', 'would take the names from too many people'],
    ['::/0', 'would take the names from too many people'],
    ['198.51.100.5', 'is on the list guard.never-ban'],
    ['198.51.0.0/16', '198.51.100.0/28, in 198.51.0.0/16, is on the list guard.never-ban'],
    ['127.0.0.1', 'is an address of this server'],
    ['127.0.0.9', 'is loopback'],
  ])('refuses to ban %s, unless forced', async (prefix, why) => {
    const refused = await ban('add', prefix)
    expect(refused.exitCode).toBe(ExitCode.Refused)
    expect(refused.stderr.replace(/\s+/g, ' ')).toContain(why)
    expect(refused.stderr).toContain('--force')
    expect((await ban('add', prefix, '--force')).exitCode).toBe(ExitCode.Done)
  })

  it('refuses what is no prefix or no time', async () => {
    for (const argv of [['192.0.2.1/24'], ['192.0.2'], ['192.0.2.1', '--for', 'soon'], ['192.0.2.1', '--for', '0']]) {
      expect((await ban('add', ...argv)).exitCode).toBe(ExitCode.Usage)
    }
    expect((await banJson('list')).bans).toEqual([])
  })

  it('warns of public resolvers, and leaves them alone when a program asks', async () => {
    const spared = await ban('add', '8.8.8.8', '--automatic')
    expect(spared.exitCode).toBe(ExitCode.Refused)
    expect(spared.stdout).toContain('Not banned: 8.8.8.0/24 is a public resolver, of Google.')
    const warned = await ban('add', '8.8.8.8')
    expect(warned.exitCode).toBe(ExitCode.Done)
    expect(warned.stdout.replace(/\s+/g, ' ')).toContain('everybody who asks through it loses your names')
    expect((await ban('add', '198.51.100.5', '--automatic')).stdout).toContain('guard.never-ban')
    const added = await banJson('add', '203.0.113.9', '--automatic', '--for', '10m', '--reason', 'fail2ban')
    expect(added).toMatchObject({ outcome: 'banned', ban: { by: 'program', proved: true } })
    expect(await banJson('add', '203.0.113.9', '--automatic', '--for', '5m')).toMatchObject({ outcome: 'held' })
  })

  it('explains an address', async () => {
    await ban('add', '203.0.113.0/24', '--for', '2h', '--reason', 'walks \u001b[31mour zone')
    const { stdout } = await ban('explain', '203.0.113.7')
    expect(stdout).toContain('203.0.113.7 is banned.')
    expect(stdout).toContain('gets no answer, over UDP or TCP, whatever it asks (view public)')
    expect(stdout).toContain(String.raw`203.0.113.0/24, by operator: walks \x1b[31mour zone`)
    expect(stdout).toContain('To lift the ban: dnsctl ban rm 203.0.113.0/24')
    expect(await banJson('explain', '8.8.4.4')).toMatchObject({
      status: 'free',
      protections: ['a public resolver, of Google (8.8.4.0/24)'],
    })
    await ban('add', '8.8.4.4', '--automatic', '--reason', 'fail2ban')
    expect((await banJson('explain', '8.8.4.4')).spared).toMatchObject({ reason: 'fail2ban' })
    expect((await ban('explain', 'nobody')).exitCode).toBe(ExitCode.Usage)
  })

  it('tells what holds still when a ban within a wider one is lifted', async () => {
    await ban('add', '203.0.113.0/24')
    const { exitCode, stdout } = await ban('rm', '203.0.113.7')
    expect(exitCode).toBe(ExitCode.Refused)
    expect(stdout).toContain('To lift that: dnsctl ban rm 203.0.113.0/24')
    expect(await ban('rm', '192.0.2.1')).toMatchObject({
      exitCode: ExitCode.Done,
      stdout: 'There is no ban of just 192.0.2.1.\n',
    })
  })

  it('writes what nft understands', async () => {
    for (const prefix of ['203.0.113.0/24', '203.0.113.9', '2001:db8::/48']) await ban('add', prefix)
    await ban('add', '192.0.2.7', '--for', '1h')
    const { stdout } = await ban('list', '--form', 'nft')
    expect(stdout.replace(/timeout \d+s/, 'timeout Ns').split('\n')).toEqual([
      'flush set inet veil banned4',
      'add element inet veil banned4 { 203.0.113.0/24, 192.0.2.7/32 timeout Ns }',
      'flush set inet veil banned6',
      'add element inet veil banned6 { 2001:db8::/48 }',
      '',
    ])
    const sets = ['banned4 { type ipv4_addr', 'banned6 { type ipv6_addr'].map(
      (set) => `add set inet veil ${set}; flags interval, timeout; }`,
    )
    const checked = spawnSync('nft', ['--check', '-f', '-'], {
      input: ['add table inet veil', ...sets, stdout].join('\n'),
      encoding: 'utf8',
    })
    if (process.getuid?.() === 0) expect(checked.stderr).toBe('')
  })
})
