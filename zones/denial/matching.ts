/*
 * NSEC records whose owner is the name that they speak of: what it has, and where it does not exist, that.
 */
import { writeSuccessor, writeSuccessorBeyond } from '../../dns/canonical-order.ts'
import { Type } from '../../dns/constants.ts'
import type { LabelledName } from '../../dns/labelled-name.ts'
import { NodeFlag } from '../image/layout.ts'
import { hasFlag } from '../image/nodes.ts'
import type { Denial, DenialRecord } from './denial.ts'
import type { DenialZone } from './deny.ts'
import { addRecord, DenialKind, SCRATCH, writeWildcard } from './records.ts'
import { ADDED_BY_NSEC, ADDED_BY_NXNAME, NO_NODE, writeTypeBitmaps } from './type-bitmap.ts'

/** RFC 9824 §3.1: the name has nothing but the type that says that it does not exist. */
export function matchAbsent(zone: DenialZone, name: LabelledName, denial: Denial): void {
  const record = addRecord(denial, Type.NSEC, DenialKind.Match, 0)
  const end = writeSuccessor(record.rdata, 0, name.octets, 0, zone.image.apexLength)
  record.rdataLength = writeTypeBitmaps(zone, NO_NODE, ADDED_BY_NXNAME, record.rdata, end)
}

/** What the suffix of `name` from `label` on has: the types of `node`, its own or the wildcard's that answers for it. */
export function matchName(zone: DenialZone, name: LabelledName, label: number, node: number, denial: Denial): void {
  const record = addRecord(denial, Type.NSEC, DenialKind.Match, label)
  writeMatch(zone, record, node, name.octets, name.labels[label]!)
}

/** What the wildcard `node` below the suffix of `name` from `label` on has. */
export function matchWildcard(zone: DenialZone, name: LabelledName, label: number, node: number, denial: Denial): void {
  const record = addRecord(denial, Type.NSEC, DenialKind.MatchWildcard, label)
  const { prefix, rdata } = record
  record.prefixLength = 2
  record.prefixLabels = 1
  writeWildcard(rdata, SCRATCH, name, label)
  for (let i = 0; i < 2; i++) prefix[i] = rdata[SCRATCH + i]!
  writeMatch(zone, record, node, rdata, SCRATCH)
}

/**
 * The next name of a cut comes after everything below it, as in any signed zone: `\000.` would be a name of the child
 * (RFC 9824 §3.4). That of any other name comes right after it, so that nothing is covered.
 */
function writeMatch(zone: DenialZone, record: DenialRecord, node: number, owner: Uint8Array, start: number): void {
  const { image } = zone
  const { rdata } = record
  const end =
    node >= 0 && hasFlag(image, node, NodeFlag.Cut)
      ? writeSuccessorBeyond(rdata, 0, owner, start, image.apexLength)
      : writeSuccessor(rdata, 0, owner, start, image.apexLength)
  record.rdataLength = writeTypeBitmaps(zone, node, ADDED_BY_NSEC, rdata, end)
}
