import type { OptionDeclaration } from '../console/command.ts'
import { SHARED_OPTIONS } from '../console/shared-options.ts'

/** Options that every command takes, before or after its name. */
export const GLOBAL_OPTIONS = {
  config: {
    value: 'FILE',
    summary: 'configuration file; without it ./veil.yaml, then /etc/veil/veil.yaml',
    completes: 'file',
  },
  state: { value: 'DIR', summary: "the server's state folder, which holds its control socket", completes: 'directory' },
  socket: { value: 'PATH', summary: 'control socket of the server to speak to', completes: 'file' },
  ...SHARED_OPTIONS,
} as const satisfies Readonly<Record<string, OptionDeclaration>>
