import type { Place } from '../judging/judgement.ts'
import { type Apache, type ApacheSite, apache, apacheSetting } from './apache.ts'
import { fact } from './fact.ts'
import { isOpenAddress } from './listen-address.ts'
import { type Nginx, type NginxServer, nginx, nginxSetting } from './nginx.ts'
import { normalized } from './paths.ts'

/** A site of a web server that is started, whichever server it is. */
export type WebSite = {
  readonly subject: string
  readonly names: readonly string[]
  readonly hasTls: boolean
  /** It listens where the world may reach it: on every address, or on a public one. */
  readonly isOpen: boolean
  readonly at: Place | undefined
} & (
  | { readonly server: 'Apache'; readonly found: Apache; readonly site: ApacheSite }
  | { readonly server: 'nginx'; readonly found: Nginx; readonly site: NginxServer }
)

/** Sites of Apache and nginx. */
export const webSites = fact('web sites', (host): readonly WebSite[] => {
  const [httpd, front] = [host.get(apache), host.get(nginx)]
  const ofApache = httpd?.isEnabled === true ? httpd.sites.map((site) => apacheSite(httpd, site)) : []
  const ofNginx = front?.isEnabled === true ? front.servers.map((site) => nginxSite(front, site)) : []
  return [...ofApache, ...ofNginx]
})

/** The folder that the site shows, and what says so; undefined where it shows none. */
export function folderOf(each: WebSite): { readonly path: string; readonly at: Place } | undefined {
  const node =
    each.server === 'nginx'
      ? nginxSetting(each.site.levels, 'root')
      : apacheSetting(each.found, each.site, 'documentroot')
  const path = node?.words[0]
  return path?.startsWith('/') === true ? { path: normalized(path), at: node!.at } : undefined
}

/** Whether a name of the site, which may begin with `*.`, stands for this one. */
export function servesName({ names }: Pick<WebSite, 'names'>, wanted: string): boolean {
  const name = wanted.toLowerCase()
  return names.some((own) => {
    const pattern = own.toLowerCase()
    return pattern === name || (/^\*?\./.test(pattern) && name.endsWith(pattern.replace(/^\*/, '')))
  })
}

function apacheSite(found: Apache, site: ApacheSite): WebSite {
  const { subject, names, at } = site
  const hasTls = apacheSetting(found, site, 'sslengine')?.words[0]?.toLowerCase() === 'on'
  return { server: 'Apache', found, site, subject, names, at, hasTls, isOpen: site.addresses.some(isOpenAddress) }
}

function nginxSite(found: Nginx, site: NginxServer): WebSite {
  const { subject, names, at, hasTls } = site
  return { server: 'nginx', found, site, subject, names, at, hasTls, isOpen: site.addresses.some(isOpenAddress) }
}
