import type { Evidence } from '../../judging/judgement.ts'
import type { FilterChain } from './filter.ts'

/** A firewall as its files have it: what it would do from the next boot on. */
export interface BootFirewall {
  readonly name: string
  /** Each way into or out of the world has its own chains, of which all see a packet. */
  readonly ways: readonly (readonly FilterChain[])[]
  /** Whether it comes up at boot, or why not. */
  readonly start: { readonly error: string | undefined; readonly evidence: readonly Evidence[] }
}

export const STARTS: BootFirewall['start'] = { error: undefined, evidence: [] }
