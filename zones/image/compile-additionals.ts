import { Type } from '../../dns/constants.ts'
import { createLabelledName, type LabelledName, readLabelledName } from '../../dns/labelled-name.ts'
import { findChild } from '../lookup.ts'
import type { Projection } from '../projection.ts'
import type { NameTree } from './compile-tree.ts'
import { Additional, AdditionalFlag, Node, NodeFlag } from './layout.ts'
import { appendWords, type WordWriter } from './word-writer.ts'

/** Resolves the names of one RRset's RDATA to nodes of the same tree. */
export interface AdditionalWriter {
  readonly projection: Projection
  readonly tree: NameTree
  readonly additionals: WordWriter
  readonly name: LabelledName
}

/** A writer that appends to `additionals`. */
export function createAdditionalWriter(
  projection: Projection,
  tree: NameTree,
  additionals: WordWriter,
): AdditionalWriter {
  return { projection, tree, additionals, name: createLabelledName(tree.seeds.label) }
}

/**
 * Appends the additionals of the RRset of `type` at `node`; `targets` holds pairs of position in the block and offset of
 * the name. Glue without which a referral is useless comes first. Returns how many were appended.
 */
export function writeAdditionals(writer: AdditionalWriter, node: number, type: number, targets: WordWriter): number {
  const isReferral = type === Type.NS && (flagsOf(writer, node) & NodeFlag.Cut) !== 0
  const { additionals } = writer
  const first = additionals.length
  for (let inDomain = isReferral ? 1 : 0; inDomain >= 0; inDomain--) {
    for (let i = 0; i < targets.length; i += 2) {
      const found =
        type === Type.NS
          ? resolveGlue(writer, targets.words[i + 1]!)
          : resolveAuthoritative(writer, targets.words[i + 1]!)
      if (found < 0 || !hasAddress(writer, found)) continue
      const isInDomain = isReferral && isAtOrBelow(writer, found, node)
      if (isInDomain !== (inDomain === 1)) continue
      const row = appendWords(additionals, Additional.Words)
      additionals.words[row + Additional.Node] = found
      additionals.words[row + Additional.Position] = targets.words[i]!
      additionals.words[row + Additional.Flags] = isInDomain ? AdditionalFlag.InDomainGlue : 0
    }
  }
  return (additionals.length - first) / Additional.Words
}

/**
 * Glue: whatever node has the name, occluded or not (RFC 1034 §4.2.1); else as authoritative data. The apex's own servers
 * may be named below a cut too: without their glue nobody could prime a root (RFC 8109 §3.3).
 */
function resolveGlue(writer: AdditionalWriter, name: number): number {
  const left = descend(writer, name)
  return left.labels === 0 ? left.node : resolveAuthoritative(writer, name)
}

/**
 * The node whose data answer for the name: its own, or the wildcard's that covers it (RFC 4592 §3.3.1); -1 where
 * the zone is not authoritative for it or nothing is there.
 */
function resolveAuthoritative(writer: AdditionalWriter, name: number): number {
  const { node, labels } = descend(writer, name)
  if (node < 0 || (flagsOf(writer, node) & (NodeFlag.Cut | NodeFlag.Occluded)) !== 0) return -1
  if (labels === 0) return node
  if ((flagsOf(writer, node) & NodeFlag.Dname) !== 0) return -1
  return writer.tree.image.words[node * Node.Words + Node.Wildcard]! || -1
}

/** The deepest node on the way to the name, and how many labels are left; node -1: the name is not in the zone. */
function descend(writer: AdditionalWriter, at: number): { node: number; labels: number } {
  const { name, projection } = writer
  const { image } = writer.tree
  readLabelledName(name, projection.octets, at, projection.octets.length)
  let labels = name.count - image.apexLabels
  if (labels < 0 || !isBelowApex(name, projection.apex)) return { node: -1, labels: -1 }
  let node = 0
  while (labels > 0) {
    const child = findChild(image, node, name, labels - 1)
    if (child === 0) break
    node = child
    labels--
  }
  return { node, labels }
}

function isBelowApex(name: LabelledName, apex: Uint8Array): boolean {
  const start = name.length - apex.length
  for (let i = 0; i < apex.length; i++) if (name.octets[start + i] !== apex[i]) return false
  return true
}

function hasAddress(writer: AdditionalWriter, node: number): boolean {
  const row = node * Node.Words
  const first = writer.tree.image.words[row + Node.FirstRRset]!
  const end = first + writer.tree.image.words[row + Node.RRsetCount]!
  for (let rrset = first; rrset < end; rrset++) {
    const type = writer.projection.types[rrset]!
    if (type === Type.A || type === Type.AAAA) return true
  }
  return false
}

function isAtOrBelow(writer: AdditionalWriter, node: number, ancestor: number): boolean {
  let above = node
  while (above > ancestor) above = writer.tree.image.words[above * Node.Words + Node.Parent]!
  return above === ancestor
}

function flagsOf(writer: AdditionalWriter, node: number): number {
  return writer.tree.image.words[node * Node.Words + Node.Flags]!
}
