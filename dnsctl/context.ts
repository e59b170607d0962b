import type { ConsoleContext } from '../console/context.ts'

/** What a command of dnsctl may know of the world: `--config`, `--state` and `--socket` as given, beside the rest. */
export interface Context extends ConsoleContext {
  readonly config: string | undefined
  readonly state: string | undefined
  readonly socket: string | undefined
}
