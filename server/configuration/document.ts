import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml'
import type { FileProblem } from '../../zones/file-problem.ts'

/** Keys and positions from the top of the document. */
export type Path = readonly (string | number)[]

/** A YAML text with the places of its values kept. */
export interface ConfigurationDocument {
  readonly file: string
  readonly value: unknown
  /** What is wrong with the YAML itself; when there is something, `value` means nothing. */
  readonly problems: readonly FileProblem[]
  /** Line and column, both from 1, of the value at a path, or of its nearest ancestor that is there. */
  locate(path: Path): Place
  /** The same for a key of the map at a path. */
  locateKey(path: Path, key: string): Place
  /** What the file says at a path, as written there; undefined when nothing is there. */
  written(path: Path): string | undefined
}

/** Where something stands; line and column from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** Reads YAML 1.2. Keys are text whatever they look like, so a zone may be called `10` or `true`. */
export function readDocument(text: string, file: string): ConfigurationDocument {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
  const problems = [
    ...document.errors.map((error) => yamlProblem(error, file, place(error.pos[0]))),
    ...takeKeysAsText(document).map((offset) => unusableKey(file, place(offset))),
  ]
  return {
    file,
    value: problems.length === 0 ? document.toJS() : undefined,
    problems,
    locate: (path) => place(findNode(document, path).offset),
    locateKey: (path, key) => {
      const { node, offset } = findNode(document, path)
      return place(rangeStart(isMap(node) ? findPair(node, key)?.key : undefined) ?? offset)
    },
    written: (path) => {
      const { node, complete } = findNode(document, path)
      return complete && isScalar(node) ? node.source : undefined
    },
  }
}

/** Makes every key the text that stands there. Returns where keys stand that JavaScript's objects cannot hold. */
function takeKeysAsText(document: Document): number[] {
  const unusable: number[] = []
  visit(document, {
    Pair(_, pair) {
      if (!isScalar(pair.key)) return
      pair.key.value = pair.key.source ?? String(pair.key.value)
      // It would vanish without a word.
      if (pair.key.value === '__proto__') unusable.push(rangeStart(pair.key) ?? 0)
    },
  })
  return unusable
}

/** The node at a path; where nothing is there, incomplete, its nearest ancestor that is. */
function findNode(document: Document, path: Path): { node: unknown; offset: number; complete: boolean } {
  let node: unknown = document.contents
  let offset = rangeStart(node) ?? 0
  for (const step of path) {
    const container = isAlias(node) ? node.resolve(document) : node
    let next: unknown
    if (isMap(container)) {
      const pair = findPair(container, String(step))
      if (pair !== undefined) offset = rangeStart(pair.key) ?? offset
      next = pair?.value
    } else if (isSeq(container)) {
      next = container.items[Number(step)]
    }
    if (next === undefined || next === null) return { node, offset, complete: false }
    node = next
    offset = rangeStart(node) ?? offset
  }
  return { node, offset, complete: true }
}

function findPair(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((item) => keyText(item.key) === key)
}

function unusableKey(file: string, place: Place): FileProblem {
  return {
    severity: 'error',
    file,
    ...place,
    found: 'the key "__proto__"',
    expected: 'another key',
    remedy: 'A zone of that name is written with a dot at its end.',
  }
}

function keyText(key: unknown): string | undefined {
  return isScalar(key) ? String(key.value) : undefined
}

function rangeStart(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0]
}

const YAML_REMEDIES: Readonly<Record<string, { expected: string; remedy: string }>> = {
  DUPLICATE_KEY: { expected: 'each key once', remedy: 'Merge the two or remove one.' },
  TAB_AS_INDENT: { expected: 'spaces', remedy: 'Indent with spaces; YAML allows no tabs there.' },
  BAD_INDENT: { expected: 'entries of one map in one column', remedy: 'Align this line with its neighbours.' },
}

function yamlProblem(error: { code: string; message: string }, file: string, place: Place): FileProblem {
  const known = YAML_REMEDIES[error.code]
  return {
    severity: 'error',
    file,
    ...place,
    found:
      error.code === 'DUPLICATE_KEY' ? 'a key that is already there' : `YAML that does not parse: ${error.message}`,
    expected: known?.expected ?? 'well-formed YAML',
    remedy: known?.remedy ?? 'Text with any of : { } [ ] , & * # ? | - < > = ! % @ ` \\ may need quotes.',
  }
}
