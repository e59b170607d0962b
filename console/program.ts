import type { Report } from './command.ts'
import { type Invocation, readCommandLine } from './command-line.ts'
import type { ConsoleContext } from './context.ts'
import type { Dialogue } from './dialogue.ts'
import { Failure, type FailureFacts } from './failure.ts'
import { jsonText } from './json-text.ts'
import { fold, type Paper, paperFor, printable } from './paper.ts'
import { screenOn } from './screen.ts'
import type { Tool } from './tool.ts'

/** The process around the program; tests make their own. */
export interface Surroundings {
  readonly stdout: Output
  readonly stderr: Output
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly workingDirectory: string
  /** The person at the terminal; undefined where nobody is. */
  readonly openDialogue: (paper: Paper) => Dialogue | undefined
  readonly readInput?: ConsoleContext['readInput']
}

export interface Output {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
  readonly write: (text: string) => unknown
}

/** Runs one command line (without node and script) and resolves to the exit code, everything printed. */
export async function runProgram<C>(
  tool: Tool<C>,
  argv: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  const color = colorChoice(argv)
  const out = paperFor(surroundings.stdout, color, surroundings.environment)
  const err = paperFor(surroundings.stderr, color, surroundings.environment)
  const json = argv.includes('--json')
  try {
    const parsed = await readCommandLine(tool, argv, out)
    if (typeof parsed === 'string') {
      surroundings.stdout.write(`${parsed}\n`)
      return 0
    }
    const report = await runCommand(tool, parsed, surroundings, out)
    surroundings.stderr.write(lines(report.notes?.(err) ?? []))
    surroundings.stdout.write(json ? document(report.exitCode, report.data) : lines(report.print(out)))
    if (!json) for (const piece of report.text ?? []) surroundings.stdout.write(piece)
    return report.exitCode
  } catch (error) {
    const facts = factsOf(tool, error)
    if (json)
      surroundings.stdout.write(
        document(facts.exitCode, { error: { what: facts.what, why: facts.why, next: facts.next } }),
      )
    else surroundings.stderr.write(lines(describeFailure(err, facts)))
    return facts.exitCode
  }
}

/** What a person reads when a command could not do its work. */
function describeFailure(paper: Paper, facts: FailureFacts): string[] {
  return [
    `${paper.bad('error:')} ${printable(facts.what)}.`,
    ...(facts.why === undefined
      ? []
      : facts.why.split('\n').flatMap((line) => fold(paper, printable(line), 2).map((part) => `  ${part}`))),
    ...(facts.next === undefined ? [] : fold(paper, `Next: ${facts.next}`).map((line) => emphasize(paper, line))),
  ]
}

/** Commands stand in backticks; where there is bold type it takes their place. */
function emphasize(paper: Paper, line: string): string {
  return paper.colored ? line.replace(/`([^`]*)`/g, (_, text: string) => paper.bold(text)) : line
}

async function runCommand<C>(
  tool: Tool<C>,
  invocation: Invocation<C>,
  surroundings: Surroundings,
  paper: Paper,
): Promise<Report> {
  const { entry, input, globals } = invocation
  const dialogue = globals.json === true ? undefined : surroundings.openDialogue(paper)
  const shared: ConsoleContext = {
    workingDirectory: surroundings.workingDirectory,
    dialogue,
    readInput: surroundings.readInput,
    environment: surroundings.environment,
    progress: progressOn(surroundings.stderr),
    screen: globals.json === true ? undefined : screenOn(surroundings.stdout, paper),
  }
  try {
    return await entry.run(tool.contextOf(shared, globals), input)
  } finally {
    dialogue?.close()
  }
}

/** One line that is written over again and again; none where nobody watches. */
function progressOn(output: Output): ConsoleContext['progress'] {
  return output.isTTY === true ? (text) => output.write(`\r\u001b[K${text}`) : undefined
}

function factsOf({ name, fault }: Pick<Tool<never>, 'name' | 'fault'>, error: unknown): FailureFacts {
  if (error instanceof Failure) return error.facts
  return {
    exitCode: fault,
    what: `${name} failed in a way it should not`,
    why: error instanceof Error ? (error.stack ?? error.message) : String(error),
    next: 'please report this, with the command you typed',
  }
}

/** Colour decides how even a wrong command line is reported, so it is read before anything is parsed. */
function colorChoice(argv: readonly string[]): string {
  const index = argv.findIndex((word) => word === '--color' || word.startsWith('--color='))
  const word = argv[index] ?? ''
  return word === '--color' ? (argv[index + 1] ?? 'auto') : word.slice('--color='.length) || 'auto'
}

function document(exitCode: number, data: Readonly<Record<string, unknown>>): string {
  return `${jsonText({ ok: exitCode === 0, exitCode, ...data })}\n`
}

function lines(text: readonly string[]): string {
  return text.length === 0 ? '' : `${text.join('\n')}\n`
}
