import { compareNames } from '../dns/name.ts'
import { canonicalRdata } from '../dns/rr/rdata.ts'
import { type Projection, projectedOwner, projectedRdata } from '../zones/projection.ts'
import { sameOctets } from '../zones/serial.ts'

/** Where a record stands in the operator's files. */
export interface RecordPlace {
  readonly file: string
  readonly line: number
}

/** Where the records of an RRset of a projection stand: the one with this RDATA, or without RDATA all of them. */
export function findPlaces(
  projection: Projection,
  owner: Uint8Array,
  type: number,
  rdata: Uint8Array | undefined,
): RecordPlace[] {
  const rrset = findProjectedRRset(projection, owner, type)
  if (rrset < 0) return []
  const sought = rdata && canonicalRdata(type, rdata)
  const places: RecordPlace[] = []
  for (let record = projection.first[rrset]!; record < projection.first[rrset + 1]!; record++) {
    if (sought && !sameOctets(canonicalRdata(type, projectedRdata(projection, record)), sought)) continue
    places.push({ file: projection.fileNames[projection.files[record]!]!, line: projection.lines[record]! })
  }
  return places
}

/** The RRset of `owner` and `type`, or -1: a binary search, for RRsets stand in canonical order. */
function findProjectedRRset(projection: Projection, owner: Uint8Array, type: number): number {
  let low = 0
  let high = projection.rrsetCount - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const order = compareNames(projectedOwner(projection, middle), owner) || projection.types[middle]! - type
    if (order === 0) return middle
    if (order < 0) low = middle + 1
    else high = middle - 1
  }
  return -1
}
