import { type Command, optionSynopsis, synopsis } from './command.ts'
import { fold, labelled, type Paper, padEnd } from './paper.ts'
import type { ToolFacts } from './tool.ts'

/** Help for the whole tool: what there is, by task. */
export function overviewHelp(paper: Paper, tool: ToolFacts): string[] {
  const beginnings = [...tool.beginHere, ['COMMAND --help', 'what a command does, with examples']] as const
  const width = Math.max(...beginnings.map(([line]) => line.length))
  return [
    `${paper.bold(tool.name)}, ${tool.tagline}.`,
    '',
    ...section(paper, 'Usage', [`  ${tool.name} COMMAND [options]`]),
    ...section(paper, 'Commands', commandList(paper, tool.commands)),
    ...section(paper, 'Options', globalOptionList(paper, tool)),
    ...section(
      paper,
      'Exit codes',
      labelled(
        paper,
        tool.exitCodes.map(({ code, meaning }) => [String(code).padStart(3), meaning]),
        '  ',
      ),
    ),
    ...section(
      paper,
      'Begin here',
      beginnings.map(([line, summary]) => `  ${tool.name} ${padEnd(line, width)}     ${summary}`),
    ),
  ].slice(0, -1)
}

/** Help for a word that only begins commands, such as `zone`. */
export function groupHelp(paper: Paper, group: string, tool: ToolFacts): string[] {
  const members = tool.commands.filter((entry) => entry.name.startsWith(`${group} `))
  return [
    ...section(paper, 'Usage', [`  ${tool.name} ${group} COMMAND [options]`]),
    ...section(paper, 'Commands', commandList(paper, members)),
    `See ${paper.bold(`${tool.name} ${members[0]?.name ?? group} --help`)} for options and examples.`,
  ]
}

/** Help for one command. */
export function commandHelp(paper: Paper, entry: Command, tool: ToolFacts): string[] {
  const args = Object.entries(entry.arguments)
  const options = Object.entries(entry.options)
  return [
    ...section(paper, 'Usage', [`  ${synopsis(tool.name, entry)}`]),
    ...entry.description.flatMap((paragraph) => [...fold(paper, paragraph), '']),
    ...(args.length === 0 ? [] : section(paper, 'Arguments', argumentList(paper, args))),
    ...args.flatMap(([label, { meanings }]) =>
      meanings === undefined ? [] : section(paper, label, labelledPlain(paper, Object.entries(meanings))),
    ),
    ...(options.length === 0 ? [] : section(paper, 'Options', optionList(paper, options))),
    ...section(paper, 'Options of every command', globalOptionList(paper, tool)),
    ...section(paper, 'Examples', exampleList(paper, entry, tool)),
  ].slice(0, -1)
}

function section(paper: Paper, title: string, lines: readonly string[]): string[] {
  return [paper.bold(title), ...lines, '']
}

function commandList(paper: Paper, commands: readonly Command[]): string[] {
  return labelledPlain(
    paper,
    commands.map((entry) => [entry.name, entry.summary]),
  )
}

function argumentList(paper: Paper, args: [string, Command['arguments'][string]][]): string[] {
  return labelledPlain(
    paper,
    args.map(([label, argument]) => [label, argument.summary]),
  )
}

function optionList(paper: Paper, options: [string, Command['options'][string]][]): string[] {
  return labelledPlain(
    paper,
    options.map(([key, option]) => [optionSynopsis(key, option), withNotes(option)]),
  )
}

function withNotes(option: Command['options'][string]): string {
  return option.repeatable ? `${option.summary} (repeatable)` : option.summary
}

function globalOptionList(paper: Paper, tool: ToolFacts): string[] {
  return optionList(paper, Object.entries(tool.globalOptions))
}

function exampleList(paper: Paper, entry: Command, tool: ToolFacts): string[] {
  return entry.examples.flatMap((example) => [`  ${tool.name} ${example.line}`, paper.dim(`      ${example.summary}`)])
}

/** As `labelled`, the labels in plain ink: they are what the reader came for. */
function labelledPlain(paper: Paper, rows: readonly (readonly [string, string])[]): string[] {
  return labelled({ ...paper, dim: (text) => text }, rows, '  ')
}
