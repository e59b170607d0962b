import { ownAddresses } from '../../facts/addresses.ts'
import { apacheSetting } from '../../facts/apache.ts'
import { isFor } from '../../facts/certificates.ts'
import type { Host } from '../../facts/host.ts'
import { nginxSetting } from '../../facts/nginx.ts'
import { isPublicAddress, prefixHolds } from '../../facts/prefixes.ts'
import { leadsTo, publicRecords, veilZones, type ZoneRecord } from '../../facts/veil-zones.ts'
import { servesName, type WebSite, webSites } from '../../facts/web-sites.ts'
import { cite, type Evidence, type Judgement } from '../../judging/judgement.ts'
import { notApplicable } from '../../judging/say.ts'
import { type OriginResult, origin } from '../../probes/origin.ts'
import type { Observation } from '../../probes/probe.ts'
import { proxyOnly } from './proxy-only.ts'

const FRESH_SECONDS = 90 * 86_400

/** A proxy protects nobody whose own address is known: it must neither answer by itself nor be named anywhere else. */
export function prx02(host: Host): readonly Judgement[] {
  const sites = host.declared.sites.filter(({ proxied, internal }) => proxied && !internal)
  if (sites.length === 0) return [notApplicable('not-proxied', 'No site is declared to be behind a proxy.')]
  const names = sites.map(({ name }) => name)
  return [
    ...names.map((name) => judgeSite(host, name)),
    ...originsOf(host).flatMap((each) => judgeAddress(host, each, names)),
  ]
}

/** The addresses that the proxy hides: as declared, else the public ones of the host's interfaces. */
function originsOf(host: Host): readonly string[] {
  const { publicAddresses } = host.declared
  return publicAddresses.length > 0 ? publicAddresses : host.get(ownAddresses).filter(isPublicAddress)
}

/** Whether the server itself answers for the site, at any of its addresses. */
function judgeSite(host: Host, name: string): Judgement {
  const newest = new Map(
    host
      .observed(origin)
      .filter(({ found }) => found.name === name)
      .toReversed()
      .map((seen) => [seen.target, seen]),
  )
  const tried = [...newest.values()].map((seen) => judgeLook(host, seen))
  const shown = tried.find(({ state }) => state === 'fail') ?? tried.find(({ state }) => state === 'warn')
  if (shown !== undefined) return shown
  const untried = host.declared.publicAddresses.filter((address) => !newest.has(address))
  if (tried.length > 0 && untried.length === 0) return tried[0]!
  const own = host.get(webSites).filter((site) => servesName(site, name) && site.isOpen)
  const asked = own.flatMap((site) => certificateAsked(site) ?? [])
  if (own.length > 0 && asked.length === own.length) {
    const reason = 'Its own server asks whoever connects for the certificate of the proxy.'
    return siteJudgement(name, 'pass', ['asks-proxy', reason], asked)
  }
  const filtered = judgeFilter(host, name)
  if (filtered !== undefined) return filtered
  if (tried.length > 0) {
    const reason = `Nobody has tried whether its own server answers past the proxy at ${untried.join(', ')}.`
    return siteJudgement(name, 'unknown', ['partly-tried', reason], tried[0]!.evidence)
  }
  return siteJudgement(name, 'unknown', [
    'not-tried',
    'Nobody has tried whether its own server answers past the proxy.',
  ])
}

/** The proxy alone is let in, or somebody else as well; undefined where everybody is, or where it cannot be told. */
function judgeFilter(host: Host, name: string): Judgement | undefined {
  const filtered = proxyOnly(host)
  if (filtered === undefined) return undefined
  const { other, evidence } = filtered
  if (other === undefined) {
    const reason = 'The firewall lets nobody reach web servers but addresses of the proxy.'
    return siteJudgement(name, 'pass', ['firewalled', reason], evidence)
  }
  const reason = `The firewall lets ${other.prefix} past the proxy, which is of no proxy that is known.`
  return siteJudgement(name, 'warn', ['others-let-in', reason], [other.at, ...evidence])
}

function judgeLook(host: Host, { target, at, found }: Observation<OriginResult>): Judgement {
  const { name, status, certificateNames } = found
  const excerpt = `${status ?? 'no answer'}; certificate: ${certificateNames.join(', ') || 'none'}`.slice(0, 200)
  const probed: readonly Evidence[] = [{ source: 'probe', path: target, excerpt, at }]
  if (status !== undefined && status < 400)
    return siteJudgement(name, 'fail', ['answers', 'Its own server answers everybody, past the proxy.'], probed)
  if (certificateNames.some((each) => isFor(each, name.toLowerCase()))) {
    const reason = 'Its own server shows its certificate to everybody: whoever scans for it finds the server.'
    return siteJudgement(name, 'fail', ['certificate', reason], probed)
  }
  if (host.now - at > FRESH_SECONDS) {
    const reason = 'Its own server did not answer past the proxy, but the trial is older than 90 days.'
    return siteJudgement(name, 'warn', ['stale', reason], probed)
  }
  return siteJudgement(name, 'pass', ['hidden', 'Its own server does not answer whoever comes past the proxy.'], probed)
}

function siteJudgement(
  site: string,
  state: Judgement['state'],
  [cause, reason]: readonly [string, string],
  evidence: readonly Evidence[] = [],
): Judgement {
  return { subject: site, state, cause, reason, evidence, values: { site } }
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
  const named = records.filter((record) => leadsTo(record, address))
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
