import { apacheSetting } from '../../facts/apache.ts'
import type { Host } from '../../facts/host.ts'
import { nginxSetting } from '../../facts/nginx.ts'
import { prefixHolds } from '../../facts/prefixes.ts'
import { publicRecords, veilZones, type ZoneRecord } from '../../facts/veil-zones.ts'
import { servesName, type WebSite, webSites } from '../../facts/web-sites.ts'
import { cite, type Evidence, type Judgement } from '../../judging/judgement.ts'
import { notApplicable } from '../../judging/say.ts'
import { origin } from '../../probes/origin.ts'

/** A proxy protects nobody whose own address is known: it must neither answer by itself nor be named anywhere else. */
export function prx02(host: Host): readonly Judgement[] {
  const sites = host.declared.sites.filter(({ proxied, internal }) => proxied && !internal)
  if (sites.length === 0) return [notApplicable('not-proxied', 'No site is declared to be behind a proxy.')]
  const names = sites.map(({ name }) => name)
  return [
    ...names.map((name) => judgeSite(host, name)),
    ...host.declared.publicAddresses.flatMap((each) => judgeAddress(host, each, names)),
  ]
}

/** Whether the server itself answers for the site. */
function judgeSite(host: Host, name: string): Judgement {
  const seen = host.observed(origin).find(({ found }) => found.name === name)
  const say = (
    state: Judgement['state'],
    cause: string,
    reason: string,
    evidence: readonly Evidence[] = [],
  ): Judgement => ({
    subject: name,
    state,
    cause,
    reason,
    evidence,
    values: { site: name },
  })
  if (seen !== undefined) {
    const { status, certificateNames } = seen.found
    const excerpt = `${status ?? 'no answer'}; certificate: ${certificateNames.join(', ') || 'none'}`
    const probed: readonly Evidence[] = [{ source: 'probe', path: seen.target, excerpt, at: seen.at }]
    if (status !== undefined && status < 400)
      return say('fail', 'answers', 'Its own server answers everybody, past the proxy.', probed)
    if (certificateNames.includes(name)) {
      return say(
        'fail',
        'certificate',
        'Its own server shows its certificate to everybody: whoever scans for it finds the server.',
        probed,
      )
    }
    return say('pass', 'hidden', 'Its own server does not answer who comes past the proxy.', probed)
  }
  const own = host.get(webSites).filter((site) => servesName(site, name) && site.isOpen)
  const asked = own.map(certificateAsked)
  if (own.length > 0 && asked.every((each) => each !== undefined)) {
    return say(
      'pass',
      'asks-proxy',
      'Its own server asks whoever connects for the certificate of the proxy.',
      asked.map((each) => each!),
    )
  }
  return say('unknown', 'not-tried', 'Whether its own server answers past the proxy, nobody has tried.')
}

/** With it only the proxy, which has the key, gets an answer. */
function certificateAsked(each: WebSite): Evidence | undefined {
  const node =
    each.server === 'nginx'
      ? nginxSetting(each.site.levels, 'ssl_verify_client')
      : apacheSetting(each.found, each.site, 'sslverifyclient')
  return node !== undefined && /^(?:on|require)$/i.test(node.words[0] ?? '') ? cite(node.at) : undefined
}

/** Whether another name, or what may send mail, gives the server's address away. */
function judgeAddress(host: Host, address: string, sites: readonly string[]): readonly Judgement[] {
  const zones = host.get(veilZones)
  if (zones === undefined) return []
  const records = publicRecords(zones)
  const named = records.filter(({ type, rdata }) => (type === 'A' || type === 'AAAA') && rdata === address)
  const sending = records.filter((record) => namesSender(record, address))
  const mail = new Set(
    records.filter(({ type }) => type === 'MX').map(({ rdata }) => rdata.split(/\s+/)[1]?.toLowerCase()),
  )
  const say = (state: Judgement['state'], cause: string, reason: string, found: readonly ZoneRecord[]): Judgement => ({
    subject: address,
    state,
    cause,
    reason,
    evidence: found.slice(0, 5).map(({ evidence }) => evidence),
  })
  const direct = named.filter(({ owner }) => sites.includes(owner.replace(/\.$/, '')))
  if (direct.length > 0) return [say('fail', 'named', 'The name of the site itself leads to its own server.', direct)]
  const other = named.filter(({ owner }) => !mail.has(owner))
  if (other.length > 0)
    return [say('fail', 'named-elsewhere', 'Another name of the zone leads to the server behind the proxy.', other)]
  if (named.length > 0 || sending.length > 0) {
    return [
      say('warn', 'mail-shares', 'Mail comes from, or goes to, the server behind the proxy, so its address is known.', [
        ...named,
        ...sending,
      ]),
    ]
  }
  return [say('pass', 'not-named', 'No public name of the zone leads to it.', [])]
}

function namesSender({ type, rdata }: ZoneRecord, address: string): boolean {
  if (type !== 'TXT' || !/v=spf1/i.test(rdata)) return false
  return [...rdata.matchAll(/\bip[46]:([0-9a-f.:]+(?:\/\d+)?)/gi)].some((match) => prefixHolds(match[1]!, address))
}
