import { probe } from './probe.ts'

/** A bounded burst of RCPT commands from an address that is not one of the server's own networks. */
export interface SmtpRateResult {
  readonly asked: number
  readonly limited: boolean
  /** What the server said when it had enough: `450 4.7.1 Error: too many recipients`. */
  readonly reply?: string
}

export const smtpRate = probe<SmtpRateResult>('smtp-rate', 'at most 60 RCPT commands in one minute, and never DATA')
