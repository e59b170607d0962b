import type { Command, NameKind, OptionDeclaration } from './command.ts'
import type { ConsoleContext } from './context.ts'

/** A command line tool as its help, documentation and completion see it. */
export interface ToolFacts {
  /** What is typed. */
  readonly name: string
  /** What it is, to stand behind its name and a comma. */
  readonly tagline: string
  /** In the order of help and documentation. */
  readonly commands: readonly Command[]
  /** Options that every command takes, before or after its name. */
  readonly globalOptions: Readonly<Record<string, OptionDeclaration>>
  readonly exitCodes: readonly ExitCodeMeaning[]
  /** Where somebody new begins: commands without the tool's name. */
  readonly beginHere: readonly (readonly [line: string, summary: string])[]
  /** Lists names of a kind for the shell; nothing when in doubt. `words` is what was typed. */
  readonly namesOf: (
    kind: NameKind,
    words: readonly string[],
    workingDirectory: string,
  ) => Promise<readonly (readonly [name: string, summary: string])[]>
}

/** A tool as it is run; `C` is what its commands are told of the world. */
export interface Tool<C> extends ToolFacts {
  readonly commands: readonly Command<C>[]
  readonly version: string
  /** How it ends when the command line was not understood, and when the tool itself is at fault. */
  readonly usage: number
  readonly fault: number
  readonly contextOf: (shared: ConsoleContext, globals: Readonly<Record<string, unknown>>) => C
}

export interface ExitCodeMeaning {
  readonly code: number
  readonly meaning: string
}
