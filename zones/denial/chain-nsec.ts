/*
 * Proofs from the NSEC records that a zone came with (RFC 4035 §3.1.3).
 */
import { compareLabels } from '../../dns/name.ts'
import type { Image } from '../image/image.ts'
import { Chain } from '../image/layout.ts'
import { labelOf } from '../image/nodes.ts'
import { addRow, beginProof, type ChainProof, nextCloserLabel } from './chain-proof.ts'
import { Proof } from './denial.ts'
import { branchOf } from './siblings.ts'

/** Answers `chainProof` from the image's chain. Allocates nothing. */
export function proveByNsec(image: Image, chainProof: ChainProof): void {
  const { proof, name, node, wildcard } = chainProof
  beginProof(image, chainProof)
  const { base } = chainProof
  if (proof === Proof.Nodata || proof === Proof.Insecure) addRow(chainProof, lastUpTo(image, node))
  if (proof === Proof.Absent || wildcard) {
    addRow(chainProof, covering(image, base, name.octets, name.labels[nextCloserLabel(image, name, base)]!))
  }
  if (proof === Proof.Absent) addRow(chainProof, covering(image, base, ASTERISK, 0))
}

/** A label with its length octet. */
const ASTERISK = Uint8Array.of(1, 0x2a)

/** The last row whose owner is `node` or before it: its own NSEC, or the one that covers an empty non-terminal. */
function lastUpTo(image: Image, node: number): number {
  const { words, chain } = image
  let low = 0
  let high = image.chainLength
  while (low < high) {
    const middle = (low + high) >>> 1
    if (words[chain + middle * Chain.Words + Chain.Owner]! <= node) low = middle + 1
    else high = middle
  }
  return Math.max(0, low - 1)
}

/** The last row whose owner comes before the name that is not there: the label at `label` of `octets`, right below `encloser`. */
function covering(image: Image, encloser: number, octets: Uint8Array, label: number): number {
  const { words, chain } = image
  let low = 0
  let high = image.chainLength
  while (low < high) {
    const middle = (low + high) >>> 1
    const owner = words[chain + middle * Chain.Words + Chain.Owner]!
    if (isBefore(image, owner, encloser, octets, label)) low = middle + 1
    else high = middle
  }
  return Math.max(0, low - 1)
}

/**
 * Whether `node` comes before a name right below `encloser` in canonical order (RFC 4034 §6.1): nodes are numbered in that
 * order, and all that is below one follows it, so that only among those does the label decide.
 */
function isBefore(image: Image, node: number, encloser: number, octets: Uint8Array, label: number): boolean {
  if (node <= encloser) return true
  const branch = branchOf(image, encloser, node)
  return branch >= 0 && compareLabels(image.octets, labelOf(image, branch), octets, label) < 0
}
