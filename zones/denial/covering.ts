/*
 * NSEC records that cover one name, everything below it, and nothing that is there (RFC 4470 §3).
 */
import { copyOctets, fillLabel, writeLabelBefore, writeSuccessorBeyond } from '../../dns/canonical-order.ts'
import { MAX_LABEL_LENGTH, MAX_NAME_LENGTH, Type } from '../../dns/constants.ts'
import { compareLabels, isWildcard } from '../../dns/name.ts'
import type { Image } from '../image/image.ts'
import { Node, NodeFlag } from '../image/layout.ts'
import { hasFlag, labelOf } from '../image/nodes.ts'
import { isMakeable } from '../made-node.ts'
import type { Denial, DenialRecord, DenialSubject } from './denial.ts'
import type { DenialZone } from './deny.ts'
import { addRecord, DenialKind, SCRATCH, writeWildcard } from './records.ts'
import { childAt, childBefore } from './siblings.ts'
import { ADDED_BY_NSEC, NO_NODE, writeTypeBitmaps } from './type-bitmap.ts'

/** Covers the child of the subject's node at or above its name. */
export function coverName(zone: DenialZone, subject: DenialSubject, denial: Denial): void {
  const { name } = subject
  const label = subject.label - 1
  const record = addRecord(denial, Type.NSEC, DenialKind.Cover, label)
  record.suffix = label + 1
  const start = name.labels[label]!
  const node = writeOwner(zone, record, subject, name.octets, start)
  finish(zone, record, node, name.octets, start)
}

/** Covers the wildcard below the subject's node. */
export function coverWildcard(zone: DenialZone, subject: DenialSubject, denial: Denial): void {
  const { name, label } = subject
  const record = addRecord(denial, Type.NSEC, DenialKind.CoverWildcard, label)
  writeWildcard(record.rdata, SCRATCH, name, label)
  const node = writeOwner(zone, record, subject, record.rdata, SCRATCH)
  finish(zone, record, node, record.rdata, SCRATCH)
}

/**
 * Covers the child of the subject's node at or above its name and the wildcard beside it, and says so, where both are one or
 * neighbours; does nothing otherwise. The name right behind the wildcard must not make the wildcard the owner: nothing is
 * there.
 */
export function coverWithWildcard(zone: DenialZone, subject: DenialSubject, denial: Denial): boolean {
  const { name } = subject
  const label = subject.label - 1
  const start = name.labels[label]!
  if (isWildcard(name.octets, start)) {
    coverWildcard(zone, subject, denial)
    return true
  }
  if (name.octets[start] !== 2 || name.octets[start + 1] !== 0x2a || name.octets[start + 2] !== 0) return false
  const record = addRecord(denial, Type.NSEC, DenialKind.Cover, label)
  record.suffix = label + 1
  writeWildcard(record.rdata, SCRATCH, name, label + 1)
  const node = writeOwner(zone, record, subject, record.rdata, SCRATCH)
  finish(zone, record, node, name.octets, start)
  return true
}

/** Writes the RDATA of a record that covers the name at `start`; `node` has the types of the record's owner. */
function finish(zone: DenialZone, record: DenialRecord, node: number, name: Uint8Array, start: number): void {
  const end = writeSuccessorBeyond(record.rdata, 0, name, start, zone.image.apexLength)
  record.rdataLength = writeTypeBitmaps(zone, node, ADDED_BY_NSEC, record.rdata, end)
}

/**
 * Writes an owner that comes before the name at `start` of `octets`, a child of the subject's node, with nothing of the zone
 * in between, and returns the node whose types it has or NO_NODE.
 */
function writeOwner(
  zone: DenialZone,
  record: DenialRecord,
  { name, node: encloser, types }: DenialSubject,
  octets: Uint8Array,
  start: number,
): number {
  const { image } = zone
  const { prefix } = record
  const room = MAX_NAME_LENGTH - (name.length - name.labels[record.suffix]!)
  const labelRoom = Math.min(MAX_LABEL_LENGTH, room - 1)
  record.prefixLength = writeLabelBefore(prefix, 0, octets, start, labelRoom)
  if (record.prefixLength === 0) return types
  record.prefixLabels = 1
  const before = encloser < 0 ? NO_NODE : childBefore(image, encloser, octets, start)
  if (before < 0 || compareLabels(image.octets, labelOf(image, before), prefix, 0) < 0)
    return writeMadeBefore(zone, record, encloser, room)
  if (octets[start + octets[start]!] !== 0) record.prefixLength = fillLabel(prefix, 0, labelRoom)
  if (compareLabels(image.octets, labelOf(image, before), prefix, 0) < 0)
    return writeMadeBefore(zone, record, encloser, room)
  return writeLastBelow(image, record, before, room)
}

/**
 * A rule may make the owner, which is no name of the image, and names below it: then it becomes the last of those, which
 * no rule makes.
 */
function writeMadeBefore(
  { image, makesNames }: DenialZone,
  record: DenialRecord,
  encloser: number,
  room: number,
): number {
  if (makesNames && isMakeable(record.prefix, 0)) return writeLastBelow(image, record, NO_NODE, room)
  return wildcardOf(image, encloser)
}

/**
 * Makes the owner, which is the name of `node` so far, the last name at or below it (RFC 4471 §3.1.1); below a cut or a
 * DNAME, where the zone cannot speak, that which steers. Returns the node whose types it has or NO_NODE.
 */
function writeLastBelow(image: Image, record: DenialRecord, node: number, room: number): number {
  const { prefix } = record
  let start = MAX_NAME_LENGTH - record.prefixLength
  prefix.copyWithin(start, 0, record.prefixLength)
  let encloser = node
  let exists = node !== NO_NODE
  for (;;) {
    if (exists && hasFlag(image, encloser, NodeFlag.Cut | NodeFlag.Dname)) break
    const label = Math.min(MAX_LABEL_LENGTH, room - (MAX_NAME_LENGTH - start) - 1)
    if (label < 1) break
    start -= label + 1
    prefix[start] = 0
    fillLabel(prefix, start, label)
    record.prefixLabels++
    const child: number = exists ? childAt(image, encloser, prefix, start) : NO_NODE
    exists = child !== NO_NODE
    if (exists) encloser = child
  }
  record.prefixLength = copyOctets(prefix, 0, prefix, start, MAX_NAME_LENGTH - start)
  return exists ? encloser : wildcardOf(image, encloser)
}

/** The node whose types a name has that is not there but just below `encloser`. */
function wildcardOf(image: Image, encloser: number): number {
  if (encloser < 0) return NO_NODE
  const wildcard = image.words[image.nodes + encloser * Node.Words + Node.Wildcard]!
  return wildcard === 0 ? NO_NODE : wildcard
}
