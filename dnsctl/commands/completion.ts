import { command } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { completionScript, SHELLS } from '../shells.ts'

export const completionCommand = command({
  name: 'completion',
  summary: 'print a script that completes dnsctl in your shell',
  description: [
    'Commands, options, RR types, files, and the zones and views of the configuration are completed.',
    'Load it in the running shell, or keep it where the shell looks for completions; the script says where.',
  ],
  arguments: { SHELL: { summary: 'bash, zsh or fish', completes: SHELLS } },
  options: {},
  examples: [
    { line: 'completion bash', summary: 'print the script for bash' },
    { line: 'completion zsh > ~/.zfunc/_dnsctl', summary: 'keep it for zsh, in a folder of $fpath' },
  ],
  async run(_context, input) {
    const shell = SHELLS.find((each) => each === input.SHELL)!
    const script = completionScript(shell)
    return { exitCode: ExitCode.Done, data: { shell, script }, print: () => script.trimEnd().split('\n') }
  },
})
