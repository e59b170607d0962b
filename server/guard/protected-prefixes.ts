import { networkInterfaces } from 'node:os'
import { isMappedIPv4, prefixOf } from '../../guard/prefix-trie.ts'
import type { ProtectedPrefix } from '../../guard/protection.ts'
import { PUBLIC_RESOLVERS } from '../../guard/public-resolvers.ts'
import { parseAddress, parsePrefix } from '../address.ts'
import type { Configuration } from '../configuration/types.ts'

const LOOPBACK = ['127.0.0.0/8', '::1/128']

/** What bans keep off: the operator's lists, this machine's own addresses as they are now, loopback, public resolvers. */
export function listProtected(
  { guard, rateLimit, listen }: Pick<Configuration, 'guard' | 'rateLimit' | 'listen'>,
  interfaces: () => readonly string[] = interfaceAddresses,
): ProtectedPrefix[] {
  const own = [...listen.map(({ address }) => address), ...interfaces()].flatMap((text) => {
    const octets = parseAddress(text.replace(/%.*$/, ''))
    return octets === undefined || isUnspecified(octets) ? [] : [prefixOf(octets, 128)]
  })
  return [
    ...own.map((prefix) => ({ kind: 'own' as const, prefix })),
    ...LOOPBACK.map((text) => ({ kind: 'loopback' as const, prefix: parsePrefix(text)! })),
    ...guard.neverBan.map((prefix) => ({ kind: 'never-ban' as const, prefix })),
    ...rateLimit.exempt.map((prefix) => ({ kind: 'exempt' as const, prefix })),
    ...PUBLIC_RESOLVER_PREFIXES,
  ]
}

const PUBLIC_RESOLVER_PREFIXES: readonly ProtectedPrefix[] = Object.entries(PUBLIC_RESOLVERS).flatMap(
  ([name, prefixes]) => prefixes.map((text) => ({ kind: 'resolver' as const, prefix: parsePrefix(text)!, name })),
)

function interfaceAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address))
}

/** A listener at every address of a family is at none in particular. */
function isUnspecified(octets: Uint8Array): boolean {
  return octets.every((octet, at) => octet === 0 || (isMappedIPv4(octets, 0) && at < 12))
}
