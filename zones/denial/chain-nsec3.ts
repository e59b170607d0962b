/*
 * Proofs from the NSEC3 records that a zone came with (RFC 5155 §7.2). Of names that are there the image knows their
 * records (layout.ts, `HashedNode`): only a name that is not has to be hashed, once.
 */
import type { LabelledName } from '../../dns/labelled-name.ts'
import type { Image } from '../image/image.ts'
import { Chain, HashedNode } from '../image/layout.ts'
import { parentOf } from '../image/nodes.ts'
import { addRow, beginProof, type ChainProof, DIGEST_AT, nextCloserLabel } from './chain-proof.ts'
import { Proof } from './denial.ts'
import type { Nsec3Hash } from './deny.ts'

/** Answers `chainProof` from the image's chain; `hash` is SHA-1. Allocates nothing. */
export function proveByNsec3(image: Image, chainProof: ChainProof, hash: Nsec3Hash): void {
  const { proof, node, wildcard } = chainProof
  beginProof(image, chainProof)
  switch (proof) {
    case Proof.Absent: {
      const provable = addCloseness(image, chainProof, hash)
      addRow(chainProof, image.words[rowOf(image, provable) + HashedNode.Wildcard]!)
      return
    }
    case Proof.Expanded:
      // RFC 5155 §7.2.6: that the closest encloser is there, the Labels of the RRSIG tell.
      addNextCloser(image, chainProof, hash)
      return
    default:
      if (wildcard) addCloseness(image, chainProof, hash)
      addExistence(image, chainProof, node)
  }
}

/** RFC 5155 §7.2.3, §7.2.4: the node's own record; where opt-out spared it one, that it lies in such a span. */
function addExistence(image: Image, chainProof: ChainProof, node: number): void {
  const own = matchOf(image, node)
  if (own >= 0) addRow(chainProof, own)
  else addSpared(image, chainProof, node)
}

/** RFC 5155 §7.2.1: the closest encloser that can be proved, which is returned, and that the next closer name is covered. */
function addCloseness(image: Image, chainProof: ChainProof, hash: Nsec3Hash): number {
  const { base } = chainProof
  const own = matchOf(image, base)
  if (own < 0) return addSpared(image, chainProof, base)
  addRow(chainProof, own)
  addNextCloser(image, chainProof, hash)
  return base
}

function addNextCloser(image: Image, chainProof: ChainProof, hash: Nsec3Hash): void {
  const { name, base, scratch } = chainProof
  hashName(image, name, nextCloserLabel(image, name, base), hash, scratch)
  addRow(chainProof, covering(image, scratch))
}

/** The same for a node without a record: the next closer name is a node, too. The apex always has a record. */
function addSpared(image: Image, chainProof: ChainProof, node: number): number {
  let nextCloser = node
  let provable = parentOf(image, node)
  while (matchOf(image, provable) < 0 && provable !== 0) {
    nextCloser = provable
    provable = parentOf(image, provable)
  }
  addRow(chainProof, Math.max(0, matchOf(image, provable)))
  addRow(chainProof, image.words[rowOf(image, nextCloser) + HashedNode.Cover]!)
  return provable
}

/** The row that covers the hash at `DIGEST_AT`: the last whose hash is not behind it, or else the very last. */
function covering(image: Image, scratch: Uint8Array): number {
  const { words, chain } = image
  let low = 0
  let high = image.chainLength
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isUpTo(image, words[chain + middle * Chain.Words + Chain.Hash]!, scratch)) low = middle + 1
    else high = middle
  }
  return low === 0 ? image.chainLength - 1 : low - 1
}

/** RFC 5155 §5: leaves at `DIGEST_AT` the hash of the name from label `label` on. */
function hashName(image: Image, name: LabelledName, label: number, hash: Nsec3Hash, scratch: Uint8Array): void {
  const start = name.labels[label]!
  let length = name.length - start
  for (let i = 0; i < length; i++) scratch[i] = name.octets[start + i]!
  for (let round = 0; round <= image.iterations; round++) {
    for (let i = 0; i < image.saltLength; i++) scratch[length + i] = image.octets[image.salt + i]!
    hash(scratch, 0, length + image.saltLength, scratch, DIGEST_AT)
    length = scratch.length - DIGEST_AT
    for (let i = 0; i < length; i++) scratch[i] = scratch[DIGEST_AT + i]!
  }
}

function isUpTo({ octets }: Image, hash: number, scratch: Uint8Array): boolean {
  for (let i = 0; i < scratch.length - DIGEST_AT; i++) {
    const difference = octets[hash + i]! - scratch[DIGEST_AT + i]!
    if (difference !== 0) return difference < 0
  }
  return true
}

function matchOf(image: Image, node: number): number {
  return image.words[rowOf(image, node) + HashedNode.Match]!
}

function rowOf(image: Image, node: number): number {
  return image.hashedNodes + node * HashedNode.Words
}
