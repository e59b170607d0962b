import { type Place, placeIn } from '../judging/judgement.ts'
import type { ReadFile, Root } from '../root/root.ts'
import { glob, namesIn, relativeTo } from './paths.ts'
import { readIfThere } from './read-lines.ts'

/** A directive, or a section with what stands in it; sections that only ask (`IfModule`) are worked out and gone. */
export interface ApacheNode {
  /** In lower case: `secruleengine`, `location`. */
  readonly name: string
  readonly words: readonly string[]
  readonly at: Place
  /** undefined: it is a directive. */
  readonly inside: readonly ApacheNode[] | undefined
}

export interface ApacheReading {
  readonly nodes: readonly ApacheNode[]
  /** Both names of each module: `security2_module` and `mod_security2.c`. */
  readonly modules: ReadonlySet<string>
  /** Every file in the order in which it is read; what is included twice stands there twice. */
  readonly files: readonly string[]
}

export interface ApacheSource {
  readonly root: Root
  readonly path: string
  readonly serverRoot: string
  readonly variables: ReadonlyMap<string, string>
}

interface Line {
  readonly text: string
  readonly at: Place
}

interface Macro {
  readonly parameters: readonly string[]
  readonly lines: readonly Line[]
}

interface State {
  readonly root: Root
  serverRoot: string
  readonly variables: Map<string, string>
  readonly modules: Set<string>
  readonly files: string[]
  readonly macros: Map<string, Macro>
  lines: number
  includes: number
  /** Characters of lines in which variables were replaced. */
  expanded: number
}

const MOST_FILES = 2000
const MOST_LINES = 400_000
const MOST_DEPTH = 20
const MOST_INCLUDES = 5000
/** Sections in sections beyond this are taken for one. */
const MOST_OPEN = 50
/** A variable or a macro that holds itself twice grows without end: beyond this, nothing is replaced. */
const MOST_EXPANDED = 8 * 1024 * 1024
const LONGEST_LINE = 128 * 1024
/** What Debian's httpd has built in. */
const BUILT_IN = ['core', 'so', 'http_core', 'log_config', 'logio', 'version', 'unixd', 'watchdog']

/**
 * Reads a configuration as httpd does: files in the order of their includes, each line after what the lines before it loaded
 * and defined (core(5): Include, IfModule, IfDefine, Define; mod_macro).
 */
export function readApache({ root, path, serverRoot, variables }: ApacheSource): ApacheReading {
  const modules = new Set(BUILT_IN.flatMap((name) => [`${name}_module`, `mod_${name}.c`]))
  const state: State = {
    root,
    serverRoot,
    variables: new Map(variables),
    modules,
    files: [],
    macros: new Map(),
    lines: 0,
    includes: 0,
    expanded: 0,
  }
  const nodes: ApacheNode[] = []
  readFile(state, path, nodes, 0)
  return { nodes, modules, files: state.files }
}

function readFile(state: State, path: string, into: ApacheNode[], depth: number): void {
  if (depth > MOST_DEPTH || state.files.length >= MOST_FILES) return
  const file = readIfThere(state.root, path)
  if (file === undefined) return
  state.files.push(path)
  readLines(state, logicalLines(file), into, depth)
}

function readLines(state: State, lines: readonly Line[], into: ApacheNode[], depth: number): void {
  /** Open sections; without `into` what stands in them counts for nothing. */
  const open: { readonly name: string; readonly into: ApacheNode[] | undefined }[] = []
  for (let index = 0; index < lines.length; index++) {
    state.lines += 1
    if (state.lines > MOST_LINES) return
    const line = lines[index]!
    const current = open.length === 0 ? into : open.at(-1)!.into
    const closed = /^<\/(\w+)/.exec(line.text)?.[1]?.toLowerCase()
    if (closed !== undefined) {
      if (open.at(-1)?.name === closed) open.pop()
      continue
    }
    const [name, ...words] = wordsOf(expanded(state, line.text.replace(/^<(.*?)>?$/, '$1')))
    if (name === undefined) continue
    const key = name.toLowerCase()
    if (!line.text.startsWith('<')) {
      if (current !== undefined)
        readDirective(state, { name: key, words, at: line.at, inside: undefined }, current, depth)
    } else if (key === 'macro') {
      const body = linesOfMacro(lines, index + 1)
      if (current !== undefined)
        state.macros.set((words[0] ?? '').toLowerCase(), { parameters: words.slice(1), lines: body })
      index += body.length + 1
    } else
      open.push({
        name: key,
        into:
          current === undefined || open.length >= MOST_OPEN
            ? current
            : openSection(state, key, words, line.at, current),
      })
  }
}

function linesOfMacro(lines: readonly Line[], from: number): readonly Line[] {
  let end = from
  while (end < lines.length && !/^<\/macro>/i.test(lines[end]!.text)) end += 1
  return lines.slice(from, end)
}

