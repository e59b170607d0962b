import { probe } from './probe.ts'

/** What a process of a site's user reached of a canary that is the operator's own and on no list of what sites may fetch. */
export interface EgressCanaryResult {
  /** The local user it was tried as: `www-data`. */
  readonly user: string
  readonly direct: 'connected' | 'refused'
  /** The same by the host's proxy; `not-tried` where there is none. */
  readonly byProxy: 'fetched' | 'denied' | 'unreachable' | 'not-tried'
}

export const egressCanary = probe<EgressCanaryResult>(
  'egress-canary',
  'one TCP connection and one request by the proxy, to a canary of the operator, as the user of the sites',
)
