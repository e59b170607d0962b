import { type Place, placeIn } from '../judging/judgement.ts'
import { type Apache, type ApacheSite, apache, apacheHas, apacheSetting } from './apache.ts'
import { fact } from './fact.ts'
import { haproxy } from './haproxy.ts'
import type { Host } from './host.ts'
import { isOwnAddress } from './listen-address.ts'
import {
  type Nginx,
  type NginxLocation,
  type NginxServer,
  nginx,
  nginxDefault,
  nginxPlaces,
  nginxSetting,
  nginxSettings,
} from './nginx.ts'
import { linesOf, readIfThere } from './read-lines.ts'
import { systemd } from './systemd.ts'

/** Something that refuses a client who asks too often. */
export interface RequestLimit {
  /** `limit_req`, `mod_qos`, `haproxy`. */
  readonly how: string
  /** Requests that a client may make at once. */
  readonly burst: number
  /** Why it refuses nobody; undefined where it does. */
  readonly idle: 'dry-run' | 'counts-nobody' | undefined
  readonly at: Place
  /** The site is reached by IPv6, and each of the addresses of a client, who has a whole /64 of them, is counted for itself. */
  readonly countsEachAddress?: boolean
}

export interface SiteLimits {
  readonly subject: string
  readonly names: readonly string[]
  readonly at: Place | undefined
  readonly limits: readonly RequestLimit[]
  /** Paths of the site where none holds. */
  readonly open: readonly NginxLocation[]
}

/** What mod_evasive begins with (its README): requests for one page in one second. */
const EVASIVE_PAGE_COUNT = 2
const MOST_MAPS = 10

/** How often a client may ask each site of the web servers that are started. */
export const requestLimits = fact('request limits', (host): readonly SiteLimits[] => {
  const [httpd, front] = [host.get(apache), host.get(nginx)]
  const fronts = host.get(haproxy)
  const everywhere = meters(host)
  const before = fronts.flatMap(({ limit }) =>
    limit === undefined ? [] : [{ how: 'haproxy', burst: limit.requests, idle: undefined, at: limit.at }],
  )
  const isAllLimited = fronts.length > 0 && before.length === fronts.length
  const outer = (addresses: readonly string[]) => [
    ...everywhere,
    ...(isAllLimited && addresses.length > 0 && addresses.every(isOwnAddress) ? before : []),
  ]
  const sites = [
    ...(httpd?.isEnabled === true ? httpd.sites.map((site) => ofApache(httpd, site, outer(site.addresses))) : []),
    ...(front?.isEnabled === true
      ? front.servers.map((server) => ofNginx(front, server, outer(server.addresses)))
      : []),
  ]
  const frontends = fronts.map(({ subject, at, limit }) => ({
    subject,
    names: [],
    at,
    limits: [
      ...everywhere,
      ...(limit === undefined ? [] : [{ how: 'haproxy', burst: limit.requests, idle: undefined, at: limit.at }]),
    ],
    open: [],
  }))
  return [...sites, ...frontends]
})

function ofApache(found: Apache, site: ApacheSite, outer: readonly RequestLimit[]): SiteLimits {
  const limits = [...outer]
  if (apacheHas(found, 'qos_module')) {
    const each =
      apacheSetting(found, site, 'qs_clienteventpersec') ?? apacheSetting(found, site, 'qs_clienteventlimitcount')
    if (each !== undefined) limits.push({ how: 'mod_qos', burst: Number(each.words[0]), idle: undefined, at: each.at })
  }
  if (apacheHas(found, 'evasive20_module') || apacheHas(found, 'evasive_module')) {
    const chosen = apacheSetting(found, site, 'dospagecount')
    const at = chosen?.at ?? site.at ?? found.main[0]?.at
    const burst = chosen === undefined ? EVASIVE_PAGE_COUNT : Number(chosen.words[0])
    if (at !== undefined) limits.push({ how: 'mod_evasive', burst, idle: undefined, at })
  }
  return { subject: site.subject, names: site.names, at: site.at, limits, open: [] }
}

