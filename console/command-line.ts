import { Argument, Command as Commander, CommanderError, Option } from 'commander'
import { type ArgumentDeclaration, type Command, type OptionDeclaration, optionSynopsis } from './command.ts'
import { Failure } from './failure.ts'
import { commandHelp, groupHelp, overviewHelp } from './help.ts'
import type { Paper } from './paper.ts'
import type { Tool, ToolFacts } from './tool.ts'

/** A command line as it was understood. */
export interface Invocation<C> {
  readonly entry: Command<C>
  readonly input: Readonly<Record<string, unknown>>
  readonly globals: Readonly<Record<string, unknown>>
}

/** The invocation, or the text that the command line asks for (help, version). */
export async function readCommandLine<C>(
  tool: Tool<C>,
  argv: readonly string[],
  paper: Paper,
): Promise<Invocation<C> | string> {
  let invocation: Invocation<C> | undefined
  const root = buildCommander(tool, paper, (found) => {
    invocation = found
  })
  let printed = ''
  let complaint = ''
  for (const each of withAllBelow(root)) {
    each.exitOverride().configureOutput({
      writeOut: (text) => {
        printed += text
      },
      writeErr: (text) => {
        printed += text
      },
      outputError: (text) => {
        complaint = text
      },
    })
  }
  try {
    await root.parseAsync([...argv], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0 || error.code === 'commander.help') return printed.trimEnd()
    throw usageFailure(tool, complaint || error.message, argv)
  }
  if (invocation === undefined) return overviewHelp(paper, tool).join('\n')
  requireOptions(tool, invocation, argv)
  return invocation
}

function withAllBelow(command: Commander): Commander[] {
  return [command, ...command.commands.flatMap(withAllBelow)]
}

/** Checked last: whoever mistypes a required option should hear of the typing error. */
function requireOptions<C>(tool: Tool<C>, { entry, input }: Invocation<C>, argv: readonly string[]): void {
  const missing = Object.entries(entry.options).find(([key, option]) => option.required && input[key] === undefined)
  if (missing !== undefined) throw usageFailure(tool, `missing required option '${optionSynopsis(...missing)}'`, argv)
}

function buildCommander<C>(tool: Tool<C>, paper: Paper, found: (invocation: Invocation<C>) => void): Commander {
  const root = new Commander(tool.name).helpCommand(false).version(tool.version, '--version')
  addOptions(root, tool.globalOptions)
  root.configureHelp({ formatHelp: () => `${overviewHelp(paper, tool).join('\n')}\n` })
  const groups = new Map<string, Commander>()
  for (const entry of tool.commands) {
    const words = entry.name.split(' ')
    const leaf = groupOf(words.slice(0, -1)).command(words.at(-1)!).helpCommand(false)
    leaf.configureHelp({ formatHelp: () => `${commandHelp(paper, entry, tool).join('\n')}\n` })
    for (const [label, argument] of Object.entries(entry.arguments)) {
      leaf.addArgument(commanderArgument(label, argument))
    }
    addOptions(leaf, entry.options)
    addOptions(leaf, tool.globalOptions)
    leaf.action(() => found({ entry, input: inputOf(entry, leaf), globals: leaf.optsWithGlobals() }))
  }
  return root

  function groupOf(words: readonly string[]): Commander {
    if (words.length === 0) return root
    const name = words.join(' ')
    const group = groups.get(name) ?? groupOf(words.slice(0, -1)).command(words.at(-1)!).helpCommand(false)
    if (!groups.has(name)) addOptions(group, tool.globalOptions)
    group.configureHelp({ formatHelp: () => `${groupHelp(paper, name, tool).join('\n')}\n` })
    groups.set(name, group)
    return group
  }
}

function addOptions(target: Commander, options: Readonly<Record<string, OptionDeclaration>>): void {
  for (const [key, option] of Object.entries(options)) {
    if (key === 'help' || key === 'version') continue
    target.addOption(commanderOption(key, option))
  }
}

function commanderArgument(label: string, argument: ArgumentDeclaration): Argument {
  const word = argument.variadic ? `${label}...` : label
  const result = new Argument(argument.optional || argument.variadic ? `[${word}]` : `<${word}>`, argument.summary)
  return Array.isArray(argument.completes) ? result.choices(argument.completes) : result
}

function commanderOption(key: string, option: OptionDeclaration): Option {
  const flags = optionSynopsis(key, option).replace(/ ([^ -]\S*)$/, ' <$1>')
  const result = new Option(flags, option.summary)
  if (Array.isArray(option.completes)) result.choices(option.completes)
  if (option.repeatable)
    result.argParser((value, previous: readonly string[] | undefined) => [...(previous ?? []), value])
  return result
}

function inputOf(entry: Command, leaf: Commander): Record<string, unknown> {
  const options: Record<string, unknown> = leaf.opts()
  const input: Record<string, unknown> = {}
  Object.entries(entry.arguments).forEach(([label, argument], index) => {
    input[label] = leaf.processedArgs[index] ?? (argument.variadic ? [] : undefined)
  })
  for (const [key, option] of Object.entries(entry.options)) {
    input[key] = options[key] ?? (option.repeatable ? [] : option.value === undefined ? false : undefined)
  }
  return input
}

type Complained = ToolFacts & { readonly usage: number }

function usageFailure(tool: Complained, complaint: string, argv: readonly string[]): Failure {
  const [first = '', ...hints] = complaint.trim().split('\n')
  const what = first.replace(/^error: /, '').replace(/\.$/, '')
  const words = argv.filter((word) => !word.startsWith('-'))
  const known = [3, 2, 1]
    .map((length) => words.slice(0, length).join(' '))
    .find((prefix) => isCommandPrefix(tool, prefix))
  return new Failure({
    exitCode: tool.usage,
    what: what.charAt(0).toUpperCase() + what.slice(1),
    why:
      hints
        .join(' ')
        .trim()
        .replace(/^\((.*)\)$/, '$1') || undefined,
    next: `\`${tool.name} ${known ? `${known} ` : ''}--help\``,
  })
}

function isCommandPrefix(tool: Complained, words: string): boolean {
  return words !== '' && tool.commands.some((entry) => entry.name === words || entry.name.startsWith(`${words} `))
}
