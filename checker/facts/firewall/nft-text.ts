import { type Place, placeIn } from '../../judging/judgement.ts'
import type { Root } from '../../root/root.ts'
import { createIncludes, type Includes } from '../includes.ts'
import { glob, relativeTo } from '../paths.ts'
import { readIfThere } from '../read-lines.ts'
import { citeLater, type FilterChain } from './filter.ts'
import { familiesOf } from './nft-json.ts'
import { nftRule } from './nft-rule.ts'

interface Token {
  readonly text: string
  readonly at: Place
}

const MOST_TOKENS = 200_000
const MOST_WORDS = 2000

/** Chains that `nft -f PATH` would make, with what it includes and defines (nft(8), INPUT FILE FORMATS). */
export function chainsOfNftFile(root: Root, path: string): readonly FilterChain[] {
  const tokens: Token[] = []
  addTokens(root, path, tokens, createIncludes())
  const chains = new Map<string, FilterChain>()
  readCommands(tokens, chains)
  return [...chains.values()]
}

/** One token for a word, a string, a separator; a `;` for the end of a line. */
const TOKEN = /"[^"\n]*"|#[^\n]*|\\\n|\n|[{};]|[^\s{};"#\\]+|\\/g

function addTokens(root: Root, path: string, tokens: Token[], includes: Includes): void {
  includes.within(path, () => addTokensOnce(root, path, tokens, includes))
}

function addTokensOnce(root: Root, path: string, tokens: Token[], includes: Includes): void {
  const file = readIfThere(root, path)
  if (file === undefined) return
  let line = 1
  for (const [text] of file.text.matchAll(TOKEN)) {
    const at = placeIn(file, line)
    if (text.endsWith('\n')) line++
    if (text[0] === '#' || text === '\\\n' || tokens.length > MOST_TOKENS) continue
    const isIncluded = text[0] === '"' && tokens.at(-1)?.text === 'include'
    if (!isIncluded) {
      tokens.push({ text: text === '\n' ? ';' : text.replace(/^"(.*)"$/, '$1'), at })
      continue
    }
    tokens.pop()
    for (const included of glob(root, relativeTo('/etc', text.slice(1, -1))))
      addTokens(root, included, tokens, includes)
  }
}

/** Goes through statements: `table`, `chain`, `add rule`, `flush ruleset`, `define`. */
function readCommands(tokens: readonly Token[], chains: Map<string, FilterChain>): void {
  const defined = new Map<string, readonly string[]>()
  let table: { readonly family: string; readonly name: string } | undefined
  let chain: FilterChain | undefined
  for (let index = 0; index < tokens.length; ) {
    const statement = statementAt(tokens, index)
    index = statement.next
    const words = expanded(statement.words, defined)
    const at = tokens[statement.start]?.at
    if (statement.closes) {
      if (chain !== undefined) chain = undefined
      else table = undefined
    }
    if (words.length === 0 || at === undefined) continue
    const [first, second, ...rest] = words
    if (first === 'define' && rest[0] === '=') defined.set(second!, rest.slice(1))
    else if (first === 'flush' && second === 'ruleset') chains.clear()
    else if (statement.opens && table === undefined) table = tableOf(words[0] === 'add' ? words.slice(1) : words)
    else if (statement.opens && first === 'chain' && table !== undefined)
      chain = openChain(chains, table, { name: second!, at })
    else if (statement.opens) index = pastBlock(tokens, index)
    else if (chain !== undefined) chain = readInChain(chains, chain, { words, at })
    else if (first === 'add' && second === 'rule') addRule(chains, rest, at)
  }
}

/** Variables put in; definitions that double each other would grow without end. */
function expanded(words: readonly string[], defined: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const all: string[] = []
  for (const word of words) {
    const value = word[0] === '$' ? defined.get(word.slice(1)) : undefined
    if (all.length < MOST_WORDS) all.push(...(value ?? [word]))
  }
  return all.slice(0, MOST_WORDS)
}

