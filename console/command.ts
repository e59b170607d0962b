import type { Paper } from './paper.ts'

/** Names that a program has to list for the shell: of its configuration, or of a table. */
export type NameKind = 'zone' | 'view' | 'type' | 'control'

/** What the shell may offer for a word: names, files, or a fixed list. */
export type Candidates = NameKind | 'file' | 'directory' | readonly string[]

export interface ArgumentDeclaration {
  readonly summary: string
  readonly optional?: true
  readonly variadic?: true
  readonly completes?: Candidates
  /** What each word that it takes means, in the order of help and documentation. */
  readonly meanings?: Readonly<Record<string, string>>
}

export interface OptionDeclaration {
  readonly summary: string
  /** What stands for the value in help; without it the option is a switch. */
  readonly value?: string
  readonly required?: true
  readonly repeatable?: true
  readonly completes?: Candidates
  /** One letter. */
  readonly short?: string
}

export interface Example {
  /** What stands after the name of the program. */
  readonly line: string
  readonly summary: string
}

/** What a command found: one JSON document for programs, lines for a person. */
export interface Report {
  readonly exitCode: number
  readonly data: Readonly<Record<string, unknown>>
  readonly print: (paper: Paper) => readonly string[]
  /** What a person should know beside the result: it goes to standard error. */
  readonly notes?: (paper: Paper) => readonly string[]
  /** What follows on standard output, piece by piece, where it is long. Not with --json. */
  readonly text?: Iterable<string>
}

/** One command as help, completion, documentation and the program see it; `C` is what it is told of the world. */
export interface Command<C = never> {
  /** One word to three: `status`, `zone check`, `key bundle sign`. */
  readonly name: string
  readonly summary: string
  /** Paragraphs for help and documentation. */
  readonly description: readonly string[]
  /** Keyed as they stand in help, in order: `ZONE`. */
  readonly arguments: Readonly<Record<string, ArgumentDeclaration>>
  /** Keyed in camel case: `zoneFile` is `--zone-file`. */
  readonly options: Readonly<Record<string, OptionDeclaration>>
  readonly examples: readonly Example[]
  readonly run: (context: C, input: Readonly<Record<string, unknown>>) => Promise<Report>
}

export type Arguments = Command['arguments']
export type Options = Command['options']

type ArgumentValue<A extends ArgumentDeclaration> = A extends { readonly variadic: true }
  ? readonly string[]
  : A extends { readonly optional: true }
    ? string | undefined
    : string

type OptionValue<O extends OptionDeclaration> = O extends { readonly repeatable: true }
  ? readonly string[]
  : O extends { readonly value: string }
    ? O extends { readonly required: true }
      ? string
      : string | undefined
    : boolean

type Input<A extends Arguments, O extends Options> = {
  readonly [K in keyof A]: ArgumentValue<A[K]>
} & { readonly [K in keyof O]: OptionValue<O[K]> }

/** A command whose `run` receives its arguments and options typed as declared. */
export type Declaration<C, A extends Arguments, O extends Options> = Omit<
  Command<C>,
  'arguments' | 'options' | 'run'
> & {
  readonly arguments: A
  readonly options: O
  readonly run: (context: C, input: Input<A, O>) => Promise<Report>
}

/** The command that is declared. Programs bind the context: dnsctl/command.ts. */
export function declareCommand<C, const A extends Arguments, const O extends Options>(
  declaration: Declaration<C, A, O>,
): Command<C> {
  // The program fills in exactly the arguments and options that are declared, so the narrower input holds.
  return { ...declaration, run: (context, input) => declaration.run(context, input as Input<A, O>) }
}

/** The option as typed: `zoneFile` -> `--zone-file`. */
export function flagOf(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/** The option as help shows it: `-f, --from ADDRESS`. */
export function optionSynopsis(key: string, option: OptionDeclaration): string {
  const long = option.value === undefined ? flagOf(key) : `${flagOf(key)} ${option.value}`
  return option.short === undefined ? long : `-${option.short}, ${long}`
}

/** The command line in one line: `dnsctl view test NAME TYPE --from ADDRESS [options]`. */
export function synopsis(program: string, entry: Command): string {
  const words = Object.entries(entry.arguments).map(([label, argument]) => {
    const word = argument.variadic ? `${label}...` : label
    return argument.optional || argument.variadic ? `[${word}]` : word
  })
  const required = Object.entries(entry.options).filter(([, option]) => option.required)
  const others = Object.keys(entry.options).length > required.length ? ['[options]'] : []
  return [
    program,
    entry.name,
    ...words,
    ...required.map(([key, option]) => optionSynopsis(key, option)),
    ...others,
  ].join(' ')
}
