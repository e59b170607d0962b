import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ExitCode } from '../../dnsctl/exit-code.ts'
import { WORDS } from '../../guard/detection/words.ts'
import { runDnsctl } from '../dnsctl/run.ts'
import { type ClientNetwork, createClientNetwork } from '../helpers/client-network.ts'
import { obstacleToOwnNetwork } from '../helpers/own-network.ts'
import { until } from '../helpers/until.ts'
import { isVeildBuilt } from '../helpers/veild.ts'
import { endAll, runVeild, type VeildProcess } from '../helpers/veild-process.ts'

const obstacle = isVeildBuilt() ? obstacleToOwnNetwork() : 'npm run build'
if (obstacle !== undefined && process.env.CI === 'true') throw new Error(obstacle)
if (obstacle !== undefined) console.warn(`SKIPPED automatic bans: ${obstacle}`)

describe.skipIf(obstacle !== undefined)('veild with automatic bans', () => {
  let folder: string
  let network: ClientNetwork
  let veild: VeildProcess

  beforeAll(() => {
    network = createClientNetwork({
      here: ['10.97.0.1/24', 'fd97::1/64'],
      there: ['10.97.0.2/24', '10.97.0.3/24', '10.97.0.4/24', 'fd97::2/64', 'fd97::3/64'],
    })
  })
  afterEach(async () => {
    await endAll()
    rmSync(folder, { recursive: true })
  })
  afterAll(() => network.remove())

  async function start(): Promise<void> {
    folder = mkdtempSync(join(tmpdir(), 'veil-automatic-'))
    const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
    write(
      'example.com.zone',
      '$TTL 60\n@ SOA ns1 hostmaster 7 3600 600 86400 300\n@ NS ns1\nns1 A 10.97.0.1\nwww A 192.0.2.2\n',
    )
    write('internal.zone', 'payroll 60 A 10.0.0.7\n')
    write('alarm', `#!/bin/sh\ncat >> ${folder}/alarms\n`)
    chmodSync(join(folder, 'alarm'), 0o755)
    write(
      'veil.yaml',
      [
        'listen: ["10.97.0.1@53", "fd97::1@53"]',
        'state: state',
        'workers: 1',
        'dnssec: off',
        'views: { internal: { clients: [10.0.0.0/16, "fd00:7::/32"] }, public: {} }',
        'zones:',
        '  example.com:',
        '    file: example.com.zone',
        '    overlays: { internal: internal.zone }',
        '    guard: { public: { honey: [vault] } }',
        'guard:',
        '  never-ban: [10.97.0.4]',
        '  ban: { automatic: true, for: 1h, without-lookup: true }',
        `  notify: [{ command: [${folder}/alarm] }]`,
        '',
      ].join('\n'),
    )
    veild = runVeild(['--config', join(folder, 'veil.yaml')])
    await veild.logged('ready')
  }

  const dnsctl = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await runDnsctl(folder, args)
    if (exitCode !== ExitCode.Done) throw new Error(stderr)
    return stdout
  }
  const bans = async () => JSON.parse(await dnsctl('ban', 'list', '--json')).bans as readonly Record<string, unknown>[]
  const ask = (from: string, name: string, ...flags: string[]) =>
    network.run(
      'dig',
      '-b',
      from,
      from.includes(':') ? '@fd97::1' : '@10.97.0.1',
      name,
      '+short',
      '+tries=1',
      '+time=1',
      ...flags,
    )
  const isAnswered = (from: string) => ask(from, 'www.example.com').stdout.trim() === '192.0.2.2'
  /** What the command was told, message by message. */
  const alarms = (): { counts: Record<string, number>; text: string }[] => {
    const path = join(folder, 'alarms')
    const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : []
    return lines.map((line) => JSON.parse(line))
  }
  const honeyLines = () => veild.log().filter(({ guard }) => guard === 'honey-asked')

  it('bans who asks for a honey name with a proved address, and tells', { timeout: 180_000 }, async () => {
    await start()
    ask('10.97.0.3', 'vault.example.com')
    ask('10.97.0.2', 'vault.example.com', '+tcp')
    ask('fd97::2', 'vault.example.com', '+tcp')
    await until('both are banned', async () => (await bans()).length === 2)
    // They are listed a moment before workers have them.
    await until('neither gets an answer', () => !isAnswered('10.97.0.2') && !isAnswered('fd97::2'))
    expect(await bans()).toMatchObject([
      { prefix: '10.97.0.2/32', by: 'honey', reason: 'asked for the honey name vault.example.com' },
      { prefix: 'fd97::2/128', by: 'honey' },
    ])
    expect(['10.97.0.2', '10.97.0.3', 'fd97::2', 'fd97::3'].map(isAnswered)).toEqual([false, true, false, true])
    await until('all of it is in the log', () => honeyLines().length === 3)
    expect(honeyLines().map(({ source, proved }) => [source, proved])).toEqual([
      ['10.97.0.3', false],
      ['10.97.0.2', true],
      ['fd97::2', true],
    ])
    const told = (kind: string) => alarms().reduce((sum, { counts }) => sum + (counts[kind] ?? 0), 0)
    // One message, but on a busy machine: what comes more than two seconds later waits a minute for the next.
    await until('the command was told all', () => told('honey-asked') === 3 && told('ban-set') === 2, 90)
    expect(alarms().map(({ text }) => text)).toContainEqual(
      expect.stringContaining('Next: dnsctl ban explain 10.97.0.2'),
    )
    expect(await dnsctl('ban', 'explain', '10.97.0.2')).toContain(
      'by honey name: asked for the honey name vault.example.com',
    )
  })

  it('takes a cookie that the server gave to that very address for a proof, and no other', async () => {
    await start()
    const cookie = cookieIn(network.run('dig', '-b', '10.97.0.2', '@10.97.0.1', 'www.example.com', '+tries=1').stdout)
    expect(cookie).toMatch(/^[0-9a-f]{48}$/)
    ask('10.97.0.3', 'vault.example.com', `+cookie=${cookie}`)
    ask('10.97.0.2', 'vault.example.com', `+cookie=${cookie.slice(0, -2)}00`)
    await until('both are noticed', () => honeyLines().length === 2)
    expect(honeyLines().map(({ proved }) => proved)).toEqual([false, false])
    expect(await bans()).toEqual([])
    ask('10.97.0.2', 'vault.example.com', `+cookie=${cookie}`)
    await until('it is banned', async () => (await bans()).length === 1)
    expect((await bans())[0]).toMatchObject({ prefix: '10.97.0.2/32', by: 'honey', proved: true })
  })

  it('bans who goes through a word list over TCP, and explains by which incident', async () => {
    await start()
    const names = join(folder, 'names')
    writeFileSync(
      names,
      WORDS.slice(0, 300)
        .map((word) => `${word}.example.com\n`)
        .join(''),
    )
    network.run('dig', '-b', '10.97.0.2', '@10.97.0.1', '+tries=1', '+time=1', '+tcp', '+keepopen', '-f', names)
    await until('it is banned', async () => (await bans()).length === 1)
    const explanation = JSON.parse(await dnsctl('ban', 'explain', '10.97.0.2', '--json'))
    const [{ id }] = explanation.incidents
    expect(explanation).toMatchObject({
      status: 'banned',
      bans: [{ by: 'incident', reason: 'an enumeration of example.com', incident: id, proved: true }],
      incidents: [{ kind: 'enumeration', zone: 'example.com.' }],
    })
    expect(await dnsctl('ban', 'explain', '10.97.0.2')).toContain(
      `The story of the incident: dnsctl incident show ${id}`,
    )
    expect(JSON.parse(await dnsctl('incident', 'show', id, '--json'))).toMatchObject({ ok: true })
    expect(isAnswered('10.97.0.3')).toBe(true)
  })

  it('bans nobody on guard.never-ban, nobody for a hidden name, and nobody for UDP without a cookie, however often', async () => {
    await start()
    ask('10.97.0.4', 'vault.example.com', '+tcp')
    for (let count = 0; count < 20; count++) ask('10.97.0.3', 'vault.example.com')
    for (let count = 0; count < 5; count++) ask('10.97.0.2', 'payroll.example.com', '+tcp')
    await until('all of it was noticed', () => veild.log().some(({ guard }) => guard === 'hidden-name-asked'))
    await until('and judged', () =>
      veild.log().some(({ guard, source }) => guard === 'spared' && source === '10.97.0.4'),
    )
    expect(await bans()).toEqual([])
    expect(['10.97.0.2', '10.97.0.3', '10.97.0.4'].map(isAnswered)).toEqual([true, true, true])
    expect(await dnsctl('ban', 'explain', '10.97.0.4')).toContain('on the list guard.never-ban (10.97.0.4/32)')
  })
})

/** The server's cookie, client's part included, in what dig prints of an answer. */
function cookieIn(output: string): string {
  return [...output.matchAll(/COOKIE: ([0-9a-f]{48})/g)].at(-1)?.[1] ?? `none in ${output}`
}
