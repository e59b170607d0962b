import { type Place, placeIn } from '../../judging/judgement.ts'
import type { Root } from '../../root/root.ts'
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
const MOST_DEPTH = 4

/** `NAME=value` of shorewall.conf, params or /etc/default/shorewall, quotes off: the last wins. */
export function shellSettings(root: Root, path: string): ReadonlyMap<string, ShorewallSetting> {
  const file = readIfThere(root, path)
  const settings = new Map<string, ShorewallSetting>()
  for (const [index, line] of (file?.text.split('\n') ?? []).entries()) {
    const [, name, value] = /^\s*(?:export\s+)?(\w+)=(.*)$/.exec(line) ?? []
    if (name === undefined) continue
    const quoted = /^"([^"]*)"|^'([^']*)'/.exec(value!)
    const plain = quoted === null ? value!.replace(/\s+#.*$/, '').trim() : (quoted[1] ?? quoted[2] ?? '')
    settings.set(name, { value: plain, at: placeIn(file!, index + 1) })
  }
  return settings
}

/** Rows of a table of Shorewall (shorewall-files(5)): variables put in, lines joined, INCLUDE followed, `;` and `?` lines left out. */
export function rowsOf(root: Root, path: string, variables: ReadonlyMap<string, string>): readonly Row[] {
  const rows: Row[] = []
  addRows({ root, variables, rows }, path, 0)
  return rows
}

interface Reading {
  readonly root: Root
  readonly variables: ReadonlyMap<string, string>
  readonly rows: Row[]
}

function addRows(reading: Reading, path: string, depth: number): void {
  const file = exists(reading.root, path) ? readIfThere(reading.root, path) : undefined
  if (file === undefined || depth > MOST_DEPTH) return
  let open = ''
  for (const [index, raw] of file.text.split('\n').entries()) {
    const joined = `${open}${raw.replace(/(^|\s)#.*$/, '')}`
    if (joined.endsWith('\\') && joined.length < 8192) {
      open = joined.slice(0, -1)
      continue
    }
    open = ''
    const text = joined.replace(/\$\{?(\w+)\}?/g, (whole, name: string) => reading.variables.get(name) ?? whole).trim()
    const included = /^\??INCLUDE\s+(\S+)$/.exec(text)?.[1]
    if (included !== undefined) addRows(reading, relativeTo(path.slice(0, path.lastIndexOf('/')), included), depth + 1)
    else if (text !== '' && text[0] !== '?' && reading.rows.length < MOST_ROWS)
      reading.rows.push({ columns: text.split(/\s+/), at: placeIn(file, index + 1) })
  }
}
