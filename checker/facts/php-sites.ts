import type { Place } from '../judging/judgement.ts'
import { type Apache, type ApacheSite, apache, apacheHas, apacheSetting } from './apache.ts'
import type { ApacheNode } from './apache-reader.ts'
import { fact } from './fact.ts'
import type { Host } from './host.ts'
import { type Nginx, type NginxServer, nginx, nginxSetting } from './nginx.ts'
import { type FpmPool, fpmPools, poolPath } from './php-fpm.ts'
import { phpRuntimes } from './php-runtimes.ts'

/** A site whose scripts PHP runs. */
export interface PhpSite {
  /** Its first name, else how the web server calls it. */
  readonly name: string
  readonly folder: string | undefined
  /** What runs it: a pool, `module` for mod_php, `own` for a FastCGI or suEXEC wrapper with a user of its own. */
  readonly runs: FpmPool | 'module' | 'own'
  readonly at: Place
}

/** Sites of Apache and nginx with what runs their PHP; sites without PHP are left out. */
export const phpSites = fact('sites with PHP', (host): readonly PhpSite[] => {
  const all = [...sitesOfApache(host), ...sitesOfNginx(host)]
  return [...new Map(all.map((site) => [`${site.name} ${nameOf(site.runs)}`, site])).values()]
})

/** What runs a site, as one word: `pool www`, `module`, `own`. */
export function nameOf(runs: PhpSite['runs']): string {
  return typeof runs === 'string' ? runs : runs.subject
}

function sitesOfApache(host: Host): readonly PhpSite[] {
  const found = host.get(apache)
  if (found?.isEnabled !== true) return []
  const hasModule = host.get(phpRuntimes).some(({ pool }) => pool === undefined)
  return found.sites.flatMap((site) => {
    const handler = handlerOf(host, found, site, hasModule)
    if (handler === undefined) return []
    const root = apacheSetting(found, site, 'documentroot')
    const at = handler.at ?? site.at ?? root?.at
    if (at === undefined) return []
    return [{ name: site.names[0] ?? site.subject, folder: root?.words[0], runs: handler.runs, at }]
  })
}

/** suEXEC and mod_fcgid first, then the address that scripts are handed to, the site's own before the main server's. */
function handlerOf(
  host: Host,
  found: Apache,
  site: ApacheSite,
  hasModule: boolean,
): { readonly runs: PhpSite['runs']; readonly at: Place | undefined } | undefined {
  const user = apacheSetting(found, site, 'suexecusergroup') ?? apacheSetting(found, site, 'assignuserid')
  const wrapper = deepest(site.own, 'fcgidwrapper') ?? (apacheHas(found, 'mpm_itk_module') ? user : undefined)
  if (user !== undefined && wrapper !== undefined) return { runs: 'own', at: user.at }
  const nodes = site.own === found.main ? [found.main] : [site.own, found.main]
  for (const each of nodes) {
    const handed = handedOver(each)
    const pool = handed === undefined ? undefined : poolAt(host, handed.address)
    if (pool !== undefined) return { runs: pool, at: handed!.at }
  }
  return hasModule ? { runs: 'module', at: undefined } : undefined
}

function handedOver(nodes: readonly ApacheNode[]): { readonly address: string; readonly at: Place } | undefined {
  for (const name of ['sethandler', 'proxypassmatch', 'proxypass']) {
    for (const node of allOf(nodes, name)) {
      const address = node.words.flatMap((word) => addressIn(word) ?? [])[0]
      if (address !== undefined) return { address, at: node.at }
    }
  }
  return undefined
}

/** `proxy:unix:/run/php/site.sock|fcgi://localhost`, `fcgi://127.0.0.1:9000/…` */
function addressIn(word: string): string | undefined {
  const socket = word.indexOf('unix:')
  const end = word.indexOf('|fcgi:', socket)
  if (socket >= 0 && end > 0) return word.slice(socket + 'unix:'.length, end)
  return /fcgi:\/\/([^/]+)/.exec(word)?.[1]
}

function deepest(nodes: readonly ApacheNode[], name: string): ApacheNode | undefined {
  return allOf(nodes, name)[0]
}

function allOf(nodes: readonly ApacheNode[], name: string): readonly ApacheNode[] {
  return nodes.flatMap((node) => [
    ...(node.name === name && node.inside === undefined ? [node] : []),
    ...(node.inside === undefined ? [] : allOf(node.inside, name)),
  ])
}

function sitesOfNginx(host: Host): readonly PhpSite[] {
  const found = host.get(nginx)
  if (found?.isEnabled !== true) return []
  return found.servers.flatMap((server) => siteOfNginx(host, found, server))
}

function siteOfNginx(host: Host, found: Nginx, server: NginxServer): readonly PhpSite[] {
  for (const { levels } of [{ levels: server.levels }, ...server.locations]) {
    const pass = nginxSetting(levels, 'fastcgi_pass')
    const pool = upstreamsOf(found, pass?.words[0] ?? '').flatMap((address) => poolAt(host, address) ?? [])[0]
    if (pass === undefined || pool === undefined) continue
    const folder = nginxSetting(server.levels, 'root')?.words[0]
    return [{ name: server.names[0] ?? server.subject, folder, runs: pool, at: pass.at }]
  }
  return []
}

/** `unix:/run/php/site.sock`, `127.0.0.1:9000`, or the servers of an upstream of that name. */
function upstreamsOf(found: Nginx, word: string): readonly string[] {
  const upstream = found.http.find(({ name, words }) => name === 'upstream' && words[0] === word)
  const servers = (upstream?.inside ?? [])
    .filter(({ name }) => name === 'server')
    .flatMap(({ words }) => words[0] ?? [])
  return (upstream === undefined ? [word] : servers).map((address) => address.replace(/^unix:/, ''))
}

function poolAt(host: Host, address: string): FpmPool | undefined {
  const wanted = socketOf(address)
  return host.get(fpmPools).find((pool) => {
    const listen = poolPath(pool, 'listen')
    return listen !== undefined && socketOf(listen) === wanted
  })
}

/** `9000`, `*:9000` and `127.0.0.1:9000` are one port; sockets below /var/run are below /run; Debian's php-fpm.sock is the newest. */
function socketOf(address: string): string {
  const port = /^(?:.*:)?(\d{1,5})$/.exec(address)?.[1]
  return port === undefined ? address.replace(/^\/var\/run\//, '/run/') : `port ${port}`
}
