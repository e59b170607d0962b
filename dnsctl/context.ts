import type { Dialogue } from './dialogue.ts'

/** What a command may know of the world; tests make their own. */
export interface Context {
  /** `--config`, `--state` and `--socket` as given. */
  readonly config: string | undefined
  readonly state: string | undefined
  readonly socket: string | undefined
  readonly workingDirectory: string
  /** The person at the terminal; undefined where nobody can be asked. */
  readonly dialogue: Dialogue | undefined
  /** Shows in place of what it showed before how far long work has come; '' clears. Undefined where nobody watches. */
  readonly progress: ((text: string) => void) | undefined
}
