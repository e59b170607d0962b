import { parentOf } from '../image/nodes.ts'
import { coverName, coverWildcard, coverWithWildcard } from './covering.ts'
import { type Denial, type DenialSubject, Proof, WildcardStyle } from './denial.ts'
import type { DenialZone } from './deny.ts'
import { matchName, matchWildcard } from './matching.ts'
import { isExpansion, labelOfNode } from './records.ts'

/** Minimally covering NSEC records (RFC 4470). */
export function denyByWhiteLies(zone: DenialZone, proof: Proof, subject: DenialSubject, denial: Denial): void {
  const { name, node, label } = subject
  switch (proof) {
    case Proof.Absent:
      denyName(zone, subject, denial)
      break
    case Proof.Nodata:
      denyType(zone, subject, denial)
      break
    case Proof.Insecure:
      matchName(zone, name, label, node, denial)
      break
    case Proof.Expanded:
      denyCloser(zone, subject, denial)
      break
  }
}

/**
 * Neither the child of the subject's node, the closest encloser, at or above its name nor a wildcard beside it is there (RFC
 * 4035 §3.1.3.2).
 */
export function denyName(zone: DenialZone, subject: DenialSubject, denial: Denial): void {
  if (coverWithWildcard(zone, subject, denial)) return
  coverName(zone, subject, denial)
  coverWildcard(zone, subject, denial)
}

/** RFC 4035 §3.1.3.1, and §3.1.3.4 where wildcards are not flat. */
function denyType(zone: DenialZone, subject: DenialSubject, denial: Denial): void {
  const { name, node } = subject
  if (zone.wildcards !== WildcardStyle.Conventional || !isExpansion(zone.image, node, name)) {
    matchName(zone, name, 0, node, denial)
  } else {
    denyCloser(zone, subject, denial)
    matchWildcard(zone, name, subject.label, node, denial)
  }
}

/** No name closer than the encloser of the wildcard `node` is there (RFC 4035 §3.1.3.3). From here on it is about that. */
function denyCloser(zone: DenialZone, subject: DenialSubject, denial: Denial): void {
  const encloser = parentOf(zone.image, subject.node)
  subject.node = encloser
  subject.label = labelOfNode(zone.image, encloser, subject.name)
  subject.types = encloser
  coverName(zone, subject, denial)
}