/** Where what stands in the section goes; undefined where it is left out. */
function openSection(
  state: State,
  name: string,
  words: readonly string[],
  at: Place,
  current: ApacheNode[],
): ApacheNode[] | undefined {
  const asked = words[0] ?? ''
  const holds = (is: (word: string) => boolean) => (asked.startsWith('!') ? !is(asked.slice(1)) : is(asked))
  if (name === 'ifmodule') return holds((word) => state.modules.has(word)) ? current : undefined
  if (name === 'ifdefine') return holds((word) => state.variables.has(word)) ? current : undefined
  if (name === 'ifversion') return current
  if (name === 'iffile') return holds((word) => state.root.status(word).outcome === 'found') ? current : undefined
  if (name === 'ifdirective' || name === 'ifsection') return current
  const inside: ApacheNode[] = []
  current.push({ name, words, at, inside })
  return inside
}

function readDirective(state: State, node: ApacheNode, into: ApacheNode[], depth: number): void {
  const { name, words } = node
  if (name === 'include' || name === 'includeoptional') {
    for (const path of includedBy(state, words[0] ?? '')) readFile(state, path, into, depth + 1)
  } else if (name === 'loadmodule') {
    const file = /(?:^|\/)(?:lib|mod_)?([\w.-]+)\.so$/.exec(words[1] ?? '')?.[1]
    if (words[0] !== undefined) state.modules.add(words[0])
    if (file !== undefined) state.modules.add(`mod_${file}.c`)
  } else if (name === 'define') state.variables.set(words[0] ?? '', words[1] ?? '')
  else if (name === 'undefine') state.variables.delete(words[0] ?? '')
  else if (name === 'serverroot') state.serverRoot = words[0] ?? state.serverRoot
  else if (name === 'use') useMacro(state, node, into, depth)
  else into.push(node)
}

function useMacro(state: State, { words, at }: ApacheNode, into: ApacheNode[], depth: number): void {
  const macro = state.macros.get((words[0] ?? '').toLowerCase())
  if (macro === undefined || depth >= MOST_DEPTH) return
  const lines = macro.lines.map(({ text }) => ({
    text: macro.parameters.reduce(
      (whole, parameter, index) =>
        parameter === '' ? whole : replaced(state, whole, parameter, words[index + 1] ?? ''),
      text,
    ),
    at,
  }))
  readLines(state, lines, into, depth + 1)
}

function replaced(state: State, text: string, parameter: string, value: string): string {
  if (!text.includes(parameter) || state.expanded > MOST_EXPANDED) return text
  const parts = text.split(parameter)
  state.expanded += text.length + (parts.length - 1) * value.length
  return state.expanded > MOST_EXPANDED ? text : parts.join(value).slice(0, LONGEST_LINE)
}

/** A folder means every file below it; a pattern what it matches, sorted. */
function includedBy(state: State, word: string): readonly string[] {
  state.includes += 1
  if (word === '' || state.includes > MOST_INCLUDES || state.files.length >= MOST_FILES) return []
  const path = relativeTo(state.serverRoot, word)
  const found = /[*?[]/.test(path) ? glob(state.root, path) : [path]
  return found.flatMap((each) => filesBelow(state.root, each, MOST_DEPTH))
}

function filesBelow(root: Root, path: string, depth: number): readonly string[] {
  const status = root.status(path)
  if (status.outcome !== 'found' || status.type !== 'directory') return [path]
  if (depth === 0) return []
  return namesIn(root, path)
    .slice(0, MOST_FILES)
    .flatMap((name) => filesBelow(root, `${path}/${name}`, depth - 1))
}

/** `${NAME}`, of what was defined or of the environment; what is neither stays. */
function expanded(state: State, text: string): string {
  if (!text.includes('${') || state.expanded > MOST_EXPANDED) return text
  const whole = text.replace(/\$\{([\w.:-]{1,200})\}/g, (variable, name: string) => {
    const value = state.variables.get(name)
    if (value === undefined || state.expanded > MOST_EXPANDED) return variable
    state.expanded += value.length
    return value
  })
  return whole.slice(0, LONGEST_LINE)
}

/** Words as httpd parts them: quotes hold one together, a backslash within them takes the next character as it is. */
export function wordsOf(text: string): readonly string[] {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(\S+)/g)].map(
    (match) => match[3] ?? (match[1] ?? match[2]!).replace(/\\(["'\\])/g, '$1'),
  )
}

/** A backslash at the end of a line joins the next to it; empty lines and comments are left out. */
function logicalLines(file: ReadFile): readonly Line[] {
  const lines: Line[] = []
  let parts: string[] = []
  let first = 0
  for (const [index, raw] of file.text.split('\n').entries()) {
    if (parts.length === 0) first = index + 1
    const goesOn = /\\\r?$/.test(raw)
    parts.push(goesOn ? raw.replace(/\\\r?$/, '') : raw)
    if (goesOn) continue
    const text = parts.join('').trim()
    parts = []
    if (text !== '' && text[0] !== '#') lines.push({ text, at: placeIn(file, first) })
  }
  return lines
}
