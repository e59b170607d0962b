import type { Tool } from '../console/tool.ts'
import { readVersion } from '../server/version.ts'
import { COMMANDS } from './commands.ts'
import type { Context } from './context.ts'
import { EXIT_CODES, ExitCode } from './exit-code.ts'
import { GLOBAL_OPTIONS } from './global-options.ts'
import { namesOf } from './names.ts'

export const DNSCTL: Tool<Context> = {
  name: 'dnsctl',
  tagline: "the operator's tool for Veil, the authoritative DNS server",
  commands: COMMANDS,
  globalOptions: GLOBAL_OPTIONS,
  exitCodes: EXIT_CODES,
  beginHere: [['init', 'write a configuration and a first zone']],
  namesOf,
  version: readVersion(),
  usage: ExitCode.Usage,
  fault: ExitCode.Fault,
  contextOf: (shared, globals) => ({
    ...shared,
    config: globals.config as string | undefined,
    state: globals.state as string | undefined,
    socket: globals.socket as string | undefined,
  }),
}
