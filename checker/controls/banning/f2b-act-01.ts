import { fail2ban, type Jail } from '../../facts/fail2ban.ts'
import type { Host } from '../../facts/host.ts'
import { deliveryOf } from '../../facts/mail-delivery.ts'
import { exists } from '../../facts/paths.ts'
import { cite, type Evidence, type Judgement } from '../../judging/judgement.ts'
import { notApplicable, sayOf } from '../../judging/say.ts'
import { banAndObserve } from '../../probes/ban-and-observe.ts'
import type { Judged } from '../judge.ts'

/** The program that each family of ban actions needs; any of the paths will do. */
const PROGRAMS: readonly { readonly actions: RegExp; readonly program: string; readonly paths: readonly string[] }[] = [
  { actions: /^nftables/, program: 'nft', paths: ['/usr/sbin/nft', '/sbin/nft'] },
  { actions: /^iptables-ipset|^shorewall-ipset/, program: 'ipset', paths: ['/usr/sbin/ipset', '/sbin/ipset'] },
  { actions: /^iptables/, program: 'iptables', paths: ['/usr/sbin/iptables', '/sbin/iptables'] },
  { actions: /^shorewall/, program: 'shorewall', paths: ['/usr/sbin/shorewall', '/sbin/shorewall'] },
  { actions: /^ufw$/, program: 'ufw', paths: ['/usr/sbin/ufw'] },
  { actions: /^firewallcmd/, program: 'firewall-cmd', paths: ['/usr/bin/firewall-cmd'] },
  { actions: /^route$/, program: 'ip', paths: ['/usr/sbin/ip', '/sbin/ip', '/bin/ip', '/usr/bin/ip'] },
]
const NOTIFIES = /^(sendmail|mail|mynetwatchman|complain|dshield|smtp|helpers-common|xarf|abuseipdb|blocklist_de|veil)/

/** A ban that cannot be carried out, or of which nobody hears, is half a defence. */
export function f2bAct01(host: Host): Judged {
  const found = host.get(fail2ban)
  const enabled = [...(found?.jails.values() ?? [])].filter((jail) => jail.isEnabled)
  if (enabled.length === 0) return [notApplicable('no-jail', 'No jail of fail2ban is switched on.')]
  return enabled.map((jail) => (own: Host) => judgeJail(own, jail))
}

function judgeJail(host: Host, jail: Jail): Judgement {
  const subject = `jail ${jail.name}`
  const setting = jail.setting('banaction')
  const at: readonly Evidence[] = setting === undefined ? [] : [cite(setting.at)]
  const say = sayOf(subject, at)
  const bans = jail.actions.flatMap((action) => {
    const program = PROGRAMS.find((each) => each.actions.test(action.name))
    return program === undefined ? [] : [{ action: action.name, program }]
  })
  const missing = bans.find(({ program }) => !program.paths.some((path) => exists(host.root, path)))
  if (missing !== undefined) {
    const gone: Evidence = { source: 'status', path: missing.program.paths[0]!, excerpt: 'not there' }
    return say(
      'fail',
      'no-program',
      `It bans by ${missing.action}, but ${missing.program.program} is not installed: nobody is ever banned.`,
      [gone],
    )
  }
  const unfiled = jail.actions.find(
    (action) =>
      !exists(host.root, `/etc/fail2ban/action.d/${action.name}.conf`) &&
      !exists(host.root, `/etc/fail2ban/action.d/${action.name}.local`),
  )
  if (unfiled !== undefined)
    return say(
      'fail',
      'no-action-file',
      `Its action ${unfiled.name} has no file in action.d, so fail2ban does not start.`,
    )
  const watched = host.observed(banAndObserve)[0]
  if (watched !== undefined && !watched.found.ruleAppeared) {
    return say('fail', 'no-rule', 'A ban that was tried left no rule in the firewall.', [
      { source: 'probe', path: watched.target, excerpt: 'no rule', at: watched.at },
    ])
  }
  const notice = jail.actions.find((action) => NOTIFIES.test(action.name))
  if (notice === undefined) return say('warn', 'silent', 'It can ban, but nobody is told of a ban.')
  const delivery = deliveryOf(host, notice.options.get('dest') ?? jail.setting('destemail')?.value ?? 'root@localhost')
  if (delivery.kind !== 'person')
    return say(
      'warn',
      'dead-end',
      `It can ban, but what it tells goes to ${delivery.address}, where nobody reads it.`,
      delivery.evidence,
    )
  return say('pass', 'bans-and-tells', `It can ban, and tells ${delivery.address}.`, delivery.evidence)
}
