import type { Place } from '../judging/judgement.ts'
import type { Root } from '../root/root.ts'
import { type Apache, type ApacheSite, apache, apacheHas, apacheParts, apacheSetting } from './apache.ts'
import { type ApacheNode, readApache } from './apache-reader.ts'
import { fact } from './fact.ts'
import type { Host } from './host.ts'
import { type Levels, type Nginx, type NginxServer, nginx, nginxPlaces, nginxSetting, nginxSettings } from './nginx.ts'
import { relativeTo } from './paths.ts'

/** ModSecurity as it works for one site. */
export interface Waf {
  readonly subject: string
  readonly names: readonly string[]
  readonly server: 'Apache' | 'nginx'
  /** The module is loaded and, with nginx, switched on. */
  readonly isLoaded: boolean
  /** `off` is what both engines begin with. */
  readonly engine: Setting
  /** Parts of the site for which the engine is set otherwise. */
  readonly parts: readonly { readonly where: string; readonly value: string; readonly at: Place }[]
  readonly requestBodies: Setting
  /** What it writes down of requests that it stopped (SecAuditEngine): `off` is what it begins with. */
  readonly audit: Setting
  /** Directives of the engine, in the order in which it goes through them. */
  readonly rules: readonly ApacheNode[]
  readonly at: Place | undefined
}

export interface Setting {
  /** In lower case. */
  readonly value: string
  readonly at: Place | undefined
}

/** A variable of the Core Rule Set as a rule sets it. */
export interface CrsVariable {
  readonly value: string
  /** It is set for every request, not only for those that a rule matches. */
  readonly isForAll: boolean
  readonly rule: ApacheNode
  /** Where in the rules. */
  readonly index: number
}

/** ModSecurity for each site of the web servers that are started; none where no web server is. */
export const modsecurity = fact('ModSecurity', (host): readonly Waf[] => {
  const [httpd, front] = [host.get(apache), host.get(nginx)]
  const rulesOf = ruleReader(host)
  return [
    ...(httpd?.isEnabled === true ? ofSites(httpd) : []),
    ...(front?.isEnabled === true ? front.servers.map((server) => ofNginx(front, server, rulesOf)) : []),
  ]
})

/** Sites without rules of their own share those of the main server: a thousand sites, one list. */
function ofSites(found: Apache): readonly Waf[] {
  const shared = found.main.filter(isRule)
  return found.sites.map((site) => {
    const own = site.own === found.main ? [] : site.own.filter(isRule)
    return ofApache(found, site, own.length === 0 ? shared : [...shared, ...own])
  })
}

function isRule({ name, inside }: ApacheNode): boolean {
  return name.startsWith('sec') && inside === undefined
}

/** Rules of the main server come before those of the virtual host. */
function ofApache(found: Apache, site: ApacheSite, rules: readonly ApacheNode[]): Waf {
  const engine = apacheSetting(found, site, 'secruleengine')
  const parts = apacheParts(found, site, 'secruleengine').map(({ where, node }) => ({ where, ...firstWord(node) }))
  return {
    subject: site.subject,
    names: site.names,
    server: 'Apache',
    isLoaded: apacheHas(found, 'security2_module'),
    engine: engine === undefined ? { value: 'off', at: undefined } : firstWord(engine),
    parts,
    requestBodies: settingIn(rules, 'secrequestbodyaccess', 'off'),
    audit: settingIn(rules, 'secauditengine', 'off'),
    rules,
    at: site.at,
  }
}

function ofNginx(found: Nginx, server: NginxServer, rulesOf: ReturnType<typeof ruleReader>): Waf {
  const isLoaded = found.main.some(({ name, words }) => name === 'load_module' && /modsecurity/.test(words[0] ?? ''))
  const isOn = (levels: Levels) => isLoaded && nginxSetting(levels, 'modsecurity')?.words[0] === 'on'
  const rules = rulesOf(server.levels)
  const engine = settingIn(rules, 'secruleengine', 'off')
  const parts = nginxPlaces(server)
    .filter(({ levels }) => isOn(server.levels) && !isOn(levels))
    .map(({ path, levels, at }) => ({
      where: `location ${path}`,
      value: 'off',
      at: nginxSetting(levels, 'modsecurity')?.at ?? at,
    }))
  return {
    subject: server.subject,
    names: server.names,
    server: 'nginx',
    isLoaded: isOn(server.levels),
    engine,
    parts,
    requestBodies: settingIn(rules, 'secrequestbodyaccess', 'off'),
    audit: settingIn(rules, 'secauditengine', 'off'),
    rules,
    at: nginxSetting(server.levels, 'modsecurity')?.at ?? server.at,
  }
}

/** Rules of http come before those of the server: ModSecurity merges them, unlike other directives of nginx. Files are read once. */
function ruleReader({ root }: Host): (levels: Levels) => readonly ApacheNode[] {
  const known = new Map<string, readonly ApacheNode[]>()
  return (levels) => {
    const files = levels
      .flatMap((level) => nginxSettings([level], 'modsecurity_rules_file'))
      .map(({ words }) => relativeTo('/etc/nginx', words[0] ?? ''))
    const key = files.join('\n')
    const rules = known.get(key) ?? files.flatMap((path) => readRules(root, path))
    known.set(key, rules)
    return rules
  }
}

function readRules(root: Root, path: string): readonly ApacheNode[] {
  const serverRoot = path.slice(0, path.lastIndexOf('/'))
  return readApache({ root, path, serverRoot, variables: new Map() }).nodes
}

function settingIn(nodes: readonly ApacheNode[], name: string, builtIn: string): Setting {
  const last = nodes.filter((node) => node.name === name && node.inside === undefined).at(-1)
  return last === undefined ? { value: builtIn, at: undefined } : firstWord(last)
}

function firstWord(node: ApacheNode): { readonly value: string; readonly at: Place } {
  return { value: (node.words[0] ?? '').toLowerCase(), at: node.at }
}

/** The version of the Core Rule Set whose rules are there, and the rule that says so; undefined where there are none. */
export function crsOf(waf: Waf): { readonly version: string; readonly at: Place } | undefined {
  for (const rule of waf.rules) {
    const version = rule.words.map((word) => /OWASP_CRS\/(\d+\.\d+(?:\.\d+)?)/.exec(word)?.[1]).find((each) => each)
    if (version !== undefined) return { version, at: rule.at }
  }
  return undefined
}

/** Ids that two rules have: the set was included twice, and the server does not start. */
export function doubledRule(waf: Waf): ApacheNode | undefined {
  const seen = new Set<string>()
  for (const rule of waf.rules) {
    const id = rule.words.map((word) => /(?:^|[\s,])id:'?(\d+)/.exec(word)?.[1]).find((each) => each)
    if (id !== undefined && seen.has(id)) return rule
    if (id !== undefined) seen.add(id)
  }
  return undefined
}

/** Where rules set a variable of the transaction (`setvar:tx.NAME=VALUE`), but for defaults that the set itself gives. */
export function crsVariable(waf: Waf, name: string): readonly CrsVariable[] {
  const wanted = new RegExp(`setvar:'?tx\\.${name}=([^,'"\\s]*)`, 'i')
  return waf.rules.flatMap((rule, index) => {
    if (rule.name !== 'secaction' && rule.name !== 'secrule') return []
    const value = wanted.exec(rule.words.at(-1) ?? '')?.[1]
    const isDefault = /^&TX:/i.test(rule.words[0] ?? '')
    return value === undefined || isDefault ? [] : [{ value, isForAll: rule.name === 'secaction', rule, index }]
  })
}
