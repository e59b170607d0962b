import type { Context } from './context.ts'
import type { ExitCode } from './exit-code.ts'
import type { Paper } from './paper.ts'

/** What the shell may offer for a word: names of the configuration, RR types, files, or a fixed list. */
export type Candidates = 'zone' | 'view' | 'type' | 'file' | 'directory' | readonly string[]

export interface ArgumentDeclaration {
  readonly summary: string
  readonly optional?: true
  readonly variadic?: true
  readonly completes?: Candidates
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
  /** What stands after `dnsctl `. */
  readonly line: string
  readonly summary: string
}

/** What a command found: one JSON document for programs, lines for a person. */
export interface Report {
  readonly exitCode: ExitCode
  readonly data: Readonly<Record<string, unknown>>
  readonly print: (paper: Paper) => readonly string[]
  /** What a person should know beside the result: it goes to standard error. */
  readonly notes?: (paper: Paper) => readonly string[]
  /** What follows on standard output, piece by piece, where it is long. Not with --json. */
  readonly text?: Iterable<string>
}

/** One command as help, completion, documentation and the program see it. */
export interface Command {
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
  readonly run: (context: Context, input: Readonly<Record<string, unknown>>) => Promise<Report>
}

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

type Input<A extends Command['arguments'], O extends Command['options']> = {
  readonly [K in keyof A]: ArgumentValue<A[K]>
} & { readonly [K in keyof O]: OptionValue<O[K]> }

/** Declares a command; `run` receives its arguments and options typed as declared. */
export function command<const A extends Command['arguments'], const O extends Command['options']>(
  declaration: Omit<Command, 'arguments' | 'options' | 'run'> & {
    readonly arguments: A
    readonly options: O
    readonly run: (context: Context, input: Input<A, O>) => Promise<Report>
  },
): Command {
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

/** The command line in one line: `view test NAME TYPE --from ADDRESS [options]`. */
export function synopsis(entry: Command): string {
  const words = Object.entries(entry.arguments).map(([label, argument]) => {
    const word = argument.variadic ? `${label}...` : label
    return argument.optional || argument.variadic ? `[${word}]` : word
  })
  const required = Object.entries(entry.options).filter(([, option]) => option.required)
  const others = Object.keys(entry.options).length > required.length ? ['[options]'] : []
  return [
    'dnsctl',
    entry.name,
    ...words,
    ...required.map(([key, option]) => optionSynopsis(key, option)),
    ...others,
  ].join(' ')
}
