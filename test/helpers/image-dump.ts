import { nameToText } from '../../dns/name.ts'
import { rdataFromWire, rdataToText } from '../../dns/rr/rdata.ts'
import { typeToText } from '../../dns/rr/registry.ts'
import type { Image } from '../../zones/image/image.ts'
import { Additional, FixupBase, Header, Node, NodeFlag, RRset } from '../../zones/image/layout.ts'

/** A node of an image, read back for comparison; node numbers are replaced by names. */
export interface DumpedNode {
  readonly name: string
  readonly parent: string
  readonly labels: number
  readonly flags: string[]
  readonly wildcard: string | undefined
  /** Type of the RRset that steers. */
  readonly steering: string | undefined
  readonly rrsets: DumpedRRset[]
}

export interface DumpedRRset {
  readonly type: string
  readonly ttl: number
  readonly rdatas: string[]
  readonly target: string | undefined
  readonly additionals: { readonly name: string; readonly node: string; readonly inDomain: boolean }[]
  /** Octets of the block: compression shows here. */
  readonly blockLength: number
  readonly fixups: { readonly position: number; readonly base: number; readonly delta: number }[]
}

/** Reads back every node of the image, in its order. */
export function dumpImage(image: Image): DumpedNode[] {
  const count = image.words[Header.NodeCount]!
  return Array.from({ length: count }, (_, node) => dumpNode(image, node))
}

/** The owner name of a node, as text. */
export function nodeName(image: Image, node: number): string {
  return nameToText(wireNameOf(image, node))
}

/** Reads back one RRset as if it were owned by `node`. */
export function dumpRRset(image: Image, rrset: number, node: number): DumpedRRset {
  const { words, octets } = image
  const row = image.rrsets + rrset * RRset.Words
  const type = words[row + RRset.Type]!
  const fixups = fixupsOf(image, row)
  const { message, start } = messageOf(image, row, wireNameOf(image, node), fixups)
  const target = words[row + RRset.Target]!
  const rdatas: string[] = []
  let at = start
  for (let record = 0; record < words[row + RRset.Count]!; record++) {
    if (message.readUInt16BE(at) !== 0xc00c || message.readUInt16BE(at + 2) !== type) throw new Error('not a record')
    if (message.readUInt16BE(at + 4) !== 1 || message.readUInt32BE(at + 6) !== words[row + RRset.Ttl]) {
      throw new Error('class or TTL disagree with the table')
    }
    const length = message.readUInt16BE(at + 10)
    const rdata = rdataFromWire(type, message, at + 12, length)
    if (rdata === undefined) throw new Error('malformed RDATA')
    rdatas.push(rdataToText(type, rdata))
    at += 12 + length
  }
  if (at !== message.length) throw new Error('the block is longer than its records')
  return {
    type: typeToText(type),
    ttl: words[row + RRset.Ttl]!,
    rdatas,
    target: target === 0 ? undefined : nameToText(octets, target),
    additionals: additionalsOf(image, row, message, start),
    blockLength: words[row + RRset.BlockLength]!,
    fixups,
  }
}

function dumpNode(image: Image, node: number): DumpedNode {
  const { words } = image
  const row = image.nodes + node * Node.Words
  const first = words[row + Node.FirstRRset]!
  const wildcard = words[row + Node.Wildcard]!
  const steering = words[row + Node.Steering]!
  const flags = words[row + Node.Flags]!
  return {
    name: nodeName(image, node),
    parent: nodeName(image, words[row + Node.Parent]!),
    labels: words[row + Node.Labels]!,
    flags: Object.entries(NodeFlag)
      .filter(([, bit]) => (flags & bit) !== 0)
      .map(([flag]) => flag),
    wildcard: wildcard === 0 ? undefined : nodeName(image, wildcard),
    steering: steering < 0 ? undefined : typeToText(words[image.rrsets + steering * RRset.Words + RRset.Type]!),
    rrsets: Array.from({ length: words[row + Node.RRsetCount]! }, (_, i) => dumpRRset(image, first + i, node)),
  }
}

function wireNameOf(image: Image, node: number): Uint8Array {
  const { words, octets } = image
  const labels: number[] = []
  let at = node
  while (at !== 0) {
    const label = words[image.nodes + at * Node.Words + Node.Label]!
    labels.push(...octets.subarray(label, label + octets[label]! + 1))
    at = words[image.nodes + at * Node.Words + Node.Parent]!
  }
  return Uint8Array.from([...labels, ...octets.subarray(image.apex, image.apex + image.apexLength)])
}

function fixupsOf(image: Image, row: number): DumpedRRset['fixups'] {
  const first = image.fixups + image.words[row + RRset.FirstFixup]!
  return Array.from({ length: image.words[row + RRset.FixupCount]! }, (_, i) => {
    const word = image.words[first + i]!
    return { position: word >>> 16, base: (word >>> 14) & 3, delta: word & 0x3fff }
  })
}

/** A message with the owner as QNAME, the apex behind it and then the block, fixups applied. */
function messageOf(
  image: Image,
  row: number,
  owner: Uint8Array,
  fixups: DumpedRRset['fixups'],
): { message: Buffer; start: number } {
  const { words, octets } = image
  const apex = octets.subarray(image.apex, image.apex + image.apexLength)
  const block = words[row + RRset.Block]!
  const start = 12 + owner.length + apex.length
  const message = Buffer.concat([
    Buffer.alloc(12),
    owner,
    apex,
    octets.subarray(block, block + words[row + RRset.BlockLength]!),
  ])
  const bases = { [FixupBase.Owner]: 12, [FixupBase.Apex]: 12 + owner.length, [FixupBase.Block]: start }
  for (const { position, base, delta } of fixups) {
    if (message.readUInt16BE(start + position) !== 0xc000) throw new Error('a fixup elsewhere than at a pointer')
    message.writeUInt16BE(0xc000 | (bases[base as keyof typeof bases] + delta), start + position)
  }
  return { message, start }
}

function additionalsOf(image: Image, row: number, message: Buffer, start: number): DumpedRRset['additionals'] {
  const { words } = image
  const first = image.additionals + words[row + RRset.FirstAdditional]! * Additional.Words
  return Array.from({ length: words[row + RRset.AdditionalCount]! }, (_, i) => {
    const at = first + i * Additional.Words
    return {
      name: expandName(message, start + words[at + Additional.Position]!),
      node: nodeName(image, words[at + Additional.Node]!),
      inDomain: words[at + Additional.Flags] === 1,
    }
  })
}

function expandName(message: Buffer, start: number): string {
  const labels: number[] = []
  let at = start
  while (message[at] !== 0) {
    if (message[at]! >= 0xc0) at = message.readUInt16BE(at) & 0x3fff
    else {
      labels.push(...message.subarray(at, at + message[at]! + 1))
      at += message[at]! + 1
    }
  }
  return nameToText(Uint8Array.from([...labels, 0]))
}
