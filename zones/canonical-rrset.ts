import { RR_FIXED_OCTETS } from '../dns/constants.ts'
import { createOctetWriter, type OctetWriter, writeOctets, writeU8, writtenOctets } from '../dns/octet-writer.ts'
import { canonicalRdata } from '../dns/rr/rdata.ts'
import type { Image } from './image/image.ts'
import { FixupBase, RRset } from './image/layout.ts'

/** An RRset of an image whose names are being spelled out. */
interface Block {
  readonly image: Image
  /** Uncompressed. */
  readonly owner: Uint8Array
  /** Octet offset of the block in the image. */
  readonly start: number
  /** By position in the block: the fixup there. */
  readonly fixups: ReadonlyMap<number, number>
}

/** Where RDLENGTH stands in a record of a block. */
const RDLENGTH_AT = 10

/**
 * RDATA of each record of an image's RRset in canonical form and order (RFC 4034 §6.2, §6.3), which is the order that the
 * image has them in. `owner` is the RRset's, uncompressed.
 */
export function canonicalRdatas(image: Image, rrset: number, owner: Uint8Array): Uint8Array[] {
  const { words, octets } = image
  const row = image.rrsets + rrset * RRset.Words
  const type = words[row + RRset.Type]!
  const isLiteral = words[row + RRset.FixupCount] === 0
  const block = { image, owner, start: words[row + RRset.Block]!, fixups: isLiteral ? NO_FIXUPS : fixupsOf(image, row) }
  const rdatas: Uint8Array[] = []
  let at = 0
  for (let record = 0; record < words[row + RRset.Count]!; record++) {
    const lengthAt = block.start + at + RDLENGTH_AT
    const end = at + RR_FIXED_OCTETS + ((octets[lengthAt]! << 8) | octets[lengthAt + 1]!)
    const rdata = isLiteral
      ? octets.subarray(block.start + at + RR_FIXED_OCTETS, block.start + end)
      : expand(block, at + RR_FIXED_OCTETS, end)
    rdatas.push(canonicalRdata(type, rdata))
    at = end
  }
  return rdatas
}

const NO_FIXUPS: Block['fixups'] = new Map()

function fixupsOf({ words, fixups }: Image, row: number): Map<number, number> {
  const byPosition = new Map<number, number>()
  const first = fixups + words[row + RRset.FirstFixup]!
  for (let i = first; i < first + words[row + RRset.FixupCount]!; i++) byPosition.set(words[i]! >>> 16, words[i]!)
  return byPosition
}

/** The block's octets from `start` to `end`, names in place of the pointers to them. */
function expand(block: Block, start: number, end: number): Uint8Array {
  const writer = createOctetWriter(end - start + 64)
  for (let at = start; at < end; ) {
    const fixup = block.fixups.get(at)
    if (fixup === undefined) {
      writeU8(writer, block.image.octets[block.start + at]!)
      at++
    } else {
      writeTarget(writer, block, fixup)
      at += 2
    }
  }
  return writtenOctets(writer)
}

function writeTarget(writer: OctetWriter, block: Block, fixup: number): void {
  const { image, owner } = block
  switch ((fixup >>> 14) & 3) {
    case FixupBase.Owner:
      writeOctets(writer, owner)
      break
    case FixupBase.Apex:
      writeOctets(writer, image.octets, image.apex, image.apex + image.apexLength)
      break
    default:
      writeName(writer, block, fixup & 0x3fff)
  }
}

/** Writes the name that is spelled at `position` of the block; it refers back, never forward. */
function writeName(writer: OctetWriter, block: Block, position: number): void {
  const { octets } = block.image
  let at = block.start + position
  let fixup = block.fixups.get(position)
  while (fixup === undefined && octets[at] !== 0) {
    const next = at + octets[at]! + 1
    writeOctets(writer, octets, at, next)
    at = next
    fixup = block.fixups.get(at - block.start)
  }
  if (fixup === undefined) writeU8(writer, 0)
  else writeTarget(writer, block, fixup)
}
