import type { OptionDeclaration } from './command.ts'

/** Options that every command of every tool takes. */
export const SHARED_OPTIONS = {
  json: { summary: 'print one JSON document instead of text, errors included' },
  color: {
    value: 'WHEN',
    summary: 'auto, always or never; NO_COLOR is honoured',
    completes: ['auto', 'always', 'never'],
  },
  help: { short: 'h', summary: 'print help' },
  version: { summary: 'print the version' },
} as const satisfies Readonly<Record<string, OptionDeclaration>>
