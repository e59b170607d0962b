import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadCatalogue } from '../../checker/catalogue/load-catalogue.ts'
import { JUDGES } from '../../checker/controls/judges.ts'
import { NOTHING_DECLARED } from '../../checker/declarations/declarations.ts'
import { evaluate } from '../../checker/judging/evaluate.ts'
import { readBundle, rootOfBundle } from '../../checker/root/bundle.ts'
import { STOCK_BUNDLE, STOCK_TIME, stockRoot } from './stock.ts'

const root = stockRoot()
const FOLDER = join(import.meta.dirname, 'stock')

/** Lines of a file that are neither empty nor a comment. */
function effective(path: string, mark = /^\s*[#;]/): readonly string[] {
  const reading = root.read(path)
  if (reading.outcome !== 'read') throw new Error(`${path}: ${reading.outcome}`)
  return reading.text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !mark.test(line))
}

function names(path: string): readonly string[] {
  const listing = root.list(path)
  return listing.outcome === 'listed' ? listing.names : []
}

describe('the stock tree', () => {
  it('is small, and of a Debian 12 with every package that was asked for', () => {
    expect(statSync(join(FOLDER, 'debian-12.bundle.gz')).size).toBeLessThan(1_600_000)
    expect(effective('/etc/os-release')).toContain('VERSION_ID="12"')
    const asked = readFileSync(join(FOLDER, 'packages.txt'), 'utf8')
      .split('\n')
      .filter((line) => !line.startsWith('#'))
      .flatMap((line) => line.split(' ').filter((name) => name !== ''))
    const installed = new Set(
      effective('/var/lib/dpkg/status').flatMap((line) => /^Package: (.*)$/.exec(line)?.[1] ?? []),
    )
    expect(asked.filter((name) => !installed.has(name))).toEqual([])
    const versions = readFileSync(join(FOLDER, 'versions.txt'), 'utf8')
    expect(asked.filter((name) => !versions.includes(`\n${name} `))).toEqual([])
  })

  it('holds no private key', () => {
    const bundle = readBundle(readFileSync(join(FOLDER, 'debian-12.bundle.gz')))
    const holding = [...bundle.entries].filter(
      ([, entry]) =>
        entry.type === 'file' && /-----BEGIN [A-Z ]*PRIVATE KEY/.test(String(Buffer.from(entry.octets ?? []))),
    )
    expect(holding.map(([path]) => path)).toEqual([])
    expect(root.status('/etc/ssl/private/ssl-cert-snakeoil.key')).toMatchObject({ outcome: 'found', mode: 0o640 })
    expect(root.status('/etc/ssh/ssh_host_ed25519_key')).toMatchObject({ outcome: 'found', mode: 0o600 })
  })

  it('says of what was not collected that it was not, and of what is not there that it is not', () => {
    const collected = rootOfBundle(STOCK_BUNDLE)
    expect(collected.read('/usr/bin/openssl')).toMatchObject({ outcome: 'unreadable', why: 'not part of this bundle' })
    expect(collected.status('/usr/share/doc/nothing')).toMatchObject({ outcome: 'unreadable' })
    expect(root.read('/etc/nothing')).toMatchObject({ outcome: 'absent' })
    expect(root.status('/usr/sbin/nothing')).toMatchObject({ outcome: 'absent' })
  })

  it('can be judged by every control', () => {
    const inputs = {
      root,
      now: STOCK_TIME,
      declared: { ...NOTHING_DECLARED, profile: 'large' as const },
      observations: [],
    }
    const catalogue = loadCatalogue()
    expect(new Set(evaluate(catalogue.values(), JUDGES, inputs).map(({ control }) => control))).toEqual(
      new Set(catalogue.keys()),
    )
  })
})

