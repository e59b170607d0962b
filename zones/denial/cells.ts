/*
 * Cells: below each encloser, points that do not depend on the names there cut the space of its children. A cell in which
 * nothing is is denied whole, by one NSEC record from its point to the next; in other cells denial is per name. Each
 * point is a name without types.
 *
 *   point:  two octets that follow the letters and digits of names, then a keyed tail
 */
import { copyOctets } from '../../dns/canonical-order.ts'
import { MAX_NAME_LENGTH, Type } from '../../dns/constants.ts'
import type { LabelledName } from '../../dns/labelled-name.ts'
import { compareLabels } from '../../dns/name.ts'
import { Header } from '../image/layout.ts'
import { labelOf } from '../image/nodes.ts'
import { coverName, coverWildcard, coverWithWildcard } from './covering.ts'
import { type Denial, type DenialSubject, MAX_DENIAL_RECORDS, Proof } from './denial.ts'
import type { DenialZone } from './deny.ts'
import { matchName } from './matching.ts'
import { addRecord, DenialKind, labelOfNode } from './records.ts'
import { branchOf, firstNotBefore } from './siblings.ts'
import { ADDED_BY_NSEC, NO_NODE, writeTypeBitmaps } from './type-bitmap.ts'
import { denyByWhiteLies, denyName } from './white-lies.ts'

/** First and second octets of points, in canonical order; with the first point and the last one in front and behind. */
const FIRST = '0123456789_abcdefghijklmnopqrstuvwxyz'
const SECOND = '-5abcdefghijklmnopqrstuvwxyz'
const POINTS = FIRST.length * SECOND.length + 2
/** Cells below each encloser. Whoever asks for all of them learns one bit of each: whether anything is in it. */
export const CELLS = POINTS - 1

/**
 * Whether `name`, which the zone does not have and whose closest encloser is `encloser`, is a point. Then it is there,
 * without types: the answer is NODATA, and its proof is `Proof.Absent` all the same. `denial` lends its room.
 */
export function isCellPoint(zone: DenialZone, name: LabelledName, encloser: number, denial: Denial): boolean {
  const label = labelOfNode(zone.image, encloser, name)
  if (label !== 1 || name.octets[0] !== POINT_OCTETS || !hasPoints(name, label)) return false
  const scratch = scratchOf(denial)
  return isPoint(zone, name, label, cellOf(zone, name, label, scratch), scratch)
}

/** As white lies, but whole cells where nothing is. */
export function denyByCells(zone: DenialZone, proof: Proof, subject: DenialSubject, denial: Denial): void {
  const { name, node, label } = subject
  if (proof !== Proof.Absent || !hasPoints(name, label)) {
    denyByWhiteLies(zone, proof, subject, denial)
    return
  }
  const scratch = scratchOf(denial)
  const cell = cellOf(zone, name, label, scratch)
  const point = isPoint(zone, name, label, cell, scratch)
  if (cell < CELLS && isEmpty(zone, name, label, node, cell, scratch)) {
    denyCell(zone, name, label, cell, denial)
    if (cell !== WILDCARD_CELL && !(point && label === 1)) denyWildcard(zone, subject, denial)
  } else if (point) {
    if (label === 1) matchName(zone, name, 0, NO_NODE, denial)
    else denyBelowPoint(zone, subject, denial)
  } else if (!coverWithWildcard(zone, subject, denial)) {
    coverName(zone, subject, denial)
    denyWildcard(zone, subject, denial)
  }
}

/** A point is there, and nothing below it. */
function denyBelowPoint(zone: DenialZone, subject: DenialSubject, denial: Denial): void {
  subject.node = NO_NODE
  subject.types = NO_NODE
  subject.label--
  denyName(zone, subject, denial)
}

function denyWildcard(zone: DenialZone, subject: DenialSubject, denial: Denial): void {
  const { name, node, label } = subject
  if (isEmpty(zone, name, label, node, WILDCARD_CELL, scratchOf(denial))) {
    denyCell(zone, name, label, WILDCARD_CELL, denial)
  } else {
    coverWildcard(zone, subject, denial)
  }
}

/** From the cell's point to the next: nothing is in between, and the point itself has no types. */
function denyCell(zone: DenialZone, name: LabelledName, label: number, cell: number, denial: Denial): void {
  const record = addRecord(denial, Type.NSEC, DenialKind.Cell + cell, label)
  const { prefix, rdata } = record
  record.prefixLength = writePoint(zone, name, label, cell, prefix)
  record.prefixLabels = 1
  const start = name.labels[label]!
  const end = copyOctets(rdata, writePoint(zone, name, label, cell + 1, rdata), name.octets, start, name.length - start)
  record.rdataLength = writeTypeBitmaps(zone, NO_NODE, ADDED_BY_NSEC, rdata, end)
}

