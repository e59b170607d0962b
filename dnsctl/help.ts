import { type Command, optionSynopsis, synopsis } from './command.ts'
import { EXIT_CODES } from './exit-code.ts'
import { GLOBAL_OPTIONS } from './global-options.ts'
import { fold, labelled, type Paper } from './paper.ts'

/** Help for the whole tool: what there is, by task. */
export function overviewHelp(paper: Paper, commands: readonly Command[]): string[] {
  return [
    `${paper.bold('dnsctl')}, the operator's tool for Veil, the authoritative DNS server.`,
    '',
    ...section(paper, 'Usage', ['  dnsctl COMMAND [options]']),
    ...section(paper, 'Commands', commandList(paper, commands)),
    ...section(paper, 'Options', globalOptionList(paper)),
    ...section(
      paper,
      'Exit codes',
      labelled(
        paper,
        EXIT_CODES.map(({ code, meaning }) => [String(code).padStart(3), meaning]),
        '  ',
      ),
    ),
    ...section(paper, 'Begin here', [
      '  dnsctl init               write a configuration and a first zone',
      '  dnsctl COMMAND --help     what a command does, with examples',
    ]),
  ].slice(0, -1)
}

/** Help for a word that only begins commands, such as `zone`. */
export function groupHelp(paper: Paper, group: string, commands: readonly Command[]): string[] {
  const members = commands.filter((entry) => entry.name.startsWith(`${group} `))
  return [
    ...section(paper, 'Usage', [`  dnsctl ${group} COMMAND [options]`]),
    ...section(paper, 'Commands', commandList(paper, members)),
    `See ${paper.bold(`dnsctl ${members[0]?.name ?? group} --help`)} for options and examples.`,
  ]
}

/** Help for one command. */
export function commandHelp(paper: Paper, entry: Command): string[] {
  const args = Object.entries(entry.arguments)
  const options = Object.entries(entry.options)
  return [
    ...section(paper, 'Usage', [`  ${synopsis(entry)}`]),
    ...entry.description.flatMap((paragraph) => [...fold(paper, paragraph), '']),
    ...(args.length === 0 ? [] : section(paper, 'Arguments', argumentList(paper, args))),
    ...(options.length === 0 ? [] : section(paper, 'Options', optionList(paper, options))),
    ...section(paper, 'Options of every command', globalOptionList(paper)),
    ...section(paper, 'Examples', exampleList(paper, entry)),
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

function globalOptionList(paper: Paper): string[] {
  return optionList(paper, Object.entries(GLOBAL_OPTIONS))
}

function exampleList(paper: Paper, entry: Command): string[] {
  return entry.examples.flatMap((example) => [`  dnsctl ${example.line}`, paper.dim(`      ${example.summary}`)])
}

/** As `labelled`, the labels in plain ink: they are what the reader came for. */
function labelledPlain(paper: Paper, rows: readonly (readonly [string, string])[]): string[] {
  return labelled({ ...paper, dim: (text) => text }, rows, '  ')
}
