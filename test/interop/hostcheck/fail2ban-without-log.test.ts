import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ClientNetwork, createClientNetwork } from '../../helpers/client-network.ts'
import { LONG } from '../../helpers/long.ts'
import { obstacleToOwnNetwork } from '../../helpers/own-network.ts'
import { until } from '../../helpers/until.ts'
import { isVeildBuilt } from '../../helpers/veild.ts'
import { type LivingHost, obstacleToLivingHost, startLivingHost } from './living-host.ts'

const PACKAGES = ['fail2ban', 'python3-systemd', 'openssh-server', 'openssh-client', 'nftables']
/** Real daemons that start, stop and look into a journal take a minute on a busy machine. */
const obstacle = LONG
  ? (obstacleToLivingHost(PACKAGES) ?? (isVeildBuilt() ? obstacleToOwnNetwork() : 'npm run build'))
  : undefined
if (obstacle !== undefined && process.env.CI === 'true') throw new Error(obstacle)
if (obstacle !== undefined) console.warn(`SKIPPED fail2ban without a log: ${obstacle}`)

const [ATTACKER, NEIGHBOUR] = ['10.97.0.2', '10.97.0.3']

describe.runIf(LONG && obstacle === undefined)('fail2ban on a Debian without rsyslog', { timeout: 300_000 }, () => {
  let network: ClientNetwork
  let host: LivingHost

  beforeAll(async () => {
    network = createClientNetwork({ here: ['10.97.0.1/24'], there: [`${ATTACKER}/24`, `${NEIGHBOUR}/24`] })
    host = await startLivingHost({ prepare: 'systemctl start ssh' })
    await until('ssh answers', () => guess(NEIGHBOUR).includes('Permission denied'))
  }, 300_000)
  afterAll(async () => {
    await host?.end()
    network?.remove()
  })

  /** One password that nobody has, of an account that nobody has. */
  function guess(from: string): string {
    const options = ['BatchMode=yes', 'StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'ConnectTimeout=20']
    const flags = options.flatMap((option) => ['-o', option])
    // A ban may come in the middle of it, and nobody hears of it then.
    return networkRun('timeout', '20', 'ssh', ...flags, '-b', from, 'oracle@10.97.0.1')
  }

  function networkRun(command: string, ...args: readonly string[]): string {
    return network.run('sh', '-c', '"$0" "$@" 2>&1', command, ...args).stdout
  }

  const judged = () => (host.hostcheck('run', '--only', 'F2B-SSH-01').findings as { state: string; cause: string }[])[0]
  const isBanned = (address: string) => host.run('nft list ruleset').stdout.includes(address)

  it('is as Debian ships it', () => {
    expect(spawnSync('dpkg', ['--verify', 'fail2ban'], { encoding: 'utf8' }).stdout).toBe('')
    expect(host.read('/etc/fail2ban/jail.d/defaults-debian.conf')).toBe('[sshd]\nenabled = true\n')
  })

  it('is switched on and dead: it does not start, whoever guesses goes on, and hostcheck says so', async () => {
    host.run('systemctl start fail2ban')
    await until('it has given up', () => host.read('/var/log/fail2ban.out').includes('Have not found any log file'))
    for (let attempt = 0; attempt < 6; attempt++) expect(guess(ATTACKER)).toContain('Permission denied')
    expect({ banned: isBanned(ATTACKER), judged: judged() }).toMatchObject({ banned: false, judged: { state: 'fail' } })
  })

  it('bans after the commands that hostcheck prints, and hostcheck says so', async () => {
    const commands = host.mend('F2B-SSH-01')
    expect(commands.length).toBeGreaterThan(1)
    await until('it runs', () => host.run('fail2ban-client status sshd').status === 0)
    await until('the attacker is banned', () => {
      guess(ATTACKER)
      return isBanned(ATTACKER)
    })
    await until('the attacker is shut out', () => !guess(ATTACKER).includes('Permission denied'))
    expect({ neighbour: guess(NEIGHBOUR), judged: judged() }).toMatchObject({
      neighbour: expect.stringContaining('Permission denied'),
      judged: { state: 'pass' },
    })
  })
})
