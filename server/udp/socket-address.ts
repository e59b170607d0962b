import { parseAddress } from '../address.ts'
import type { ListenAddress } from '../configuration/types.ts'
import { Linux } from './linux.ts'

/** Of a sockaddr_in6, the larger of the two. */
export const SOCKET_ADDRESS_OCTETS = 28

/** Writes a sockaddr_in or sockaddr_in6 (layouts: server/udp/peer.ts) and returns its octets. */
export function writeSocketAddress(view: DataView, { address, port, family }: ListenAddress): number {
  const octets = parseAddress(address)
  if (octets === undefined) throw new Error(`"${address}" is not an IP address`)
  for (let at = 0; at < SOCKET_ADDRESS_OCTETS; at++) view.setUint8(at, 0)
  view.setUint16(2, port)
  if (family === 4) {
    view.setUint16(0, Linux.AF_INET, true)
    for (let at = 0; at < 4; at++) view.setUint8(4 + at, octets[12 + at]!)
    return 16
  }
  view.setUint16(0, Linux.AF_INET6, true)
  for (let at = 0; at < 16; at++) view.setUint8(8 + at, octets[at]!)
  return SOCKET_ADDRESS_OCTETS
}

/** Port of the socket address in `view`, of either family. */
export function readPort(view: DataView): number {
  return view.getUint16(2)
}

/** Whether the address means every address of the machine, so that answers must say which one they come from. */
export function isWildcard({ address }: ListenAddress): boolean {
  return parseAddress(address)?.every((octet, at) => octet === 0 || (at >= 10 && at < 12 && octet === 0xff)) ?? false
}
