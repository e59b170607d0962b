/*
 * The RDATA of NSEC3: hash algorithm, flags, iterations (2 octets), salt length, salt, hash length, next hash, type bitmap
 * (RFC 5155 §3.2). NSEC3PARAM ends with the salt (RFC 5155 §4.2).
 */
import { NSEC3_SHA1 } from '../../dns/nsec3.ts'

/** What a hash depends on beside the name. */
export interface Nsec3Parameters {
  readonly iterations: number
  readonly salt: Uint8Array
}

/** The parameters of the NSEC3 or NSEC3PARAM whose RDATA starts at `rdata`; the salt is a copy. */
export function nsec3Parameters(octets: Uint8Array, rdata: number): Nsec3Parameters {
  const salt = octets.slice(rdata + 5, rdata + 5 + octets[rdata + 4]!)
  return { iterations: (octets[rdata + 2]! << 8) | octets[rdata + 3]!, salt }
}

/** Whether the NSEC3 or NSEC3PARAM whose RDATA starts at `rdata` has these parameters, with SHA-1. */
export function hasNsec3Parameters(octets: Uint8Array, rdata: number, { iterations, salt }: Nsec3Parameters): boolean {
  if (octets[rdata] !== NSEC3_SHA1 || ((octets[rdata + 2]! << 8) | octets[rdata + 3]!) !== iterations) return false
  if (octets[rdata + 4] !== salt.length) return false
  for (let i = 0; i < salt.length; i++) if (octets[rdata + 5 + i] !== salt[i]) return false
  return true
}

/** Where the octets of the next hash begin; their count stands before them. */
export function nextHashAt(octets: Uint8Array, rdata: number): number {
  return rdata + 6 + octets[rdata + 4]!
}

/** Where the type bitmap begins. */
export function bitmapAt(octets: Uint8Array, rdata: number): number {
  const next = nextHashAt(octets, rdata)
  return next + octets[next - 1]!
}

/** RFC 5155 §3.1.2.1: delegations without DS may lack an NSEC3 in the span of this one. */
export function isOptOut(octets: Uint8Array, rdata: number): boolean {
  return (octets[rdata + 1]! & 1) !== 0
}
