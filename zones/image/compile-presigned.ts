/*
 * What the image of a zone that brings its signatures has beyond others: which RRSIGs cover which RRset, and the chain by
 * which it denies (layout.ts, `Chain`).
 */
import { Type } from '../../dns/constants.ts'
import { wildcardBelow } from '../../dns/name.ts'
import { NSEC3_HASH_DIGITS, NSEC3_HASH_OCTETS } from '../../dns/nsec3.ts'
import { type OctetWriter, writeOctets } from '../../dns/octet-writer.ts'
import { apexRRset } from '../apex-rrset.ts'
import { findHash, type HashChain, hashAt, hashChain, matchesHash } from '../presigned/hash-chain.ts'
import { nsec3Hash } from '../presigned/nsec3-hash.ts'
import type { Nsec3Parameters } from '../presigned/nsec3-rdata.ts'
import type { PresignedProjection, Projection } from '../projection.ts'
import type { NameTree } from './compile-tree.ts'
import { Chain, HashedNode, Header, Node, NodeFlag, PresignedDenial } from './layout.ts'
import { appendWords, createWordWriter } from './word-writer.ts'

/** Rows of the RRset table that a projection takes: its own, the SOA of negative answers, and what a presigned zone brings. */
export function rrsetRows({ rrsetCount, presigned }: Projection): number {
  return presigned === undefined ? rrsetCount + 1 : presigned.rowCount + 2
}

/** The row of the image's RRset table for a row of the projection: behind the data stands the SOA of negative answers. */
function imageRow({ rrsetCount }: Projection, row: number): number {
  return row < rrsetCount ? row : row + 1
}

/** Writes the block of a row of the projection to a row of the image, with this TTL. */
type WriteRRset = (into: number, row: number, ttl: number) => void

/** Writes the rows of a presigned zone that no node has; the RRSIGs over the SOA of negative answers have its TTL. */
export function writePresignedRows(projection: PresignedProjection, negativeTtl: number, write: WriteRRset): void {
  const { rrsetCount, ttls, presigned } = projection
  for (let row = rrsetCount; row < presigned.rowCount; row++) write(imageRow(projection, row), row, ttls[row]!)
  const soaSignatures = presigned.signatures[apexRRset(projection, Type.SOA)]!
  if (soaSignatures >= 0) write(presigned.rowCount + 1, soaSignatures, negativeTtl)
}

/** The tables of a presigned zone, and what its header says of them. Offsets of octets count from the heap's start. */
export interface PresignedTables {
  readonly signatures: Int32Array
  readonly chain: Int32Array
  readonly hashedNodes: Int32Array
  readonly denial: number
  readonly iterations: number
  readonly salt: number
  readonly saltLength: number
}

/** Works out the tables; hashes, their labels and the salt go to `heap`. */
export function presignedTables(projection: PresignedProjection, tree: NameTree, heap: OctetWriter): PresignedTables {
  const { denial } = projection.presigned
  const signatures = signatureTable(projection)
  if (denial.kind === 'nsec') {
    const nothing = { hashedNodes: new Int32Array(0), iterations: 0, salt: 0, saltLength: 0 }
    return { signatures, chain: nsecChain(projection, tree), denial: PresignedDenial.Nsec, ...nothing }
  }
  const hashes = hashChain(projection)
  const chain = nsec3Chain(projection, hashes, heap)
  const salt = heap.length
  writeOctets(heap, denial.salt, 0, denial.salt.length)
  return {
    signatures,
    chain,
    hashedNodes: hashedNodes(projection, tree, hashes, denial),
    denial: PresignedDenial.Nsec3,
    iterations: denial.iterations,
    salt,
    saltLength: denial.salt.length,
  }
}

/** Fills the header's words; `starts` are word offsets of the signature table, the chain and the table by node. */
export function writePresignedHeader(
  header: Int32Array,
  tables: PresignedTables,
  starts: readonly number[],
  heapStart: number,
): void {
  header[Header.Presigned] = tables.denial
  header[Header.Signatures] = starts[0]!
  header[Header.Chain] = starts[1]!
  header[Header.ChainLength] = tables.chain.length / Chain.Words
  header[Header.HashedNodes] = starts[2]!
  header[Header.Iterations] = tables.iterations
  header[Header.Salt] = tables.salt + heapStart
  header[Header.SaltLength] = tables.saltLength
}

