import { type Place, placeIn } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import type { Host } from './host.ts'
import { glob, namesIn } from './paths.ts'
import { linesOf, readIfThere } from './read-lines.ts'

/** A server of Webmin's: Webmin itself, or Usermin. */
export interface Miniserv {
  readonly name: 'webmin' | 'usermin'
  readonly folder: string
  readonly at: Place
  readonly setting: (key: string) => { readonly value: string; readonly at: Place } | undefined
  /** Users who must show a second factor, and all. */
  readonly withSecondFactor: readonly string[]
  readonly users: readonly string[]
}

const SERVERS = ['webmin', 'usermin'] as const
/** Fields of miniserv.users, counted from 0. */
const SECOND_FACTOR_FIELD = 11

/** Webmin and Usermin, where they are set up: both run miniserv.pl with a file of `key=value` lines. */
export const miniservs = fact('Webmin', (host): readonly Miniserv[] =>
  SERVERS.flatMap((name) => readMiniserv(host, name)),
)

/** A line of a web server's configuration that hands requests to the port: it opens what `bind` keeps shut. */
export function proxyTo(host: Host, port: string): Place | undefined {
  const files = [
    '/etc/nginx/sites-enabled/*',
    '/etc/nginx/conf.d/*.conf',
    '/etc/apache2/sites-enabled/*.conf',
    '/etc/httpd/conf.d/*.conf',
  ]
  for (const path of files.flatMap((pattern) => glob(host.root, pattern))) {
    const file = readIfThere(host.root, path)
    for (const { text, number } of file === undefined ? [] : linesOf(file)) {
      if (/\bproxy_?pass(?:match)?\b/i.test(text) && portsIn(text).includes(port)) return placeIn(file!, number)
    }
  }
  return undefined
}

function portsIn(text: string): readonly string[] {
  return [...text.matchAll(/:(\d{1,5})\b/g)].map(([, port]) => port!)
}

function readMiniserv(host: Host, name: Miniserv['name']): readonly Miniserv[] {
  const folder = `/etc/${name}`
  if (!namesIn(host.root, folder).includes('miniserv.conf')) return []
  const file = readIfThere(host.root, `${folder}/miniserv.conf`)
  if (file === undefined) return []
  const settings = new Map<string, { readonly value: string; readonly at: Place }>()
  for (const { text, number } of linesOf(file)) {
    const cut = text.indexOf('=')
    if (cut > 0)
      settings.set(text.slice(0, cut).trim(), { value: text.slice(cut + 1).trim(), at: placeIn(file, number) })
  }
  const users = readIfThere(host.root, `${folder}/miniserv.users`)
  const lines = users === undefined ? [] : linesOf(users).map(({ text }) => text.split(':'))
  return [
    {
      name,
      folder,
      at: placeIn(file, 1),
      setting: (key) => settings.get(key),
      users: lines.map(([user]) => user!),
      withSecondFactor: lines.filter((fields) => (fields[SECOND_FACTOR_FIELD] ?? '') !== '').map(([user]) => user!),
    },
  ]
}
