import { type Place, placeIn } from '../judging/judgement.ts'
import type { Root } from '../root/root.ts'
import { fact } from './fact.ts'
import { createIncludes, type Includes } from './includes.ts'
import { exists, glob } from './paths.ts'
import { readIfThere } from './read-lines.ts'
import { systemd } from './systemd.ts'

export interface SquidDirective {
  readonly name: string
  readonly words: readonly string[]
  readonly at: Place
}

export interface Squid {
  readonly isEnabled: boolean
  /** Directives in the order in which they count, with what is included. */
  readonly directives: readonly SquidDirective[]
}

/** A request by the proxy: to a destination that no list names. */
export interface ProxyRequest {
  readonly from: 'world' | 'host'
  readonly method: 'GET' | 'CONNECT'
  readonly port: string
}

const MOST_DIRECTIVES = 50_000
const LONGEST_LINE = 8192

/** Squid's configuration (squid.conf, `include`); undefined where there is none. */
export const squid = fact('squid', (host): Squid | undefined => {
  const path = ['/etc/squid/squid.conf', '/etc/squid3/squid.conf'].find((each) => exists(host.root, each))
  if (path === undefined) return undefined
  const directives: SquidDirective[] = []
  addDirectives(host.root, path, directives, createIncludes())
  const isEnabled = ['squid', 'squid-openssl'].some((unit) => host.get(systemd).isEnabled(unit))
  return { isEnabled, directives }
})

function addDirectives(root: Root, path: string, directives: SquidDirective[], includes: Includes): void {
  includes.within(path, () => addDirectivesOnce(root, path, directives, includes))
}

function addDirectivesOnce(root: Root, path: string, directives: SquidDirective[], includes: Includes): void {
  const file = readIfThere(root, path)
  if (file === undefined) return
  let open = ''
  for (const [index, raw] of file.text.split('\n').entries()) {
    if (open === '' && (raw === '' || raw[0] === '#')) continue
    const joined = `${open}${raw}`
    open = joined.endsWith('\\') && joined.length < LONGEST_LINE ? `${joined.slice(0, -1)} ` : ''
    if (open !== '') continue
    const [name = '', ...rest] = joined.trim().split(/\s+/)
    if (name === '' || name[0] === '#') continue
    const comment = rest.findIndex((word) => word[0] === '#')
    const words = comment === -1 ? rest : rest.slice(0, comment)
    if (name === 'include')
      for (const each of words.flatMap((pattern) => glob(root, pattern)))
        addDirectives(root, each, directives, includes)
    else if (directives.length < MOST_DIRECTIVES) directives.push({ name, words, at: placeIn(file, index + 1) })
  }
}

export function directivesOf(found: Squid, ...names: readonly string[]): readonly SquidDirective[] {
  return found.directives.filter(({ name }) => names.includes(name))
}

/** The rule of http_access that decides on a request: the first whose lists all hold; without one, the opposite of the last. */
export function accessOf(
  found: Squid,
  request: ProxyRequest,
): { readonly isAllowed: boolean; readonly rule: SquidDirective | undefined } {
  const lists = new Map<string, SquidDirective[]>()
  for (const directive of directivesOf(found, 'acl')) {
    const name = directive.words[0] ?? ''
    lists.set(name, [...(lists.get(name) ?? []), directive])
  }
  const rules = directivesOf(found, 'http_access')
  const rule = rules.find(({ words }) =>
    words
      .slice(1)
      .every((word) => (word[0] === '!' ? !holds(lists, word.slice(1), request) : holds(lists, word, request))),
  )
  if (rule !== undefined) return { isAllowed: rule.words[0] === 'allow', rule }
  const last = rules.at(-1)
  return { isAllowed: last !== undefined && last.words[0] !== 'allow', rule: last }
}

/** Lists that Squid has built in: `all`, `localhost`, `to_localhost`, `manager`, `CONNECT`. */
function holds(
  lists: ReadonlyMap<string, readonly SquidDirective[]>,
  name: string,
  { from, method, port }: ProxyRequest,
): boolean {
  const own = lists.get(name)
  if (own === undefined)
    return name === 'all' || (name === 'localhost' && from === 'host') || (name === 'CONNECT' && method === 'CONNECT')
  return own.some(({ words: [, type = '', ...values] }) => {
    if (type === 'src') return values.some((value) => isSource(value, from))
    if (type === 'method') return values.includes(method)
    if (type === 'port') return values.some((value) => inRange(value, port))
    if (type === 'dst') return values.some((value) => value === 'all' || value === '0.0.0.0/0' || value === '::/0')
    if (type === 'dstdom_regex' || type === 'url_regex')
      return values.some((value) => /^(\^?\.[*+]?\$?|\.)$/.test(value))
    return type === 'proto' && values.includes('HTTP') && method === 'GET'
  })
}

function isSource(value: string, from: ProxyRequest['from']): boolean {
  if (value === 'all' || value === '0.0.0.0/0' || value === '::/0' || value === '0/0') return true
  return (
    from === 'host' && (value.startsWith('127.') || value === '::1' || value === '::1/128' || value === 'localhost')
  )
}

function inRange(value: string, port: string): boolean {
  const [from, to = from] = value.split('-')
  return Number(port) >= Number(from) && Number(port) <= Number(to)
}
