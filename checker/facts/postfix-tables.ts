import { type Place, placeIn } from '../judging/judgement.ts'
import type { Host } from './host.ts'
import { matchOf } from './match.ts'
import { listOf, type Postfix, parameterOf } from './postfix.ts'
import { linesOf, readIfThere } from './read-lines.ts'

export interface TableEntry {
  readonly key: string
  readonly value: string
  readonly at: Place | undefined
}

/** A lookup table of Postfix (postconf(5), "type:name"). Of those of databases and programs nobody can tell what they hold. */
export interface Table {
  readonly name: string
  readonly kind: 'keys' | 'patterns' | 'opaque'
  readonly entries: readonly TableEntry[]
}

const SOURCES: readonly string[] = ['hash', 'texthash', 'btree', 'lmdb', 'cdb', 'dbm', 'sdbm']
const EXPRESSIONS: readonly string[] = ['regexp', 'pcre']
const MOST_ENTRIES = 20_000

/** The tables that a parameter names, in order; words that are no table are keys of their own (mydestination, relay_domains). */
export function tablesOf(host: Host, found: Postfix, parameter: string): readonly Table[] {
  const { value, at } = parameterOf(found, parameter)
  return listOf(value).flatMap((item): readonly Table[] => {
    const name = item.replace(/^(?:proxy|maybe):/, '')
    const [, type, rest] = /^([a-z]+):(.*)$/s.exec(name) ?? []
    if (type !== undefined && SOURCES.includes(type)) return [fileTable(host, name, rest!, 'keys')]
    if (type !== undefined && EXPRESSIONS.includes(type)) return [fileTable(host, name, rest!, 'patterns')]
    if (type === 'static') return [{ name, kind: 'patterns', entries: [{ key: '/^/', value: rest!, at }] }]
    if (type !== undefined) return [{ name, kind: 'opaque', entries: [] }]
    if (item.startsWith('/')) return [wordsOf(host, item)]
    return [{ name, kind: 'keys', entries: [{ key: item.toLowerCase(), value: '', at }] }]
  })
}

/**
 * What a table has for an address: the address itself, then `@domain` (virtual(5)); of expressions the first that matches.
 * Extensions of addresses are not looked at.
 */
export function lookUp(tables: readonly Table[], address: string): TableEntry | undefined {
  const domain = address.slice(address.lastIndexOf('@'))
  for (const table of tables) {
    const found =
      table.kind === 'patterns'
        ? table.entries.find((entry) => isMatch(entry.key, address))
        : (table.entries.find(({ key }) => key === address) ?? table.entries.find(({ key }) => key === domain))
    if (found !== undefined) return found
  }
  return undefined
}

/** A table whose lines are `key value`; a line that begins with white space goes on with the one before. */
function fileTable(host: Host, name: string, path: string, kind: 'keys' | 'patterns'): Table {
  const file = readIfThere(host.root, path)
  const entries: { key: string; value: string; at: Place }[] = []
  for (const { text, number } of file === undefined ? [] : linesOf(file)) {
    const last = entries.at(-1)
    if (/^\s/.test(text)) {
      if (last !== undefined) last.value = `${last.value} ${text.trim()}`.trim()
      continue
    }
    if (entries.length >= MOST_ENTRIES) break
    const [, key, value] = (kind === 'keys' ? /^(\S+)\s*(.*)$/ : /^(\S.*\S|\S)\s+(\S+)\s*$/).exec(text) ?? []
    if (key === undefined) continue
    entries.push({ key: kind === 'keys' ? key.toLowerCase() : key, value: value!.trim(), at: placeIn(file!, number) })
  }
  return { name, kind, entries }
}

/** A file of words (postconf(5), "/file/name"). */
function wordsOf(host: Host, path: string): Table {
  const file = readIfThere(host.root, path)
  const entries = (file === undefined ? [] : linesOf(file)).flatMap(({ text, number }) =>
    listOf(text).map((word) => ({ key: word.toLowerCase(), value: '', at: placeIn(file!, number) })),
  )
  return { name: path, kind: 'keys', entries: entries.slice(0, MOST_ENTRIES) }
}

/** `/expression/flags`, `!/…/` for what does not match; conditions around lines are not looked at. */
function isMatch(pattern: string, address: string): boolean {
  const [, not, source] = /^(!?)\/(.*)\/[a-zA-Z]*$/.exec(pattern) ?? []
  return source !== undefined && (matchOf(source, address, 'i') !== undefined) === (not === '')
}
