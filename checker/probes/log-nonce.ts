import { probe } from './probe.ts'

/** A message with a word that nobody can guess was logged; did it arrive at the mirror? */
export interface LogNonceResult {
  readonly nonce: string
  /** Unix seconds at which it was found there; undefined: it was not. */
  readonly arrivedAt?: number
}

export const logNonce = probe<LogNonceResult>('log-nonce', 'one message to syslog, facility auth, with a random word')

/** With the credential that sends logs it was tried to read one's own message back, and to delete it. */
export interface LogReadBackResult {
  readonly readable: boolean
  readonly deletable: boolean
}

export const logReadBack = probe<LogReadBackResult>(
  'log-read-back',
  'one request to read, and one to delete, the message that this host itself sent',
)
