import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LONG } from '../../helpers/long.ts'
import { obstacleToOwnNetwork } from '../../helpers/own-network.ts'
import { until } from '../../helpers/until.ts'
import { isVeildBuilt } from '../../helpers/veild.ts'
import { type LivingHost, obstacleToLivingHost, startLivingHost } from './living-host.ts'

/** bsd-mailx is what aide-common recommends first. */
const PACKAGES = ['aide', 'aide-common', 'bsd-mailx', 'postfix']
const fetched = mkdtempSync(join(tmpdir(), 'veil-packages-'))
const obstacle = LONG
  ? (obstacleToLivingHost(PACKAGES) ?? fetch('s-nail') ?? (isVeildBuilt() ? obstacleToOwnNetwork() : 'npm run build'))
  : undefined
if (obstacle !== undefined && process.env.CI === 'true') throw new Error(obstacle)
if (obstacle !== undefined) console.warn(`SKIPPED AIDE's mail: ${obstacle}`)
afterAll(() => rmSync(fetched, { recursive: true }))

/** Gets a package that a remedy will install, for afterwards nothing leads to where packages are. */
function fetch(name: string): string | undefined {
  const { status, stderr } = spawnSync('apt-get', ['download', name], { cwd: fetched, encoding: 'utf8' })
  return status === 0 ? undefined : `apt-get download ${name}: ${stderr}`
}

/**
 * What an operator has before: mail of the host leaves by another server, which keeps here what it takes. AIDE looks at
 * /etc alone: all of this system takes it minutes.
 */
const PREPARE = `set -e
if dpkg -s s-nail; then dpkg --purge s-nail; fi >/dev/null 2>&1
cp /mnt/*.deb /var/cache/apt/archives/
systemd-tmpfiles --create /usr/lib/tmpfiles.d/aide-common.conf
echo '!/(?!etc(/|$))' > /etc/aide/aide.conf.d/05_small_tree
echo '127.0.0.2 mail.example.org' >> /etc/hosts
postconf -e 'relayhost = [mail.example.org]:2525' 'smtp_host_lookup = native'
systemctl start postfix
install -d -o nobody /var/sent
setsid smtp-sink -u nobody -d '/var/sent/mail.' 127.0.0.2:2525 10 >/dev/null 2>&1 </dev/null &
`

const AN_INTRUDER = `echo 'toor::0:0::/root:/bin/sh' >> /etc/passwd`
const A_NIGHT = 'systemctl start dailyaidecheck.service'

describe.runIf(LONG && obstacle === undefined)("AIDE's mail", { timeout: 300_000 }, () => {
  it('is as Debian ships it', () => {
    expect(spawnSync('dpkg', ['--verify', ...PACKAGES.slice(0, 3)], { encoding: 'utf8' }).stdout).toBe('')
  })

  describe('of an AIDE that was set up as guides say, with the mailer that its package recommends', () => {
    let host: LivingHost
    beforeAll(async () => {
      host = await startLivingHost({ prepare: PREPARE, sees: fetched })
    }, 300_000)
    afterAll(() => host?.end())

    it('has nothing to tell without a database; hostcheck says that nobody would hear of it either', () => {
      expect(judged(host)).toEqual(['IDS-01 fail no-database', 'IDS-02 fail no-mailer'])
    })

    it('is dropped: the night after an intruder nobody hears of what was found, and hostcheck says so', () => {
      succeed(host, `aideinit --yes; ${AN_INTRUDER}; ${A_NIGHT}`)
      expect(host.read('/var/log/aide/aide.log')).toMatch(/AIDE found differences[\s\S]*: \/etc\/passwd\n/)
      expect(host.read('/var/log/dailyaidecheck.out')).toContain('it is not possible to use mail(1)')
      expect(host.run('mailq').stdout).toContain('Mail queue is empty')
      expect({ root: mailOfRoot(host), operator: sent(host) }).toEqual({ root: '', operator: '' })
      expect(judged(host)).toEqual(['IDS-01 pass running', 'IDS-02 fail no-mailer'])
    })

    it('reaches the operator after the commands that hostcheck prints, and hostcheck says so', async () => {
      host.mend('IDS-02')
      await until('the operator has mail', () => sent(host).includes('End of AIDE daily'))
      expect(sent(host)).toMatch(/^X-Rcpt-Args: <operator@example\.net>/m)
      expect(sent(host)).toMatch(/^Subject: Daily AIDE report for [\s\S]*: \/etc\/passwd\n/m)
      expect(judged(host)).toEqual(['IDS-01 pass running', 'IDS-02 pass told'])
    })
  })

  describe('of an AIDE that is set up by the commands that hostcheck prints', () => {
    let host: LivingHost
    beforeAll(async () => {
      host = await startLivingHost({ prepare: PREPARE, sees: fetched })
    }, 300_000)
    afterAll(() => host?.end())

    it('ends in the mailbox of root, of which hostcheck warns', async () => {
      host.mend('IDS-01')
      succeed(host, `${AN_INTRUDER}; ${A_NIGHT}`)
      await until('root has mail', () => mailOfRoot(host).includes('End of AIDE daily'))
      expect(mailOfRoot(host)).toMatch(/^Subject: Daily AIDE report for [\s\S]*: \/etc\/passwd\n/m)
      expect(judged(host)).toEqual(['IDS-01 pass running', 'IDS-02 warn local-mailbox'])
    })

    it('leaves the host after the next', async () => {
      host.mend('IDS-02')
      await until('the operator has mail', () => sent(host).includes('End of AIDE daily'))
      expect(sent(host)).toMatch(/^X-Rcpt-Args: <operator@example\.net>/m)
      expect(judged(host)).toEqual(['IDS-01 pass running', 'IDS-02 pass told'])
    })

    it('is lost where no server takes it; hostcheck says so, and after its commands the operator has mail again', async () => {
      const before = sent(host).length
      succeed(host, `systemctl stop postfix; ! ${A_NIGHT}`)
      expect(judged(host)).toEqual(['IDS-01 pass running', 'IDS-02 fail no-server'])
      host.mend('IDS-02')
      await until('the operator has mail', () => sent(host).slice(before).includes('End of AIDE daily'))
      expect(judged(host)).toEqual(['IDS-01 pass running', 'IDS-02 pass told'])
    })
  })
})

const mailOfRoot = (host: LivingHost) => host.read('/var/mail/root')
const sent = (host: LivingHost) => host.run('cat /var/sent/* 2>/dev/null').stdout

function judged(host: LivingHost): readonly string[] {
  const { findings } = host.hostcheck('run', '--only', 'IDS-01', '--only', 'IDS-02') as {
    findings: { control: string; state: string; cause: string }[]
  }
  return findings.map(({ control, state, cause }) => `${control} ${state} ${cause}`).sort()
}

function succeed(host: LivingHost, script: string): void {
  const { status, stdout, stderr } = host.run(script)
  if (status !== 0) throw new Error(stdout + stderr)
}