interface Statement {
  readonly words: readonly string[]
  readonly start: number
  readonly next: number
  /** It ends with `{` of a block. */
  readonly opens: boolean
  /** It is the `}` of one. */
  readonly closes: boolean
}

const BLOCKS = new Set([
  'table',
  'chain',
  'set',
  'map',
  'flowtable',
  'counter',
  'quota',
  'ct',
  'limit',
  'secmark',
  'synproxy',
])

/** Words to the end of a statement; a set in braces is one word: `{22,80}`. */
function statementAt(tokens: readonly Token[], from: number): Statement {
  const words: string[] = []
  let start = from
  for (let index = from; index < tokens.length; index++) {
    const { text } = tokens[index]!
    const end = (opens: boolean, closes: boolean) => ({ words, start, next: index + 1, opens, closes })
    if (text === ';') {
      if (words.length > 0) return end(false, false)
      start = index + 1
    } else if (text === '}') {
      if (words.length === 0) return end(false, true)
      return { ...end(false, false), next: index }
    } else if (text !== '{') words.push(text)
    else {
      const isBlock = BLOCKS.has(words[0] === 'add' ? (words[1] ?? '') : (words[0] ?? '')) && !words.includes('state')
      if (isBlock) return end(true, false)
      const close = pastBlock(tokens, index + 1)
      words.push(
        `{${tokens
          .slice(index + 1, close - 1)
          .map((token) => token.text)
          .join(' ')}}`,
      )
      index = close - 1
    }
  }
  return { words, start, next: tokens.length, opens: false, closes: false }
}

function pastBlock(tokens: readonly Token[], from: number): number {
  let depth = 1
  for (let index = from; index < tokens.length; index++) {
    if (tokens[index]!.text === '{') depth++
    else if (tokens[index]!.text === '}' && --depth === 0) return index + 1
  }
  return tokens.length
}

/** `table NAME` means `table ip NAME`. */
function tableOf(words: readonly string[]): { readonly family: string; readonly name: string } {
  return words.length > 2 ? { family: words[1]!, name: words[2]! } : { family: 'ip', name: words[1] ?? '' }
}

function openChain(
  chains: Map<string, FilterChain>,
  table: { readonly family: string; readonly name: string },
  { name, at }: { readonly name: string; readonly at: Place },
): FilterChain {
  const owner = `${table.family} ${table.name}`
  const known = chains.get(`${owner} ${name}`)
  if (known !== undefined) return known
  const families = familiesOf(table.family)
  const base = { type: '', hook: undefined, policy: 'accept' as const }
  const chain: FilterChain = { families, table: owner, name, ...base, rules: [], at: citeLater(at) }
  chains.set(`${owner} ${name}`, chain)
  return chain
}

interface Line {
  readonly words: readonly string[]
  readonly at: Place
}

/** `type filter hook input priority 0`, `policy drop`, or a rule; it returns the chain as it is now. */
function readInChain(chains: Map<string, FilterChain>, chain: FilterChain, { words, at }: Line): FilterChain {
  const [first, second] = words
  const key = `${chain.table} ${chain.name}`
  const keep = (changed: FilterChain) => {
    chains.set(key, changed)
    return changed
  }
  if (first === 'type')
    return keep({ ...chain, type: second ?? '', hook: words[words.indexOf('hook') + 1], at: citeLater(at) })
  if (first === 'policy') return keep({ ...chain, policy: second === 'drop' ? 'deny' : 'accept', at: citeLater(at) })
  if (first !== 'comment' && first !== 'flags') chain.rules.push(nftRule(words, citeLater(at)))
  return chain
}

/** `add rule [FAMILY] TABLE CHAIN …` */
function addRule(chains: ReadonlyMap<string, FilterChain>, words: readonly string[], at: Place): void {
  const hasFamily = ['ip', 'ip6', 'inet', 'arp', 'bridge', 'netdev'].includes(words[0] ?? '')
  const [family, table, chain, ...rule] = hasFamily ? words : ['ip', ...words]
  chains.get(`${family} ${table} ${chain}`)?.rules.push(nftRule(rule, citeLater(at)))
}
