/** Why a command could not do its work, told to a person: what happened, why, and what to type next. */
export interface FailureFacts {
  readonly exitCode: number
  /** What happened, one sentence without the full stop. */
  readonly what: string
  readonly why?: string | undefined
  /** What to do about it; commands to type stand in backticks. */
  readonly next?: string | undefined
}

/** Ends a command; the program prints the facts and exits with their code. */
export class Failure extends Error {
  readonly facts: FailureFacts

  constructor(facts: FailureFacts) {
    super(facts.what)
    this.facts = facts
  }
}

/** The message of anything thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** As `reasonOf`, for a file that is named already: `No such file or directory`, without code, call and path. */
export function fileReasonOf(error: unknown): string {
  const words = /^E[A-Z0-9]+: ([^,]+), [a-z]+\b/.exec(reasonOf(error))?.[1]
  return words === undefined ? reasonOf(error) : `${words.charAt(0).toUpperCase()}${words.slice(1)}`
}
