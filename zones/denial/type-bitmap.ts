import { Type } from '../../dns/constants.ts'
import { Node, NodeFlag, RRset } from '../image/layout.ts'
import { isMade, typesOfMade } from '../made-node.ts'
import type { DenialZone } from './deny.ts'

/** Types that a node has only in a denial record. */
export const ADDED_BY_NSEC: readonly number[] = [Type.RRSIG, Type.NSEC]
export const ADDED_BY_NXNAME: readonly number[] = [Type.RRSIG, Type.NSEC, Type.NXNAME]
export const ADDED_BY_SIGNING: readonly number[] = [Type.RRSIG]
export const NOTHING_ADDED: readonly number[] = []

/** In place of a node: the name has no types of its own. */
export const NO_NODE = -1

/**
 * Writes the type bit maps (RFC 4034 §4.1.2) of the authoritative types of `node` and those `added`, which are below 256,
 * to `into` at `at` and returns where they end.
 */
export function writeTypeBitmaps(
  zone: DenialZone,
  node: number,
  added: readonly number[],
  into: Uint8Array,
  at: number,
): number {
  into.fill(0, at, at + 2 + WINDOW_OCTETS)
  for (let i = 0; i < added.length; i++) setType(into, at, added[i]!)
  if (node === 0) for (let i = 0; i < zone.apexTypes.length; i++) setType(into, at, zone.apexTypes[i]!)
  if (node < 0) {
    const types = isMade(node) ? typesOfMade(node) : NOTHING_ADDED
    for (let i = 0; i < types.length; i++) setType(into, at, types[i]!)
    return endWindow(into, at)
  }
  const { words, nodes, rrsets } = zone.image
  const row = nodes + node * Node.Words
  const end = words[row + Node.FirstRRset]! + words[row + Node.RRsetCount]!
  let start = at
  for (let rrset = words[row + Node.FirstRRset]!; rrset < end; rrset++) {
    const type = words[rrsets + rrset * RRset.Words + RRset.Type]!
    if (!isListed(words[row + Node.Flags]!, type)) continue
    if (type >>> 8 !== into[start]) {
      start = endWindow(into, start)
      into.fill(0, start, start + 2 + WINDOW_OCTETS)
      into[start] = type >>> 8
    }
    setType(into, start, type)
  }
  return endWindow(into, start)
}

/** Octets of a window's bitmap. */
const WINDOW_OCTETS = 32

/** RFC 4034 §4.1.2: at a cut only what the parent is authoritative for. RFC 2181 §10.1: a CNAME stands alone. */
function isListed(flags: number, type: number): boolean {
  if ((flags & NodeFlag.Cut) !== 0) return type === Type.NS || type === Type.DS
  return (flags & NodeFlag.Cname) === 0 || type === Type.CNAME
}

/** Sets the bit of `type` in the window that starts at `start`: its number, its length, its octets. */
function setType(into: Uint8Array, start: number, type: number): void {
  into[start + 2 + ((type & 0xff) >>> 3)]! |= 0x80 >>> (type & 7)
}

/** Cuts the window's trailing zero octets off, or the window where it has no bit, and returns where it ends. */
function endWindow(into: Uint8Array, start: number): number {
  let octets = WINDOW_OCTETS
  while (octets > 0 && into[start + 1 + octets] === 0) octets--
  if (octets === 0) return start
  into[start + 1] = octets
  return start + 2 + octets
}
