import { SHARED_OPTIONS } from '../../console/shared-options.ts'
import type { Tool } from '../../console/tool.ts'
import { readVersion } from '../../server/version.ts'
import type { Control } from '../catalogue/control.ts'
import type { Judge } from '../controls/judge.ts'
import { EXIT_CODES, ExitCode } from '../reports/exit-code.ts'
import { COMMANDS } from './commands.ts'
import type { Context } from './context.ts'

/** What the program brings along; tests bring their own. */
export interface Surroundings {
  /** Loaded when a command needs it: a fault in it is told as any other. */
  readonly controls: () => ReadonlyMap<string, Control>
  readonly judges: Readonly<Record<string, Judge>>
  /** Unix seconds. */
  readonly now: () => number
}

/** hostcheck as a command line tool. */
export function hostcheckTool({ controls, judges, now }: Surroundings): Tool<Context> {
  return {
    name: 'hostcheck',
    tagline: 'which tells what of a secure hosting really works: chains proved from end to end, with evidence',
    commands: COMMANDS,
    globalOptions: GLOBAL_OPTIONS,
    exitCodes: EXIT_CODES,
    beginHere: [
      ['run', 'check this host'],
      ['explain ID', 'what a control looks at, and why'],
    ],
    namesOf: async (kind) => (kind === 'control' ? [...controls().values()].map(({ id, title }) => [id, title]) : []),
    version: readVersion(),
    usage: ExitCode.Usage,
    fault: ExitCode.Fault,
    contextOf: (shared, globals) => ({
      ...shared,
      now: now(),
      controls: controls(),
      judges,
      declarations: globals.declarations as string | undefined,
    }),
  }
}

/** Options that every command takes, before or after its name. */
export const GLOBAL_OPTIONS = {
  declarations: {
    value: 'FILE',
    summary: 'what you declare of the host; without it ./hostcheck.yaml, then /etc/hostcheck/hostcheck.yaml',
    completes: 'file',
  },
  ...SHARED_OPTIONS,
} as const
