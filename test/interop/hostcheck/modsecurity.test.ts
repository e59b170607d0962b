import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ClientNetwork, createClientNetwork } from '../../helpers/client-network.ts'
import { LONG } from '../../helpers/long.ts'
import { obstacleToOwnNetwork } from '../../helpers/own-network.ts'
import { until } from '../../helpers/until.ts'
import { isVeildBuilt } from '../../helpers/veild.ts'
import { type LivingHost, obstacleToLivingHost, startLivingHost } from './living-host.ts'

const PACKAGES = [
  'apache2',
  'libapache2-mod-security2',
  'modsecurity-crs',
  'fail2ban',
  'python3-systemd',
  'nftables',
  'curl',
]
/** Real daemons that start, stop and look into a journal take a minute on a busy machine. */
const obstacle = LONG
  ? (obstacleToLivingHost(PACKAGES) ?? (isVeildBuilt() ? obstacleToOwnNetwork() : 'npm run build'))
  : undefined
if (obstacle !== undefined && process.env.CI === 'true') throw new Error(obstacle)
if (obstacle !== undefined) console.warn(`SKIPPED ModSecurity with fail2ban: ${obstacle}`)

const [ATTACKER, NEIGHBOUR] = ['10.96.0.2', '10.96.0.3']
const MARKER = '/?id=1%27%20UNION%20SELECT%20password%20FROM%20users--'

/** What guides have people do: the configuration as it is recommended, and the jail switched on. */
const AS_GUIDES_SAY = `set -e
cp /etc/modsecurity/modsecurity.conf-recommended /etc/modsecurity/modsecurity.conf
printf '[sshd]\\nbackend = systemd\\n\\n[apache-modsecurity]\\nenabled = true\\n' > /etc/fail2ban/jail.d/guide.local
systemctl restart apache2
systemctl restart fail2ban
`

describe.runIf(LONG && obstacle === undefined)('ModSecurity with fail2ban', { timeout: 300_000 }, () => {
  let network: ClientNetwork
  let host: LivingHost

  beforeAll(async () => {
    network = createClientNetwork({ here: ['10.96.0.1/24'], there: [`${ATTACKER}/24`, `${NEIGHBOUR}/24`] })
    host = await startLivingHost({ prepare: AS_GUIDES_SAY })
    await until('Apache answers', () => get(NEIGHBOUR) === '200')
    await until('fail2ban runs', () => host.run('fail2ban-client status apache-modsecurity').status === 0)
  }, 300_000)
  afterAll(async () => {
    await host?.end()
    network?.remove()
  })

  /** The status; 000 where nobody answers. */
  function get(from: string, path = '/'): string {
    const flags = ['-s', '-o', '/dev/null', '-w', '%{http_code}', '--max-time', '20', '--interface', from]
    return network.run('curl', ...flags, `http://10.96.0.1${path}`).stdout
  }

  const judged = () => (host.hostcheck('run', '--only', 'F2B-WEB-01').findings as { state: string }[])[0]!.state
  const isBanned = (address: string) => host.run('nft list ruleset').stdout.includes(address)

  it('is as Debian ships it', () => {
    const { stdout } = spawnSync('dpkg', ['--verify', 'apache2', 'libapache2-mod-security2', 'modsecurity-crs'])
    expect(stdout.toString()).toBe('')
  })

  it('has a jail that is listed and never bans, for the engine only warns; hostcheck says so', () => {
    const answers = Array.from({ length: 6 }, () => get(ATTACKER, MARKER))
    expect(new Set(answers)).toEqual(new Set(['200']))
    expect(host.read('/var/log/apache2/error.log')).toContain('ModSecurity: Warning.')
    expect(host.run('fail2ban-client status apache-modsecurity').stdout).toContain('Total failed:\t0')
    expect({ banned: isBanned(ATTACKER), judged: judged() }).toEqual({ banned: false, judged: 'fail' })
  })

  it('bans after the commands that hostcheck prints, and hostcheck says so', async () => {
    host.mend('F2B-WEB-01')
    await until('Apache answers again', () => get(NEIGHBOUR) === '200')
    await until('fail2ban runs', () => host.run('fail2ban-client status apache-modsecurity').status === 0)
    expect(get(ATTACKER, MARKER)).toBe('403')
    await until('the attacker is banned', () => {
      get(ATTACKER, MARKER)
      return isBanned(ATTACKER)
    })
    await until('the attacker is shut out', () => get(ATTACKER) === '000')
    expect({ neighbour: get(NEIGHBOUR), judged: judged() }).toEqual({ neighbour: '200', judged: 'pass' })
  })
})
