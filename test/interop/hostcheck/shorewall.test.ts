import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LONG } from '../../helpers/long.ts'
import { obstacleToOwnNetwork } from '../../helpers/own-network.ts'
import { until } from '../../helpers/until.ts'
import { isVeildBuilt } from '../../helpers/veild.ts'
import { type LivingHost, obstacleToLivingHost, startLivingHost } from './living-host.ts'
import { logPacketsHere, startWayOut, type Try, type WayOut } from './way-out.ts'

const PACKAGES = ['shorewall', 'shorewall6', 'iptables', 'nftables', 'postfix']
const obstacle = LONG
  ? (obstacleToLivingHost(PACKAGES) ?? (isVeildBuilt() ? obstacleToOwnNetwork() : 'npm run build'))
  : undefined
if (obstacle !== undefined && process.env.CI === 'true') throw new Error(obstacle)
if (obstacle !== undefined) console.warn(`SKIPPED Shorewall: ${obstacle}`)

/** What a site does that somebody got code into, and what nobody has to do. */
const UNWANTED: readonly Try[] = [
  'www-data:4444',
  'www-data:443',
  'www-data:80',
  'www-data:25',
  'root:4444',
  'root:443',
]
/** What the host needs: names, mail, updates, and downloads by the proxy. */
const NEEDED: readonly Try[] = ['www-data:53', 'postfix:25', '_apt:80', '_apt:443', 'proxy:443']
const ALL = [...UNWANTED, ...NEEDED]

/** As the samples' own text has it: copied, with the name of the interface. */
const AS_THE_SAMPLE_SAYS = `set -e
for product in shorewall shorewall6; do
  cd /usr/share/doc/$product/examples/one-interface
  cp zones interfaces policy rules /etc/$product/
  sed -i s/eth0/veil0/ /etc/$product/interfaces
  sed -i s/^startup=0/startup=1/ /etc/default/$product
  systemctl enable --now $product
done
`

