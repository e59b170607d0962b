import { MAX_LABELS, Type } from '../../dns/constants.ts'
import { hashChild, hashLabel } from '../../dns/label-hash.ts'
import { countLabels, isWildcard } from '../../dns/name.ts'
import { labelsBelowApex } from '../labels-below-apex.ts'
import type { Projection } from '../projection.ts'
import type { Image } from './image.ts'
import { Node, NodeFlag, PresignedDenial, Slot } from './layout.ts'
import type { ImageSeeds } from './seeds.ts'
import { appendWords, createWordWriter, type WordWriter } from './word-writer.ts'

/**
 * The names of a projection as nodes, empty non-terminals included, with their label index: an image as far as lookups
 * of names go, over the projection's octets. RRset numbers are the projection's.
 */
export interface NameTree {
  readonly image: Image
  readonly nodeCount: number
  readonly indexSlots: number
  readonly seeds: ImageSeeds
}

/** Builds the tree. Owners come in canonical order, so each differs from the one before only from some label on. */
export function buildNameTree(projection: Projection, seeds: ImageSeeds): NameTree {
  const table = createWordWriter((projection.rrsetCount + 16) * Node.Words)
  const path = new Int32Array(MAX_LABELS + 1)
  const labels = new Int32Array(MAX_LABELS + 1)
  let depth = 0
  appendApex(table, projection)
  for (let start = 0, end = 0; start < projection.rrsetCount; start = end) {
    while (end < projection.rrsetCount && projection.owners[end] === projection.owners[start]) end++
    const below = labelsBelowApex(projection, projection.owners[start]!, labels)
    labels.subarray(0, below).reverse()
    let shared = 0
    while (shared < depth && shared < below && isLabelOf(table, path[shared + 1]!, projection, labels[shared]!))
      shared++
    for (depth = shared; depth < below; depth++) {
      path[depth + 1] = appendNode(table, path[depth]!, projection, labels[depth]!)
    }
    placeRRsets(table.words, path[depth]!, projection, start, end)
  }
  return withIndex(table, projection, seeds)
}

function appendApex(table: WordWriter, projection: Projection): void {
  const row = appendWords(table, Node.Words)
  // The owner of the first RRset is the apex; its last octet is the root label.
  table.words[row + Node.Label] = projection.owners[0]! + projection.apex.length - 1
  table.words[row + Node.Steering] = -1
  table.words[row + Node.Labels] = countLabels(projection.apex)
}

function isLabelOf(table: WordWriter, node: number, projection: Projection, label: number): boolean {
  const { octets } = projection
  const own = table.words[node * Node.Words + Node.Label]!
  const length = octets[own]!
  for (let i = 0; i <= length; i++) if (octets[own + i] !== octets[label + i]) return false
  return true
}

function appendNode(table: WordWriter, parent: number, projection: Projection, label: number): number {
  const row = appendWords(table, Node.Words)
  const { words } = table
  const node = row / Node.Words
  const parentRow = parent * Node.Words
  const above = words[parentRow + Node.Flags]!
  const isAsterisk = isWildcard(projection.octets, label)
  const isOccluded = (above & (NodeFlag.Cut | NodeFlag.Dname | NodeFlag.Occluded)) !== 0
  words[row + Node.Parent] = parent
  words[row + Node.Label] = label
  words[row + Node.Flags] = (isOccluded ? NodeFlag.Occluded : 0) | (isAsterisk ? NodeFlag.Wildcard : 0)
  words[row + Node.Steering] = -1
  words[row + Node.Labels] = words[parentRow + Node.Labels]! + 1
  if (isAsterisk) words[parentRow + Node.Wildcard] = node
  return node
}

/** Gives the node its RRsets and, unless it is occluded, the flags and the RRset by which it steers lookups. */
function placeRRsets(words: Int32Array, node: number, projection: Projection, start: number, end: number): void {
  const row = node * Node.Words
  words[row + Node.FirstRRset] = start
  words[row + Node.RRsetCount] = end - start
  if ((words[row + Node.Flags]! & NodeFlag.Occluded) !== 0) return
  let ns = -1
  let dname = -1
  let cname = -1
  for (let rrset = start; rrset < end; rrset++) {
    const type = projection.types[rrset]!
    if (type === Type.NS && node !== 0) ns = rrset
    else if (type === Type.DNAME) dname = rrset
    else if (type === Type.CNAME) cname = rrset
  }
  words[row + Node.Flags]! |=
    (ns >= 0 ? NodeFlag.Cut : 0) | (dname >= 0 ? NodeFlag.Dname : 0) | (cname >= 0 ? NodeFlag.Cname : 0)
  words[row + Node.Steering] = ns >= 0 ? ns : dname >= 0 ? dname : cname
}

/** Lays the label index behind the nodes: load at most one half, filled in the order of nodes. */
function withIndex(table: WordWriter, projection: Projection, seeds: ImageSeeds): NameTree {
  const nodeCount = table.length / Node.Words
  let indexSlots = 2
  while (indexSlots < nodeCount * 2) indexSlots *= 2
  const index = appendWords(table, indexSlots * Slot.Words)
  const { words } = table
  const mask = indexSlots - 1
  for (let node = 1; node < nodeCount; node++) {
    const row = node * Node.Words
    const label = hashLabel(seeds.label, projection.octets, words[row + Node.Label]!)
    const hash = hashChild(seeds.index, words[row + Node.Parent]!, label)
    let slot = hash & mask
    while (words[index + slot * Slot.Words + Slot.Node] !== 0) slot = (slot + 1) & mask
    words[index + slot * Slot.Words + Slot.Hash] = hash
    words[index + slot * Slot.Words + Slot.Node] = node
  }
  const image: Image = {
    words,
    octets: projection.octets,
    nodes: 0,
    rrsets: 0,
    fixups: 0,
    additionals: 0,
    index,
    indexMask: mask,
    hashSeed: seeds.index,
    apex: projection.owners[0]!,
    apexLength: projection.apex.length,
    apexLabels: words[Node.Labels]!,
    negativeSoa: -1,
    presigned: PresignedDenial.None,
    signatures: 0,
    chain: 0,
    chainLength: 0,
    hashedNodes: 0,
    iterations: 0,
    salt: 0,
    saltLength: 0,
  }
  return { image, nodeCount, indexSlots, seeds }
}
