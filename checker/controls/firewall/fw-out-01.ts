import { containers } from '../../facts/firewall/containers.ts'
import { FAMILIES, type Family } from '../../facts/firewall/filter.ts'
import { shorewalls } from '../../facts/firewall/shorewall.ts'
import { ipv6IsOff, type Standing, standingOf } from '../../facts/firewall/standing.ts'
import { webUsers } from '../../facts/firewall/web-users.ts'
import type { Host } from '../../facts/host.ts'
import { systemd } from '../../facts/systemd.ts'
import { users } from '../../facts/users.ts'
import { cite, type Evidence, type Judgement, type State } from '../../judging/judgement.ts'
import { sayOf } from '../../judging/say.ts'
import { egressCanary } from '../../probes/egress-canary.ts'
import type { Step } from '../../remedy/step.ts'

/** What leaves the host must be denied unless a rule lets it out; at least what the users of sites send. */
export function fwOut01(host: Host): readonly Judgement[] {
  const ways = FAMILIES.map((family) => ({ subject: family, ...judgeFamily(host, family), ...remedyFor(host) }))
  return [...ways, ...judgeContainers(host)]
}

/** What containers send passes the forward chain, where no rule for what leaves the host sees it. */
function judgeContainers(host: Host): readonly Judgement[] {
  const found = host.get(containers)
  if (found === undefined) return []
  const of = sayOf('what containers send', [found.guardsOut?.at ?? found.evidence])
  if (!found.isKnown)
    return [of('unknown', 'live-unread', 'Only the rules in force could tell where containers may connect to.')]
  if (found.guardsOut !== undefined)
    return [of('pass', 'guarded', 'DOCKER-USER denies what containers send to the world.')]
  const reason = 'Containers may connect to anywhere: no rule for what leaves the host sees what they send.'
  return [{ ...of('fail', 'containers-open', reason), remedy: CONTAINER_REMEDY }]
}

const CONTAINER_REMEDY: readonly Step[] = [
  {
    tell: 'Let containers reach what they need by rules of DOCKER-USER before the last; put the outer interface in place of eth0.',
  },
  { run: 'iptables -A DOCKER-USER -o eth0 -m conntrack --ctstate NEW -j REJECT' },
  { run: 'ip6tables -A DOCKER-USER -o eth0 -m conntrack --ctstate NEW -j REJECT' },
]

type Said = Omit<Judgement, 'subject'>

const say = (state: State, cause: string, reason: string, evidence: readonly Evidence[]): Said => ({
  state,
  cause,
  reason,
  evidence,
})

function judgeFamily(host: Host, family: Family): Said {
  const off = family === 'IPv6' ? ipv6IsOff(host) : undefined
  if (off !== undefined)
    return say('not-applicable', 'no-ipv6', 'The host speaks no IPv6, so nothing leaves by it.', [off])
  const canary = host.observed(egressCanary).find(({ target }) => (familyOf(target) ?? family) === family)
  if (canary?.found.direct === 'connected') {
    const seen: Evidence = {
      source: 'probe',
      path: canary.target,
      excerpt: `${canary.found.user} connected`,
      at: canary.at,
    }
    return say('fail', 'reached', 'A process of the sites reached a host that is on no list.', [seen])
  }
  const everybody = standingOf(host, { hook: 'output', family, protocol: 'tcp' })
  if (denies(everybody)) return judgeDenial(everybody, 'What no rule lets out is denied')
  const sites = host.get(webUsers).map((users) => standingOf(host, { hook: 'output', family, protocol: 'tcp', users }))
  const worst = sites.find((standing) => !denies(standing)) ?? sites[0]
  if (worst !== undefined && denies(worst)) return judgeDenial(worst, 'Users of sites may not connect out')
  const caged = cagedUnits(host)
  if (caged !== undefined)
    return say('pass', 'caged', 'The units that run sites may reach no address but those they name.', caged)
  const at = [everybody.live, everybody.boot].flatMap((ruling) => ruling?.at ?? [])
  const reason = `Everything may leave by ${family}: whoever gets into a site fetches tools and sends data to anywhere.`
  return say('fail', 'open', reason, at)
}

