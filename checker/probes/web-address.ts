import { probe } from './probe.ts'

/** Where the world is sent that asks for a site, and what its answer shows of a proxy. The target is the name. */
export interface WebAddressResult {
  readonly addresses: readonly string[]
  /** Names of headers that only a proxy adds: `cf-ray`, `x-sucuri-id`, `x-iinfo`. */
  readonly headers: readonly string[]
}

export const webAddress = probe<WebAddressResult>('web-address', 'an A and an AAAA question, and one GET')
