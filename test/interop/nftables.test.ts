import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ExitCode } from '../../dnsctl/exit-code.ts'
import { runDnsctl } from '../dnsctl/run.ts'
import { type ClientNetwork, createClientNetwork } from '../helpers/client-network.ts'
import { obstacleToOwnNetwork } from '../helpers/own-network.ts'
import { until } from '../helpers/until.ts'
import { canBecomeNobody, isVeildBuilt, VEILD } from '../helpers/veild.ts'
import { endAll, runVeild, type VeildProcess } from '../helpers/veild-process.ts'

const DEPLOY = join(import.meta.dirname, '../../deploy')
/** The unit's script runs it as a program. */
const DNSCTL = join(VEILD, '../../dnsctl/dnsctl.js')
const PATH = `${process.env.PATH}:/usr/sbin:/sbin`
const SETS = 'nftables: { table: inet veil, set4: banned4, set6: banned6 }'

const obstacle = isVeildBuilt()
  ? spawnSync('nft', ['--version'], { env: { ...process.env, PATH } }).status === 0
    ? obstacleToOwnNetwork()
    : 'install nftables'
  : 'npm run build'
if (obstacle !== undefined && process.env.CI === 'true') throw new Error(obstacle)
if (obstacle !== undefined) console.warn(`SKIPPED nftables: ${obstacle}`)

