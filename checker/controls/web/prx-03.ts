import { apacheHas, apacheSetting, apacheSettings } from '../../facts/apache.ts'
import type { Host } from '../../facts/host.ts'
import { nginxSetting, nginxSettings } from '../../facts/nginx.ts'
import { holds, proxiesIn } from '../../facts/proxy-ranges.ts'
import { linesOf, readIfThere } from '../../facts/read-lines.ts'
import { requestLimits } from '../../facts/request-limits.ts'
import { webJails } from '../../facts/web-jails.ts'
import { servesName, type WebSite, webSites } from '../../facts/web-sites.ts'
import { cite, type Evidence, type Judgement, type Place } from '../../judging/judgement.ts'
import { notApplicable, sayOf } from '../../judging/say.ts'
import type { Judged } from '../judge.ts'

/** Bans in the firewall of the host: they see the proxy, never the client. */
const IN_FIREWALL = /^(?:iptables|nftables|shorewall|ufw|firewallcmd|route|ipset)/
const EVERYBODY = ['0.0.0.0/0', '::/0']

interface Restoring {
  readonly header: string | undefined
  readonly trusted: readonly string[]
  readonly at: Place | undefined
}

/** Behind a proxy every client has the proxy's address, until the server reads the client's from a header that it may trust. */
export function prx03(host: Host): Judged {
  const names = host.declared.sites.filter(({ proxied }) => proxied).map(({ name }) => name)
  const sites = host.get(webSites).filter((site) => names.some((name) => servesName(site, name)))
  if (sites.length === 0)
    return [notApplicable('not-proxied', 'No site of this host is declared to be behind a proxy.')]
  return sites.map((site) => (own: Host) => judgeSite(own, site))
}

function judgeSite(host: Host, site: WebSite): Judgement {
  const { header, trusted, at } = site.server === 'nginx' ? ofNginx(site) : ofApache(host, site)
  const place: readonly Evidence[] = at !== undefined ? [cite(at)] : site.at === undefined ? [] : [cite(site.at)]
  const say = sayOf(site.subject, place)
  const jails = webJails(host)
  const isLimited = host.get(requestLimits).some(({ subject, limits }) => subject === site.subject && limits.length > 0)
  if (header === undefined || trusted.length === 0) {
    return jails.length > 0 || isLimited
      ? say('fail', 'edge-hit', 'Limits and bans act on the addresses of the proxy: one attacker locks everybody out.')
      : say('warn', 'not-restored', 'Its log names the proxy, never the client.')
  }
  if (trusted.some((prefix) => EVERYBODY.includes(prefix))) {
    return say(
      'fail',
      'trusts-everybody',
      'It believes whoever names a client: an attacker takes any address that he likes.',
    )
  }
  const lacking = proxiesIn(host, trusted).find(({ prefixes }) => !prefixes.every((prefix) => holds(trusted, prefix)))
  if (lacking !== undefined) {
    return say(
      'warn',
      'partial',
      `It trusts a part of the prefixes of ${lacking.name}: clients that come through the others stay hidden.`,
      [lacking.evidence],
    )
  }
  const useless = jails.find(
    ({ actions }) =>
      actions.length > 0 && actions.every(({ name }) => IN_FIREWALL.test(name) || /^(?:mail|sendmail)/.test(name)),
  )
  if (useless !== undefined) {
    const reason = `It knows its clients, but the jail ${useless.name} bans them in the firewall, which sees the proxy alone.`
    return say('warn', 'firewall-ban', reason, useless.at === undefined ? [] : [cite(useless.at)])
  }
  return say(
    'pass',
    'restored',
    'It knows its clients by what the proxy alone may tell, and bans where they can be told apart.',
  )
}

function ofNginx({ site }: WebSite & { server: 'nginx' }): Restoring {
  const from = nginxSettings(site.levels, 'set_real_ip_from')
  const header = nginxSetting(site.levels, 'real_ip_header')?.words[0] ?? 'X-Real-IP'
  return { header, trusted: from.flatMap(({ words }) => words[0] ?? []), at: from[0]?.at }
}

function ofApache(host: Host, { found, site }: WebSite & { server: 'Apache' }): Restoring {
  const header = apacheSetting(found, site, 'remoteipheader')
  const of = (name: string) => apacheSettings(found, site, name).flatMap(({ words }) => words)
  const lists = [...of('remoteiptrustedproxylist'), ...of('remoteipinternalproxylist')].flatMap((path) => {
    const file = readIfThere(host.root, path.startsWith('/') ? path : `/etc/apache2/${path}`)
    return file === undefined ? [] : linesOf(file).map(({ text }) => text.trim())
  })
  const trusted = [...of('remoteiptrustedproxy'), ...of('remoteipinternalproxy'), ...lists]
  const isLoaded = apacheHas(found, 'remoteip_module')
  return { header: isLoaded ? header?.words[0] : undefined, trusted, at: header?.at }
}
