import { Type } from '../../dns/constants.ts'
import { canonicalName } from '../../dns/name.ts'
import { createOctetWriter, type OctetWriter, writeOctets } from '../../dns/octet-writer.ts'
import { apexRRset } from '../apex-rrset.ts'
import { isPresigned, type PresignedProjection, type Projection, projectedRdata } from '../projection.ts'
import { projectionDigest } from '../projection-digest.ts'
import { SERIAL_TO_END, soaMinimum } from '../soa.ts'
import { type AdditionalWriter, createAdditionalWriter, writeAdditionals } from './compile-additionals.ts'
import { type BlockWriter, createBlockWriter, writeBlock } from './compile-block.ts'
import {
  type PresignedTables,
  placeChain,
  presignedTables,
  rrsetRows,
  writePresignedHeader,
  writePresignedRows,
} from './compile-presigned.ts'
import { buildNameTree, type NameTree } from './compile-tree.ts'
import { Additional, Header, IMAGE_MAGIC, IMAGE_VERSION, Node, NodeFlag, RRset, Slot } from './layout.ts'
import { imageSeeds } from './seeds.ts'
import { createWordWriter, type WordWriter } from './word-writer.ts'

/** What an image depends on beside its projection. */
export interface CompileOptions {
  /** The server's secret, from which the seed of the label index derives. */
  readonly secret: Uint8Array
  /** Serial of the SOA. */
  readonly serial: number
  /** `projectionDigest(projection)`, where the caller has it already. */
  readonly digest?: Uint8Array
}

/** An image, and how large it is. */
export interface CompiledImage {
  /** Octets of the image, from the start of `memory`. */
  readonly length: number
  readonly memory: SharedArrayBuffer
  readonly nodes: number
}

/**
 * Compiles a projection that passed its checks into an image (layout.ts) in memory from `allocate`, which may give more
 * than it was asked for and with anything in it. The image is a function of projection, secret and serial alone.
 */
export function compileImage(
  projection: Projection,
  options: CompileOptions,
  allocate: (octets: number) => SharedArrayBuffer,
): CompiledImage {
  const digest = options.digest ?? projectionDigest(projection)
  const tree = buildNameTree(projection, imageSeeds(options.secret, digest))
  const parts = createParts(projection, tree, options.serial)
  writeOctets(parts.heap, projection.apex, 0, projection.apex.length)
  for (let node = 0; node < tree.nodeCount; node++) writeNode(parts, node)
  const negativeTtl = writeNegativeSoa(parts)
  const presigned = isPresigned(projection) ? writePresigned(parts, projection, negativeTtl) : undefined
  return assemble(parts, presigned, allocate)
}

/** The image in the making. Positions in `heap` become positions in the image when it is put together. */
interface Parts {
  readonly projection: Projection
  readonly tree: NameTree
  readonly serial: number
  readonly heap: OctetWriter
  /** By node: where its label is in `heap`. */
  readonly labels: Int32Array
  /** RRset rows; behind the nodes' comes the SOA of negative answers. */
  readonly rrsets: Int32Array
  readonly fixups: WordWriter
  readonly additionals: WordWriter
  /** Names in the RRset's RDATA that have additional processing. */
  readonly targets: WordWriter
  readonly blockWriter: BlockWriter
  readonly additionalWriter: AdditionalWriter
}

function createParts(projection: Projection, tree: NameTree, serial: number): Parts {
  const heap = createOctetWriter(256 + projection.recordCount * 32)
  const fixups = createWordWriter(projection.rrsetCount >>> 2)
  const additionals = createWordWriter(0)
  const targets = createWordWriter(0)
  return {
    projection,
    tree,
    serial,
    heap,
    labels: new Int32Array(tree.nodeCount),
    rrsets: new Int32Array(rrsetRows(projection) * RRset.Words),
    fixups,
    additionals,
    targets,
    blockWriter: createBlockWriter(projection, heap, fixups, targets),
    additionalWriter: createAdditionalWriter(projection, tree, additionals),
  }
}

