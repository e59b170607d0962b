import { Type } from '../../dns/constants.ts'
import type { LabelledName } from '../../dns/labelled-name.ts'
import { isWildcard } from '../../dns/name.ts'
import { NSEC3_HASH_DIGITS, NSEC3_HASH_OCTETS, NSEC3PARAM_RDATA } from '../../dns/nsec3.ts'
import { Node, NodeFlag } from '../image/layout.ts'
import { hasFlag, parentOf } from '../image/nodes.ts'
import { findRRset } from '../lookup.ts'
import { isMade, typesOfMade } from '../made-node.ts'
import { type Denial, type DenialRecord, type DenialSubject, Proof, WildcardStyle } from './denial.ts'
import type { DenialZone } from './deny.ts'
import { addRecord, DenialKind, isExpansion, labelOfNode, SCRATCH, writeWildcard } from './records.ts'
import { ADDED_BY_SIGNING, NO_NODE, NOTHING_ADDED, writeTypeBitmaps } from './type-bitmap.ts'

/** NSEC3 records that match one hash or cover one hash (RFC 7129 appendix B), parameters `1 0 0 -` (RFC 9276 §3.1). */
export function denyByNsec3(zone: DenialZone, proof: Proof, subject: DenialSubject, denial: Denial): void {
  const { image } = zone
  const { name, node, label, types } = subject
  switch (proof) {
    case Proof.Absent:
      match(zone, name, label, types, denial)
      if (!isWildcard(name.octets, name.labels[label - 1]!)) cover(zone, name, label - 1, denial)
      coverWildcard(zone, name, label, denial)
      break
    case Proof.Nodata:
      denyType(zone, name, node, denial)
      break
    case Proof.Insecure:
      match(zone, name, label, node, denial)
      break
    case Proof.Expanded:
      cover(zone, name, labelOfNode(image, parentOf(image, node), name) - 1, denial)
      break
  }
}

/** RFC 5155 §7.2.3, and §7.2.5 where wildcards are not flat. */
function denyType(zone: DenialZone, name: LabelledName, node: number, denial: Denial): void {
  const { image } = zone
  if (zone.wildcards !== WildcardStyle.Conventional || !isExpansion(image, node, name)) {
    match(zone, name, 0, node, denial)
    return
  }
  const encloser = parentOf(image, node)
  const label = labelOfNode(image, encloser, name)
  match(zone, name, label, encloser, denial)
  cover(zone, name, label - 1, denial)
  matchWildcard(zone, name, label, node, denial)
}

/** What the suffix of `name` from `label` on has: the types of `node`. */
function match(zone: DenialZone, name: LabelledName, label: number, node: number, denial: Denial): void {
  const record = addRecord(denial, Type.NSEC3, DenialKind.Match, label)
  hashSuffix(zone, record, name, label)
  finishMatch(zone, record, name, node)
}

function matchWildcard(zone: DenialZone, name: LabelledName, label: number, node: number, denial: Denial): void {
  const record = addRecord(denial, Type.NSEC3, DenialKind.MatchWildcard, label)
  hashWildcard(zone, record, name, label)
  finishMatch(zone, record, name, node)
}

function cover(zone: DenialZone, name: LabelledName, label: number, denial: Denial): void {
  const record = addRecord(denial, Type.NSEC3, DenialKind.Cover, label)
  hashSuffix(zone, record, name, label)
  finishCover(zone, record, name)
}

function coverWildcard(zone: DenialZone, name: LabelledName, label: number, denial: Denial): void {
  const record = addRecord(denial, Type.NSEC3, DenialKind.CoverWildcard, label)
  hashWildcard(zone, record, name, label)
  finishCover(zone, record, name)
}

function hashSuffix(zone: DenialZone, record: DenialRecord, name: LabelledName, label: number): void {
  const start = name.labels[label]!
  zone.hash(name.octets, start, name.length - start, record.rdata, HASH)
}

function hashWildcard(zone: DenialZone, record: DenialRecord, name: LabelledName, label: number): void {
  const length = writeWildcard(record.rdata, SCRATCH, name, label)
  zone.hash(record.rdata, SCRATCH, length, record.rdata, HASH)
}

/** From the hash to the one behind it. */
function finishMatch(zone: DenialZone, record: DenialRecord, name: LabelledName, node: number): void {
  writeOwner(zone, record, name)
  increment(record.rdata)
  const added = isSigned(zone, node) ? ADDED_BY_SIGNING : NOTHING_ADDED
  record.rdataLength = writeTypeBitmaps(zone, node, added, record.rdata, writeParameters(record.rdata))
}

/** From the hash before this one to the one behind it. No name is known to have either of them: they are 160 bits long. */
function finishCover(zone: DenialZone, record: DenialRecord, name: LabelledName): void {
  decrement(record.rdata)
  writeOwner(zone, record, name)
  increment(record.rdata)
  increment(record.rdata)
  record.rdataLength = writeTypeBitmaps(zone, NO_NODE, NOTHING_ADDED, record.rdata, writeParameters(record.rdata))
}

/** RFC 5155 §7.1: RRSIG is listed where something at the name is signed, neither at insecure cuts nor at empty non-terminals. */
function isSigned(zone: DenialZone, node: number): boolean {
  if (node < 0) return isMade(node) && typesOfMade(node).length > 0
  const { image } = zone
  if (hasFlag(image, node, NodeFlag.Cut)) return findRRset(image, node, Type.DS) >= 0
  return image.words[image.nodes + node * Node.Words + Node.RRsetCount]! > 0
}

/** Algorithm, flags, iterations, no salt, hash length (RFC 5155 §3.2). Returns where the hash ends. */
function writeParameters(rdata: Uint8Array): number {
  for (let i = 0; i < NSEC3PARAM_RDATA.length; i++) rdata[i] = NSEC3PARAM_RDATA[i]!
  rdata[HASH - 1] = NSEC3_HASH_OCTETS
  return HASH + NSEC3_HASH_OCTETS
}

/** The owner: the hash in base32hex, lower-cased, below the apex (RFC 5155 §3, RFC 4648 §7). */
function writeOwner(zone: DenialZone, record: DenialRecord, name: LabelledName): void {
  const { prefix, rdata } = record
  record.suffix = name.count - zone.image.apexLabels
  record.prefixLabels = 1
  record.prefixLength = 1 + NSEC3_HASH_DIGITS
  prefix[0] = NSEC3_HASH_DIGITS
  for (let digit = 0; digit < NSEC3_HASH_DIGITS; digit++) {
    const bit = digit * 5
    const at = HASH + (bit >>> 3)
    const pair = (rdata[at]! << 8) | (bit >>> 3 < NSEC3_HASH_OCTETS - 1 ? rdata[at + 1]! : 0)
    const value = (pair >>> (11 - (bit & 7))) & 31
    prefix[1 + digit] = value < 10 ? 0x30 + value : 0x57 + value
  }
}

/** The hash behind that in `rdata`; behind the last one comes 0. */
function increment(rdata: Uint8Array): void {
  for (let i = HASH + NSEC3_HASH_OCTETS - 1; i >= HASH; i--) {
    rdata[i] = (rdata[i]! + 1) & 0xff
    if (rdata[i] !== 0) return
  }
}

function decrement(rdata: Uint8Array): void {
  for (let i = HASH + NSEC3_HASH_OCTETS - 1; i >= HASH; i--) {
    rdata[i] = (rdata[i]! - 1) & 0xff
    if (rdata[i] !== 0xff) return
  }
}

/** Where the next hash stands in RDATA without salt. */
const HASH = 6
