import { fail2ban, type Jail } from '../../facts/fail2ban.ts'
import { firewalls } from '../../facts/firewall/firewalls.ts'
import { type Shorewall, shorewalls } from '../../facts/firewall/shorewall.ts'
import { ipv6IsOff } from '../../facts/firewall/standing.ts'
import type { Host } from '../../facts/host.ts'
import { cite, type Evidence, type Judgement, type State } from '../../judging/judgement.ts'
import { notApplicable, sayOf } from '../../judging/say.ts'
import type { Judged } from '../judge.ts'

/** Bans must go through the firewall that is in use, and end connections that are already open. */
export function fwF2b01(host: Host): Judged {
  const jails = [...(host.get(fail2ban)?.jails.values() ?? [])].filter((jail) => jail.isEnabled)
  if (jails.length === 0) return [notApplicable('no-jail', 'No jail of fail2ban is switched on.')]
  return jails.map((jail) => (own: Host) => judgeJail(own, jail))
}

/** Ban actions that only work with a firewall of their own. */
const OWN_FIREWALL: readonly { readonly actions: RegExp; readonly firewall: string }[] = [
  { actions: /^ufw$/, firewall: 'ufw' },
  { actions: /^firewallcmd/, firewall: 'firewalld' },
]

function judgeJail(host: Host, jail: Jail): Judgement {
  const setting = jail.setting('banaction')
  const at: readonly Evidence[] = setting === undefined ? [] : [cite(setting.at)]
  const say = sayOf(`jail ${jail.name}`, at)
  const names = jail.actions.map(({ name }) => name)
  const [four, six] = host.get(shorewalls)
  if (names.some((name) => name.startsWith('shorewall')))
    return judgeShorewall(say, { four: four!, six: six!, hasIpv6: ipv6IsOff(host) === undefined })
  const own = OWN_FIREWALL.find(({ actions }) => names.some((name) => actions.test(name)))
  const ownFirewall = host.get(firewalls).atBoot.find(({ name }) => name === own?.firewall)
  if (own !== undefined && ownFirewall?.start.error !== undefined)
    return say(
      'fail',
      'other-firewall',
      `It bans by ${own.firewall}, which is not in use: nobody is kept out.`,
      ownFirewall.start.evidence,
    )
  if (own !== undefined && ownFirewall === undefined)
    return say('fail', 'other-firewall', `It bans by ${own.firewall}, which is not installed: nobody is kept out.`)
  if (isUsed(four!) && names.some((name) => /^(iptables|nftables)/.test(name))) {
    const reason = 'It bans beside Shorewall, which takes rules that are not its own away when it starts anew.'
    return say('warn', 'beside', reason)
  }
  return say(
    'not-applicable',
    'other-firewall-in-use',
    'It bans by the firewall that is in use, which is not Shorewall.',
  )
}

type Say = (state: State, cause: string, reason: string, more?: readonly Evidence[]) => Judgement

function judgeShorewall(
  say: Say,
  { four, six, hasIpv6 }: { readonly four: Shorewall; readonly six: Shorewall; readonly hasIpv6: boolean },
): Judgement {
  if (!four.isInstalled)
    return say('fail', 'no-shorewall', 'It bans by Shorewall, which is not installed: nobody is kept out.')
  if (four.startError !== undefined) {
    const reason = `It bans by Shorewall, which does not start, for ${four.startError.why}: nobody is kept out.`
    return say('fail', 'shorewall-stopped', reason, four.startError.evidence)
  }
  const asked = [four, ...(hasIpv6 ? [six] : [])].filter(isUsed)
  const settings = asked.map(({ setting }) => ({ dynamic: setting('DYNAMIC_BLACKLIST'), when: setting('BLACKLIST') }))
  const evidence = settings.flatMap(({ dynamic, when }) =>
    [dynamic, when].flatMap((each) => (each === undefined ? [] : [cite(each.at)])),
  )
  if (settings.some(({ dynamic }) => dynamic?.value.toLowerCase() === 'no'))
    return say(
      'fail',
      'no-dynamic-blacklist',
      'Shorewall refuses bans: its dynamic blacklist is switched off.',
      evidence,
    )
  if (settings.some(({ when }) => !(when?.value ?? 'NEW,INVALID,UNTRACKED').split(',').includes('ALL'))) {
    const reason = 'A ban keeps out new connections only: whoever is banned goes on in those that are open.'
    return say('warn', 'new-only', reason, evidence)
  }
  if (hasIpv6 && !isUsed(six)) {
    const reason = 'Shorewall6 is not in use, so whoever comes by IPv6 is never banned.'
    return say('warn', 'no-ipv6-ban', reason, [...evidence, ...(six.startError?.evidence ?? [])])
  }
  return say('pass', 'wired', 'It bans by Shorewall, and a ban ends open connections too.', evidence)
}

function isUsed({ isInstalled, startError }: Shorewall): boolean {
  return isInstalled && startError === undefined
}
