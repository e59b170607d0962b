import type { Place } from '../judging/judgement.ts'
import { apacheSetting } from './apache.ts'
import type { ApacheNode } from './apache-reader.ts'
import { type Levels, nginxPlaces, nginxSetting } from './nginx.ts'
import { isPublicAddress } from './prefixes.ts'
import type { WebSite } from './web-sites.ts'

/** Who gets into a site. */
export interface SiteAccess {
  /** `password`: HTTP authentication; `address`: only addresses of insiders; `open`: everybody. */
  readonly kind: 'password' | 'address' | 'open'
  readonly evidence: readonly Place[]
  /** Files with the passwords. */
  readonly userFiles: readonly string[]
  /** Parts of the site into which everybody gets. */
  readonly openParts: readonly { readonly where: string; readonly at: Place }[]
  readonly documentRoot: string | undefined
}

/** Clients without an account have to reach these, to prove who the site is (RFC 8555 §8.3). */
const FOR_ALL = /\.well-known\/acme-challenge/
const BY_PASSWORD = /^(?:valid-user|user|group|ldap-\w+|dbm-group|dbd-group)$/i

/** What a site asks of who comes. */
export function accessOf(each: WebSite): SiteAccess {
  return each.server === 'Apache' ? ofApache(each) : ofNginx(each)
}

function ofNginx({ site }: WebSite & { server: 'nginx' }): SiteAccess {
  const places = nginxPlaces(site).filter(({ levels, path }) => !FOR_ALL.test(path) && !sendsAway(levels.at(-1) ?? []))
  const kinds = places.map((place) => ({ place, kind: kindAt(place.levels) }))
  const root = kinds.find(({ place }) => place.path === '/' || place.path === '^~ /')
  const kind = root?.kind ?? kinds[0]?.kind ?? 'address'
  const files = places.flatMap(({ levels }) => nginxSetting(levels, 'auth_basic_user_file')?.words[0] ?? [])
  const at = nginxSetting(root?.place.levels ?? site.levels, 'auth_basic')?.at
  return {
    kind,
    evidence: at === undefined ? [site.at] : [at],
    userFiles: [...new Set(files)].map((file) => (file.startsWith('/') ? file : `/etc/nginx/${file}`)),
    openParts: kinds
      .filter((one) => one.kind === 'open' && one !== root)
      .map(({ place }) => ({ where: place.path, at: nginxSetting(place.levels, 'auth_basic')?.at ?? place.at })),
    documentRoot: nginxSetting(site.levels, 'root')?.words[0],
  }
}

/** With `satisfy any` one of the two is enough, so both have to hold insiders alone. */
function kindAt(levels: Levels): SiteAccess['kind'] {
  const auth = nginxSetting(levels, 'auth_basic')
  const byPassword =
    auth !== undefined && auth.words[0] !== 'off' && nginxSetting(levels, 'auth_basic_user_file') !== undefined
  const rules = levels
    .map((level) => level.filter(({ name }) => name === 'allow' || name === 'deny'))
    .filter((own) => own.length > 0)
    .at(-1)
  const byAddress =
    rules !== undefined &&
    holdsInsiders(rules.map(({ name, words }) => ({ allow: name === 'allow', from: words[0] ?? '' })))
  if (byPassword && rules !== undefined && nginxSetting(levels, 'satisfy')?.words[0] === 'any')
    return byAddress ? 'password' : 'open'
  if (byPassword) return 'password'
  return byAddress ? 'address' : 'open'
}

/** The first rule that fits counts: what is allowed before "deny all" is for insiders. */
function holdsInsiders(rules: readonly { readonly allow: boolean; readonly from: string }[]): boolean {
  const end = rules.findIndex(({ allow, from }) => !allow && from === 'all')
  return (
    end >= 0 &&
    rules
      .slice(0, end)
      .every(({ allow, from }) => !allow || (from !== 'all' && !isPublicAddress(from.replace(/\/.*$/, ''))))
  )
}

