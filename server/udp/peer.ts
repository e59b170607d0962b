import { Counter, type Statistics } from '../statistics.ts'
import { Linux } from './linux.ts'
import { CONTROL_OCTETS, MAPPED_OCTETS, NAME_OCTETS, receivedControlOctets, receivedFlags, type Slab } from './slab.ts'

/**
 * Where a message came from and which address it asked. Layouts, ports and addresses in network order:
 *
 *     sockaddr_in    0 family   2 port   4 address
 *     sockaddr_in6   0 family   2 port   4 flow   8 address   24 scope
 *     cmsghdr        0 length (8 octets)   8 level   12 type, then
 *       in_pktinfo     16 interface   20 local address   24 destination
 *       in6_pktinfo    16 destination (16 octets)        32 interface
 */
const IN_PKTINFO_LENGTH = 28
const IN6_PKTINFO_LENGTH = 36

/**
 * Whether the message may be answered at all: it arrived whole, from a port that takes answers, and not from a
 * v4-mapped address on IPv6, which no honest network delivers and which would pass for an IPv4 client.
 */
export function isAnswerable(slab: Slab, slot: number, ipv6: boolean, statistics: Statistics): boolean {
  if ((receivedFlags(slab, slot) & Linux.MSG_TRUNC) !== 0) {
    statistics[Counter.ReceiveTruncated]!++
    return false
  }
  const name = (slab.names + slot * NAME_OCTETS) >> 2
  const { words } = slab
  const portZero = words[name]! >>> 16 === 0
  const isMapped = ipv6 && words[name + 2] === 0 && words[name + 3] === 0 && words[name + 4] === MAPPED_WORD
  if (!portZero && !isMapped) return true
  statistics[Counter.SendFailed]!++
  return false
}

/** Position of the client's 16 octets in the slab. IPv4 is copied behind the v4-mapped prefix that stands there. */
export function sourcePosition(slab: Slab, slot: number, ipv6: boolean): number {
  const name = slab.names + slot * NAME_OCTETS
  if (ipv6) return name + 8
  const position = slab.mapped + slot * MAPPED_OCTETS
  slab.words[(position + 12) >> 2] = slab.words[(name + 4) >> 2]!
  return position
}

/**
 * Turns the PKTINFO that came with a message into the one that makes the answer leave from the address asked, in
 * place. Returns its octets: 0 where the socket has one address only, or the message went to a multicast group.
 * The interface is left to routing, save for link-local addresses, which mean nothing without one.
 */
export function prepareControl(slab: Slab, slot: number): number {
  const octets = receivedControlOctets(slab, slot)
  if (octets === 0) return 0
  const { words } = slab
  const control = (slab.controls + slot * CONTROL_OCTETS) >> 2
  if (words[control] === IN_PKTINFO_LENGTH && words[control + 3] === Linux.IP_PKTINFO) {
    words[control + 4] = 0
    return octets
  }
  if (words[control] !== IN6_PKTINFO_LENGTH || words[control + 3] !== Linux.IPV6_PKTINFO) return 0
  const first = words[control + 4]! & 0xffff
  if ((first & 0xff) === 0xff) return 0
  const isLinkLocal = (first & 0xc0ff) === 0x80fe
  if (!isLinkLocal) words[control + 8] = 0
  return octets
}

/** `0000 ffff` of a v4-mapped address as a little-endian word. */
const MAPPED_WORD = 0xffff0000 | 0
