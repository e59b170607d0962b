/*
 * The owners of a projection and how the zone stands to each: what a signer, and whoever checks one, has to know first.
 */
import { Type } from '../dns/constants.ts'
import { isAtOrBelow } from '../dns/name.ts'
import { type Projection, projectedOwner } from './projection.ts'

/** Whose data an owner's records are. */
export const Standing = {
  Apex: 0,
  Authoritative: 1,
  /** A zone cut: NS, DS, NSEC and glue. */
  Cut: 2,
  /** Below a cut: glue. */
  BelowCut: 3,
  /** Below a DNAME: nobody's. It is never answered, and must not be there (RFC 6672 §2.4). */
  BelowDname: 4,
} as const
export type Standing = (typeof Standing)[keyof typeof Standing]

/** One owner of a projection; its rows are those from `first` up to `end`. */
export interface Owner {
  /** Wire, lower-cased: a view. */
  readonly name: Uint8Array
  readonly standing: Standing
  readonly first: number
  readonly end: number
}

/** The owners of the projection's data in canonical order. */
export function* ownersOf(projection: Projection): Generator<Owner> {
  const { owners, rrsetCount } = projection
  // In canonical order all that is below a name follows it.
  let above: { readonly name: Uint8Array; readonly below: Standing } | undefined
  for (let first = 0, end = 0; first < rrsetCount; first = end) {
    while (end < rrsetCount && owners[end] === owners[first]) end++
    const name = projectedOwner(projection, first)
    if (above !== undefined && isAtOrBelow(name, above.name)) {
      yield { name, standing: above.below, first, end }
      continue
    }
    const isCut = first > 0 && typeRow(projection, first, end, Type.NS) >= 0
    const occludes = isCut || typeRow(projection, first, end, Type.DNAME) >= 0
    above = occludes ? { name, below: isCut ? Standing.BelowCut : Standing.BelowDname } : undefined
    yield { name, standing: first === 0 ? Standing.Apex : isCut ? Standing.Cut : Standing.Authoritative, first, end }
  }
}

/** The row of `type` among the rows of one owner, or -1. */
export function typeRow({ types }: Projection, first: number, end: number, type: number): number {
  for (let row = first; row < end; row++) if (types[row] === type) return row
  return -1
}

/** Whether the zone cannot speak for the owner: something above it can. */
export function isOccluded({ standing }: Owner): boolean {
  return standing === Standing.BelowCut || standing === Standing.BelowDname
}

/** Whether the zone speaks for RRsets of this type here, and so signs them: at a cut for DS and NSEC (RFC 4035 §2.2). */
export function isSigned(type: number, standing: Standing): boolean {
  if (standing === Standing.Cut) return type === Type.DS || type === Type.NSEC
  return standing === Standing.Apex || standing === Standing.Authoritative
}

/** Whether a denial record of the owner lists this type that it has: what is signed, and at a cut the NS (RFC 4035 §2.3). */
export function isListed(type: number, standing: Standing): boolean {
  return isSigned(type, standing) || (standing === Standing.Cut && type === Type.NS)
}
