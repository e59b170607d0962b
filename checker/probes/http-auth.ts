import { probe } from './probe.ts'

/** What an inner site answers to somebody without a password, by its name and by its bare address. */
export interface HttpAuthResult {
  readonly paths: readonly {
    readonly path: string
    readonly status: number
    /** The answer asked for a password (WWW-Authenticate, RFC 9110 §11.6.1). */
    readonly challenged: boolean
  }[]
  /** Whether it was asked for over TLS. */
  readonly hasTls: boolean
  /** Status for the bare address instead of the name; undefined: not asked. */
  readonly byAddress?: number
}

export const httpAuth = probe<HttpAuthResult>(
  'http-auth',
  'one GET for each of at most five paths, and one for the bare address',
)
