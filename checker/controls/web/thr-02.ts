import { crowdsec, sshProtection } from '../../facts/ban-daemons.ts'
import { fail2ban } from '../../facts/fail2ban.ts'
import type { Host } from '../../facts/host.ts'
import { readIniFiles, resolveOption } from '../../facts/ini.ts'
import { jailHealth } from '../../facts/jail-health.ts'
import { packages } from '../../facts/packages.ts'
import { exists } from '../../facts/paths.ts'
import { requestLimits } from '../../facts/request-limits.ts'
import { systemd } from '../../facts/systemd.ts'
import { webJails } from '../../facts/web-jails.ts'
import { cite, type Evidence, HOST, type Judgement } from '../../judging/judgement.ts'

/** Whoever tries too often is thrown out: over ssh and from web sites, by IPv4 and by IPv6. */
export function thr02(host: Host): readonly Judgement[] {
  const hasSsh = exists(host.root, '/etc/ssh/sshd_config')
  const hasWeb = host.get(requestLimits).length > 0
  const judged = [...(hasSsh ? [judgeSsh(host)] : []), ...(hasWeb ? [judgeWeb(host)] : [])]
  if (judged.length > 0) return [...judged, ...judgeFamilies(host)]
  const reason = 'Neither ssh nor a web server is started here.'
  return [{ subject: HOST, state: 'not-applicable', cause: 'no-service', reason, evidence: [] }]
}

function judgeSsh(host: Host): Judgement {
  const health = jailHealth(host, { jail: 'sshd', units: ['ssh.service', 'sshd.service'] })
  if (health.state === 'alive') {
    return {
      subject: 'ssh',
      state: 'pass',
      cause: 'banned',
      reason: 'A jail that works bans from ssh.',
      evidence: health.evidence,
    }
  }
  return byOther(host, 'ssh', health.why, health.evidence)
}

function judgeWeb(host: Host): Judgement {
  const jails = webJails(host).map((jail) => jailHealth(host, { jail: jail.name }))
  const alive = jails.find(({ state }) => state === 'alive')
  if (alive !== undefined) {
    return {
      subject: 'web',
      state: 'pass',
      cause: 'banned',
      reason: 'A jail that works bans from web sites.',
      evidence: alive.evidence,
    }
  }
  const [first] = jails
  const why = first === undefined || first.state === 'alive' ? 'no jail for a web server is switched on' : first.why
  return byOther(host, 'web', why, first?.evidence ?? [])
}

function byOther(host: Host, subject: 'ssh' | 'web', why: string, evidence: readonly Evidence[]): Judgement {
  const found = subject === 'ssh' ? (sshProtection(host) ?? crowdsec(host)) : crowdsec(host)
  if (found === undefined) {
    return { subject, state: 'fail', cause: 'nobody-bans', reason: `Nobody is banned, for ${why}.`, evidence }
  }
  if (found.name === 'detector') {
    const reason = 'CrowdSec notices who tries too often, and has no bouncer that would act on it.'
    return { subject, state: 'warn', cause: 'detector', reason, evidence: found.evidence }
  }
  return { subject, state: 'pass', cause: 'other', reason: `${found.name} bans.`, evidence: found.evidence }
}

/** A ban of one family alone sends the attacker to the other. */
function judgeFamilies(host: Host): readonly Judgement[] {
  const found = host.get(fail2ban)
  const enabled = [...(found?.jails.values() ?? [])].filter(({ isEnabled }) => isEnabled)
  if (found?.isEnabled !== true || enabled.length === 0) return []
  const sections = readIniFiles(host.root, ['/etc/fail2ban/fail2ban.conf'])
  const allowed = resolveOption(sections, 'Definition', 'allowipv6') ?? resolveOption(sections, 'DEFAULT', 'allowipv6')
  const subject = 'IPv6'
  if (/^(?:no|false|off|0)$/i.test(allowed?.value ?? '')) {
    const reason = 'fail2ban is told to leave IPv6 alone, so whoever has an address of it is never banned.'
    return [{ subject, state: 'warn', cause: 'no-ipv6', reason, evidence: [cite(allowed!.at)] }]
  }
  const byShorewall = enabled.find((jail) => jail.actions.some(({ name }) => name.startsWith('shorewall')))
  const hasShorewall6 = host.get(packages).has('shorewall6') && host.get(systemd).isEnabled('shorewall6')
  if (byShorewall !== undefined && !hasShorewall6) {
    const at = byShorewall.setting('banaction')?.at
    const reason = 'Bans go through Shorewall, and Shorewall6, which has the addresses of IPv6, is not started.'
    return [{ subject, state: 'warn', cause: 'no-shorewall6', reason, evidence: at === undefined ? [] : [cite(at)] }]
  }
  return [{ subject, state: 'pass', cause: 'both', reason: 'Bans are made for IPv6 as for IPv4.', evidence: [] }]
}
