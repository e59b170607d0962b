import { Type } from '../dns/constants.ts'
import { hashChild } from '../dns/label-hash.ts'
import type { LabelledName } from '../dns/labelled-name.ts'
import type { Image } from './image/image.ts'
import { Node, NodeFlag, RRset, Slot } from './image/layout.ts'

/** How RFC 1034 §4.3.2 ends at a name within one zone. */
export const Outcome = {
  /** The RRset asked for. */
  Answer: 0,
  /** A CNAME in place of the type asked for. */
  Cname: 1,
  /** A DNAME above the name (RFC 6672 §3.2). */
  Dname: 2,
  /** A zone cut at or above the name. */
  Referral: 3,
  /** The name exists, or a wildcard covers it, without the type. Empty non-terminals too. */
  Nodata: 4,
  Nxdomain: 5,
} as const
export type Outcome = (typeof Outcome)[keyof typeof Outcome]

/** What a lookup found; the caller owns and reuses it. */
export interface Found {
  /** Node that answers: the name's own, the wildcard's, the cut's or the DNAME's; for Nxdomain the closest encloser. */
  node: number
  /** RRset that answers or steers: the type's, CNAME, DNAME, or NS of the cut; -1 for Nodata and Nxdomain. */
  rrset: number
  /** The answer is synthesised from `node`: a wildcard (RFC 4592 §3.3.1), or what a rule takes in its place. */
  wildcard: boolean
  /** The name is absent, and answered as if it were not. */
  decoy: boolean
  /** Nxdomain: index of the label of the name at which its closest encloser starts. */
  label: number
  /** Nxdomain: whose types the closest encloser has, where that is not `node`. */
  types: number
}

/** Room for what a lookup finds. */
export function createFound(): Found {
  return { node: 0, rrset: -1, wildcard: false, decoy: false, label: 0, types: 0 }
}

/**
 * Looks `name`, which is at or below the image's apex, up from the apex down: each label is one probe of the label
 * index, so a cut or a DNAME on the way hides what is below, and the last node reached is the closest encloser.
 */
export function lookup(image: Image, name: LabelledName, type: number, found: Found): Outcome {
  const { words } = image
  let node = 0
  let label = name.count - image.apexLabels
  found.wildcard = false
  found.decoy = false
  for (;;) {
    const row = image.nodes + node * Node.Words
    const flags = words[row + Node.Flags]!
    if ((flags & NodeFlag.Cut) !== 0 && (label > 0 || type !== Type.DS))
      return steered(image, node, found, Outcome.Referral)
    if (label === 0) return answerAt(image, node, type, found)
    if ((flags & NodeFlag.Dname) !== 0) return steered(image, node, found, Outcome.Dname)
    const child = findChild(image, node, name, label - 1)
    if (child === 0) break
    node = child
    label--
  }
  found.label = label
  found.types = node
  return belowEncloser(image, node, type, found)
}

/** The node whose name is `name`, which is at or below the apex; -1 where there is none. */
export function nodeOf(image: Image, name: LabelledName): number {
  let node = 0
  for (let label = name.count - image.apexLabels - 1; label >= 0; label--) {
    node = findChild(image, node, name, label)
    if (node === 0) return -1
  }
  return node
}

/** The child of `parent` whose label is label `label` of `name`; 0 where there is none. */
export function findChild(image: Image, parent: number, name: LabelledName, label: number): number {
  const { words } = image
  const hash = hashChild(image.hashSeed, parent, name.hashes[label]!)
  let slot = hash & image.indexMask
  for (;;) {
    const at = image.index + slot * Slot.Words
    const node = words[at + Slot.Node]!
    if (node === 0) return 0
    if (words[at + Slot.Hash] === hash) {
      const row = image.nodes + node * Node.Words
      if (
        words[row + Node.Parent] === parent &&
        sameLabel(image.octets, words[row + Node.Label]!, name.octets, name.labels[label]!)
      ) {
        return node
      }
    }
    slot = (slot + 1) & image.indexMask
  }
}

/** The RRset of `type` at `node`, or -1. */
export function findRRset(image: Image, node: number, type: number): number {
  const { words } = image
  const row = image.nodes + node * Node.Words
  const first = words[row + Node.FirstRRset]!
  const end = first + words[row + Node.RRsetCount]!
  for (let rrset = first; rrset < end; rrset++) {
    if (words[image.rrsets + rrset * RRset.Words + RRset.Type] === type) return rrset
  }
  return -1
}

/** How a lookup ends at a name that `node` answers for. */
export function answerAt(image: Image, node: number, type: number, found: Found): Outcome {
  const row = image.nodes + node * Node.Words
  found.node = node
  if (type === Type.ANY) {
    found.rrset = smallestRRset(image, row)
    return found.rrset < 0 ? Outcome.Nodata : Outcome.Answer
  }
  if ((image.words[row + Node.Flags]! & NodeFlag.Cname) !== 0 && type !== Type.CNAME) {
    return steered(image, node, found, Outcome.Cname)
  }
  found.rrset = findRRset(image, node, type)
  return found.rrset < 0 ? Outcome.Nodata : Outcome.Answer
}

function belowEncloser(image: Image, encloser: number, type: number, found: Found): Outcome {
  const wildcard = image.words[image.nodes + encloser * Node.Words + Node.Wildcard]!
  if (wildcard !== 0) {
    found.wildcard = true
    return answerAt(image, wildcard, type, found)
  }
  found.node = encloser
  found.rrset = -1
  return Outcome.Nxdomain
}

function steered(image: Image, node: number, found: Found, outcome: Outcome): Outcome {
  found.node = node
  found.rrset = image.words[image.nodes + node * Node.Words + Node.Steering]!
  return outcome
}

/** RFC 8482 §4.1: one RRset answers QTYPE ANY; the smallest amplifies least. What a presigned zone brings to be verified is no data. */
function smallestRRset(image: Image, row: number): number {
  const { words } = image
  const first = words[row + Node.FirstRRset]!
  const end = first + words[row + Node.RRsetCount]!
  let smallest = -1
  let octets = 0
  for (let rrset = first; rrset < end; rrset++) {
    const length = words[image.rrsets + rrset * RRset.Words + RRset.BlockLength]!
    if (smallest >= 0 && length >= octets) continue
    if (isOfSigner(words[image.rrsets + rrset * RRset.Words + RRset.Type]!)) continue
    smallest = rrset
    octets = length
  }
  return smallest
}

function isOfSigner(type: number): boolean {
  switch (type) {
    case Type.NSEC:
    case Type.DNSKEY:
    case Type.NSEC3PARAM:
    case Type.CDS:
    case Type.CDNSKEY:
    case Type.ZONEMD:
      return true
    default:
      return false
  }
}

function sameLabel(a: Uint8Array, aStart: number, b: Uint8Array, bStart: number): boolean {
  const length = a[aStart]!
  for (let i = 0; i <= length; i++) if (a[aStart + i] !== b[bStart + i]) return false
  return true
}
