import { type Command, declareCommand } from './command.ts'
import type { ConsoleContext } from './context.ts'
import { completionScript, SHELLS } from './shells.ts'

/** The command that prints a tool's completion script; `what` says what is completed, as a sentence. */
export function completionCommand(tool: string, what: string): Command<ConsoleContext> {
  return declareCommand({
    name: 'completion',
    summary: `print a script that completes ${tool} in your shell`,
    description: [
      what,
      'Load it in the running shell, or keep it where the shell looks for completions; the script says where.',
    ],
    arguments: { SHELL: { summary: 'bash, zsh or fish', completes: SHELLS } },
    options: {},
    examples: [
      { line: 'completion bash', summary: 'print the script for bash' },
      { line: `completion zsh > ~/.zfunc/_${tool}`, summary: 'keep it for zsh, in a folder of $fpath' },
    ],
    async run(_context: ConsoleContext, input) {
      const shell = SHELLS.find((each) => each === input.SHELL)!
      const script = completionScript(tool, shell)
      return { exitCode: 0, data: { shell, script }, print: () => script.trimEnd().split('\n') }
    },
  })
}
