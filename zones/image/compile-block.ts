/*
 * Prepares the blocks of RRsets: resource records as they go on the wire, names in RDATA compressed towards places
 * that are known only when an answer is written (layout.ts, `FixupBase`).
 */
import { Class } from '../../dns/constants.ts'
import { isWildcard, LOWER_CASE, nameLength } from '../../dns/name.ts'
import { type OctetWriter, writeOctets, writeU16, writeU32 } from '../../dns/octet-writer.ts'
import { namesInRdata } from '../../dns/rr/rdata.ts'
import type { Projection } from '../projection.ts'
import { FixupBase, MAX_BLOCK_DELTA } from './layout.ts'
import { appendWords, type WordWriter } from './word-writer.ts'

/** Where blocks are written, and what is known of the one being written. */
export interface BlockWriter {
  readonly projection: Projection
  /** Blocks land here. */
  readonly heap: OctetWriter
  readonly fixups: WordWriter
  /** Start of the block in the heap. */
  start: number
  /** Owner of the block: offset in the projection's heap, length, and whether names may point at it. */
  owner: number
  ownerLength: number
  isOwnerUsable: boolean
  /** Names with additional processing in this block: position in the block, offset in the projection's heap. */
  readonly targets: WordWriter
  /** Suffixes spelled out in this block: position in the block, offset in the projection's heap, length. */
  readonly spelled: Int32Array
  spelledCount: number
}

/** Every owner is written as a pointer to QNAME. */
const OWNER = 0xc00c
const POINTER = 0xc000
/** Suffixes remembered in a block: enough for every RRset that is worth compressing, and a bound on the search. */
const MAX_SPELLED = 128

/** A writer of blocks to `heap`, of fixups to `fixups`, and of each block's targets to `targets`. */
export function createBlockWriter(
  projection: Projection,
  heap: OctetWriter,
  fixups: WordWriter,
  targets: WordWriter,
): BlockWriter {
  const spelled = new Int32Array(MAX_SPELLED * 3)
  const owner = { start: 0, owner: 0, ownerLength: 0, isOwnerUsable: false }
  return { projection, heap, fixups, ...owner, targets, spelled, spelledCount: 0 }
}

/** Writes the block of `rrset` with `ttl` to the heap, its fixups and targets to their tables. */
export function writeBlock(writer: BlockWriter, rrset: number, ttl: number): void {
  const { projection, heap } = writer
  const { octets } = projection
  const type = projection.types[rrset]!
  writer.start = heap.length
  writer.owner = projection.owners[rrset]!
  writer.ownerLength = nameLength(octets, writer.owner)
  writer.isOwnerUsable = !isWildcard(octets, writer.owner)
  writer.targets.length = 0
  writer.spelledCount = 0
  for (let record = projection.first[rrset]!; record < projection.first[rrset + 1]!; record++) {
    writeU16(heap, OWNER)
    writeU16(heap, type)
    writeU16(heap, Class.In)
    writeU32(heap, ttl)
    const lengthAt = heap.length
    writeU16(heap, 0)
    writeRdata(writer, type, projection.rdatas[record]!, projection.rdataLengths[record]!)
    const length = heap.length - lengthAt - 2
    heap.octets[lengthAt] = length >>> 8
    heap.octets[lengthAt + 1] = length
  }
}

function writeRdata(writer: BlockWriter, type: number, start: number, length: number): void {
  const { octets } = writer.projection
  const end = start + length
  let copied = start
  for (const name of namesInRdata(type, octets.subarray(start, end))) {
    copyOctets(writer, copied, start + name.start)
    copied = start + name.start + name.length
    if (name.additional && name.length > 1) rememberTarget(writer, start + name.start, name.length)
    if (name.compress) writeCompressed(writer, start + name.start, name.length)
    else copyOctets(writer, start + name.start, copied)
  }
  copyOctets(writer, copied, end)
}

/** Lists a name that has additional processing, unless the block has it already. */
function rememberTarget(writer: BlockWriter, name: number, length: number): void {
  const { targets } = writer
  const { octets } = writer.projection
  for (let i = 0; i < targets.length; i += 2) {
    if (sameName(octets, name, octets, targets.words[i + 1]!, length)) return
  }
  const row = appendWords(targets, 2)
  targets.words[row] = writer.heap.length - writer.start
  targets.words[row + 1] = name
}

/** Writes the name with the longest suffix that is spelled elsewhere in the message replaced by a pointer. */
function writeCompressed(writer: BlockWriter, name: number, length: number): void {
  const { octets } = writer.projection
  const end = name + length
  // A pointer is two octets: it saves nothing in place of the root.
  for (let suffix = name; octets[suffix] !== 0; suffix += octets[suffix]! + 1) {
    const reference = findReference(writer, suffix, end - suffix)
    if (reference < 0) continue
    spell(writer, name, suffix, end)
    const row = appendWords(writer.fixups, 1)
    writer.fixups.words[row] = ((writer.heap.length - writer.start) << 16) | reference
    writeU16(writer.heap, POINTER)
    return
  }
  spell(writer, name, end - 1, end)
  copyOctets(writer, end - 1, end)
}

/** Base and delta of a place that spells the suffix, as a fixup holds them; -1 where there is none. */
function findReference(writer: BlockWriter, suffix: number, length: number): number {
  const { projection, spelled } = writer
  const { octets, apex } = projection
  if (writer.isOwnerUsable && length === writer.ownerLength && sameName(octets, suffix, octets, writer.owner, length)) {
    return FixupBase.Owner << 14
  }
  if (length === apex.length && sameName(octets, suffix, apex, 0, length)) return FixupBase.Apex << 14
  for (let i = 0; i < writer.spelledCount * 3; i += 3) {
    if (spelled[i + 2] === length && sameName(octets, suffix, octets, spelled[i + 1]!, length)) {
      return (FixupBase.Block << 14) | spelled[i]!
    }
  }
  return -1
}

/** Writes the labels from `name` up to `suffix` and remembers the suffixes that start at them. */
function spell(writer: BlockWriter, name: number, suffix: number, end: number): void {
  const { spelled } = writer
  const { octets } = writer.projection
  for (let label = name; label < suffix; label += octets[label]! + 1) {
    const position = writer.heap.length - writer.start + label - name
    if (writer.spelledCount === MAX_SPELLED || position >= MAX_BLOCK_DELTA) break
    const row = writer.spelledCount++ * 3
    spelled[row] = position
    spelled[row + 1] = label
    spelled[row + 2] = end - label
  }
  copyOctets(writer, name, suffix)
}

/** Whether two names are the same, case-insensitive; `length` is that of either, for no name is the beginning of another. */
function sameName(a: Uint8Array, aStart: number, b: Uint8Array, bStart: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (LOWER_CASE[a[aStart + i]!] !== LOWER_CASE[b[bStart + i]!]) return false
  return true
}

function copyOctets(writer: BlockWriter, start: number, end: number): void {
  writeOctets(writer.heap, writer.projection.octets, start, end)
}
