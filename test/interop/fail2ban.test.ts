import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ExitCode } from '../../dnsctl/exit-code.ts'
import { WORDS } from '../../guard/detection/words.ts'
import { runDnsctl } from '../dnsctl/run.ts'
import { type ClientNetwork, createClientNetwork } from '../helpers/client-network.ts'
import { obstacleToOwnNetwork } from '../helpers/own-network.ts'
import { until } from '../helpers/until.ts'
import { isVeildBuilt, VEILD } from '../helpers/veild.ts'

const DEPLOY = join(import.meta.dirname, '../../deploy/fail2ban')
const DNSCTL = join(VEILD, '../../dnsctl/dnsctl.js')
const ENVIRONMENT = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` }

const missing = spawnSync('fail2ban-regex', ['--version']).status === 0 ? undefined : 'apt install fail2ban'
const obstacle = missing ?? (isVeildBuilt() ? obstacleToOwnNetwork() : 'npm run build')
if (obstacle !== undefined && process.env.CI === 'true') throw new Error(obstacle)
if (obstacle !== undefined) console.warn(`SKIPPED fail2ban: ${obstacle}`)

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'veil-fail2ban-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe.skipIf(obstacle !== undefined)('fail2ban and veild', () => {
  let network: ClientNetwork
  const ends: (() => Promise<void>)[] = []

  beforeAll(() => {
    network = createClientNetwork({ here: ['10.98.0.1/24'], there: ['10.98.0.2/24', '10.98.0.3/24'] })
  })
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end()
  })
  afterAll(() => network.remove())

  /** Starts a program and sees to its end, by its process id. */
  function run(command: string, args: readonly string[], log: string): void {
    const out = openSync(log, 'a')
    const child = spawn(command, args, { stdio: ['ignore', out, out], env: ENVIRONMENT })
    const closed = once(child, 'close')
    ends.push(async () => {
      child.kill('SIGTERM')
      await closed
    })
  }

  const isAnswered = (from: string, ...flags: string[]) => {
    const question = ['-b', from, '@10.98.0.1', 'www.example.com', '+short', '+tries=1', '+time=1']
    const { stdout } = network.run('dig', ...question, ...flags)
    return stdout.trim() === '192.0.2.2'
  }

  const log = () => join(folder, 'veild.log')
  beforeEach(async () => {
    startVeild(log())
    await until('veild is ready', () => readFileSync(log(), 'utf8').includes('"msg":"ready"'))
    startFail2ban(log())
    await until('fail2ban is ready', () => fail2banClient('status', 'veil').includes('Currently banned:\t0'))
    expect([isAnswered('10.98.0.2'), isAnswered('10.98.0.3')]).toEqual([true, true])
  })

  /** The client at 10.98.0.2 is banned, 10.98.0.3 is not; in time the first is let off. */
  async function seeBanAndEnd(): Promise<void> {
    await until('fail2ban has banned it', () => fail2banClient('status', 'veil').includes('10.98.0.2'))
    await until('veild has banned it', async () => (await dnsctl('ban', 'list')).includes('10.98.0.2/32'))
    // It is listed a moment before workers have it.
    await until('it gets no answer', () => !isAnswered('10.98.0.2'))
    expect(await dnsctl('ban', 'list')).toMatch(/10\.98\.0\.2\/32 .* another program +fail2ban, jail veil/)
    expect([isAnswered('10.98.0.2'), isAnswered('10.98.0.2', '+tcp'), isAnswered('10.98.0.3')]).toEqual([
      false,
      false,
      true,
    ])
    expect(fail2banClient('status', 'veil')).toMatch(/Total banned:\t1\n/)
    await until('it is let off', () => isAnswered('10.98.0.2'), 60)
    await until('fail2ban knows', () => fail2banClient('status', 'veil').includes('Currently banned:\t0'))
    const told = readFileSync(join(folder, 'fail2ban.log'), 'utf8')
    expect(told).toMatch(/NOTICE +\[veil\] Unban 10\.98\.0\.2/)
    // It was asked for the jail before it had one.
    const errors = told.split('\n').filter((line) => line.includes('ERROR') && !line.includes('UnknownJailException'))
    expect(errors).toEqual([])
  }

  it('ban a client that asks for a honey name over TCP, nobody who does so over UDP, and let it off in time', async () => {
    network.run('dig', '-b', '10.98.0.3', '@10.98.0.1', 'vault.example.com', '+tries=1')
    network.run('dig', '-b', '10.98.0.2', '@10.98.0.1', 'vault.example.com', '+tcp', '+tries=1')
    await seeBanAndEnd()
    expect(readFileSync(log(), 'utf8')).toContain('"guard":"honey-asked","source":"10.98.0.3","proved":false')
  })

  it('ban a client that goes through a word list over TCP, nobody who does so over UDP, and let it off in time', async () => {
    const names = join(folder, 'names')
    writeFileSync(
      names,
      WORDS.slice(0, 300)
        .map((word) => `${word}.example.com\n`)
        .join(''),
    )
    // By itself dig would follow TC to TCP, or send the cookie back that it was given, and so prove its address.
    const unproved = ['+ignore', '+nocookie']
    network.run('dig', '-b', '10.98.0.3', '@10.98.0.1', '+tries=1', '+time=1', '+short', ...unproved, '-f', names)
    network.run(
      'dig',
      '-b',
      '10.98.0.2',
      '@10.98.0.1',
      '+tries=1',
      '+time=1',
      '+short',
      '+tcp',
      '+keepopen',
      '-f',
      names,
    )
    await seeBanAndEnd()
    const lines = readFileSync(log(), 'utf8').split('\n')
    expect(lines.filter((line) => line.includes('"guard":"incident-source"'))).toHaveLength(1)
    expect(lines.some((line) => line.includes('"guard":"incident-opened"'))).toBe(true)
  })

  function startVeild(log: string): void {
    writeFileSync(
      join(folder, 'example.com.zone'),
      '$TTL 60\n@ SOA ns1 hostmaster 7 3600 600 86400 300\n@ NS ns1\nns1 A 10.98.0.1\nwww A 192.0.2.2\n',
    )
    writeFileSync(
      join(folder, 'veil.yaml'),
      [
        'listen: ["10.98.0.1@53"]',
        'state: state',
        'workers: 1',
        'dnssec: off',
        'zones: { example.com: { file: example.com.zone, guard: { public: { honey: [vault] } } } }',
        // There is no DNS in this network that could tell crawlers from others.
        'guard: { ban: { without-lookup: true } }',
        '',
      ].join('\n'),
    )
    run(process.execPath, [VEILD, '--config', join(folder, 'veil.yaml'), '--log', 'json'], log)
  }

  /** With the files that are shipped; only times and places are the test's. */
  function startFail2ban(log: string): void {
    const config = join(folder, 'fail2ban')
    cpSync(DEPLOY, config, { recursive: true })
    writeFileSync(
      join(config, 'fail2ban.conf'),
      [
        '[Definition]',
        ...['loglevel = INFO', `logtarget = ${folder}/fail2ban.log`, 'syslogsocket = auto', 'allowipv6 = auto'],
        ...[`socket = ${folder}/fail2ban.sock`, `pidfile = ${folder}/fail2ban.pid`, 'dbfile = None', ''],
      ].join('\n'),
    )
    writeFileSync(
      join(config, 'jail.conf'),
      '[DEFAULT]\nmaxlines = 1\nusedns = no\nlogencoding = auto\nignoreself = false\n',
    )
    writeFileSync(
      join(config, 'jail.local'),
      [
        '[veil]',
        ...['backend = polling', `logpath = ${log}`, 'bantime = 20s'],
        `action = veil[state=${folder}/state, dnsctl="${process.execPath} ${DNSCTL}"]`,
        '',
      ].join('\n'),
    )
    run('fail2ban-server', ['-f', '-x', '-c', config, ...places(), 'start'], join(folder, 'fail2ban.out'))
  }

  const places = () => ['-s', `${folder}/fail2ban.sock`, '-p', `${folder}/fail2ban.pid`]
  const fail2banClient = (...args: string[]): string =>
    spawnSync('fail2ban-client', [...places(), ...args], { encoding: 'utf8', env: ENVIRONMENT }).stdout
  const dnsctl = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await runDnsctl(folder, args)
    if (exitCode !== ExitCode.Done) throw new Error(stderr)
    return stdout
  }
})
