import type { LabelledName } from '../../dns/labelled-name.ts'
import { isWildcard } from '../../dns/name.ts'
import type { Image } from '../image/image.ts'
import { NodeFlag } from '../image/layout.ts'
import { hasFlag, labelCountOf } from '../image/nodes.ts'
import type { Denial, DenialRecord, DenialSubject } from './denial.ts'

/** What a record says of its subject, the denied name's suffix from the record's `label` on. */
export const DenialKind = {
  /** What the subject has, or in compact denial that it does not exist. */
  Match: 0,
  /** What the wildcard below the subject has. */
  MatchWildcard: 1,
  /** That neither the subject nor anything below it exists. */
  Cover: 2,
  /** That the subject has no wildcard below it. */
  CoverWildcard: 3,
  /** From here on: that the cell of this number below the subject is empty. */
  Cell: 16,
} as const

/** The next free record of `denial`, with an owner that has no prefix yet. */
export function addRecord(denial: Denial, type: number, kind: number, label: number): DenialRecord {
  const record = denial.records[denial.count++]!
  record.type = type
  record.kind = kind
  record.label = label
  record.prefixLength = 0
  record.prefixLabels = 0
  record.suffix = label
  return record
}

/** Index of the label of `name` at which the name of `node`, which is at or above it, starts. */
export function labelOfNode(image: Image, node: number, name: LabelledName): number {
  return name.count - labelCountOf(image, node)
}

/** What a proof says of `node`, which is at or above `name` or answers for it. */
export function subjectOf(image: Image, name: LabelledName, node: number): DenialSubject {
  return { name, node, label: labelOfNode(image, node, name), types: node }
}

/** Whether the wildcard `node` answers for `name`, rather than being named by it. */
export function isExpansion(image: Image, node: number, name: LabelledName): boolean {
  if (!hasFlag(image, node, NodeFlag.Wildcard)) return false
  return labelOfNode(image, node, name) > 0 || !isWildcard(name.octets, 0)
}

/** Writes `*.` and the suffix of `name` from `label` on to `into` at `at` and returns the octets written. */
export function writeWildcard(into: Uint8Array, at: number, name: LabelledName, label: number): number {
  into[at] = 1
  into[at + 1] = ASTERISK
  const start = name.labels[label]!
  for (let i = start; i < name.length; i++) into[at + 2 + i - start] = name.octets[i]!
  return 2 + name.length - start
}

/** Where a record's RDATA has room for a name, and the hash of one, while the RDATA is made. */
export const SCRATCH = 512

const ASTERISK = 0x2a