describe.runIf(LONG && obstacle === undefined)('Shorewall, and what leaves the host', { timeout: 600_000 }, () => {
  let outside: WayOut
  beforeAll(async () => {
    outside = await startWayOut([25, 53, 80, 443, 4444])
  }, 60_000)
  afterAll(() => outside?.end())

  it('is as Debian ships it', () => {
    expect(spawnSync('dpkg', ['--verify', 'shorewall', 'shorewall6'], { encoding: 'utf8' }).stdout).toBe('')
  })

  describe('of a host where it is installed and nothing more, without a mail server', () => {
    const needed = NEEDED.filter((each) => !each.startsWith('postfix'))
    let host: LivingHost
    beforeAll(async () => {
      host = await startLivingHost({ prepare: 'userdel postfix' })
    }, 300_000)
    afterAll(async () => {
      await host?.end()
      outside.clear()
    })

    it('filters nothing, and hostcheck says so', () => {
      const all = [...UNWANTED, ...needed]
      expect(outside.opened(host, all)).toEqual({ IPv4: all, IPv6: all })
      expect(judged(host)).toEqual(['IPv4 fail open', 'IPv6 fail open'])
    })

    it('lets out what it names and nothing else after the commands that hostcheck prints, and hostcheck says so', () => {
      host.mend('FW-OUT-01')
      expect(outside.opened(host, [...UNWANTED, ...needed])).toEqual({ IPv4: needed, IPv6: needed })
      expect(judged(host)).toEqual(['IPv4 pass denied', 'IPv6 pass denied'])
    })
  })

  describe('of a host whose firewall is made both ways at once', () => {
    let host: LivingHost
    beforeAll(async () => {
      host = await startLivingHost()
    }, 300_000)
    afterAll(async () => {
      await host?.end()
      outside.clear()
    })

    it('lets in and out what it names and nothing else after the commands of both controls, one after another', () => {
      expect(outside.entered([80, 443, 4444])).toEqual({ IPv4: [80, 443, 4444], IPv6: [80, 443, 4444] })
      expect(judged(host, 'FW-IN-01').every((each) => / fail /.test(each))).toBe(true)
      host.mend(['FW-IN-01', 'FW-OUT-01'])
      expect(outside.entered([80, 443, 4444])).toEqual({ IPv4: [80, 443], IPv6: [80, 443] })
      expect(outside.opened(host, ALL)).toEqual({ IPv4: NEEDED, IPv6: NEEDED })
      const states = ['FW-IN-01', 'FW-OUT-01'].flatMap((control) => judged(host, control))
      expect(states.filter((each) => !/ pass /.test(each))).toEqual([])
    })
  })

  describe('of a host where it runs with its sample for one interface', () => {
    let host: LivingHost
    beforeAll(async () => {
      host = await startLivingHost({ prepare: AS_THE_SAMPLE_SAYS })
    }, 300_000)
    afterAll(async () => {
      await host?.end()
      outside.clear()
    })

    it('filters, and lets everything out; hostcheck says so', () => {
      expect(host.run('shorewall status && shorewall6 status').status).toBe(0)
      expect(outside.opened(host, ALL)).toEqual({ IPv4: ALL, IPv6: ALL })
      expect(judged(host)).toEqual(['IPv4 fail open', 'IPv6 fail open'])
    })

    it('lets out what it names and nothing else after the commands that hostcheck prints, and hostcheck says so', () => {
      host.mend('FW-OUT-01')
      expect(outside.opened(host, ALL)).toEqual({ IPv4: NEEDED, IPv6: NEEDED })
      expect(judged(host)).toEqual(['IPv4 pass denied', 'IPv6 pass denied'])
    })

    it('does so after the next boot as well', () => {
      host.run('shorewall clear; shorewall6 clear; rm -r /run/units')
      expect(outside.opened(host, UNWANTED)).toEqual({ IPv4: UNWANTED, IPv6: UNWANTED })
      expect(host.run('systemctl start shorewall shorewall6').status).toBe(0)
      expect(outside.opened(host, ALL)).toEqual({ IPv4: NEEDED, IPv6: NEEDED })
    })

    it("looks for what it dropped where Debian's rsyslog never writes, and finds it after the next commands", async () => {
      const stopLogging = logPacketsHere()
      try {
        expect(host.run('systemctl start rsyslog').status).toBe(0)
        outside.opened(host, ['www-data:4444'])
        await until('rsyslog has it', () => host.read('/var/log/kern.log').includes('fw-net REJECT'))
        expect(showLog(host)).toMatch(/LOGFILE \(\/var\/log\/messages\) does not exist/)
        expect(judged(host, 'FW-LOG-01')).toEqual([...DROPS, ...LOGFILES.map((each) => `${each} warn nowhere`)])
        host.mend('FW-LOG-01')
        outside.opened(host, ['www-data:4444'])
        await until('Shorewall shows it', () => /REJECT .* DST=10\.95\.0\.2 .* DPT=4444/.test(showLog(host)))
        await until('Shorewall6 shows it', () => /REJECT .* DST=fd00:95::2 .* DPT=4444/.test(showLog(host)))
        expect(judged(host, 'FW-LOG-01')).toEqual([...DROPS, ...LOGFILES.map((each) => `${each} pass there`)])
      } finally {
        stopLogging()
      }
    })
  })
})

const DROPS = ['drops of IPv4 pass logged', 'drops of IPv6 pass logged']
const LOGFILES = ['LOGFILE of shorewall', 'LOGFILE of shorewall6']

function showLog(host: LivingHost): string {
  const { stdout, stderr } = host.run('shorewall show log; shorewall6 show log')
  return stdout + stderr
}

function judged(host: LivingHost, control = 'FW-OUT-01'): readonly string[] {
  const { findings } = host.hostcheck('run', '--only', control) as {
    findings: { subject: string; state: string; cause: string }[]
  }
  return findings.map(({ subject, state, cause }) => `${subject} ${state} ${cause}`)
}
