/*
 * Which absent names have decoys, and what each has: a keyed hash of the name decides, so that a name is answered
 * alike for ever, by every worker and server with the same secret.
 */
import { createLabelledName, type LabelledName, readLabelledName } from '../../dns/labelled-name.ts'
import { createSipHash, type SipHash, sipHash } from '../../dns/sip-hash.ts'
import { LabelShape, labelShape } from '../../guard/label-shape.ts'
import { isMappedIPv4 } from '../../guard/prefix-trie.ts'
import type { Image } from '../../zones/image/image.ts'
import { nodeOf } from '../../zones/lookup.ts'
import { isMakeable, MadeNode } from '../../zones/made-node.ts'
import type { ImageDecoys } from '../decoys.ts'
import { type AddressRanges, createRanges, pickIPv4, pickIPv6 } from './decoy-ranges.ts'

/** The decoys of one view of a zone, ready to be answered with. */
export interface Decoys {
  /** Nodes whose data they have; empty: they have addresses. */
  readonly templates: Int32Array
  /** The types of those that have addresses: a `MadeNode`. */
  readonly node: number
  readonly ranges: AddressRanges
  /** Seconds. */
  readonly ttl: number
  readonly isSelective: boolean
  readonly depth: number
  readonly pick: SipHash
  readonly addresses: SipHash
  readonly moreAddresses: SipHash
}

/** Opens the decoys of `image`; undefined where there are none now, or nothing that they could be made of. */
export function openDecoys(
  { settings, keys, active }: ImageDecoys,
  image: Image,
  labelSeed: number,
): Decoys | undefined {
  if (!active) return undefined
  const name = createLabelledName(labelSeed)
  const templates = settings.of.flatMap((octets) => {
    readLabelledName(name, octets, 0, octets.length)
    const node = nodeOf(image, name)
    return node > 0 ? [node] : []
  })
  const ranges = createRanges(settings.addresses)
  const node = familiesOf(settings.addresses.map(({ address }) => isMappedIPv4(address, 0)))
  if (templates.length === 0 && node === MadeNode.Empty) return undefined
  const { ttl, isSelective, depth } = settings
  const hash = (index: number) => createSipHash(keys.subarray(16 * index, 16 * index + 16))
  return {
    ...{ templates: Int32Array.from(templates), node, ranges, ttl, isSelective, depth },
    ...{ pick: hash(0), addresses: hash(1), moreAddresses: hash(2) },
  }
}

function familiesOf(areIPv4: readonly boolean[]): number {
  if (areIPv4.length === 0) return MadeNode.Empty
  if (areIPv4.every((isIPv4) => isIPv4)) return MadeNode.A
  return areIPv4.includes(true) ? MadeNode.Addresses : MadeNode.Aaaa
}

/**
 * Whether the suffix of `name` from `label` on, a name that is there, may have decoys below it, or be one where it has no
 * data itself: never where a label begins with `_`, or is the `*` of a wildcard, or is not spelled as hosts are.
 */
export function mayHaveDecoys(name: LabelledName, label: number, apexLabels: number): boolean {
  for (let each = label; each < name.count - apexLabels; each++) if (!isHostLabel(name, each)) return false
  return true
}

/** Whether the suffix of `name` from `label` on is a decoy, where the one a label shorter may have some or is one. */
export function isDecoyLabel(decoys: Decoys, name: LabelledName, label: number, apexLabels: number): boolean {
  if (name.count - label - apexLabels > decoys.depth || !isHostLabel(name, label)) return false
  return !decoys.isSelective || labelShape(name.octets, name.labels[label]!) === LabelShape.Word
}

function isHostLabel({ octets, labels }: LabelledName, label: number): boolean {
  return isMakeable(octets, labels[label]!) && octets[labels[label]! + 1] !== UNDERSCORE
}

const UNDERSCORE = 0x5f

/** Whose types the decoy has whose name is the suffix of `name` from `label` on: a node's, or a `MadeNode`'s. */
export function decoyNode(
  { templates, node, pick }: Decoys,
  { octets, labels, length }: LabelledName,
  label: number,
): number {
  if (templates.length === 0) return node
  if (templates.length === 1) return templates[0]!
  sipHash(pick, octets, labels[label]!, length)
  return templates[(pick.hash[0]! >>> 0) % templates.length]!
}

/** Writes the address of the decoy `name` to `into` and returns its octets: four, or with `isIPv6` sixteen. */
export function writeDecoyAddress(decoys: Decoys, name: LabelledName, isIPv6: boolean, into: Uint8Array): number {
  const { ranges, addresses, moreAddresses } = decoys
  sipHash(addresses, name.octets, 0, name.length)
  if (!isIPv6) return pickIPv4(ranges, addresses.hash, into)
  sipHash(moreAddresses, name.octets, 0, name.length)
  return pickIPv6(ranges, addresses.hash, moreAddresses.hash, into)
}