function familyOf(target: string): Family | undefined {
  if (/^\d+\.\d+\.\d+\.\d+/.test(target)) return 'IPv4'
  return target.startsWith('[') ? 'IPv6' : undefined
}

/** Where it can be asked, what is in force has to agree with what boot brings. */
function denies({ live, isLiveKnown, boot }: Standing): boolean {
  return isLiveKnown ? live?.ruling === 'deny' : boot?.ruling === 'deny'
}

function judgeDenial({ live, isLiveMissing, isLiveKnown, boot }: Standing, what: string): Said {
  const at = [live, boot].flatMap((ruling) => ruling?.at ?? [])
  if (isLiveMissing)
    return say('unknown', 'live-unread', `${what} from the next boot on; what is in force could not be asked for.`, at)
  if (isLiveKnown && boot?.ruling !== 'deny')
    return say('warn', 'not-kept', `${what} now, but no file brings that back after the next boot.`, at)
  const log = isLiveKnown ? live?.log : boot?.log
  if (log === undefined)
    return say('warn', 'unlogged', `${what}, but nothing is logged: nobody hears of a site that tries.`, at)
  return say('pass', 'denied', `${what}, and what tries is logged.`, at)
}

const WEB_UNIT = /^(apache2|nginx|httpd|php[\d.]*-fpm)\.service$/

/** Units of web servers whose control groups may reach nothing but what they name (systemd.resource-control(5)). */
function cagedUnits(host: Host): readonly Evidence[] | undefined {
  const { names, unit, isEnabled } = host.get(systemd)
  const running = names.filter((name) => WEB_UNIT.test(name) && isEnabled(name))
  const denied = running.flatMap((name) => {
    const setting = unit(name)?.last('Service', 'IPAddressDeny')
    return setting !== undefined && /(^|\s)any(\s|$)/.test(setting.value) ? [cite(setting.at)] : []
  })
  return running.length > 0 && denied.length === running.length ? denied : undefined
}

/** A Shorewall that is in use keeps its zones and rules: only what leaves the host changes. */
function remedyFor(host: Host): { readonly remedy?: readonly Step[] } {
  const used = host.get(shorewalls).filter(({ isInstalled, startError }) => isInstalled && startError === undefined)
  if (used.length === 0) return {}
  const allowed = ALLOWED.filter(({ user }) => user === undefined || host.get(users).has(user))
  const changes = used.flatMap(({ product, family }): readonly Step[] => [
    {
      edit: `/etc/${product}/policy`,
      replace: '^(\\$FW|fw)(\\s+)(net|all)\\s+ACCEPT.*$',
      with: '\\1\\2\\3 REJECT $LOG_LEVEL',
    },
    {
      append: `/etc/${product}/rules`,
      lines: allowed.filter((each) => (each.family ?? family) === family).map(({ rule }) => rule),
    },
    // Not safe-restart: it asks whether all is well, takes the next line that is pasted for a no, and undoes everything.
    { run: `${product} check && ${product} reload` },
  ])
  return { remedy: changes }
}

/**
 * What a host with leased addresses, mail and updates has to reach; a site's own needs go by the proxy. A rule for a user that
 * there is not would keep Shorewall from starting.
 */
const ALLOWED: readonly { readonly rule: string; readonly family?: Family; readonly user?: string }[] = [
  { rule: 'ACCEPT $FW net udp 67', family: 'IPv4' },
  { rule: 'ACCEPT $FW net udp 547', family: 'IPv6' },
  { rule: 'DNS(ACCEPT) $FW net' },
  { rule: 'NTP(ACCEPT) $FW net' },
  { rule: 'SMTP(ACCEPT) $FW net - - - - - postfix', user: 'postfix' },
  { rule: 'SMTP(ACCEPT) $FW net - - - - - Debian-exim', user: 'Debian-exim' },
  { rule: 'Web(ACCEPT) $FW net - - - - - _apt', user: '_apt' },
  { rule: 'Web(ACCEPT) $FW net - - - - - proxy', user: 'proxy' },
]
