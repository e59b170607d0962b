/*
 * Addresses and identifiers of other layers, and small newer types.
 */
import { rr } from '../declaration.ts'
import { eui, ipv4, locator64 } from '../fields/addresses.ts'
import { base64OrDash } from '../fields/binary.ts'
import { discoveryAndType, gateway } from '../fields/gateway.ts'
import { u8, u16, u32, u64 } from '../fields/integers.ts'
import { name } from '../fields/names.ts'
import { prefixes } from '../fields/prefixes.ts'
import { string, strings } from '../fields/strings.ts'

export const APL = rr('APL', 42, 'RFC 3123', { prefixes })
export const NID = rr('NID', 104, 'RFC 6742', { preference: u16, node: locator64 })
export const L32 = rr('L32', 105, 'RFC 6742', { preference: u16, locator: ipv4 })
export const L64 = rr('L64', 106, 'RFC 6742', { preference: u16, locator: locator64 })
export const LP = rr('LP', 107, 'RFC 6742', { preference: u16, target: name() })
export const EUI48 = rr('EUI48', 108, 'RFC 7043', { address: eui(6) })
export const EUI64 = rr('EUI64', 109, 'RFC 7043', { address: eui(8) })
export const AVC = rr('AVC', 258, 'Cisco, IANA registration of 2016', { text: strings })
export const DOA = rr('DOA', 259, 'draft-durand-doa-over-dns', {
  enterprise: u32,
  type: u32,
  location: u8,
  mediaType: string,
  data: base64OrDash,
})
export const AMTRELAY = rr('AMTRELAY', 260, 'RFC 8777', {
  precedence: u8,
  relayType: discoveryAndType,
  relay: gateway(1, 0x7f),
})
export const RESINFO = rr('RESINFO', 261, 'RFC 9606', { text: strings })
export const WALLET = rr('WALLET', 262, 'IANA registration of 2024', { text: strings })
export const CLA = rr('CLA', 263, 'draft-johnson-dns-ipn-cla', { layers: strings })
export const IPN = rr('IPN', 264, 'draft-johnson-dns-ipn-cla', { node: u64 })
