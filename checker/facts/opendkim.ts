import { cite, type Place, placeIn } from '../judging/judgement.ts'
import type { DkimDaemon, DkimSigner } from './dkim-signers.ts'
import { fact } from './fact.ts'
import type { Host } from './host.ts'
import { linesOf, readIfThere } from './read-lines.ts'
import { listenerOf } from './smtp-path.ts'
import { systemd } from './systemd.ts'
import { placeOfUnit } from './unit-evidence.ts'

interface Setting {
  readonly value: string
  readonly at: Place
}

interface Entry {
  readonly key: string
  readonly value: string
  readonly at: Place
}

const UNIT = 'opendkim.service'
const FILE = '/etc/opendkim.conf'
const MOST_FILES = 16
const MOST_ENTRIES = 10_000

/** opendkim(8) with its tables, or the one domain of its short form; undefined where it is not installed. */
export const opendkim = fact('opendkim', (host): DkimDaemon | undefined => {
  const units = host.get(systemd)
  if (units.unit(UNIT) === undefined) return undefined
  const settings = readSettings(host)
  const socket = settings.get('socket')
  const signs = (settings.get('mode')?.value ?? 'sv').includes('s')
  const keys = keysOf(host, settings)
  const patterns = patternsOf(host, settings)
  return {
    name: 'opendkim',
    isEnabled: units.isEnabled(UNIT),
    listener: socket === undefined ? undefined : listenerOf(socket.value),
    signersFor: (domain) => (signs ? signersFor(domain, keys, patterns, settings) : []),
    evidence: [...placeOfUnit(host, UNIT), ...(socket === undefined ? [] : [cite(socket.at)])],
  }
})

/** opendkim.conf(5): `Name value`; of one name the last counts. */
function readSettings(host: Host): ReadonlyMap<string, Setting> {
  const settings = new Map<string, Setting>()
  const seen = new Set<string>()
  const take = (path: string): void => {
    if (seen.has(path) || seen.size >= MOST_FILES) return
    seen.add(path)
    const file = readIfThere(host.root, path)
    for (const { text, number } of file === undefined ? [] : linesOf(file)) {
      const [, name, value] = /^\s*(\w+)\s+(\S[^#]*)/.exec(text) ?? []
      if (name === undefined) continue
      if (name.toLowerCase() === 'include') take(value!.trim())
      else settings.set(name.toLowerCase(), { value: value!.trim(), at: placeIn(file!, number) })
    }
  }
  take(FILE)
  return settings
}

/** `NAME DOMAIN:SELECTOR:FILE` of the KeyTable. */
function keysOf(host: Host, settings: ReadonlyMap<string, Setting>): ReadonlyMap<string, DkimSigner> {
  const table = settings.get('keytable')
  return new Map(
    entriesOf(host, table).flatMap(({ key, value, at }) => {
      const [domain, selector, ...file] = value.split(':')
      if (selector === undefined || file.length === 0) return []
      return [[key, { domain: domain!.toLowerCase(), selector, keyFile: file.join(':').trim(), at }] as const]
    }),
  )
}

/** `PATTERN NAME` of the SigningTable: with `refile:` a `*` stands for anything. */
function patternsOf(host: Host, settings: ReadonlyMap<string, Setting>): readonly Entry[] {
  return entriesOf(host, settings.get('signingtable'))
}

function signersFor(
  domain: string,
  keys: ReadonlyMap<string, DkimSigner>,
  patterns: readonly Entry[],
  settings: ReadonlyMap<string, Setting>,
): readonly DkimSigner[] {
  if (settings.has('keytable')) {
    const first = patterns.find(({ key }) => isMeant(key, domain))
    const key = first === undefined ? undefined : keys.get(first.value.trim())
    return key === undefined ? [] : [key.domain === '%' ? { ...key, domain } : key]
  }
  const [domains, selector, keyFile] = ['domain', 'selector', 'keyfile'].map((name) => settings.get(name))
  if (domains === undefined || selector === undefined || keyFile === undefined) return []
  const names = domains.value.toLowerCase().split(/[\s,]+/)
  if (!names.includes(domain)) return []
  return [{ domain, selector: selector.value, keyFile: keyFile.value, at: keyFile.at }]
}

/** Patterns `*@example.com`, `*@*`, `example.com`, `.example.com`; one user's own pattern is none for the domain. */
function isMeant(pattern: string, domain: string): boolean {
  const text = pattern.toLowerCase()
  if (text === '*' || text === '*@*') return true
  const of = text.replace(/^\*@/, '')
  return (
    of === domain ||
    (of.startsWith('*.') && domain.endsWith(of.slice(1))) ||
    (of.startsWith('.') && domain.endsWith(of))
  )
}

/** A table in a file: `file:/path`, `refile:/path`, `/path`; databases are not read. */
function entriesOf(host: Host, setting: Setting | undefined): readonly Entry[] {
  const path = /^(?:(?:re)?file:)?(\/.*)$/.exec(setting?.value ?? '')?.[1]
  const file = path === undefined ? undefined : readIfThere(host.root, path)
  if (file === undefined) return []
  return linesOf(file)
    .slice(0, MOST_ENTRIES)
    .flatMap(({ text, number }) => {
      const [, key, value] = /^\s*(\S+)\s+(\S.*)$/.exec(text) ?? []
      return key === undefined ? [] : [{ key, value: value!.trim(), at: placeIn(file, number) }]
    })
}
