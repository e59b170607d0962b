import { compareNames, nameToText } from '../dns/name.ts'
import { rdataToText } from '../dns/rr/rdata.ts'
import { typeToText } from '../dns/rr/registry.ts'
import type { PrintableRecord } from '../zones/master-file/write.ts'
import { type Projection, projectedOwner, projectedRdata } from '../zones/projection.ts'

/** The records of a projection, in canonical order. */
export function recordsOf(projection: Projection): PrintableRecord[] {
  const records: PrintableRecord[] = []
  for (let rrset = 0; rrset < projection.rrsetCount; rrset++) {
    const owner = projectedOwner(projection, rrset)
    const [type, ttl] = [projection.types[rrset]!, projection.ttls[rrset]!]
    for (let record = projection.first[rrset]!; record < projection.first[rrset + 1]!; record++) {
      records.push({ owner, type, ttl, rdata: projectedRdata(projection, record) })
    }
  }
  return records
}

/** A record in words, for programs. */
export function recordFacts({ owner, type, ttl, rdata }: PrintableRecord): Record<string, unknown> {
  return { name: nameToText(owner), ttl, type: typeToText(type), rdata: rdataToText(type, rdata) }
}

/** The records of one RRset as lines, those that both sides have left out. */
export interface Difference {
  readonly left: readonly string[]
  readonly right: readonly string[]
}

/** RRsets that differ between two projections, in canonical order; a missing one has no lines. */
export function diffProjections(left: Projection | undefined, right: Projection | undefined): Difference[] {
  const differences: Difference[] = []
  let [l, r] = [0, 0]
  const [leftCount, rightCount] = [left?.rrsetCount ?? 0, right?.rrsetCount ?? 0]
  while (l < leftCount || r < rightCount) {
    const order = l === leftCount ? 1 : r === rightCount ? -1 : compareRRsets(left!, l, right!, r)
    const leftLines = order <= 0 ? rrsetLines(left!, l++) : []
    const rightLines = order >= 0 ? rrsetLines(right!, r++) : []
    if (leftLines.join('\n') === rightLines.join('\n')) continue
    differences.push({
      left: leftLines.filter((line) => !rightLines.includes(line)),
      right: rightLines.filter((line) => !leftLines.includes(line)),
    })
  }
  return differences
}

function compareRRsets(left: Projection, l: number, right: Projection, r: number): number {
  return compareNames(projectedOwner(left, l), projectedOwner(right, r)) || left.types[l]! - right.types[r]!
}

/** The records of an RRset of a projection as lines, names absolute. */
function rrsetLines(projection: Projection, rrset: number): string[] {
  const type = projection.types[rrset]!
  const owner = nameToText(projection.octets, projection.owners[rrset]!)
  const lead = `${owner.padEnd(31)} ${String(projection.ttls[rrset]!).padStart(6)} ${typeToText(type).padEnd(6)}`
  const lines: string[] = []
  for (let record = projection.first[rrset]!; record < projection.first[rrset + 1]!; record++) {
    lines.push(`${lead} ${rdataToText(type, projectedRdata(projection, record))}`)
  }
  return lines
}