function ofNginx(found: Nginx, server: NginxServer, outer: readonly RequestLimit[]): SiteLimits {
  const places = nginxPlaces(server).filter(answersItself)
  const isByIpv6 = server.addresses.some((address) => address.startsWith('['))
  const limits = places.map((place) => ({ place, own: limitsOf(found, place, isByIpv6) }))
  const distinct = new Map(limits.flatMap(({ own }) => own).map((each) => [each.at, each]))
  return {
    subject: server.subject,
    names: server.names,
    at: server.at,
    limits: [...outer, ...distinct.values()],
    open: outer.length > 0 ? [] : limits.filter(({ own }) => own.length === 0).map(({ place }) => place),
  }
}

function limitsOf(found: Nginx, { levels }: NginxLocation, isByIpv6: boolean): readonly RequestLimit[] {
  return nginxSettings(levels, 'limit_req').map(({ words, at }) => {
    const option = (name: string) => words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1)
    const zone = found.http.find(
      (node) => node.name === 'limit_req_zone' && node.words.some((word) => word.startsWith(`zone=${option('zone')}:`)),
    )
    const isDry = nginxSetting(levels, 'limit_req_dry_run')?.words[0] === 'on'
    const countsNobody = zone === undefined || nginxDefault(found, zone.words[0] ?? '') === ''
    return {
      how: 'limit_req',
      burst: Number(option('burst') ?? 0),
      idle: isDry ? 'dry-run' : countsNobody ? 'counts-nobody' : undefined,
      at,
      countsEachAddress: isByIpv6 && zone !== undefined && isAddress(found, zone.words[0] ?? ''),
    }
  })
}

/** The address itself, or a map that gives it back as it is: one that takes the network out of it needs an expression. */
function isAddress(found: Nginx, key: string, depth = MOST_MAPS): boolean {
  if (/\$(?:binary_)?remote_addr\b/.test(key)) return true
  const map = found.http.find(({ name, words }) => name === 'map' && words.length === 2 && words[1] === key)
  const entries = (map?.inside ?? []).map(({ name, words }) => ({ from: name, to: words[0] ?? '' }))
  if (map === undefined || depth === 0) return false
  const isCut = /remote_addr/.test(map.words[0] ?? '') && entries.some(({ from }) => from.startsWith('~'))
  return !isCut && entries.some(({ to }) => to !== key && isAddress(found, to, depth - 1))
}

/** Places that only send away, refuse everybody, or that no client asks for. */
function answersItself({ levels }: NginxLocation): boolean {
  const own = levels.at(-1) ?? []
  if (levels.length < 3) return !own.some(({ name }) => name === 'return')
  return !own.some(
    ({ name, words }) => name === 'return' || name === 'internal' || (name === 'deny' && words[0] === 'all'),
  )
}

/** Rules of nftables that count the packets of each client to the ports of the web and drop what is too much. */
function meters(host: Host): readonly RequestLimit[] {
  const file = readIfThere(host.root, '/etc/nftables.conf')
  if (file === undefined || !host.get(systemd).isEnabled('nftables')) return []
  return linesOf(file).flatMap(({ text, number }) => {
    const isWeb = /tcp dport (?:\{[^}]*)?\b(?:80|443|http|https)\b/.test(text)
    const isEach = /\b(?:meter\s+\S+|add\s+@\S+|update\s+@\S+)\s*\{\s*ip6?\s+saddr/.test(text)
    const burst = /limit rate over .*?burst (\d+)/.exec(text)?.[1]
    if (!isWeb || !isEach || burst === undefined || !/\b(?:drop|reject)\b/.test(text)) return []
    return [{ how: 'nftables', burst: Number(burst), idle: undefined, at: placeIn(file, number) }]
  })
}
