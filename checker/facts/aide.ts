import { type Place, placeIn } from '../judging/judgement.ts'
import type { Root } from '../root/root.ts'
import { fact } from './fact.ts'
import { matchOf } from './match.ts'
import { exists, namesIn } from './paths.ts'
import { linesOf, readIfThere } from './read-lines.ts'

/** A line of aide.conf(5) that selects files, or leaves them out. */
export interface Selection {
  readonly kind: 'take' | 'equal' | 'leave'
  readonly expression: string
  readonly at: Place
}

export interface Aide {
  readonly configuration: string
  /** Where the database is read from. */
  readonly database: string
  readonly selections: readonly Selection[]
}

const MOST_FILES = 2000
const MOST_DEPTH = 10

/** AIDE's configuration with what it includes; what executable parts of it would print is not known, and left out. */
export const aide = fact('aide', ({ root }): Aide | undefined => {
  const configuration = ['/etc/aide/aide.conf', '/etc/aide.conf'].find((path) => exists(root, path))
  if (configuration === undefined) return undefined
  const reader: Reader = {
    root,
    defines: new Map(),
    selections: [],
    database: '/var/lib/aide/aide.db',
    left: MOST_FILES,
  }
  readInto(reader, configuration, 0)
  return { configuration, database: reader.database, selections: reader.selections }
})

interface Reader {
  readonly root: Root
  readonly defines: Map<string, string>
  readonly selections: Selection[]
  database: string
  left: number
}

function readInto(reader: Reader, path: string, depth: number): void {
  const file = depth > MOST_DEPTH || reader.left-- <= 0 ? undefined : readIfThere(reader.root, path)
  if (file === undefined || file.text.startsWith('#!')) return
  for (const { text, number } of linesOf(file)) {
    const line = text.trim().replace(/@@\{(\w+)\}/g, (whole, name: string) => reader.defines.get(name) ?? whole)
    const [, name, value] = /^@@define\s+(\w+)\s*(.*)$/.exec(line) ?? []
    if (name !== undefined) reader.defines.set(name, value!)
    const [, target, pattern] = /^@@(?:x_)?include\s+(\S+)(?:\s+(\S+))?/.exec(line) ?? []
    if (target !== undefined) readIncluded(reader, target, pattern, depth)
    const database = /^database(?:_in)?\s*=\s*file:(\S+)/.exec(line)?.[1]
    if (database !== undefined) reader.database = database
    const [, mark, expression] = /^([!=]?)(\/\S*)/.exec(line) ?? []
    if (expression !== undefined) {
      const kind = mark === '!' ? 'leave' : mark === '=' ? 'equal' : 'take'
      reader.selections.push({ kind, expression, at: placeIn(file, number) })
    }
  }
}

function readIncluded(reader: Reader, target: string, pattern: string | undefined, depth: number): void {
  if (pattern === undefined) {
    readInto(reader, target, depth + 1)
    return
  }
  for (const name of namesIn(reader.root, target)) {
    if (matchOf(pattern, name) !== undefined) readInto(reader, `${target}/${name}`, depth + 1)
  }
}

/** The line because of which a file is watched, or left out; undefined where none speaks of it. */
export function selectionOf(found: Aide, path: string): Selection | undefined {
  const speaks = (selection: Selection) =>
    path.startsWith(literalStart(selection.expression)) &&
    matchOf(selection.kind === 'equal' ? `^(?:${selection.expression})$` : `^(?:${selection.expression})`, path) !==
      undefined
  return (
    found.selections.find((selection) => selection.kind === 'leave' && speaks(selection)) ??
    found.selections.find((selection) => selection.kind !== 'leave' && speaks(selection))
  )
}

/** What every match of an expression begins with: most lines are out of the question by that alone. */
function literalStart(expression: string): string {
  if (/^[^(]*\|/.test(expression)) return ''
  const plain = /^[\w/-]*/.exec(expression)![0]
  const next = expression[plain.length]
  return next === undefined ? plain : /[?*{|]/.test(next) ? plain.slice(0, -1) : plain
}
