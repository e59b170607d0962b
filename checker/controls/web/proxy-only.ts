import { FAMILIES, type FilterChain, type Packet } from '../../facts/firewall/filter.ts'
import { firewalls } from '../../facts/firewall/firewalls.ts'
import { ipv6IsOff, standingOf } from '../../facts/firewall/standing.ts'
import type { Host } from '../../facts/host.ts'
import { isPublicAddress, prefixHolds } from '../../facts/prefixes.ts'
import { holds, proxyRanges } from '../../facts/proxy-ranges.ts'
import type { Evidence } from '../../judging/judgement.ts'

const WEB_PORTS = ['80', '443']

/** What the firewall lets through to web servers, where it does not let everybody. */
export interface ProxyOnly {
  readonly evidence: readonly Evidence[]
  /** A prefix of the world that is no proxy's that is known, and is let in as well. */
  readonly other: { readonly prefix: string; readonly at: Evidence } | undefined
}

/**
 * Whether the packet filter keeps everybody from the ports of the web, but for addresses that rules name: by IPv4 and IPv6, now
 * where that is known, else after the next boot. undefined where somebody whom no rule names gets in, or where it cannot be told.
 */
export function proxyOnly(host: Host): ProxyOnly | undefined {
  const families = ipv6IsOff(host) === undefined ? FAMILIES : FAMILIES.filter((family) => family === 'IPv4')
  const packets = families.flatMap((family) =>
    WEB_PORTS.map((port): Packet => ({ hook: 'input', family, protocol: 'tcp', port })),
  )
  const rulings = packets.map((packet) => {
    const { live, isLiveKnown, isLiveMissing, boot } = standingOf(host, packet)
    if (isLiveMissing) return undefined
    return isLiveKnown ? live : boot
  })
  if (rulings.some((ruling) => ruling?.ruling !== 'deny')) return undefined
  const { live, atBoot } = host.get(firewalls)
  const chains = live ?? atBoot.flatMap(({ start, ways }) => (start.error === undefined ? ways.flat() : []))
  const seen = new Map(
    rulings.flatMap((ruling) => (ruling === undefined ? [] : [[JSON.stringify(ruling.at), ruling.at]])),
  )
  return { evidence: [...seen.values()].slice(0, 4), other: otherIn(host, chains) }
}

function otherIn(host: Host, chains: readonly FilterChain[]): ProxyOnly['other'] {
  const known = host.get(proxyRanges).flatMap(({ prefixes }) => prefixes)
  for (const { matches, verdict, at } of chains.flatMap(({ rules }) => rules)) {
    const ports = matches.flatMap((match) => (match.on === 'port' && !match.negated ? match.ports : []))
    const prefixes = matches.flatMap((match) => (match.on === 'address' && !match.negated ? match.prefixes : []))
    if (verdict?.kind !== 'accept' || !ports.some((port) => /^(?:80|443|https?)$/.test(port))) continue
    const prefix = prefixes.find((each) => isOfWorld(host, each) && !holds(known, each))
    if (prefix !== undefined) return { prefix, at }
  }
  return undefined
}

function isOfWorld(host: Host, prefix: string): boolean {
  const network = prefix.split('/')[0]!
  return isPublicAddress(network) && !host.declared.ownPrefixes.some((own) => prefixHolds(own, network))
}
