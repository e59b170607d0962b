/*
 * RDATA of DNSKEY and of what parents learn of it: DS, CDS, CDNSKEY (RFC 4034 §2, §5; RFC 7344 §3; RFC 8078 §4).
 */
import { createHash, type KeyObject } from 'node:crypto'
import { keyTagOf } from '../dns/key-tag.ts'
import { nameToText } from '../dns/name.ts'
import { rdataToText } from '../dns/rr/rdata.ts'
import { typeToText } from '../dns/rr/registry.ts'
import { algorithmOf } from './algorithms.ts'
import { isKeySigning, type KeyRole } from './key-role.ts'

/** Bits of DNSKEY's Flags field (RFC 4034 §2.1.1, RFC 5011 §3). */
export const DnskeyFlag = { ZoneKey: 0x0100, Revoke: 0x0080, SecureEntryPoint: 0x0001 } as const

/** DS digest types that are made (IANA, DS RR Type Digest Algorithms). */
export const DsDigest = { Sha256: 2, Sha384: 4 } as const
export type DsDigest = (typeof DsDigest)[keyof typeof DsDigest]

/** RFC 8078 §4: what asks the parent to remove the DS RRset. */
export const DELETE_CDS: Uint8Array = Uint8Array.of(0, 0, 0, 0, 0)
export const DELETE_CDNSKEY: Uint8Array = Uint8Array.of(0, 0, 3, 0, 0)

/** Octets of DNSKEY's RDATA in front of the public key: flags, protocol, algorithm. */
export const DNSKEY_HEAD_OCTETS = 4
const PROTOCOL = 3

const DIGEST_NAMES = { [DsDigest.Sha256]: 'sha256', [DsDigest.Sha384]: 'sha384' } as const

/** RDATA of the DNSKEY record for a key, public or private. */
export function dnskeyRdata(role: KeyRole, algorithm: number, key: KeyObject): Uint8Array {
  const flags = isKeySigning(role) ? DnskeyFlag.ZoneKey | DnskeyFlag.SecureEntryPoint : DnskeyFlag.ZoneKey
  const publicKey = algorithmOf(algorithm).publicKey.toOctets(key)
  return Uint8Array.of(flags >> 8, flags & 255, PROTOCOL, algorithm, ...publicKey)
}

/** The key tag that the key has once it is revoked (RFC 5011 §3): another, for the flags are part of it. */
export function revokedKeyTagOf(dnskey: Uint8Array): number {
  const revoked = dnskey.slice()
  revoked[1]! |= DnskeyFlag.Revoke
  return keyTagOf(revoked)
}

/** RDATA of the DS record (RFC 4034 §5.1.4), and of CDS; `owner` is the apex on the wire, lower-cased. */
export function dsRdata(owner: Uint8Array, dnskey: Uint8Array, digestType: DsDigest): Uint8Array {
  const digest = createHash(DIGEST_NAMES[digestType]).update(owner).update(dnskey).digest()
  const keyTag = keyTagOf(dnskey)
  return Uint8Array.of(keyTag >> 8, keyTag & 255, dnskey[3]!, digestType, ...digest)
}

/**
 * Whether the RDATA of a DS is this key's: its tag, its algorithm, and its digest of a type that validators go by; some
 * take a zone for unsigned that has none but of SHA-1.
 */
export function isDsOf(ds: Uint8Array, owner: Uint8Array, dnskey: Uint8Array): boolean {
  const digestType = ds[DIGEST_TYPE_AT]
  if (digestType !== DsDigest.Sha256 && digestType !== DsDigest.Sha384) return false
  return isDsOfTag(ds, dnskey) && Buffer.compare(dsRdata(owner, dnskey, digestType), ds) === 0
}

/**
 * Whether the DS speaks of this key by tag and algorithm, and its digest, of a type that validators go by, is not the key's. Who goes
 * by the strongest digest alone may then reject the zone, though another DS is right (RFC 4509 §3).
 */
export function isMisfitOf(ds: Uint8Array, owner: Uint8Array, dnskey: Uint8Array): boolean {
  const digestType = ds[DIGEST_TYPE_AT]
  const isUsed = digestType === DsDigest.Sha256 || digestType === DsDigest.Sha384
  return isUsed && isDsOfTag(ds, dnskey) && !isDsOf(ds, owner, dnskey)
}

/** Whether the DS may be the key's by its tag and algorithm, whatever its digest. */
export function isDsOfTag(ds: Uint8Array, dnskey: Uint8Array): boolean {
  return ds[2] === dnskey[3] && ((ds[0]! << 8) | ds[1]!) === keyTagOf(dnskey)
}

/** Key tag, algorithm, digest type, digest (RFC 4034 §5.1). */
const DIGEST_TYPE_AT = 3

/** A record in presentation format as parents take it, without TTL: `example.com. IN DS 370 13 2 BE74…`. */
export function recordText(owner: Uint8Array, type: number, rdata: Uint8Array): string {
  return `${nameToText(owner)} IN ${typeToText(type)} ${rdataToText(type, rdata)}`
}
