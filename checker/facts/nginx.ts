import type { Place } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import { type NginxNode, readNginx } from './nginx-reader.ts'
import { exists } from './paths.ts'
import { systemd } from './systemd.ts'

export interface NginxServer {
  /** `server www.example.com:443`. */
  readonly subject: string
  readonly names: readonly string[]
  /** As written, without options: `80`, `[::]:443`, `127.0.0.1:8080`. */
  readonly addresses: readonly string[]
  readonly hasTls: boolean
  readonly at: Place
  /** From the outside in: http, server. */
  readonly levels: Levels
  readonly locations: readonly NginxLocation[]
}

export interface NginxLocation {
  /** As written: `= /login`, `~ \.php$`. */
  readonly path: string
  readonly at: Place
  readonly levels: Levels
}

/** What stands on each level, from the outside in. */
export type Levels = readonly (readonly NginxNode[])[]

export interface Nginx {
  readonly isEnabled: boolean
  /** What stands outside of all blocks. */
  readonly main: readonly NginxNode[]
  readonly http: readonly NginxNode[]
  readonly servers: readonly NginxServer[]
}

const PATH = '/etc/nginx/nginx.conf'
const MOST_DEPTH = 10

/** nginx's configuration; undefined where there is none. */
export const nginx = fact('nginx', (host): Nginx | undefined => {
  if (!exists(host.root, PATH)) return undefined
  const main = readNginx(host.root, PATH)
  const http = main.filter(({ name }) => name === 'http').flatMap(({ inside }) => inside ?? [])
  const servers = http.filter(({ name, inside }) => name === 'server' && inside !== undefined)
  return {
    isEnabled: host.get(systemd).isEnabled('nginx'),
    main,
    http,
    servers: servers.map((node) => serverOf(http, node)),
  }
})

/**
 * What a directive comes to on the innermost level: where a level has any of the name, all those further out count for nothing,
 * also where several may stand beside each other (`limit_req`, `add_header`, `allow`).
 */
export function nginxSettings(levels: Levels, name: string): readonly NginxNode[] {
  for (const level of [...levels].reverse()) {
    const own = level.filter((node) => node.name === name)
    if (own.length > 0) return own
  }
  return []
}

/** The last of them, for a directive that stands once on a level. */
export function nginxSetting(levels: Levels, name: string): NginxNode | undefined {
  return nginxSettings(levels, name).at(-1)
}

/** The server itself where no location takes all requests, and each of its locations. */
export function nginxPlaces(server: NginxServer): readonly NginxLocation[] {
  const takesAll = server.locations.some(({ path }) => path === '/' || path === '^~ /')
  return takesAll ? server.locations : [{ path: '/', at: server.at, levels: server.levels }, ...server.locations]
}

/**
 * What a variable holds for a client that nothing is said of: `map` and `geo` by their defaults, from one to the next. Other
 * variables are what a request brings: undefined.
 */
export function nginxDefault(found: Nginx, variable: string, depth = MOST_DEPTH): string | undefined {
  const made = found.http.find(
    ({ name, words }) => (name === 'map' || name === 'geo') && words.at(-1) === variable && words.length > 0,
  )
  if (made === undefined || depth === 0) return undefined
  const entries = (made.inside ?? []).map(({ name, words }) => ({ key: name, value: words[0] ?? '' }))
  const source = made.name === 'map' ? nginxDefault(found, made.words[0] ?? '', depth - 1) : undefined
  const entry =
    entries.find(({ key }) => source !== undefined && key === source) ?? entries.find(({ key }) => key === 'default')
  const value = entry?.value ?? ''
  return value.startsWith('$') ? (nginxDefault(found, value, depth - 1) ?? value) : value
}

function serverOf(http: readonly NginxNode[], node: NginxNode): NginxServer {
  const inside = node.inside ?? []
  const listens = inside.filter(({ name }) => name === 'listen')
  const names = inside.filter(({ name }) => name === 'server_name').flatMap(({ words }) => words)
  const addresses = listens.length === 0 ? ['80'] : listens.flatMap(({ words }) => words[0] ?? [])
  const port = /(\d+)$/.exec(addresses[0] ?? '')?.[1] ?? '80'
  const called = names.find((name) => name !== '_' && name !== '')
  return {
    subject: `server ${called ?? 'default'}:${port}`,
    names: names.filter((name) => name !== '_'),
    addresses,
    hasTls:
      listens.some(({ words }) => words.includes('ssl')) ||
      inside.some(({ name, words }) => name === 'ssl' && words[0] === 'on'),
    at: node.at,
    levels: [http, inside],
    locations: locationsIn(inside, [http, inside], MOST_DEPTH),
  }
}

function locationsIn(nodes: readonly NginxNode[], levels: Levels, depth: number): readonly NginxLocation[] {
  if (depth === 0) return []
  return nodes
    .filter(({ name, inside }) => name === 'location' && inside !== undefined)
    .flatMap((node) => {
      const own = [...levels, node.inside!]
      return [{ path: node.words.join(' '), at: node.at, levels: own }, ...locationsIn(node.inside!, own, depth - 1)]
    })
}