describe.skipIf(obstacle !== undefined)('nftables, with deploy/nftables.conf', () => {
  let folder: string
  let network: ClientNetwork
  let veild: VeildProcess

  beforeAll(() => {
    network = createClientNetwork({ here: ['10.99.0.1/24', 'fd99::1/64'], there: ['10.99.0.2/24', 'fd99::2/64'] })
  })
  afterAll(() => network.remove())

  afterEach(async () => {
    await endAll()
    nft('delete', 'table', 'inet', 'veil')
    rmSync(folder, { recursive: true })
  })

  function prepare(ban: string, more: readonly string[] = []): string {
    folder = mkdtempSync(join(tmpdir(), 'veil-nft-'))
    writeFileSync(
      join(folder, 'example.com.zone'),
      '$TTL 60\n@ SOA ns1 hostmaster 7 3600 600 86400 300\n@ NS ns1\nns1 A 10.99.0.1\nwww A 192.0.2.2\n',
    )
    writeFileSync(
      join(folder, 'veil.yaml'),
      [
        'listen: ["10.99.0.1@53", "fd99::1@53"]',
        'state: state',
        'workers: 1',
        'dnssec: off',
        'zones: { example.com: { file: example.com.zone } }',
        `guard: { ban: { ${ban} } }`,
        ...more,
        '',
      ].join('\n'),
    )
    return join(folder, 'veil.yaml')
  }

  const nft = (...args: string[]): string =>
    execFileSync('nft', args, { encoding: 'utf8', env: { ...process.env, PATH } })
  const loadFirewall = () => nft('-f', join(DEPLOY, 'nftables.conf'))
  const dnsctl = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await runDnsctl(folder, args)
    if (exitCode !== ExitCode.Done) throw new Error(stderr)
    return stdout
  }
  const elements = (set: string): string[] =>
    [...nft('list', 'set', 'inet', 'veil', set).matchAll(/(?<=elements = \{[^}]*?)[0-9a-f.:/]{4,}(?=[ ,\n}])/g)].map(
      ([text]) => text,
    )
  const isAnswered = (server: string, ...flags: string[]) =>
    network.run('dig', `@${server}`, 'www.example.com', '+short', '+tries=1', '+time=1', ...flags).stdout.trim() ===
    '192.0.2.2'
  const dropped = () =>
    [...nft('list', 'chain', 'inet', 'veil', 'input').matchAll(/packets (\d+)/g)].reduce(
      (sum, [, n]) => sum + Number(n),
      0,
    )

  it('drops what veild bans, as long as it bans it', async () => {
    const config = prepare(SETS)
    loadFirewall()
    veild = runVeild(['--config', config])
    await veild.logged('ready')
    expect([isAnswered('10.99.0.1'), isAnswered('fd99::1'), isAnswered('10.99.0.1', '+tcp')]).toEqual([
      true,
      true,
      true,
    ])
    expect(dropped()).toBe(0)

    await dnsctl('ban', 'add', '10.99.0.2', '--for', '1h')
    await dnsctl('ban', 'add', 'fd99::/64', '--force')
    await dnsctl('ban', 'add', 'fd99::2', '--force')
    await until('both sets are written', () => elements('banned4').length === 1 && elements('banned6').length === 1)
    expect(nft('list', 'set', 'inet', 'veil', 'banned4')).toMatch(/10\.99\.0\.2 timeout (1h|59m\d+s) expires/)
    expect(elements('banned6')).toEqual(['fd99::/64'])
    expect([isAnswered('10.99.0.1'), isAnswered('fd99::1'), isAnswered('10.99.0.1', '+tcp')]).toEqual([
      false,
      false,
      false,
    ])
    expect(dropped()).toBeGreaterThanOrEqual(3)
    expect(await dnsctl('ban', 'list')).toContain(
      'In step with them: the sets of nftables in inet veil, banned4 and banned6.',
    )

    await dnsctl('ban', 'rm', '10.99.0.2')
    await until('the set is empty', () => elements('banned4').length === 0)
    expect(isAnswered('10.99.0.1')).toBe(true)
    // The firewall is loaded anew: the sets stay, the rules are there once.
    loadFirewall()
    expect(elements('banned6')).toEqual(['fd99::/64'])
    expect(nft('list', 'chain', 'inet', 'veil', 'input').match(/drop/g)).toHaveLength(2)
  })

  it('holds bans of before after a restart, by the time that is left of them', async () => {
    const config = prepare(SETS)
    loadFirewall()
    veild = runVeild(['--config', config])
    await veild.logged('ready')
    await dnsctl('ban', 'add', '10.99.0.2', '--for', '1h')
    veild.signal('SIGTERM')
    await veild.ended()
    nft('flush', 'set', 'inet', 'veil', 'banned4')
    veild = runVeild(['--config', config])
    await veild.logged('ready')
    await until('the set is written', () => elements('banned4').length === 1)
    expect(nft('list', 'set', 'inet', 'veil', 'banned4')).toMatch(
      /10\.99\.0\.2 timeout 59m\d+s|10\.99\.0\.2 timeout 1h/,
    )
  })

  it('is filled by hand or by the timer just as well, veild having no power over it', async () => {
    const config = prepare('')
    loadFirewall()
    veild = runVeild(['--config', config])
    await veild.logged('ready')
    await dnsctl('ban', 'add', '10.99.0.2', '--for', '1h')
    execFileSync('nft', ['-f', '-'], {
      input: await dnsctl('ban', 'list', '--form', 'nft'),
      env: { ...process.env, PATH },
    })
    expect(elements('banned4')).toEqual(['10.99.0.2'])

    await dnsctl('ban', 'add', 'fd99::2', '--force')
    const unit = readFileSync(join(DEPLOY, 'veil-bans.service'), 'utf8')
    const [, script] = /^ExecStart=\/bin\/sh -c '(.*)'$/m.exec(unit)!
    // As systemd reads it, with the test's dnsctl and state.
    const command = script!
      .replaceAll('$$', '$')
      .replaceAll('%%', '%')
      .replace('dnsctl --state /var/lib/veil', `${process.execPath} ${DNSCTL} --state ${folder}/state`)
    execFileSync('/bin/sh', ['-c', command], { env: { ...process.env, PATH } })
    expect(elements('banned6')).toEqual(['fd99::2'])
  })

  it('missing, says what is missing and how to mend it, while veild bans all the same', async () => {
    const config = prepare(SETS)
    nft('add', 'table', 'inet', 'veil')
    veild = runVeild(['--config', config])
    await veild.logged('ready')
    const line = await until('the log says so', () => veild.log().find(({ msg }) => String(msg).includes('nftables')))
    expect(line?.msg).toMatch(
      /^the bans could not be written to nftables, veild alone enforces them: .*No such file or directory: the table or a set is missing; `nft -f deploy\/nftables\.conf` makes them$/,
    )
    await dnsctl('ban', 'add', '10.99.0.2')
    expect(isAnswered('10.99.0.1')).toBe(false)
    expect(await dnsctl('ban', 'list')).toContain('Not in step with them')
  })

  it.skipIf(!canBecomeNobody())('takes CAP_NET_ADMIN, as the drop-in for systemd gives it', async () => {
    const config = prepare(SETS)
    chmodSync(folder, 0o755)
    mkdirSync(join(folder, 'state'), { mode: 0o700 })
    chownSync(join(folder, 'state'), ...nobody())
    loadFirewall()
    const dropIn = readFileSync(join(DEPLOY, 'veil.service.d/nftables.conf'), 'utf8')
    expect(dropIn).toMatch(/^AmbientCapabilities=CAP_NET_ADMIN$/m)

    const as = (capabilities: string) =>
      runVeild(['--config', config], {}, [
        ...['setpriv', '--reuid=nobody', `--regid=${nobody()[1]}`, '--clear-groups'],
        ...[`--inh-caps=${capabilities}`, `--ambient-caps=${capabilities}`, `--bounding-set=-all,${capabilities}`],
      ])
    veild = as('+net_bind_service')
    await veild.logged('ready')
    const line = await until('the log says so', () => veild.log().find(({ msg }) => String(msg).includes('nftables')))
    expect(line?.msg).toContain('veild has no CAP_NET_ADMIN; docs/bans.md says how to give it, or how to do without')
    veild.signal('SIGTERM')
    await veild.ended()

    veild = as('+net_bind_service,+net_admin')
    await veild.logged('ready')
    await dnsctl('ban', 'add', '10.99.0.2')
    await until('the set is written', () => elements('banned4').length === 1)
    expect(veild.log().filter(({ msg }) => String(msg).includes('nftables'))).toEqual([])
  })
})

/** User and group of the account without power. */
function nobody(): [number, number] {
  const [, uid, gid] = /^nobody:[^:]*:(\d+):(\d+)/m.exec(readFileSync('/etc/passwd', 'utf8'))!
  return [Number(uid), Number(gid)]
}
