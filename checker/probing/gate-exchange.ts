import type { Exchange, Place, Request } from '../../server/parent/exchange.ts'
import { isPublicAddress } from '../facts/prefixes.ts'
import { maySendTo } from '../targets/sendable-address.ts'
import type { Target } from '../targets/targets.ts'

/** What a gate gives its exchange. */
export interface ExchangeParts {
  /** Waits for leave to send, and writes it down. */
  readonly turn: (what: string, to: string, octets: number) => Promise<boolean>
  /** Resolvers of this host. */
  readonly resolvers: readonly Place[]
  readonly exchange: Exchange
}

const DNS_PORT = 53

/**
 * Questions of the DNS of a target that names zones: to its own addresses, to servers of the zone above that it names, to the
 * resolvers of this host, and to name servers in the Internet, as any resolver asks them. Elsewhere nothing is sent.
 */
export function openExchange(target: Target, { turn, resolvers, exchange }: ExchangeParts): Exchange {
  return async (request) => {
    if (!mayAsk(target, request, resolvers)) return { kind: 'refused' }
    const to = `${request.address}@${request.port}`
    if (!(await turn('a question of the DNS', to, request.message.length))) return { kind: 'timeout' }
    return exchange(request)
  }
}

function mayAsk(target: Target, { address, port }: Request, resolvers: readonly Place[]): boolean {
  if (target.zones.length === 0) return false
  const named = [...(target.parentServers ?? []), ...resolvers]
  if (named.some((place) => place.address === address && place.port === port)) return true
  const isPort = port === DNS_PORT || target.ports.includes(`${port}/udp`)
  if (maySendTo(target.prefixes, address)) return isPort
  return port === DNS_PORT && isPublicAddress(address)
}
