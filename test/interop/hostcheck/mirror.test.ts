import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LONG } from '../../helpers/long.ts'
import { obstacleToOwnNetwork } from '../../helpers/own-network.ts'
import { until } from '../../helpers/until.ts'
import { isVeildBuilt } from '../../helpers/veild.ts'
import { type LivingHost, obstacleToLivingHost, startLivingHost } from './living-host.ts'

const PACKAGES = ['rsyslog', 'rsyslog-gnutls', 'openssl', 'ca-certificates']
/** Real daemons that start, stop and look into a journal take a minute on a busy machine. */
const obstacle = LONG
  ? (obstacleToLivingHost(PACKAGES) ?? (isVeildBuilt() ? obstacleToOwnNetwork() : 'npm run build'))
  : undefined
if (obstacle !== undefined && process.env.CI === 'true') throw new Error(obstacle)
if (obstacle !== undefined) console.warn(`SKIPPED a mirror of logs: ${obstacle}`)

/** The mirror's name is that of the remedy as it is printed; what is sent to 127.0.0.0/8 would need no TLS. */
const NAME = 'logs.example.net'
const ADDRESS = '10.93.0.53'

const TARGETS = `targets:
  mirror:
    consent: Ada Lovelace
    expires: "2099-01-01"
    commands: { log-find: [grep, -F, "{nonce}", /mnt/mirror.log] }
`

describe.runIf(LONG && obstacle === undefined)('logs that are mirrored over TLS', { timeout: 300_000 }, () => {
  let folder: string
  let host: LivingHost
  let endMirror = async (): Promise<void> => undefined

  beforeAll(async () => {
    folder = mkdtempSync('/var/tmp/veil-mirror-')
    makeAuthority()
    execFileSync('/bin/ip', ['addr', 'add', `${ADDRESS}/32`, 'dev', 'lo'])
    endMirror = await startMirror(NAME)
    host = await startLivingHost({ sees: folder, prepare: PREPARE })
  }, 300_000)
  afterAll(async () => {
    await host?.end()
    await endMirror()
    rmSync(folder, { recursive: true, force: true })
  })

  const arrived = () => readFileSync(join(folder, 'mirror.log'), 'utf8')
  const judged = () =>
    (
      host.hostcheck('run', '--only', 'LOG-01', '--only', 'LOG-02', '--observations', '/root/seen') as {
        findings: { control: string; state: string; cause: string }[]
      }
    ).findings.map(({ control, state, cause }) => `${control} ${state} ${cause}`)
  const probe = () => {
    const files = ['--targets', '/root/targets.yaml', '--observations', '/root/seen', '--log', '/root/sent']
    return host.hostcheck('probe', 'log-nonce', '--send', ...files) as {
      results: { observations: { found: { nonce: string; arrivedAt?: number } }[] }[]
    }
  }

  it('go nowhere as Debian ships it, and hostcheck says so', () => {
    host.run('logger -p auth.notice -t trial lost')
    expect(arrived()).toBe('')
    expect(judged()[0]).toMatch(/^LOG-01 fail not-mirrored/)
  })

  it('arrive after the commands that hostcheck prints, and hostcheck says so', async () => {
    host.mend('LOG-01')
    await until('a message arrives', () => {
      host.run('logger -p auth.notice -t trial hello')
      return arrived().includes('hello')
    })
    expect(judged()).toEqual(['LOG-01 warn untried', 'LOG-02 pass tls'])
    const { nonce, arrivedAt } = probe().results[0]!.observations[0]!.found
    expect({ arrivedAt, isThere: arrived().includes(nonce) }).toEqual({ arrivedAt: expect.any(Number), isThere: true })
    expect(judged()).toEqual(['LOG-01 pass mirrored', 'LOG-02 pass tls'])
  })

  it('wait on the disk while the mirror is away, and are given to nobody who takes its place', async () => {
    await endMirror()
    endMirror = await startMirror('impostor.example.net')
    host.run('logger -p auth.notice -t trial waited')
    await until(
      'the impostor is turned away',
      () => /not permitted|peer name/i.test(host.read('/var/log/rsyslog.out')),
      30,
    )
    expect(arrived()).not.toContain('waited')
    await endMirror()
    endMirror = await startMirror(NAME)
    await until('it arrives late', () => arrived().includes('waited'), 60)
  })

  function makeAuthority(): void {
    const openssl = (...args: string[]) => {
      const { status, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' })
      if (status !== 0) throw new Error(stderr)
    }
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
    openssl('req', '-x509', ...key, '-subj', '/CN=Authority of a trial', '-keyout', 'ca.key', '-out', 'ca.crt')
    for (const name of [NAME, 'impostor.example.net']) {
      writeFileSync(join(folder, 'names'), `subjectAltName=DNS:${name}\n`)
      openssl('req', ...key.slice(0, -2), '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', 'request')
      const signing = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names']
      openssl('x509', '-req', '-in', 'request', ...signing, '-out', `${name}.crt`)
    }
    writeFileSync(join(folder, 'mirror.log'), '')
    writeFileSync(join(folder, 'targets.yaml'), TARGETS.replace('2099-01-01', nextMonth()))
  }

  async function startMirror(name: string): Promise<() => Promise<void>> {
    writeFileSync(
      join(folder, 'mirror.conf'),
      [
        `global(workDirectory="${folder}" defaultNetstreamDriverCAFile="${folder}/ca.crt"`,
        `  defaultNetstreamDriverCertFile="${folder}/${name}.crt" defaultNetstreamDriverKeyFile="${folder}/${name}.key")`,
        'module(load="imtcp" streamDriver.name="gtls" streamDriver.mode="1" streamDriver.authMode="anon")',
        `input(type="imtcp" port="6514" address="${ADDRESS}")`,
        `action(type="omfile" file="${folder}/mirror.log")`,
        '',
      ].join('\n'),
    )
    const child = spawn('rsyslogd', ['-n', '-f', join(folder, 'mirror.conf'), '-i', join(folder, 'mirror.pid')], {
      stdio: 'ignore',
      env: { PATH: '/usr/sbin:/usr/bin' },
    })
    const closed = once(child, 'close')
    await until('the mirror listens', () =>
      spawnSync('ss', ['-Hltn', 'sport = :6514'], { encoding: 'utf8' }).stdout.includes(ADDRESS),
    )
    return async () => {
      child.kill('SIGTERM')
      await closed
    }
  }
})

/** What an operator has before: the mirror has a name and a certificate of an authority that this host trusts. */
const PREPARE = `set -e
echo '${ADDRESS} ${NAME}' >> /etc/hosts
cp /mnt/ca.crt /usr/local/share/ca-certificates/trial.crt
update-ca-certificates >/dev/null
cp /mnt/targets.yaml /root/targets.yaml
: > /root/seen
systemctl start rsyslog
`

function nextMonth(): string {
  return new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10)
}
