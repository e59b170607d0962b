import { Flag, HEADER_LENGTH, MAX_LABELS } from '../../dns/constants.ts'
import type { Image } from '../../zones/image/image.ts'
import { FixupBase, MAX_BLOCK_START, RRset } from '../../zones/image/layout.ts'

/**
 * An answer being written over its query. Positions count from the start of the message, as compression pointers do.
 * The caller owns and reuses it.
 */
export interface Writer {
  octets: Uint8Array
  /** Where the message starts in `octets`. */
  start: number
  /** End of what is written. */
  position: number
  /** What may be written up to, room for OPT already taken off. */
  limit: number
  answers: number
  authorities: number
  additionals: number
  /** Records that the last RRset written took, its signatures among them. */
  written: number
  /** A record that had to be there did not fit (RFC 2181 §9). */
  truncated: boolean
  /** By label of the name at hand: where this message spells the name from that label on; `[labels]` is its root. */
  readonly spelled: Uint16Array
  labels: number
}

/** A writer that is set to each message in turn. */
export function createWriter(): Writer {
  return {
    octets: new Uint8Array(0),
    start: 0,
    position: HEADER_LENGTH,
    limit: 0,
    answers: 0,
    authorities: 0,
    additionals: 0,
    written: 0,
    truncated: false,
    spelled: new Uint16Array(MAX_LABELS + 1),
    labels: 0,
  }
}

/** Pointers hold 14 bits (RFC 1035 §4.1.4). */
export const MAX_POINTER = 0x3fff

/**
 * Copies an RRset's prepared block to the end of the answer, its owner a pointer to `owner`, and returns the block's
 * position, or 0 where it does not fit.
 */
export function writeBlock(writer: Writer, image: Image, rrset: number, owner: number): number {
  const { words } = image
  const row = image.rrsets + rrset * RRset.Words
  const length = words[row + RRset.BlockLength]!
  const position = writer.position
  if (position + length > writer.limit) return 0
  const fixups = words[row + RRset.FixupCount]!
  if (fixups !== 0 && position >= MAX_BLOCK_START && position + length > MAX_POINTER) return 0
  const source = image.octets
  const from = words[row + RRset.Block]!
  const { octets } = writer
  const to = writer.start + position
  for (let i = 0; i < length; i++) octets[to + i] = source[from + i]!
  if (owner !== HEADER_LENGTH) pointOwners(octets, to, words[row + RRset.Count]!, owner)
  if (fixups !== 0) applyFixups(writer, image, row, owner)
  writer.position = position + length
  return position
}

/** Points the owners of `count` records, which stand from `start` on with pointers for owners, at `owner`. */
export function pointOwners(octets: Uint8Array, start: number, count: number, owner: number): void {
  let at = start
  for (let i = 0; i < count; i++) {
    octets[at] = 0xc0 | (owner >>> 8)
    octets[at + 1] = owner & 0xff
    at += 12 + ((octets[at + 10]! << 8) | octets[at + 11]!)
  }
}

function applyFixups(writer: Writer, image: Image, row: number, owner: number): void {
  const { words } = image
  const { octets, position } = writer
  const to = writer.start + position
  const first = image.fixups + words[row + RRset.FirstFixup]!
  const end = first + words[row + RRset.FixupCount]!
  const apex = apexPosition(writer, image)
  for (let i = first; i < end; i++) {
    const fixup = words[i]!
    const base = (fixup >>> 14) & 3
    const delta = fixup & 0x3fff
    const target = base === FixupBase.Owner ? owner : base === FixupBase.Apex ? apex : position + delta
    const at = to + (fixup >>> 16)
    octets[at] = 0xc0 | (target >>> 8)
    octets[at + 1] = target & 0xff
  }
}

/** Where this message spells the apex of `image`'s zone, as a suffix of the name at hand. */
export function apexPosition(writer: Writer, image: Image): number {
  return writer.spelled[writer.labels - image.apexLabels]!
}

/** The name at hand becomes the QNAME, whose labels start at `labels`, counted from its own start. */
export function spellQuestion(writer: Writer, labels: Uint8Array, count: number): void {
  for (let i = 0; i <= count; i++) writer.spelled[i] = HEADER_LENGTH + labels[i]!
  writer.labels = count
}

/** The name at hand becomes the one spelled at `position`, pointers and all. */
export function spellName(writer: Writer, position: number): void {
  const { octets, start, spelled } = writer
  let at = position
  let count = 0
  for (;;) {
    const length = octets[start + at]!
    if (length >= 0xc0) {
      at = ((length & 0x3f) << 8) | octets[start + at + 1]!
      continue
    }
    spelled[count] = at
    if (length === 0) break
    count++
    at += length + 1
  }
  writer.labels = count
}

/** Writes the header over the query's: flags, RCODE and counts; ID stays. AD and CD are cleared (RFC 4035 §3.1.6). */
export function writeHeader(writer: Writer, flags: number, questions: number): void {
  const { octets, start } = writer
  write16(octets, start + 2, writer.truncated ? flags | Flag.TC : flags)
  write16(octets, start + 4, questions)
  write16(octets, start + 6, writer.answers)
  write16(octets, start + 8, writer.authorities)
  write16(octets, start + 10, writer.additionals)
}

/** Writes 16 bits in network order. Kept so short that V8 always takes it in where it is called. */
export function write16(octets: Uint8Array, position: number, value: number): void {
  octets[position] = value >>> 8
  octets[position + 1] = value
}

/** Writes 32 bits in network order. */
export function write32(octets: Uint8Array, position: number, value: number): void {
  write16(octets, position, value >>> 16)
  write16(octets, position + 2, value)
}
