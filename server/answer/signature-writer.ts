import { Class, RR_FIXED_OCTETS, RRSIG_FIXED_OCTETS, Type } from '../../dns/constants.ts'
import type { SignedApexRRset } from '../../keys/key-set.ts'
import { expirationOf, inceptionOf } from '../../keys/signature-policy.ts'
import type { DenialRecord } from '../../zones/denial/denial.ts'
import type { Signing } from './signing-list.ts'
import { MAX_POINTER, pointOwners, type Writer, write16, write32 } from './writer.ts'

const DOES_NOT_FIT = -1

/**
 * Writes the RRSIG records of the next RRset listed in `signing`, whose owner this message spells at `owner` and whose TTL
 * here is `ttl`, one of each key. Returns how many, or -1 where they do not fit all.
 */
export function writeSignatures(writer: Writer, signing: Signing, owner: number, ttl: number): number {
  const signable = signing.signables[signing.next++]!
  const { signer, image, subject, phase } = signable
  const { octets, start } = writer
  const fixed = RR_FIXED_OCTETS + RRSIG_FIXED_OCTETS + image.apexLength
  if (writer.position + signer.keys.length * fixed + signer.signatureOctets > writer.limit) return DOES_NOT_FIT
  const expiration = expirationOf(signer.policy, phase, subject.quantum)
  const inception = inceptionOf(signer.policy, phase, subject.quantum)
  let from = signable.at
  let at = start + writer.position
  for (let index = 0; index < signer.keys.length; index++) {
    const key = signer.keys[index]!
    write16(octets, at, 0xc000 | owner)
    write16(octets, at + 2, Type.RRSIG)
    write16(octets, at + 4, Class.In)
    write32(octets, at + 6, ttl)
    write16(octets, at + 10, fixed - RR_FIXED_OCTETS + key.signatureOctets)
    write16(octets, at + 12, signable.type)
    octets[at + 14] = key.algorithm
    octets[at + 15] = signable.labels
    write32(octets, at + 16, signable.ttl)
    write32(octets, at + 20, expiration)
    write32(octets, at + 24, inception)
    write16(octets, at + 28, key.keyTag)
    at += RR_FIXED_OCTETS + RRSIG_FIXED_OCTETS
    for (let i = 0; i < image.apexLength; i++) octets[at++] = image.octets[image.apex + i]!
    for (let i = 0; i < key.signatureOctets; i++) octets[at++] = signing.signatures[from++]!
  }
  writer.position = at - start
  return signer.keys.length
}

/**
 * Writes a record that no image has: NSEC or NSEC3 about the name at hand, or the data of a made name. Returns where the message spells its owner, or 0 where it does not
 * fit, or lies where no pointer reaches its owner.
 */
export function writeMadeRecord(writer: Writer, record: DenialRecord, ttl: number): number {
  const { octets, spelled, position } = writer
  const { prefix, prefixLength, rdata, rdataLength } = record
  const suffix = spelled[record.suffix]!
  const length = prefixLength + RR_FIXED_OCTETS + rdataLength
  const owner = prefixLength === 0 ? suffix : position
  if (position + length > writer.limit || owner > MAX_POINTER || suffix > MAX_POINTER) return 0
  let at = writer.start + position
  for (let i = 0; i < prefixLength; i++) octets[at++] = prefix[i]!
  write16(octets, at, 0xc000 | suffix)
  write16(octets, at + 2, record.type)
  write16(octets, at + 4, Class.In)
  write32(octets, at + 6, ttl)
  write16(octets, at + 10, rdataLength)
  at += RR_FIXED_OCTETS
  for (let i = 0; i < rdataLength; i++) octets[at + i] = rdata[i]!
  writer.position = position + length
  return owner
}

/** Writes an RRset that was signed beforehand. Returns how many records, or -1 where they do not fit all. */
export function writeApexRRset(writer: Writer, rrset: SignedApexRRset, owner: number): number {
  return writePrepared(writer, rrset.block, rrset.count, owner)
}

/** Writes those of its signatures that hold at `unixSeconds`. Returns how many, or -1 where they do not fit all. */
export function writeApexSignatures(
  writer: Writer,
  { signatures }: SignedApexRRset,
  owner: number,
  unixSeconds: number,
): number {
  let last = 0
  for (let index = 1; index < signatures.length; index++) if (signatures[index]!.from <= unixSeconds) last = index
  const { block, count } = signatures[last]!
  return writePrepared(writer, block, count, owner)
}

function writePrepared(writer: Writer, block: Uint8Array, count: number, owner: number): number {
  if (writer.position + block.length > writer.limit) return DOES_NOT_FIT
  const to = writer.start + writer.position
  for (let i = 0; i < block.length; i++) writer.octets[to + i] = block[i]!
  pointOwners(writer.octets, to, count, owner)
  writer.position += block.length
  return count
}
