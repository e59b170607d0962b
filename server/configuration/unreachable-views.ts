import { type AddressPrefix, isIPv4Prefix, prefixContains } from '../../guard/prefix-trie.ts'
import type { ViewConfiguration } from './types.ts'

/** A client prefix as a view has it; a view without clients has `EVERYBODY`, one for each address family. */
interface Claim {
  readonly view: number
  readonly prefix: AddressPrefix
  /** A prefix that the view does not write out gives way to any that is written. */
  readonly written: boolean
}

const MAPPED = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0)
const EVERYBODY: readonly AddressPrefix[] = [
  { address: MAPPED, length: 96 },
  { address: new Uint8Array(16), length: 0 },
]

/**
 * Indexes of the views that no client can ever get, because others take all their clients at every listener, by the
 * rules of server/view-selection.ts.
 */
export function findUnreachableViews(views: readonly ViewConfiguration[], listeners: number): number[] {
  const claims = views.flatMap(({ clients }, view): Claim[] =>
    (clients ?? EVERYBODY).map((prefix) => ({ view, prefix, written: clients !== undefined })),
  )
  const isReachable = (view: number): boolean => {
    for (let listener = 0; listener < listeners; listener++) {
      const bound = (other: number) => views[other]!.listen?.includes(listener) ?? false
      const unbound = (other: number) => views[other]!.listen === undefined
      if (!bound(view) && !unbound(view)) continue
      const peers = claims.filter((claim) => (bound(view) ? bound(claim.view) : unbound(claim.view)))
      const before = bound(view) ? [] : claims.filter((claim) => bound(claim.view))
      const own = claims.filter((claim) => claim.view === view)
      if (own.some((claim) => !isTaken(claim, [...before, ...peers.filter((peer) => winsOver(peer, claim))])))
        return true
    }
    return false
  }
  return views.flatMap((_, view) => (isReachable(view) ? [] : [view]))
}

/** Client prefixes that an earlier view of the same kind, at the same listeners, has too: the second never counts. */
export function findRepeatedClients(
  views: readonly ViewConfiguration[],
): { view: number; client: number; first: number }[] {
  const firsts = new Map<string, number>()
  return views.flatMap(({ clients, listen }, view) =>
    (clients ?? []).flatMap((prefix, client) => {
      const key = `${listen?.toSorted().join() ?? ''} ${prefix.address.join('.')}/${prefix.length}`
      const first = firsts.get(key)
      if (first !== undefined) return [{ view, client, first }]
      firsts.set(key, view)
      return []
    }),
  )
}

function winsOver(peer: Claim, claim: Claim): boolean {
  if (peer.view === claim.view) return false
  if (peer.written !== claim.written) return peer.written
  if (peer.prefix.length !== claim.prefix.length) return peer.prefix.length > claim.prefix.length
  return peer.view < claim.view
}

function isTaken(claim: Claim, winners: readonly Claim[]): boolean {
  const family = isIPv4Prefix(claim.prefix)
  const prefixes = winners.map((winner) => winner.prefix).filter((prefix) => isIPv4Prefix(prefix) === family)
  return isCovered(claim.prefix, prefixes)
}

/** Whether the prefixes together hold every address of the region. */
function isCovered(region: AddressPrefix, prefixes: readonly AddressPrefix[]): boolean {
  if (prefixes.some((prefix) => prefixContains(prefix, region))) return true
  const inside = prefixes.filter((prefix) => prefixContains(region, prefix))
  if (inside.length === 0) return false
  const length = region.length + 1
  const upper = region.address.slice()
  upper[region.length >>> 3]! |= 0x80 >>> (region.length & 7)
  return isCovered({ address: region.address, length }, inside) && isCovered({ address: upper, length }, inside)
}
