import { isIP } from 'node:net'
import { cite, type Evidence, placeIn } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import type { Host } from './host.ts'
import { glob } from './paths.ts'
import { prefixHolds } from './prefixes.ts'
import { linesOf, readIfThere } from './read-lines.ts'

export interface Tunnel {
  readonly how: string
  readonly prefix: string
  readonly evidence: Evidence
}

/** Prefixes that WireGuard carries (wg(8), AllowedIPs). */
export const tunnels = fact('tunnels', ({ root }): readonly Tunnel[] =>
  glob(root, '/etc/wireguard/*.conf').flatMap((path) => {
    const file = readIfThere(root, path)
    if (file === undefined) return []
    return linesOf(file).flatMap(({ text, number }) => {
      const allowed = /^\s*AllowedIPs\s*=\s*(.*)$/i.exec(text)?.[1]
      return (allowed ?? '')
        .split(',')
        .map((prefix) => prefix.trim())
        .filter((prefix) => prefix !== '')
        .map((prefix) => ({
          how: `WireGuard (${path.slice(path.lastIndexOf('/') + 1)})`,
          prefix,
          evidence: cite(placeIn(file, number)),
        }))
    })
  }),
)

/** Why traffic to an address stays on the host or in a tunnel; undefined where it does not, or where only a name is known. */
export function isOwnOrTunnelled(
  host: Host,
  target: string,
): { readonly how: string; readonly evidence: readonly Evidence[] } | undefined {
  const address = target.replace(/^\[(.*)\]$/, '$1')
  if (address === 'localhost' || address === '::1' || address.startsWith('127.'))
    return { how: 'the host’s own loopback', evidence: [] }
  if (isIP(address) === 0) return undefined
  const tunnel = host.get(tunnels).find((each) => prefixHolds(each.prefix, address))
  return tunnel === undefined ? undefined : { how: tunnel.how, evidence: [tunnel.evidence] }
}
