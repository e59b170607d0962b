import type { Host } from '../../facts/host.ts'
import { readIfThere } from '../../facts/read-lines.ts'
import { routes, routeTo } from '../../facts/routes.ts'
import { addressesOf, type Carried, type Tunnel } from '../../facts/tunnels.ts'
import type { Evidence } from '../../judging/judgement.ts'

/** The route to one of a peer's addresses that leads past the tunnel that should carry it. */
export function bypassOf(host: Host, peer: string, carried: Carried): Evidence | undefined {
  const isPolicy = ({ prefix, isRouted }: Tunnel) => !isRouted || prefix.endsWith('/0')
  if (carried.tunnels.length === 0 || carried.tunnels.some(isPolicy)) return undefined
  return addressesOf(host, peer)
    .map((address) => routeTo(host.get(routes), address))
    .find((route) => route !== undefined && !isTunnel(host, route.interface))?.evidence
}

/** Whether the route to an address leads into a tunnel, whoever brought it up. */
export function isRoutedIntoTunnel(host: Host, address: string): boolean {
  const route = routeTo(host.get(routes), address)
  return route !== undefined && isTunnel(host, route.interface)
}

function isTunnel(host: Host, name: string): boolean {
  const kind = readIfThere(host.root, `/sys/class/net/${name}/uevent`)?.text ?? ''
  return /^DEVTYPE=wireguard$/m.test(kind) || /^(wg|tun|tap|ipsec|vti|xfrm|lo)/.test(name)
}
