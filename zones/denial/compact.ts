import { type Denial, type DenialSubject, Proof } from './denial.ts'
import type { DenialZone } from './deny.ts'
import { matchAbsent } from './matching.ts'
import { denyByWhiteLies } from './white-lies.ts'

/** Compact denial of existence (RFC 9824): what exists is denied as by white lies, which need no more than one record. */
export function denyCompactly(zone: DenialZone, proof: Proof, subject: DenialSubject, denial: Denial): void {
  if (proof === Proof.Absent) matchAbsent(zone, subject.name, denial)
  else denyByWhiteLies(zone, proof, subject, denial)
}
