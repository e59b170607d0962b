import type { Projection } from '../../zones/projection.ts'

/** The zone without what is hidden, but with nodes worked out from the whole: the classical mistake. */
export function withNodesOfTheWhole(whole: Projection, isHiddenRRset: (rrset: number) => boolean): Projection {
  const kept: number[] = []
  const first = new Int32Array(whole.rrsetCount + 1)
  for (let rrset = 0; rrset < whole.rrsetCount; rrset++) {
    first[rrset] = kept.length
    if (isHiddenRRset(rrset)) continue
    for (let record = whole.first[rrset]!; record < whole.first[rrset + 1]!; record++) kept.push(record)
  }
  first[whole.rrsetCount] = kept.length
  return {
    ...whole,
    first,
    recordCount: kept.length,
    rdatas: Int32Array.from(kept, (record) => whole.rdatas[record]!),
    rdataLengths: Uint16Array.from(kept, (record) => whole.rdataLengths[record]!),
  }
}
