import { Type } from '../dns/constants.ts'
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
  const sought = rdata && canonicalRdata(type, rdata)
  const places: RecordPlace[] = []
  for (const row of findRows(projection, owner, type)) {
    for (let record = projection.first[row]!; record < projection.first[row + 1]!; record++) {
      if (sought && !sameOctets(canonicalRdata(type, projectedRdata(projection, record)), sought)) continue
      places.push({ file: projection.fileNames[projection.files[record]!]!, line: projection.lines[record]! })
    }
  }
  return places
}

function findRows(projection: Projection, owner: Uint8Array, type: number): number[] {
  if (type === Type.RRSIG || type === Type.NSEC3) return findPresignedRows(projection, owner, type)
  const rrset = findProjectedRRset(projection, owner, type)
  return rrset < 0 ? [] : [rrset]
}

/** Rows of what a zone brings to be proved by, which stand beyond its RRsets and in no order of names. */
function findPresignedRows({ presigned, ...projection }: Projection, owner: Uint8Array, type: number): number[] {
  const rows: number[] = []
  for (let row = projection.rrsetCount; row < (presigned?.rowCount ?? 0); row++) {
    if (projection.types[row] === type && compareNames(projectedOwner(projection, row), owner) === 0) rows.push(row)
  }
  return rows
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