/** Makes offsets in the chain positions in the image. */
export function placeChain({ chain, denial }: PresignedTables, heapStart: number): void {
  if (denial !== PresignedDenial.Nsec3) return
  for (let row = 0; row < chain.length; row += Chain.Words) {
    chain[row + Chain.Owner]! += heapStart
    chain[row + Chain.Hash]! += heapStart
  }
}

function signatureTable(projection: PresignedProjection): Int32Array {
  const { rrsetCount, presigned } = projection
  const table = new Int32Array(rrsetRows(projection)).fill(-1)
  for (const [row, signatures] of presigned.signatures.entries()) {
    if (signatures >= 0) table[imageRow(projection, row)] = imageRow(projection, signatures)
  }
  if (presigned.signatures[apexRRset(projection, Type.SOA)]! >= 0) table[rrsetCount] = presigned.rowCount + 1
  return table
}

function nsecChain(projection: PresignedProjection, { image, nodeCount }: NameTree): Int32Array {
  const chain = createWordWriter(nodeCount * Chain.Words)
  const { words } = image
  for (let node = 0; node < nodeCount; node++) {
    const row = node * Node.Words
    if ((words[row + Node.Flags]! & NodeFlag.Occluded) !== 0) continue
    const first = words[row + Node.FirstRRset]!
    for (let rrset = first; rrset < first + words[row + Node.RRsetCount]!; rrset++) {
      if (projection.types[rrset] !== Type.NSEC) continue
      const at = appendWords(chain, Chain.Words)
      chain.words[at + Chain.Owner] = node
      chain.words[at + Chain.RRset] = rrset
    }
  }
  return chain.words.slice(0, chain.length)
}

function nsec3Chain(projection: PresignedProjection, hashes: HashChain, heap: OctetWriter): Int32Array {
  const { octets, owners, rrsetCount } = projection
  const chain = new Int32Array(hashes.count * Chain.Words)
  for (let i = 0; i < hashes.count; i++) {
    const owner = owners[rrsetCount + i]!
    chain[i * Chain.Words + Chain.Owner] = heap.length
    writeOctets(heap, octets, owner, owner + 1 + NSEC3_HASH_DIGITS)
    chain[i * Chain.Words + Chain.RRset] = imageRow(projection, rrsetCount + i)
    chain[i * Chain.Words + Chain.Hash] = heap.length
    writeOctets(heap, hashAt(hashes, i), 0, NSEC3_HASH_OCTETS)
  }
  return chain
}

function hashedNodes(
  projection: PresignedProjection,
  tree: NameTree,
  hashes: HashChain,
  parameters: Nsec3Parameters,
): Int32Array {
  const { words } = tree.image
  const table = new Int32Array(tree.nodeCount * HashedNode.Words).fill(-1)
  for (let node = 0; node < tree.nodeCount; node++) {
    if ((words[node * Node.Words + Node.Flags]! & NodeFlag.Occluded) !== 0) continue
    const name = nodeName(projection, tree, node)
    const hash = nsec3Hash(name, parameters)
    const cover = findHash(hashes, hash)
    const row = node * HashedNode.Words
    if (matchesHash(hashes, cover, hash)) table[row + HashedNode.Match] = cover
    table[row + HashedNode.Cover] = cover
    table[row + HashedNode.Wildcard] = findHash(hashes, nsec3Hash(wildcardBelow(name), parameters))
  }
  return table
}

function nodeName({ octets, apex }: Projection, { image }: NameTree, node: number): Uint8Array {
  const labels: Uint8Array[] = []
  for (let at = node; at !== 0; at = image.words[at * Node.Words + Node.Parent]!) {
    const label = image.words[at * Node.Words + Node.Label]!
    labels.push(octets.subarray(label, label + 1 + octets[label]!))
  }
  return Buffer.concat([...labels, apex])
}
