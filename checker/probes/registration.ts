import { probe } from './probe.ts'

/** What the registry says of a domain's registration. The target is the domain, with its dot at the end. */
export interface RegistrationResult {
  /** Status (RFC 8056): `client transfer prohibited`. */
  readonly locks: readonly string[]
  /** Unix seconds. */
  readonly expires?: number
}

export const registration = probe<RegistrationResult>(
  'registration',
  'nothing: what RDAP says of a domain is brought in',
)
