import type { Image } from '../image/image.ts'
import { denyByCells } from './cells.ts'
import { denyCompactly } from './compact.ts'
import { type Denial, DenialMode, type DenialSubject, type Proof, type WildcardStyle } from './denial.ts'
import { denyByNsec3 } from './nsec3-white-lies.ts'
import { denyByWhiteLies } from './white-lies.ts'

/** What denial in one image depends on besides the question. */
export interface DenialZone {
  readonly image: Image
  readonly mode: DenialMode
  readonly wildcards: WildcardStyle
  /** Types that the apex has beyond those in the image: DNSKEY, CDS, CDNSKEY, NSEC3PARAM as they are there; all below 256. */
  readonly apexTypes: readonly number[]
  readonly hash: Nsec3Hash
  /** Unsigned 32-bit number that places the points of cells; the same in all views of a zone, and good for nothing else. */
  readonly cellSeed: number
  /** Rules make names that the image does not have; all their labels are of letters, digits, hyphens and underscores. */
  readonly makesNames: boolean
}

/** Writes the 20 octets of SHA-1 of `length` octets from `start` to `into` at `at` (RFC 5155 §5, no salt, no iterations). */
export type Nsec3Hash = (octets: Uint8Array, start: number, length: number, into: Uint8Array, at: number) => void

/**
 * Fills `denial` with the records of `proof` about `subject`. Allocates nothing; each record is the same whenever the zone,
 * its kind and the suffix of the name that it speaks of are.
 */
export function deny(zone: DenialZone, proof: Proof, subject: DenialSubject, denial: Denial): void {
  denial.count = 0
  switch (zone.mode) {
    case DenialMode.Compact:
      denyCompactly(zone, proof, subject, denial)
      break
    case DenialMode.WhiteLies:
      denyByWhiteLies(zone, proof, subject, denial)
      break
    case DenialMode.Nsec3WhiteLies:
      denyByNsec3(zone, proof, subject, denial)
      break
    case DenialMode.Cells:
      denyByCells(zone, proof, subject, denial)
      break
  }
}
