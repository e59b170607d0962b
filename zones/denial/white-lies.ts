import type { LabelledName } from '../../dns/labelled-name.ts'
import { parentOf } from '../image/nodes.ts'
import { coverName, coverWildcard, coverWithWildcard } from './covering.ts'
import { type Denial, Proof, WildcardStyle } from './denial.ts'
import type { DenialZone } from './deny.ts'
import { matchName, matchWildcard } from './matching.ts'
import { isExpansion, labelOfNode } from './records.ts'

/** Minimally covering NSEC records (RFC 4470). */
export function denyByWhiteLies(
  zone: DenialZone,
  proof: Proof,
  name: LabelledName,
  node: number,
  denial: Denial,
): void {
  switch (proof) {
    case Proof.Absent:
      denyName(zone, name, labelOfNode(zone.image, node, name), node, denial)
      break
    case Proof.Nodata:
      denyType(zone, name, node, denial)
      break
    case Proof.Insecure:
      matchName(zone, name, labelOfNode(zone.image, node, name), node, denial)
      break
    case Proof.Expanded:
      denyCloser(zone, name, node, denial)
      break
  }
}

/**
 * Neither the child of `encloser` at or above `name` nor a wildcard beside it is there (RFC 4035 §3.1.3.2). `label` is
 * where the encloser starts; its node may be missing.
 */
export function denyName(zone: DenialZone, name: LabelledName, label: number, encloser: number, denial: Denial): void {
  if (coverWithWildcard(zone, name, label - 1, encloser, denial)) return
  coverName(zone, name, label - 1, encloser, denial)
  coverWildcard(zone, name, label, encloser, denial)
}

/** RFC 4035 §3.1.3.1, and §3.1.3.4 where wildcards are not flat. */
function denyType(zone: DenialZone, name: LabelledName, node: number, denial: Denial): void {
  if (zone.wildcards !== WildcardStyle.Conventional || !isExpansion(zone.image, node, name)) {
    matchName(zone, name, 0, node, denial)
  } else {
    denyCloser(zone, name, node, denial)
    matchWildcard(zone, name, labelOfNode(zone.image, parentOf(zone.image, node), name), node, denial)
  }
}

/** No name closer than the encloser of the wildcard `node` is there (RFC 4035 §3.1.3.3). */
function denyCloser(zone: DenialZone, name: LabelledName, node: number, denial: Denial): void {
  const encloser = parentOf(zone.image, node)
  coverName(zone, name, labelOfNode(zone.image, encloser, name) - 1, encloser, denial)
}