/** Writes a node's label and then its blocks, so that what one answer needs lies together. */
function writeNode(parts: Parts, node: number): void {
  const { projection, heap } = parts
  const { words } = parts.tree.image
  const row = node * Node.Words
  const label = words[row + Node.Label]!
  // The apex name was written last; it ends in the root label.
  parts.labels[node] = node === 0 ? heap.length - 1 : heap.length
  if (node !== 0) writeOctets(heap, projection.octets, label, label + 1 + projection.octets[label]!)
  const first = words[row + Node.FirstRRset]!
  for (let rrset = first; rrset < first + words[row + Node.RRsetCount]!; rrset++) {
    writeRRset(parts, rrset, rrset, projection.ttls[rrset]!)
    if (parts.targets.length > 0) writeTargets(parts, node, rrset)
  }
}

/** Writes the block of the projection's `rrset` and all of its row `into` but the additionals. */
function writeRRset(parts: Parts, into: number, rrset: number, ttl: number): void {
  const { projection, heap, rrsets, fixups } = parts
  const row = into * RRset.Words
  const type = projection.types[rrset]!
  const start = heap.length
  const firstFixup = fixups.length
  writeBlock(parts.blockWriter, rrset, ttl)
  // A serial that is signed stays as it is.
  if (type === Type.SOA && projection.presigned === undefined) writeSerial(heap, parts.serial)
  rrsets[row + RRset.Type] = type
  rrsets[row + RRset.Ttl] = ttl
  rrsets[row + RRset.Block] = start
  rrsets[row + RRset.BlockLength] = heap.length - start
  rrsets[row + RRset.Count] = projection.first[rrset + 1]! - projection.first[rrset]!
  rrsets[row + RRset.FirstFixup] = firstFixup
  rrsets[row + RRset.FixupCount] = fixups.length - firstFixup
  if (type === Type.CNAME || type === Type.DNAME) rrsets[row + RRset.Target] = writeTarget(parts, rrset)
}

function writeTargets(parts: Parts, node: number, rrset: number): void {
  const row = rrset * RRset.Words
  const type = parts.projection.types[rrset]!
  parts.rrsets[row + RRset.FirstAdditional] = parts.additionals.length / Additional.Words
  parts.rrsets[row + RRset.AdditionalCount] = writeAdditionals(parts.additionalWriter, node, type, parts.targets)
}

/** The block of the SOA has just been written: it ends with the RDATA. */
function writeSerial(heap: OctetWriter, serial: number): void {
  new DataView(heap.octets.buffer, heap.octets.byteOffset).setUint32(heap.length - SERIAL_TO_END, serial)
}

/** Appends the lower-cased target of a CNAME or DNAME to the heap and returns where. */
function writeTarget(parts: Parts, rrset: number): number {
  const start = parts.heap.length
  const target = canonicalName(projectedRdata(parts.projection, parts.projection.first[rrset]!))
  writeOctets(parts.heap, target, 0, target.length)
  return start
}

/** RFC 2308 §3: negative answers carry the SOA with the lower of its TTL and its MINIMUM, which is returned. */
function writeNegativeSoa(parts: Parts): number {
  const { projection } = parts
  const soa = apexRRset(projection, Type.SOA)
  const rdata = projectedRdata(projection, projection.first[soa]!)
  const ttl = Math.min(projection.ttls[soa]!, soaMinimum(rdata))
  writeRRset(parts, projection.rrsetCount, soa, ttl)
  return ttl
}

function writePresigned(parts: Parts, projection: PresignedProjection, negativeTtl: number): PresignedTables {
  writePresignedRows(projection, negativeTtl, (into, row, ttl) => writeRRset(parts, into, row, ttl))
  return presignedTables(projection, parts.tree, parts.heap)
}

