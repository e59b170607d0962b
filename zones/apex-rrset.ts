import type { Projection } from './projection.ts'

/** The RRset of `type` at the apex, or -1. Owners are in canonical order: the apex's RRsets come first. */
export function apexRRset(projection: Projection, type: number): number {
  const { owners, types, rrsetCount } = projection
  for (let rrset = 0; rrset < rrsetCount && owners[rrset] === owners[0]; rrset++) {
    if (types[rrset] === type) return rrset
  }
  return -1
}
