import { type Command, type OptionDeclaration, optionSynopsis, synopsis } from './command.ts'
import type { ToolFacts } from './tool.ts'

/** What a tool's page says besides its command table. */
export interface ReferenceWords {
  readonly introduction: string
  readonly json: string
}

/** The page of a tool, as docs/dnsctl.md, made from its command table; a test holds the file to it. */
export function referenceText(tool: ToolFacts, words: ReferenceWords): string {
  return `${[
    `# ${tool.name}`,
    '',
    words.introduction,
    '',
    '| Command | What it does |',
    '| - | - |',
    ...tool.commands.map((entry) => `| [\`${entry.name}\`](#${anchor(tool, entry)}) | ${cell(entry.summary)} |`),
    '',
    ...tool.commands.flatMap((entry) => commandLines(tool, entry)),
    '## Options of every command',
    '',
    'They may stand before or after the name of the command.',
    '',
    ...optionTable(Object.entries(tool.globalOptions)),
    '',
    '## Exit codes',
    '',
    '| Code | Meaning |',
    '| -: | - |',
    ...tool.exitCodes.map(({ code, meaning }) => `| ${code} | ${meaning} |`),
    '',
    words.json,
    '',
    completionSection(tool.name),
  ].join('\n')}\n`
}

const completionSection = (tool: string) => `## Completion in the shell

| Shell | For this shell | To keep it |
| - | - | - |
| bash | \`source <(${tool} completion bash)\` | \`${tool} completion bash > ~/.local/share/bash-completion/completions/${tool}\` |
| zsh | \`source <(${tool} completion zsh)\` | \`${tool} completion zsh > ~/.zfunc/_${tool}\`, with \`~/.zfunc\` in \`$fpath\` |
| fish | \`${tool} completion fish \\| source\` | \`${tool} completion fish > ~/.config/fish/completions/${tool}.fish\` |`

function commandLines(tool: ToolFacts, entry: Command): string[] {
  const args = Object.entries(entry.arguments)
  const options = Object.entries(entry.options)
  return [
    `## ${tool.name} ${entry.name}`,
    '',
    '```',
    synopsis(tool.name, entry),
    '```',
    '',
    ...entry.description.flatMap((paragraph) => [paragraph, '']),
    ...(args.length === 0 ? [] : ['| Argument | |', '| - | - |']),
    ...args.map(([label, argument]) => `| \`${label}\` | ${cell(argument.summary)} |`),
    ...(args.length === 0 ? [] : ['']),
    ...args.flatMap(([label, { meanings }]) => (meanings === undefined ? [] : meaningTable(label, meanings))),
    ...(options.length === 0 ? [] : [...optionTable(options), '']),
    '```sh',
    ...entry.examples.flatMap((example) => [`# ${example.summary}`, `${tool.name} ${example.line}`]),
    '```',
    '',
  ]
}

function meaningTable(label: string, meanings: Readonly<Record<string, string>>): string[] {
  return [
    `| ${label} | |`,
    '| - | - |',
    ...Object.entries(meanings).map(([word, meaning]) => `| \`${word}\` | ${cell(meaning)} |`),
    '',
  ]
}

function optionTable(options: [string, OptionDeclaration][]): string[] {
  return [
    '| Option | |',
    '| - | - |',
    ...options.map(([key, option]) => {
      const notes = [option.required ? 'required' : '', option.repeatable ? 'repeatable' : ''].filter(
        (note) => note !== '',
      )
      const suffix = notes.length === 0 ? '' : ` (${notes.join(', ')})`
      return `| \`${optionSynopsis(key, option)}\` | ${cell(option.summary)}${suffix} |`
    }),
  ]
}

function anchor(tool: ToolFacts, entry: Command): string {
  return `${tool.name}-${entry.name.replaceAll(' ', '-')}`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
