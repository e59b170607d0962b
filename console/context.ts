import type { Dialogue } from './dialogue.ts'
import type { Screen } from './screen.ts'

/** What a command of any program may know of the world; tests make their own. */
export interface ConsoleContext {
  readonly workingDirectory: string
  /** The person at the terminal; undefined where nobody can be asked. */
  readonly dialogue: Dialogue | undefined
  /** Standard input to its end, or so many octets of it; undefined where there is none. */
  readonly readInput?: ((most: number) => Promise<Buffer>) | undefined
  /** Variables of the process: which editor somebody uses, where memory-only folders are. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Shows in place of what it showed before how far long work has come; '' clears. Undefined where nobody watches. */
  readonly progress: ((text: string) => void) | undefined
  /** The terminal that the result goes to; undefined where there is none, or where a program reads it. */
  readonly screen?: Screen | undefined
}
