import { type Place, placeIn } from '../../judging/judgement.ts'
import type { Root } from '../../root/root.ts'
import { createIncludes, type Includes } from '../includes.ts'
import { exists, relativeTo } from '../paths.ts'
import { readIfThere } from '../read-lines.ts'

export interface Row {
  readonly columns: readonly string[]
  readonly at: Place
}

export interface ShorewallSetting {
  readonly value: string
  readonly at: Place
}

const MOST_ROWS = 20_000
const LONGEST_ROW = 8192
const LONGEST_VALUE = 256

/** `NAME=value` of shorewall.conf, params or /etc/default/shorewall, quotes off: the last wins. */
export function shellSettings(root: Root, path: string): ReadonlyMap<string, ShorewallSetting> {
  const file = readIfThere(root, path)
  const settings = new Map<string, ShorewallSetting>()
  for (const [index, line] of (file?.text.split('\n') ?? []).entries()) {
    const [, name, value] = /^\s*(?:export\s+)?(\w+)=(.*)$/.exec(line) ?? []
    if (name === undefined) continue
    const quoted = /^"([^"]*)"|^'([^']*)'/.exec(value!)
    const plain = quoted === null ? value!.replace(/\s#.*$/, '').trim() : (quoted[1] ?? quoted[2] ?? '')
    settings.set(name, { value: plain, at: placeIn(file!, index + 1) })
  }
  return settings
}

/** Rows of a table of Shorewall (shorewall-files(5)): variables put in, lines joined, INCLUDE followed, `;` and `?` lines left out. */
export function rowsOf(root: Root, path: string, variables: ReadonlyMap<string, string>): readonly Row[] {
  const rows: Row[] = []
  addRows({ root, variables, rows, includes: createIncludes() }, path)
  return rows
}

interface Reading {
  readonly root: Root
  readonly variables: ReadonlyMap<string, string>
  readonly rows: Row[]
  readonly includes: Includes
}

function addRows(reading: Reading, path: string): void {
  reading.includes.within(path, () => addRowsOnce(reading, path))
}

function addRowsOnce(reading: Reading, path: string): void {
  const file = exists(reading.root, path) ? readIfThere(reading.root, path) : undefined
  if (file === undefined) return
  let open = ''
  for (const [index, raw] of file.text.split('\n').entries()) {
    const joined = `${open}${raw.replace(/(^|\s)#.*$/, '')}`.slice(0, LONGEST_ROW)
    if (joined.endsWith('\\') && joined.length < LONGEST_ROW) {
      open = joined.slice(0, -1)
      continue
    }
    open = ''
    const text = joined
      .replace(/\$\{?(\w+)\}?/g, (whole, name: string) => reading.variables.get(name)?.slice(0, LONGEST_VALUE) ?? whole)
      .trim()
    const included = /^\??INCLUDE\s+(\S+)$/.exec(text)?.[1]
    if (included !== undefined) addRows(reading, relativeTo(path.slice(0, path.lastIndexOf('/')), included))
    else if (text !== '' && text[0] !== '?' && reading.rows.length < MOST_ROWS)
      reading.rows.push({ columns: text.split(/\s+/), at: placeIn(file, index + 1) })
  }
}
