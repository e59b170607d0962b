import { type Command, type OptionDeclaration, optionSynopsis, synopsis } from './command.ts'
import { COMMANDS } from './commands.ts'
import { EXIT_CODES } from './exit-code.ts'
import { GLOBAL_OPTIONS } from './global-options.ts'

/** docs/dnsctl.md, made from the command table; a test holds the file to it. */
export function referenceText(): string {
  return `${[
    '# dnsctl',
    '',
    INTRODUCTION,
    '',
    '| Command | What it does |',
    '| - | - |',
    ...COMMANDS.map((entry) => `| [\`${entry.name}\`](#${anchor(entry)}) | ${cell(entry.summary)} |`),
    '',
    ...COMMANDS.flatMap(commandLines),
    '## Options of every command',
    '',
    'They may stand before or after the name of the command.',
    '',
    ...optionTable(Object.entries(GLOBAL_OPTIONS)),
    '',
    '## Exit codes',
    '',
    '| Code | Meaning |',
    '| -: | - |',
    ...EXIT_CODES.map(({ code, meaning }) => `| ${code} | ${meaning} |`),
    '',
    JSON_SECTION,
    '',
    COMPLETION_SECTION,
  ].join('\n')}\n`
}

const INTRODUCTION = `The operator's tool. It speaks to a running \`veild\` over the control socket in its state folder, which only the
account that veild runs as, and root, may open; and it works on configuration and zone files without a server where
that makes sense. It finds the server by \`--socket\`, else by \`--state\`, else by the \`state\` of the configuration.

This page is made from the command table in \`dnsctl/\`; \`dnsctl COMMAND --help\` says the same.`

const JSON_SECTION = `## JSON

With \`--json\` standard output holds exactly one JSON document, whatever happens, and standard error stays empty. It
always has \`ok\` and \`exitCode\`, then what the command found; when the command could not do its work it has
\`error\` with \`what\`, and where there is more to say \`why\` and \`next\`.

\`\`\`json
{
  "ok": false,
  "exitCode": 3,
  "error": { "what": "No veild runs with the control socket /var/lib/veil/control.sock", "next": "…" }
}
\`\`\``

const COMPLETION_SECTION = `## Completion in the shell

| Shell | For this shell | To keep it |
| - | - | - |
| bash | \`source <(dnsctl completion bash)\` | \`dnsctl completion bash > ~/.local/share/bash-completion/completions/dnsctl\` |
| zsh | \`source <(dnsctl completion zsh)\` | \`dnsctl completion zsh > ~/.zfunc/_dnsctl\`, with \`~/.zfunc\` in \`$fpath\` |
| fish | \`dnsctl completion fish \\| source\` | \`dnsctl completion fish > ~/.config/fish/completions/dnsctl.fish\` |`

function commandLines(entry: Command): string[] {
  const args = Object.entries(entry.arguments)
  const options = Object.entries(entry.options)
  return [
    `## dnsctl ${entry.name}`,
    '',
    '```',
    synopsis(entry),
    '```',
    '',
    ...entry.description.flatMap((paragraph) => [paragraph, '']),
    ...(args.length === 0 ? [] : ['| Argument | |', '| - | - |']),
    ...args.map(([label, argument]) => `| \`${label}\` | ${cell(argument.summary)} |`),
    ...(args.length === 0 ? [] : ['']),
    ...(options.length === 0 ? [] : [...optionTable(options), '']),
    '```sh',
    ...entry.examples.flatMap((example) => [`# ${example.summary}`, `dnsctl ${example.line}`]),
    '```',
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

function anchor(entry: Command): string {
  return `dnsctl-${entry.name.replaceAll(' ', '-')}`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
