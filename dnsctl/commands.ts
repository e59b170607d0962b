import type { Command } from './command.ts'
import { completionCommand } from './commands/completion.ts'

/** Every command, in the order of help and documentation. */
export const COMMANDS: readonly Command[] = [completionCommand]