/** Lays out the parts in one piece of memory. */
function assemble(
  parts: Parts,
  presigned: PresignedTables | undefined,
  allocate: (octets: number) => SharedArrayBuffer,
): CompiledImage {
  const { tree, heap, rrsets, fixups, additionals } = parts
  const { words: built, index } = tree.image
  const tables = [
    built.subarray(0, tree.nodeCount * Node.Words),
    rrsets,
    fixups.words.subarray(0, fixups.length),
    additionals.words.subarray(0, additionals.length),
    built.subarray(index, index + tree.indexSlots * Slot.Words),
    ...(presigned === undefined ? [] : [presigned.signatures, presigned.chain, presigned.hashedNodes]),
  ]
  const starts = [Header.Words as number]
  for (const table of tables) starts.push(starts.at(-1)! + table.length)
  const heapStart = starts.at(-1)! * 4
  const length = (heapStart + heap.length + 7) & ~7
  toImagePositions(parts, heapStart)
  if (presigned !== undefined) placeChain(presigned, heapStart)
  const memory = allocate(length)
  const words = new Int32Array(memory, 0, heapStart / 4)
  const header = headerWords(parts, starts, length)
  if (presigned !== undefined) writePresignedHeader(header, presigned, starts.slice(5, 8), heapStart)
  words.set(header)
  for (const [i, table] of tables.entries()) words.set(table, starts[i]!)
  const octets = new Uint8Array(memory, heapStart, length - heapStart)
  octets.set(heap.octets.subarray(0, heap.length))
  // Arenas are used again and again: what pads the heap must not be what was there before.
  octets.fill(0, heap.length)
  return { length, memory, nodes: tree.nodeCount }
}

/** `starts`: word offsets of nodes, RRsets, fixups, additionals and index, of what a presigned zone brings, last the heap. */
function headerWords(parts: Parts, starts: readonly number[], length: number): Int32Array {
  const { projection, tree } = parts
  const header = new Int32Array(Header.Words)
  header[Header.Magic] = IMAGE_MAGIC
  header[Header.Version] = IMAGE_VERSION
  header[Header.Length] = length
  header[Header.Nodes] = starts[0]!
  header[Header.NodeCount] = tree.nodeCount
  header[Header.RRsets] = starts[1]!
  header[Header.RRsetCount] = rrsetRows(projection)
  header[Header.Fixups] = starts[2]!
  header[Header.FixupCount] = parts.fixups.length
  header[Header.Additionals] = starts[3]!
  header[Header.AdditionalCount] = parts.additionals.length / Additional.Words
  header[Header.Index] = starts[4]!
  header[Header.IndexSlots] = tree.indexSlots
  header[Header.HashSeed] = tree.image.hashSeed
  header[Header.Apex] = starts.at(-1)! * 4
  header[Header.ApexLength] = projection.apex.length
  header[Header.ApexLabels] = tree.image.apexLabels
  header[Header.NegativeSoa] = projection.rrsetCount
  header[Header.Heap] = starts.at(-1)! * 4
  header[Header.WildcardCount] = countWildcards(tree)
  return header
}

function countWildcards({ image: { words }, nodeCount }: NameTree): number {
  let count = 0
  for (let row = 0; row < nodeCount * Node.Words; row += Node.Words) {
    if ((words[row + Node.Flags]! & (NodeFlag.Wildcard | NodeFlag.Occluded)) === NodeFlag.Wildcard) count++
  }
  return count
}

function toImagePositions(parts: Parts, heapStart: number): void {
  const { tree, labels, rrsets } = parts
  for (let node = 0; node < tree.nodeCount; node++) {
    tree.image.words[node * Node.Words + Node.Label] = labels[node]! + heapStart
  }
  for (let row = 0; row < rrsets.length; row += RRset.Words) {
    rrsets[row + RRset.Block]! += heapStart
    if (rrsets[row + RRset.Target] !== 0) rrsets[row + RRset.Target]! += heapStart
  }
}
