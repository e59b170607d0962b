/** How dnsctl ends. Scripts rely on these numbers: they never change their meaning. */
export const ExitCode = {
  Done: 0,
  Refused: 1,
  Usage: 2,
  NoServer: 3,
  File: 4,
  Fault: 5,
  Interrupted: 130,
} as const
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]

/** What each exit code says; help and docs/dnsctl.md print this table. */
export const EXIT_CODES: readonly { readonly code: ExitCode; readonly meaning: string }[] = [
  { code: ExitCode.Done, meaning: 'done, and nothing wrong was found' },
  { code: ExitCode.Refused, meaning: 'the check found errors, or the server refused' },
  { code: ExitCode.Usage, meaning: 'the command line was not understood' },
  { code: ExitCode.NoServer, meaning: 'no server answers at the control socket' },
  { code: ExitCode.File, meaning: 'a file is missing, unreadable, unwritable or in the way' },
  { code: ExitCode.Fault, meaning: 'a fault in Veil itself: please report it' },
  { code: ExitCode.Interrupted, meaning: 'interrupted by Ctrl-C' },
]
