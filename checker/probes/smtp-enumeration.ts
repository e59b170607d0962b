import { probe } from './probe.ts'

/** Names that exist and names that nobody has were asked for by RCPT and VRFY, and the answers compared. */
export interface SmtpEnumerationResult {
  readonly domain: string
  /** Users that the answers gave away: code, text or time differed from those for a name that nobody has. */
  readonly confirmed: readonly string[]
  /** What differed: `code`, `text`, `time`. */
  readonly by: readonly ('code' | 'text' | 'time')[]
  /** The server slowed or refused the prober before the end. */
  readonly limited: boolean
  readonly asked: number
  /** Codes for a name that exists and for one that nobody has: `250`, `550`. */
  readonly codes: { readonly known: string; readonly unknown: string }
  readonly vrfy: 'refused' | 'ambiguous' | 'answers'
}

export const smtpEnumeration = probe<SmtpEnumerationResult>(
  'smtp-enumeration',
  'at most 40 RCPT and 4 VRFY commands for each domain, each transaction reset, and never DATA',
)
