/*
 * RRSIG's RDATA in front of the signature (RFC 4034 §3.1), which is also what a signing input begins with. Answering
 * writes it to a buffer that is used again.
 */
import { type OctetWriter, writeOctets, writeU8, writeU16, writeU32 } from '../dns/octet-writer.ts'

/** The fields that do not depend on the key. */
export interface RrsigHead {
  /** The type covered. */
  readonly type: number
  readonly labels: number
  /** Seconds: the Original TTL. */
  readonly ttl: number
}

const ALGORITHM_AT = 2
const KEY_TAG_AT = 16

/**
 * Writes the fields as the first of `writer`, all but those of the key, which `setRrsigKey` sets. Times are Unix seconds
 * modulo 2^32; the signer's name, wire and lower-cased, is `octets` from `start` to `end`.
 */
export function writeRrsigHead(
  writer: OctetWriter,
  { type, labels, ttl }: RrsigHead,
  times: { readonly inception: number; readonly expiration: number },
  signer: { readonly octets: Uint8Array; readonly start: number; readonly end: number },
): void {
  writer.length = 0
  writeU16(writer, type)
  writeU8(writer, 0)
  writeU8(writer, labels)
  writeU32(writer, ttl)
  writeU32(writer, times.expiration)
  writeU32(writer, times.inception)
  writeU16(writer, 0)
  writeOctets(writer, signer.octets, signer.start, signer.end)
}

/** Sets the fields of the key in what `writeRrsigHead` wrote. */
export function setRrsigKey({ octets }: OctetWriter, algorithm: number, keyTag: number): void {
  octets[ALGORITHM_AT] = algorithm
  octets[KEY_TAG_AT] = keyTag >>> 8
  octets[KEY_TAG_AT + 1] = keyTag
}
