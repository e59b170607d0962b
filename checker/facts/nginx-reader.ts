import { type Place, placeIn } from '../judging/judgement.ts'
import type { ReadFile, Root } from '../root/root.ts'
import { glob, relativeTo } from './paths.ts'
import { readIfThere } from './read-lines.ts'

/** A directive, with what stands in its braces where it has some; includes are worked out and gone. */
export interface NginxNode {
  readonly name: string
  readonly words: readonly string[]
  readonly at: Place
  readonly inside: readonly NginxNode[] | undefined
}

interface Token {
  readonly text: string
  readonly isWord: boolean
  readonly line: number
}

interface State {
  readonly root: Root
  readonly folder: string
  files: number
  includes: number
  nodes: number
}

const MOST_FILES = 2000
const MOST_NODES = 200_000
const MOST_DEPTH = 20
const MOST_INCLUDES = 5000
const LONGEST_VARIABLE = 100

/** Reads a configuration of nginx with all that it includes; paths are relative to the folder of its first file. */
export function readNginx(root: Root, path: string): readonly NginxNode[] {
  const state: State = { root, folder: path.slice(0, path.lastIndexOf('/')), files: 0, includes: 0, nodes: 0 }
  const nodes: NginxNode[] = []
  readFile(state, path, nodes, 0)
  return nodes
}

function readFile(state: State, path: string, into: NginxNode[], depth: number): void {
  if (depth > MOST_DEPTH || state.files >= MOST_FILES) return
  const file = readIfThere(state.root, path)
  if (file === undefined) return
  state.files += 1
  const tokens = tokensOf(file)
  const open: NginxNode[][] = [into]
  let words: Token[] = []
  for (let index = 0; index < tokens.length && state.nodes < MOST_NODES; index++) {
    const token = tokens[index]!
    if (token.isWord) {
      words.push(token)
      continue
    }
    const [first, ...rest] = words
    words = []
    if (token.text === '}') {
      if (open.length > 1) open.pop()
      continue
    }
    if (first === undefined) {
      if (token.text === '{') open.push([])
      continue
    }
    state.nodes += 1
    const node = { name: first.text, words: rest.map(({ text }) => text), at: placeIn(file, first.line) }
    if (token.text === '{') {
      const inside: NginxNode[] = []
      open.at(-1)!.push({ ...node, inside })
      open.push(inside)
    } else if (node.name === 'include') {
      for (const each of includedBy(state, node.words[0] ?? '')) readFile(state, each, open.at(-1)!, depth + 1)
    } else open.at(-1)!.push({ ...node, inside: undefined })
  }
}

function includedBy(state: State, word: string): readonly string[] {
  state.includes += 1
  if (word === '' || state.includes > MOST_INCLUDES || state.files >= MOST_FILES) return []
  const path = relativeTo(state.folder, word)
  return /[*?[]/.test(path) ? glob(state.root, path) : [path]
}

/** Words, quoted or not, and the marks `;`, `{`, `}`; a comment goes to the end of its line, `${name}` belongs to a word. */
function tokensOf(file: ReadFile): readonly Token[] {
  const { text } = file
  const tokens: Token[] = []
  let line = 1
  let at = 0
  while (at < text.length) {
    const mark = text[at]!
    if (mark === '\n') line += 1
    if (/\s/.test(mark)) at += 1
    else if (mark === '#') {
      const end = text.indexOf('\n', at)
      at = end < 0 ? text.length : end
    } else if (mark === ';' || mark === '{' || mark === '}') {
      tokens.push({ text: mark, isWord: false, line })
      at += 1
    } else {
      const end = mark === '"' || mark === "'" ? endOfQuoted(text, at) : endOfWord(text, at)
      const word = text.slice(at, end)
      tokens.push({ text: unquoted(word), isWord: true, line })
      line += word.split('\n').length - 1
      at = end
    }
  }
  return tokens
}

function endOfQuoted(text: string, from: number): number {
  const quote = text[from]
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at += 1
    else if (text[at] === quote) return at + 1
  }
  return text.length
}

function endOfWord(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const mark = text[at]!
    if (mark === '\\') at += 1
    else if (mark === '{' && text[at - 1] === '$') {
      const end = text.slice(at, at + LONGEST_VARIABLE).indexOf('}')
      if (end > 0) at += end
    } else if (/[\s;{]/.test(mark) && at > from) return at
    else if (mark === '}' && at > from) return at
  }
  return text.length
}

function unquoted(word: string): string {
  const quote = word[0]
  if (quote !== '"' && quote !== "'") return word
  return word.slice(1, word.endsWith(quote) && word.length > 1 ? -1 : undefined).replace(/\\(["'\\])/g, '$1')
}