/** Whether nothing in the zone is at the cell's point or behind it, up to the next point. */
function isEmpty(
  zone: DenialZone,
  name: LabelledName,
  label: number,
  encloser: number,
  cell: number,
  scratch: Uint8Array,
): boolean {
  const { image } = zone
  writePoint(zone, name, label, cell, scratch)
  const node = firstNotBefore(image, encloser, scratch, 0)
  if (node === image.words[Header.NodeCount] || branchOf(image, encloser, node) < 0) return true
  writePoint(zone, name, label, cell + 1, scratch)
  return compareLabels(image.octets, labelOf(image, node), scratch, 0) >= 0
}

/**
 * The cell of the child of the encloser, whose name starts at `label`, at or above `name`; `CELLS` where it is at or
 * behind the last point, `NO_CELL` where it is before the first.
 */
function cellOf(zone: DenialZone, name: LabelledName, label: number, scratch: Uint8Array): number {
  const child = name.labels[label - 1]!
  let low = 0
  let high = POINTS
  while (low < high) {
    const middle = (low + high) >>> 1
    let order = compareHeads(middle, name.octets, child)
    if (order === 0) {
      // Only now, for the tail takes a while to write.
      writePoint(zone, name, label, middle, scratch)
      order = compareLabels(scratch, 0, name.octets, child)
    }
    if (order <= 0) low = middle + 1
    else high = middle
  }
  return low === 0 ? NO_CELL : low - 1
}

/** Compares the first two octets of a point with the label at `at`; 0: they do not decide. */
function compareHeads(point: number, octets: Uint8Array, at: number): number {
  const first = firstOctet(point) - octets[at + 1]!
  if (first !== 0) return first
  return octets[at]! === 1 ? 1 : secondOctet(point) - octets[at + 2]!
}

/** Whether that child is the point of its cell. */
function isPoint(zone: DenialZone, name: LabelledName, label: number, cell: number, scratch: Uint8Array): boolean {
  const child = name.labels[label - 1]!
  if (cell === NO_CELL || name.octets[child] !== POINT_OCTETS) return false
  writePoint(zone, name, label, cell, scratch)
  return compareLabels(scratch, 0, name.octets, child) === 0
}

/** Whether names of points fit below the name that starts at `label`. */
function hasPoints(name: LabelledName, label: number): boolean {
  return name.length - name.labels[label]! + POINT_OCTETS + 1 <= MAX_NAME_LENGTH
}

/** Writes the label of a point below the name that starts at `label`, and returns its octets, length octet included. */
function writePoint(zone: DenialZone, name: LabelledName, label: number, point: number, into: Uint8Array): number {
  into[0] = POINT_OCTETS
  into[1] = firstOctet(point)
  into[2] = secondOctet(point)
  let state = zone.cellSeed ^ Math.imul(point + 1, 0x9e3779b1)
  for (let i = name.labels[label]!; i < name.length; i++) state = mix(state ^ name.octets[i]!)
  for (let i = 3; i <= POINT_OCTETS; i++) {
    state = mix(state + i)
    into[i] = TAIL.charCodeAt(state >>> 27)
  }
  return POINT_OCTETS + 1
}

function firstOctet(point: number): number {
  if (isBetween(point)) return FIRST.charCodeAt(Math.floor((point - 1) / SECOND.length))
  return point === 0 ? 0x21 : 0x7e
}

function secondOctet(point: number): number {
  return SECOND.charCodeAt(isBetween(point) ? (point - 1) % SECOND.length : 0)
}

function isBetween(point: number): boolean {
  return point > 0 && point < POINTS - 1
}

function mix(state: number): number {
  const mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
  return Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
}

/** The last record's RDATA, which a proof of absence leaves alone. */
function scratchOf(denial: Denial): Uint8Array {
  return denial.records[MAX_DENIAL_RECORDS - 1]!.rdata
}

/** Octets of a point's label; its tail has 32 spellings per octet, so that nobody has the name by chance. */
const POINT_OCTETS = 10
const TAIL = 'abcdefghijklmnopqrstuvwxyz234567'
/** The cell between the first two points, `!-` and `0-`, has the asterisk. */
const WILDCARD_CELL = 0
const NO_CELL = POINTS
