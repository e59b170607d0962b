import { type Candidates, type Command, flagOf, type NameKind, type OptionDeclaration } from './command.ts'
import type { ToolFacts } from './tool.ts'

/** What may stand at the cursor: words with a summary each, or a kind of name that somebody else has to list. */
export type Completion =
  | { readonly kind: 'words'; readonly words: readonly (readonly [word: string, summary: string])[] }
  | { readonly kind: 'names'; readonly of: NameKind }
  | { readonly kind: 'file' }
  | { readonly kind: 'directory' }

const NOTHING: Completion = { kind: 'words', words: [] }

/** Completes the last of `words`, what was typed after the name of the tool up to the cursor (the last may be empty). */
export function complete(tool: ToolFacts, words: readonly string[]): Completion {
  const typed = words.slice(0, -1)
  const current = words.at(-1) ?? ''
  const { entry, positionals, pending } = readTyped(tool, typed)
  if (pending !== undefined) return candidatesOf(pending.completes, pending.summary)
  if (current.startsWith('-')) return optionsFor(tool, entry)
  if (entry === undefined) return nextWords(tool.commands, positionals)
  const args = Object.values(entry.arguments)
  const index = positionals.length - entry.name.split(' ').length
  const last = args.at(-1)
  const argument = args[index] ?? (last?.variadic ? last : undefined)
  return argument === undefined ? NOTHING : candidatesOf(argument.completes, argument.summary)
}

interface Typed {
  readonly entry: Command | undefined
  readonly positionals: readonly string[]
  /** An option whose value is being typed. */
  readonly pending: OptionDeclaration | undefined
}

function readTyped(tool: ToolFacts, typed: readonly string[]): Typed {
  const { commands } = tool
  const positionals: string[] = []
  let pending: OptionDeclaration | undefined
  for (const word of typed) {
    if (pending !== undefined) pending = undefined
    else if (word.startsWith('-')) pending = valueOption(tool, findCommand(commands, positionals), word)
    else positionals.push(word)
  }
  return { entry: findCommand(commands, positionals), positionals, pending }
}

function findCommand(commands: readonly Command[], positionals: readonly string[]): Command | undefined {
  return commands.find((entry) => entry.name === positionals.slice(0, entry.name.split(' ').length).join(' '))
}

function valueOption(tool: ToolFacts, entry: Command | undefined, word: string): OptionDeclaration | undefined {
  const all: [string, OptionDeclaration][] = [
    ...Object.entries(entry?.options ?? {}),
    ...Object.entries(tool.globalOptions),
  ]
  const found = all.find(([key, option]) => flagOf(key) === word || (option.short && `-${option.short}` === word))?.[1]
  return found?.value === undefined ? undefined : found
}

function optionsFor(tool: ToolFacts, entry: Command | undefined): Completion {
  const all: [string, OptionDeclaration][] = [
    ...Object.entries(entry?.options ?? {}),
    ...Object.entries(tool.globalOptions),
  ]
  return { kind: 'words', words: all.map(([key, option]) => [flagOf(key), option.summary]) }
}

function nextWords(commands: readonly Command[], positionals: readonly string[]): Completion {
  const lead = positionals.length
  const words = new Map<string, string>()
  for (const entry of commands) {
    const parts = entry.name.split(' ')
    const word = parts[lead]
    if (word === undefined || parts.slice(0, lead).join(' ') !== positionals.join(' ')) continue
    const isWhole = parts.length === lead + 1
    if (!words.has(word)) words.set(word, isWhole ? entry.summary : `commands about ${word}s`)
  }
  return { kind: 'words', words: [...words] }
}

function candidatesOf(candidates: Candidates | undefined, summary: string): Completion {
  if (candidates === undefined) return NOTHING
  if (candidates === 'file') return { kind: 'file' }
  if (candidates === 'directory') return { kind: 'directory' }
  if (typeof candidates === 'string') return { kind: 'names', of: candidates }
  return { kind: 'words', words: candidates.map((word) => [word, summary]) }
}
