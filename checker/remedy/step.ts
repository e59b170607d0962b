/**
 * A step of a remedy. It is shown to the operator as shell commands (shell.ts) and can be applied to a tree in memory
 * (apply-steps.ts), where tests hold it against the control that it mends. `${name}` stands for a value of the judgement.
 */
export type Step =
  /** Writes the whole file. */
  | { readonly file: string; readonly content: string; readonly mode?: string; readonly owner?: string }
  /** Adds lines to the end of a file, each unless it is there. */
  | { readonly append: string; readonly lines: readonly string[] }
  /** Replaces whatever a regular expression matches in each line (`sed -E -i`). */
  | { readonly edit: string; readonly replace: string; readonly with: string }
  | { readonly postconf: Readonly<Record<string, string>> }
  | { readonly link: string; readonly to: string }
  | { readonly remove: string }
  | { readonly folder: string; readonly mode?: string; readonly owner?: string }
  | { readonly chmod: string; readonly mode: string; readonly owner?: string }
  | { readonly enable: string }
  | { readonly disable: string }
  /** Installs Debian packages; `brings` is what of them, beyond the stock tree, a control reads. */
  | { readonly install: readonly string[]; readonly brings?: readonly Step[] }
  /** Any other command; `leads` is what it leads to in files that a control reads. */
  | { readonly run: string; readonly leads?: readonly Step[] }
  /** What a person has to do or decide where no command can. */
  | { readonly tell: string }