function sendsAway(level: readonly { readonly name: string; readonly words: readonly string[] }[]): boolean {
  return level.some(
    ({ name, words }) => name === 'return' || name === 'internal' || (name === 'deny' && words[0] === 'all'),
  )
}

function ofApache({ found, site }: WebSite & { server: 'Apache' }): SiteAccess {
  const documentRoot = apacheSetting(found, site, 'documentroot')?.words[0]
  const sections = [...found.main, ...(site.own === found.main ? [] : site.own)].filter(
    ({ inside }) => inside !== undefined,
  )
  const whole = mergedSections(sections, documentRoot)
  const last = (name: string) =>
    whole.flatMap(({ inside }) => (inside ?? []).filter((node) => node.name === name)).at(-1)
  const asking = whole.filter(({ inside }) => requiresIn(inside ?? []).length > 0).at(-1)
  const requires = requiresIn(asking?.inside ?? [])
  const kind = kindOf(requires, last('authtype'), last('satisfy'))
  const parts = partsOf(sections, documentRoot).filter(({ inside }) => {
    const own = requiresIn(inside ?? [])
    return own.length > 0 && kindOf(own, last('authtype'), undefined) === 'open'
  })
  const at = requires[0]?.at ?? site.at
  const file = last('authuserfile')?.words[0]
  return {
    kind,
    evidence: at === undefined ? [] : [at],
    userFiles: file === undefined ? [] : [file],
    openParts:
      kind === 'open'
        ? []
        : parts.map(({ name, words, at: place }) => ({ where: `${name} ${words.join(' ')}`, at: place })),
    documentRoot,
  }
}

/** Sections that hold for all of the site, in the order in which httpd merges them: folders from the shortest on, then locations. */
function mergedSections(sections: readonly ApacheNode[], documentRoot: string | undefined): readonly ApacheNode[] {
  const folder = `${(documentRoot ?? '').replace(/\/+$/, '')}/`
  const folders = sections
    .filter(({ name, words }) => name === 'directory' && folder.startsWith(`${(words[0] ?? '').replace(/\/+$/, '')}/`))
    .sort((one, other) => (one.words[0] ?? '').length - (other.words[0] ?? '').length)
  const locations = sections.filter(
    ({ name, words }) => (name === 'location' && words[0] === '/') || (name === 'proxy' && words[0] === '*'),
  )
  return [...folders, ...locations]
}

/** Folders below the site's own, and paths of it. */
function partsOf(sections: readonly ApacheNode[], documentRoot: string | undefined): readonly ApacheNode[] {
  const folder = documentRoot === undefined ? undefined : `${documentRoot.replace(/\/+$/, '')}/`
  return sections.filter(({ name, words }) => {
    const where = words[0] ?? ''
    if (FOR_ALL.test(words.join(' '))) return false
    if (name === 'directory')
      return folder !== undefined && where.startsWith(folder) && `${where}/` !== folder && where !== folder
    return (name === 'location' || name === 'locationmatch') && where !== '/'
  })
}

function requiresIn(nodes: readonly ApacheNode[]): readonly ApacheNode[] {
  return nodes.flatMap((node) => {
    if (node.name === 'require') return [node]
    return /^require(?:all|any)$/.test(node.name) ? requiresIn(node.inside ?? []) : []
  })
}

function kindOf(
  requires: readonly ApacheNode[],
  authType: ApacheNode | undefined,
  satisfy: ApacheNode | undefined,
): SiteAccess['kind'] {
  if (satisfy?.words[0]?.toLowerCase() === 'any') return 'open'
  const granted = requires.some(({ words }) => words.join(' ').toLowerCase() === 'all granted')
  if (granted || requires.length === 0) return 'open'
  const hasType = /^(?:basic|digest|form)$/i.test(authType?.words[0] ?? '')
  if (requires.some(({ words }) => BY_PASSWORD.test(words[0] ?? ''))) return hasType ? 'password' : 'open'
  const addresses = requires.filter(({ words }) => words[0] === 'ip').flatMap(({ words }) => words.slice(1))
  return addresses.some((each) => isPublicAddress(each.replace(/\/.*$/, ''))) ? 'open' : 'address'
}
