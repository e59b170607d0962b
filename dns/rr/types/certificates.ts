/*
 * Keys and certificates of other protocols, and who may issue them.
 */
import { optional, rr } from '../declaration.ts'
import { base64, hex } from '../fields/binary.ts'
import { gateway } from '../fields/gateway.ts'
import { hostIdentity } from '../fields/host-identity.ts'
import { code, u8, u16 } from '../fields/integers.ts'
import { names } from '../fields/names.ts'
import { tag, text } from '../fields/strings.ts'
import { algorithm } from './algorithm.ts'

const association = { usage: u8, selector: u8, matching: u8, data: hex(1) }

/** Mnemonics of RFC 4398 §2.1. */
const certificateType = code(
  2,
  { PKIX: 1, SPKI: 2, PGP: 3, IPKIX: 4, ISPKI: 5, IPGP: 6, ACPKIX: 7, IACPKIX: 8, URI: 253, OID: 254 },
  { print: 'mnemonic' },
)

export const CERT = rr('CERT', 37, 'RFC 4398', {
  type: certificateType,
  keyTag: u16,
  algorithm,
  certificate: base64(1),
})
export const SSHFP = rr('SSHFP', 44, 'RFC 4255', { algorithm: u8, type: u8, fingerprint: hex(1) })
export const IPSECKEY = rr('IPSECKEY', 45, 'RFC 4025', {
  precedence: u8,
  gatewayType: u8,
  algorithm: u8,
  gateway: gateway(1, 0xff),
  publicKey: optional(base64(1)),
})
export const DHCID = rr('DHCID', 49, 'RFC 4701', { digest: base64(1) })
export const TLSA = rr('TLSA', 52, 'RFC 6698', association)
export const SMIMEA = rr('SMIMEA', 53, 'RFC 8162', association)
export const HIP = rr('HIP', 55, 'RFC 8005', { identity: hostIdentity, servers: names })
export const OPENPGPKEY = rr('OPENPGPKEY', 61, 'RFC 7929', { key: base64(1) })
export const HHIT = rr('HHIT', 67, 'RFC 9886', { data: base64(1) })
export const BRID = rr('BRID', 68, 'RFC 9886', { data: base64(1) })
export const CAA = rr('CAA', 257, 'RFC 8659', { flags: u8, tag, value: text(0) })