/** What an operator finds dead who installs the classic recipes and goes home: each of these was read in the packages. */
describe('Debian 12 as it installs', () => {
  it('lets fail2ban watch sshd alone', () => {
    expect(effective('/etc/fail2ban/jail.d/defaults-debian.conf')).toEqual(['[sshd]', 'enabled = true'])
    expect(names('/etc/fail2ban')).not.toContain('jail.local')
    expect(effective('/etc/fail2ban/jail.conf').filter((line) => /^enabled\s*=\s*true/.test(line))).toEqual([])
    expect(effective('/etc/fail2ban/jail.conf')).toContain('banaction = iptables-multiport')
    expect(root.status('/var/log/auth.log').outcome).toBe('absent')
  })

  it('lets no mode of the postfix filter see the rate limit of recipients', () => {
    const filter = effective('/etc/fail2ban/filter.d/postfix.conf').join('\n')
    expect(filter).not.toMatch(/rate limit/i)
    expect(filter).toContain('_SYSTEMD_UNIT=postfix.service')
    expect(effective('/lib/systemd/system/postfix.service')).toContain('ExecStart=/bin/true')
  })

  it('leaves the engine of ModSecurity without any file that turns it on', () => {
    expect(names('/etc/modsecurity')).toContain('modsecurity.conf-recommended')
    expect(names('/etc/modsecurity').filter((name) => name.endsWith('.conf'))).toEqual([])
    expect(effective('/etc/modsecurity/modsecurity.conf-recommended')).toContain('SecRuleEngine DetectionOnly')
    expect(effective('/etc/apache2/mods-available/evasive.conf').filter((line) => line.includes('DOS'))).toEqual([])
  })

  it('lets AIDE mail only through s-nail, which is not there, and gives it no database', () => {
    expect(effective('/lib/systemd/system/dailyaidecheck.service')).toContain('User=_aide')
    expect(root.status('/usr/bin/s-nail').outcome).toBe('absent')
    expect(names('/var/lib/aide').filter((name) => /^aide\.db(\.gz)?$/.test(name))).toEqual([])
  })

  it('accepts whatever leaves in every sample of Shorewall, which never starts by itself', () => {
    for (const sample of ['one-interface', 'two-interfaces', 'three-interfaces', 'Universal']) {
      const policy = effective(`/usr/share/doc/shorewall/examples/${sample}/policy`)
      expect(
        policy.find((line) => /^(\$FW|fw|loc)\s+net/.test(line)),
        sample,
      ).toMatch(/ACCEPT/)
    }
    const settings = effective('/etc/shorewall/shorewall.conf')
    expect(settings).toContain('BLACKLIST="NEW,INVALID,UNTRACKED"')
    expect(settings).toContain('LOGFILE=/var/log/messages')
    expect(effective('/etc/rsyslog.conf').join('\n')).not.toContain('/var/log/messages')
    expect(effective('/etc/default/shorewall')).toContain('startup=0')
  })

  it('lets auditd watch nothing, PortSentry block nothing, Squid fetch anything for anybody at home, monit alert nobody', () => {
    expect(names('/etc/audit/rules.d')).toEqual(['audit.rules'])
    expect(effective('/etc/audit/rules.d/audit.rules').filter((line) => /^-[wa]/.test(line))).toEqual([])
    expect(effective('/etc/portsentry/portsentry.conf')).toContain('BLOCK_TCP="0"')
    expect(effective('/etc/default/portsentry')).toContain('TCP_MODE="tcp"')
    expect(effective('/etc/squid/squid.conf')).toContain('http_access allow localhost')
    expect(effective('/etc/monit/monitrc').filter((line) => /^\s*set (alert|mailserver)/.test(line))).toEqual([])
  })

  it('forwards no log, and keeps what logs over TLS needs in a package of its own', () => {
    expect(effective('/etc/rsyslog.conf').join('\n')).not.toMatch(/omfwd|omrelp|@/)
    expect(names('/usr/lib/x86_64-linux-gnu/rsyslog')).toContain('lmnsd_gtls.so')
    expect(effective('/etc/rsyslog.conf').join('\n')).toContain('*.*;auth,authpriv.none')
  })

  it('gives PHP one pool for all, no list of forbidden functions, and only after installation an ini file', () => {
    expect(effective('/etc/php/8.2/fpm/pool.d/www.conf')).toContain('user = www-data')
    expect(effective('/etc/php/8.2/fpm/pool.d/www.conf').filter((line) => /^chroot/.test(line))).toEqual([])
    expect(effective('/etc/php/8.2/fpm/php.ini')).toContain('disable_functions =')
  })
})
