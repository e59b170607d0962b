import type { Place } from '../judging/judgement.ts'
import type { Root } from '../root/root.ts'
import { type ApacheNode, type ApacheReading, readApache } from './apache-reader.ts'
import { fact } from './fact.ts'
import { exists } from './paths.ts'
import { linesOf, readIfThere } from './read-lines.ts'
import { systemd } from './systemd.ts'

/** A virtual host, or the main server where there is none. */
export interface ApacheSite {
  /** `vhost www.example.com:443`. */
  readonly subject: string
  readonly names: readonly string[]
  /** As written: `*:80`, `[::1]:8080`. */
  readonly addresses: readonly string[]
  readonly at: Place | undefined
  readonly own: readonly ApacheNode[]
}

export interface Apache extends ApacheReading {
  readonly unit: string
  readonly isEnabled: boolean
  /** What stands outside of virtual hosts: each takes it over. */
  readonly main: readonly ApacheNode[]
  readonly sites: readonly ApacheSite[]
}

/** A directive that holds for a part of a site alone: `location /api`. */
export interface ApachePart {
  readonly where: string
  readonly node: ApacheNode
}

const LAYOUTS = [
  {
    unit: 'apache2',
    path: '/etc/apache2/apache2.conf',
    serverRoot: '/etc/apache2',
    environment: '/etc/apache2/envvars',
  },
  { unit: 'httpd', path: '/etc/httpd/conf/httpd.conf', serverRoot: '/etc/httpd', environment: '/etc/sysconfig/httpd' },
] as const

/** Apache's configuration; undefined where there is none. */
export const apache = fact('Apache', (host): Apache | undefined => {
  const layout = LAYOUTS.find(({ path }) => exists(host.root, path))
  if (layout === undefined) return undefined
  const variables = environmentOf(host.root, layout.environment)
  const reading = readApache({ root: host.root, path: layout.path, serverRoot: layout.serverRoot, variables })
  const main = reading.nodes.filter(({ name }) => name !== 'virtualhost')
  const hosts = reading.nodes.filter(({ name }) => name === 'virtualhost')
  const sites = hosts.length > 0 ? hosts.map(siteOf) : [mainSite(main)]
  return { ...reading, unit: layout.unit, isEnabled: host.get(systemd).isEnabled(layout.unit), main, sites }
})

/** What holds for a whole site: its own last word, else that of the main server (each section `/` counts as the whole). */
export function apacheSetting(found: Apache, site: ApacheSite, name: string): ApacheNode | undefined {
  return lastOf(site.own, name) ?? lastOf(found.main, name)
}

/** Every directive of the name that holds for a whole site, the main server's first. */
export function apacheSettings(found: Apache, site: ApacheSite, name: string): readonly ApacheNode[] {
  return [...wholeOf(found.main), ...(site.own === found.main ? [] : wholeOf(site.own))].filter(
    (node) => node.name === name,
  )
}

/** Directives of the name in sections that cover a part of the site. */
export function apacheParts(found: Apache, site: ApacheSite, name: string): readonly ApachePart[] {
  const nodes = site.own === found.main ? found.main : [...found.main, ...site.own]
  return nodes.flatMap((node) => partsIn(node, name, ''))
}

/** Whether the module is loaded: `security2_module`. */
export function apacheHas(found: Apache, module: string): boolean {
  return found.modules.has(module)
}

function partsIn(node: ApacheNode, name: string, above: string): readonly ApachePart[] {
  if (node.inside === undefined) return []
  const where = coversAll(node) ? above : `${above} ${node.name} ${node.words.join(' ')}`.trim()
  const own = where === '' ? [] : node.inside.filter((each) => each.name === name && each.inside === undefined)
  return [...own.map((each) => ({ where, node: each })), ...node.inside.flatMap((each) => partsIn(each, name, where))]
}

function lastOf(nodes: readonly ApacheNode[], name: string): ApacheNode | undefined {
  return wholeOf(nodes)
    .filter((node) => node.name === name)
    .at(-1)
}

/** Directives that hold everywhere; those of `<Location />` come later than all, as httpd merges them. */
function wholeOf(nodes: readonly ApacheNode[]): readonly ApacheNode[] {
  const sections = (name: string) =>
    nodes.filter((node) => node.name === name && coversAll(node)).flatMap((node) => node.inside ?? [])
  return [...nodes.filter((node) => node.inside === undefined), ...sections('directory'), ...sections('location')]
}

function coversAll({ name, words }: ApacheNode): boolean {
  return (name === 'location' || name === 'directory') && words.length === 1 && words[0] === '/'
}

function siteOf(node: ApacheNode): ApacheSite {
  const inside = node.inside ?? []
  const named = (name: string) => inside.filter((each) => each.name === name).flatMap(({ words }) => words)
  const serverName = named('servername')
    .at(-1)
    ?.replace(/^\w+:\/\//, '')
  const names = [...(serverName === undefined ? [] : [serverName.replace(/:\d+$/, '')]), ...named('serveralias')]
  const address = node.words[0] ?? '*'
  const port = /:(\d+|\*)$/.exec(address)?.[1] ?? '*'
  return {
    subject: `vhost ${names[0] === undefined ? address : `${names[0]}:${port}`}`,
    names,
    addresses: node.words,
    at: node.at,
    own: inside,
  }
}

function mainSite(main: readonly ApacheNode[]): ApacheSite {
  const words = (name: string) => main.filter((each) => each.name === name).flatMap((each) => each.words[0] ?? [])
  const addresses = words('listen').map((word) => (/^\d+$/.test(word) ? `*:${word}` : word))
  return { subject: 'vhost main server', names: words('servername'), addresses, at: undefined, own: main }
}

/** Variables of the shell file that apache2ctl reads; what asks the shell for more than a word is not worked out. */
function environmentOf(root: Root, path: string): ReadonlyMap<string, string> {
  const variables = new Map<string, string>()
  const file = readIfThere(root, path)
  if (file === undefined) return variables
  for (const { text } of linesOf(file)) {
    const [, name, value] = /^\s*(?:export\s+)?([A-Z][A-Z0-9_]*)=["']?([^"']*)/.exec(text) ?? []
    if (name !== undefined) variables.set(name, value!.trim().replace(/\$\{?SUFFIX\}?/g, ''))
  }
  for (const match of (variables.get('APACHE_ARGUMENTS') ?? '').matchAll(/-D\s*(\w+)/g)) variables.set(match[1]!, '')
  return variables
}
