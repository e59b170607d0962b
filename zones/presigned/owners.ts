import { Type } from '../../dns/constants.ts'
import { nameLength } from '../../dns/name.ts'
import type { Projection } from '../projection.ts'

/** What a zone says of an owner. */
export const Authority = {
  /** The zone's own. */
  Own: 0,
  /** A zone cut: of its RRsets DS and NSEC are the zone's own (RFC 4035 §2.2). */
  Cut: 1,
  /** Below a cut or a DNAME: nobody's. */
  Occluded: 2,
} as const
export type Authority = (typeof Authority)[keyof typeof Authority]

/** One owner of a projection: its rows, and what the zone says of it. */
export interface Owner {
  readonly start: number
  readonly end: number
  readonly authority: Authority
}

/** The owners of the projection's data in canonical order. */
export function* ownersOf(projection: Projection): Generator<Owner> {
  const { owners, octets, rrsetCount } = projection
  let occluding = -1
  for (let start = 0, end = 0; start < rrsetCount; start = end) {
    while (end < rrsetCount && owners[end] === owners[start]) end++
    // In canonical order all that is below a name follows it.
    if (occluding >= 0 && isBelow(octets, owners[start]!, occluding)) {
      yield { start, end, authority: Authority.Occluded }
      continue
    }
    const isCut = start > 0 && typeRow(projection, start, end, Type.NS) >= 0
    const occludes = isCut || typeRow(projection, start, end, Type.DNAME) >= 0
    occluding = occludes ? owners[start]! : -1
    yield { start, end, authority: isCut ? Authority.Cut : Authority.Own }
  }
}

/** The row of `type` among the rows of one owner, or -1. */
export function typeRow({ types }: Projection, start: number, end: number, type: number): number {
  for (let row = start; row < end; row++) if (types[row] === type) return row
  return -1
}

/** Whether the RRset at `row` of an owner is the zone's own, and so is signed. */
export function isSigned({ types }: Projection, row: number, authority: Authority): boolean {
  if (authority === Authority.Own) return true
  return authority === Authority.Cut && (types[row] === Type.DS || types[row] === Type.NSEC)
}

/** Whether the name at `name` is the one at `ancestor` or below it; both lower-cased. */
function isBelow(octets: Uint8Array, name: number, ancestor: number): boolean {
  const length = nameLength(octets, ancestor)
  const surplus = nameLength(octets, name) - length
  let at = name
  while (at < name + surplus) at += octets[at]! + 1
  if (at !== name + surplus) return false
  for (let i = 0; i < length; i++) if (octets[at + i] !== octets[ancestor + i]) return false
  return true
}
