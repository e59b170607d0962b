/*
 * Types of RFC 1183 and others of that time, still met in zones.
 */
import { optional, rr } from '../declaration.ts'
import { hex, nsap } from '../fields/binary.ts'
import { u16 } from '../fields/integers.ts'
import { location } from '../fields/location.ts'
import { name } from '../fields/names.ts'
import { string, strings } from '../fields/strings.ts'

// RFC 3597 §4: not to be compressed by us, but understood when compressed.
const decompressed = { decompress: true, lowercase: true }

export const RP = rr('RP', 17, 'RFC 1183', { mailbox: name(decompressed), text: name(decompressed) })
export const AFSDB = rr('AFSDB', 18, 'RFC 1183', {
  subtype: u16,
  host: name({ ...decompressed, additional: true }),
})
export const X25 = rr('X25', 19, 'RFC 1183', { address: string })
export const ISDN = rr('ISDN', 20, 'RFC 1183', { address: string, subaddress: optional(string) })
export const RT = rr('RT', 21, 'RFC 1183', {
  preference: u16,
  intermediate: name({ ...decompressed, additional: true }),
})
export const NSAP = rr('NSAP', 22, 'RFC 1706', { address: nsap })
export const NSAP_PTR = rr('NSAP-PTR', 23, 'RFC 1706', { owner: name() })
export const PX = rr('PX', 26, 'RFC 2163', {
  preference: u16,
  map822: name(decompressed),
  mapX400: name(decompressed),
})
export const GPOS = rr('GPOS', 27, 'RFC 1712', { longitude: string, latitude: string, altitude: string })
export const LOC = rr('LOC', 29, 'RFC 1876', { location })
export const EID = rr('EID', 31, 'draft-ietf-nimrod-dns', { identifier: hex(1) })
export const NIMLOC = rr('NIMLOC', 32, 'draft-ietf-nimrod-dns', { locator: hex(1) })
export const NINFO = rr('NINFO', 56, 'draft-lewis-dns-undocumented-types', { status: strings })
export const SPF = rr('SPF', 99, 'RFC 7208', { text: strings })
