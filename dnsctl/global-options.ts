import type { OptionDeclaration } from './command.ts'

/** Options that every command takes, before or after its name. */
export const GLOBAL_OPTIONS = {
  config: {
    value: 'FILE',
    summary: 'configuration file; without it ./veil.yaml, then /etc/veil/veil.yaml',
    completes: 'file',
  },
  state: { value: 'DIR', summary: "the server's state folder, which holds its control socket", completes: 'directory' },
  socket: { value: 'PATH', summary: 'control socket of the server to speak to', completes: 'file' },
  json: { summary: 'print one JSON document instead of text, errors included' },
  color: {
    value: 'WHEN',
    summary: 'auto, always or never; NO_COLOR is honoured',
    completes: ['auto', 'always', 'never'],
  },
  help: { short: 'h', summary: 'print help' },
  version: { summary: 'print the version' },
} as const satisfies Readonly<Record<string, OptionDeclaration>>
