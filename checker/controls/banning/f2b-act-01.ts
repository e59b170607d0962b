import { fail2ban, type Jail } from '../../facts/fail2ban.ts'
import { containers } from '../../facts/firewall/containers.ts'
import type { Host } from '../../facts/host.ts'
import { banAbility, noticeOf } from '../../facts/jail-actions.ts'
import { veilAlerts } from '../../facts/veil-alerts.ts'
import { cite, type Evidence, type Judgement } from '../../judging/judgement.ts'
import { notApplicable, sayOf } from '../../judging/say.ts'
import { banAndObserve } from '../../probes/ban-and-observe.ts'
import type { Judged } from '../judge.ts'

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
  const ability = banAbility(host, jail)
  if (ability.state === 'broken') return say('fail', ability.cause, ability.why, ability.evidence)
  const watched = host.observed(banAndObserve)[0]
  if (watched !== undefined && !watched.found.ruleAppeared) {
    return say('fail', 'no-rule', 'A ban that was tried left no rule in the firewall.', [
      { source: 'probe', path: watched.target, excerpt: 'no rule', at: watched.at },
    ])
  }
  const past = pastDocker(host, jail)
  if (past !== undefined) {
    const reason = 'It bans where packets for the host come in; those for ports that Docker publishes pass it by.'
    return say('warn', 'past-docker', reason, [past])
  }
  const own =
    ability.state === 'bans' && ability.actions.some(({ name }) => name === 'veil') ? veilAlerts(host) : undefined
  if (own?.state === 'reaches') {
    return say('pass', 'bans-and-tells', `It has veild ban, which tells ${own.who}.`, own.evidence)
  }
  const delivery = noticeOf(host, jail)
  if (delivery === undefined) return say('warn', 'silent', 'It can ban, but nobody is told of a ban.')
  if (delivery.kind !== 'person')
    return say(
      'warn',
      'dead-end',
      `It can ban, but what it tells goes to ${delivery.address}, where nobody reads it.`,
      delivery.evidence,
    )
  return say('pass', 'bans-and-tells', `It can ban, and tells ${delivery.address}.`, delivery.evidence)
}

/** Ports of containers come in by the forward chain: a ban in INPUT keeps nobody from them. */
function pastDocker(host: Host, jail: Jail): Evidence | undefined {
  const isOfInput = jail.actions.some(
    ({ name, options }) =>
      /^(iptables|nftables)/.test(name) && !/^(DOCKER-USER|FORWARD)$/i.test(options.get('chain') ?? ''),
  )
  const isForSites = /\b(http|https|80|443|0:65535|smtp|imap)\b/.test(jail.setting('port')?.value ?? '')
  return isOfInput && isForSites ? host.get(containers)?.published?.at : undefined
}
