import { probe } from './probe.ts'

/** An alert with a word that nobody can guess was sent on its way; did it arrive where a person reads? */
export interface AlertNonceResult {
  readonly nonce: string
  /** Unix seconds at which the receiver confirmed it; undefined: it has not. */
  readonly confirmedAt?: number
}

export const alertNonce = probe<AlertNonceResult>(
  'alert-nonce',
  'one message with a random word to the alerts’ receiver',
)
