/*
 * The owners of a projection and how the zone stands to each: what a signer has to know before anything else.
 */
import { Type } from '../../dns/constants.ts'
import { isAtOrBelow } from '../../dns/name.ts'
import { type Projection, projectedOwner } from '../projection.ts'

/** Whose data an owner's records are. */
export const Standing = {
  Apex: 0,
  Authoritative: 1,
  /** A zone cut: NS, DS and glue. */
  Cut: 2,
  /** Below a cut: glue. */
  Beneath: 3,
} as const
export type Standing = (typeof Standing)[keyof typeof Standing]

/** One owner; its RRsets are those from `first` up to `end` of the projection. */
export interface ZoneNode {
  readonly owner: Uint8Array
  readonly standing: Standing
  readonly first: number
  readonly end: number
}

/**
 * The owners in canonical order. What lies below a DNAME is left out: it is never answered, must not be there (RFC 6672
 * §2.4), and servers refuse zones for it.
 */
export function* zoneNodes(projection: Projection): Generator<ZoneNode> {
  const { owners, rrsetCount } = projection
  let above: { readonly owner: Uint8Array; readonly isCut: boolean } | undefined
  for (let first = 0, end = 0; first < rrsetCount; first = end) {
    while (end < rrsetCount && owners[end] === owners[first]) end++
    const owner = projectedOwner(projection, first)
    if (above !== undefined && isAtOrBelow(owner, above.owner)) {
      if (above.isCut) yield { owner, standing: Standing.Beneath, first, end }
      continue
    }
    const isApex = owner.length === projection.apex.length
    const isCut = !isApex && hasType(projection, Type.NS, first, end)
    above = isCut || hasType(projection, Type.DNAME, first, end) ? { owner, isCut } : undefined
    yield { owner, standing: isApex ? Standing.Apex : isCut ? Standing.Cut : Standing.Authoritative, first, end }
  }
}

/** RRsets of a node; a DS at the apex is left out, for it is the parent's and must not be there (RFC 4035 §2.4). */
export function* rrsetsOf({ types }: Projection, { standing, first, end }: ZoneNode): Generator<number> {
  for (let rrset = first; rrset < end; rrset++) {
    if (standing !== Standing.Apex || types[rrset] !== Type.DS) yield rrset
  }
}

/** Whether the zone speaks for this RRset, and so signs it and tells of it in the bitmap: at a cut only for DS. */
export function isSigned(type: number, standing: Standing): boolean {
  if (standing === Standing.Beneath) return false
  return standing !== Standing.Cut || type === Type.DS
}

/** Types that a denial record of the node lists, its own and RRSIG aside (RFC 4035 §2.3, RFC 5155 §7.1). */
export function* listedTypes(projection: Projection, node: ZoneNode): Generator<number> {
  for (const rrset of rrsetsOf(projection, node)) {
    const type = projection.types[rrset]!
    if (isSigned(type, node.standing) || (node.standing === Standing.Cut && type === Type.NS)) yield type
  }
}

function hasType({ types }: Projection, type: number, first: number, end: number): boolean {
  for (let rrset = first; rrset < end; rrset++) if (types[rrset] === type) return true
  return false
}
