import { isIP } from 'node:net'
import { cite, type Evidence, placeIn } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import type { Host } from './host.ts'
import { hostsFile } from './hosts-file.ts'
import { ipsecTunnels } from './ipsec.ts'
import { openVpns } from './openvpn.ts'
import { exists, glob } from './paths.ts'
import { prefixHolds } from './prefixes.ts'
import { linesOf, readIfThere } from './read-lines.ts'
import { systemd } from './systemd.ts'

export interface Tunnel {
  readonly how: string
  readonly prefix: string
  /** Something brings it up at boot, or it is up. */
  readonly isStarted: boolean
  /** IPsec picks packets by policy: the route to the peer stays as it was. */
  readonly isRouted: boolean
  /** The public key of the other side, for WireGuard. */
  readonly key?: string
  readonly evidence: Evidence
}

export interface Carried {
  readonly how: string
  readonly evidence: readonly Evidence[]
  /** The tunnels; none where the traffic never leaves the host. */
  readonly tunnels: readonly Tunnel[]
}

/** Prefixes that WireGuard (wg(8), AllowedIPs), OpenVPN and IPsec carry, encrypted. */
export const tunnels = fact('tunnels', (host): readonly Tunnel[] => [
  ...wireguardTunnels(host),
  ...host
    .get(openVpns)
    .filter(({ cipher }) => cipher !== 'none')
    .flatMap(({ name, prefixes, isStarted, evidence }) =>
      prefixes.map((prefix) => ({ how: `OpenVPN (${name})`, prefix, isStarted, isRouted: true, evidence })),
    ),
  ...host
    .get(ipsecTunnels)
    .filter(({ cipher }) => cipher !== 'null')
    .flatMap(({ name, prefixes, isStarted, evidence }) =>
      prefixes.map((prefix) => ({ how: `IPsec (${name})`, prefix, isStarted, isRouted: false, evidence })),
    ),
])

function wireguardTunnels(host: Host): readonly Tunnel[] {
  return glob(host.root, '/etc/wireguard/*.conf').flatMap((path) => {
    const file = readIfThere(host.root, path)
    if (file === undefined) return []
    const base = path.slice(path.lastIndexOf('/') + 1)
    const name = base.slice(0, -'.conf'.length)
    const isStarted = host.get(systemd).isEnabled(`wg-quick@${name}`) || exists(host.root, `/sys/class/net/${name}`)
    let key = ''
    return linesOf(file).flatMap(({ text, number }): readonly Tunnel[] => {
      if (/^\s*\[Peer\]/i.test(text)) key = ''
      key = /^\s*PublicKey\s*=\s*(\S+)/i.exec(text)?.[1] ?? key
      const allowed = /^\s*AllowedIPs\s*=\s*(.*)$/i.exec(text)?.[1]
      return (allowed ?? '')
        .split(',')
        .map((prefix) => prefix.trim())
        .filter((prefix) => prefix !== '')
        .map((prefix) => ({
          how: `WireGuard (${base})`,
          prefix,
          isStarted,
          isRouted: true,
          key,
          evidence: cite(placeIn(file, number)),
        }))
    })
  })
}

/**
 * Why traffic to an address stays on the host or in a tunnel; undefined where it does not. Of a name all addresses that /etc/hosts
 * has must be carried; one that it lacks is taken for another host.
 */
export function isOwnOrTunnelled(host: Host, target: string): Carried | undefined {
  const address = target.replace(/^\[(.*)\]$/, '$1')
  if (isLoopback(address)) return { how: 'the host’s own loopback', evidence: [], tunnels: [] }
  const addresses = addressesOf(host, address)
  if (addresses.length === 0) return undefined
  if (addresses.every(isLoopback)) return { how: 'the host’s own loopback', evidence: [], tunnels: [] }
  const carrying = addresses.map((each) => host.get(tunnels).find(({ prefix }) => prefixHolds(prefix, each)))
  const found = carrying.flatMap((each) => each ?? [])
  if (found.length < addresses.length) return undefined
  const used = [...new Set(found)]
  return { how: used[0]!.how, evidence: used.map(({ evidence }) => evidence), tunnels: used }
}

/** An address itself, or those that /etc/hosts has for a name. */
export function addressesOf(host: Host, name: string): readonly string[] {
  return isIP(name) !== 0 ? [name] : (host.get(hostsFile).get(name.toLowerCase()) ?? [])
}

function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || address.startsWith('127.')
}
