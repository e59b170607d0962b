/*
 * Signatures for what an answer holds: out of the view's table, or made now.
 */
import { Class } from '../../dns/constants.ts'
import type { LabelledName } from '../../dns/labelled-name.ts'
import { wildcardBelow } from '../../dns/name.ts'
import { type OctetWriter, writeOctets, writeU16, writeU32 } from '../../dns/octet-writer.ts'
import { setRrsigKey, writeRrsigHead } from '../../keys/rrsig.ts'
import { expirationOf, inceptionOf, quantumAt } from '../../keys/signature-policy.ts'
import { findSignatures, ownerPhase, type SignatureTable, storeSignatures } from '../../keys/signature-table.ts'
import { canonicalRdatas } from '../../zones/canonical-rrset.ts'
import type { FreshSignatureHook } from './context.ts'
import type { Signable, Signing } from './signing-list.ts'

/**
 * Gets from `table` what it has of the signatures listed, `unixSeconds` being the time, and returns how many RRsets are
 * left to be signed.
 */
export function findListed(signing: Signing, table: SignatureTable | undefined, unixSeconds: number): number {
  let missing = 0
  placeSignatures(signing)
  for (let index = 0; index < signing.count; index++) {
    const signable = signing.signables[index]!
    const { signer, subject } = signable
    // Divided here, as a small integer: dividing all 32 bits again and again is slow.
    signable.phase = (ownerPhase(signer.phaseSeed, subject.name, subject.label) >>> 1) % signer.policy.quantum
    subject.stamp = signer.stamp
    subject.quantum = quantumAt(signer.policy, signable.phase, unixSeconds)
    signable.isMissing = table === undefined || !findKept(table, signable, signing.signatures)
    if (signable.isMissing) missing++
  }
  return missing
}

/** What it costs to sign those RRsets, of those left, that would not be signed if nobody asked; microseconds. */
export function costOnDemand(signing: Signing): number {
  let cost = 0
  for (let index = 0; index < signing.count; index++) {
    const { isMissing, isMadeOnDemand, signer } = signing.signables[index]!
    if (isMissing && isMadeOnDemand) cost += signer.signingCost
  }
  return cost
}

/** Signs what `findListed` did not find, and puts it into the table. */
export function signListed(
  signing: Signing,
  table: SignatureTable | undefined,
  onFreshSignature: FreshSignatureHook | undefined,
): void {
  for (let index = 0; index < signing.count; index++) {
    const signable = signing.signables[index]!
    if (!signable.isMissing) continue
    sign(signing, signable, onFreshSignature)
    if (table !== undefined) keep(table, signable, signing.signatures)
  }
}

/** Each key has a slot of its own: those of several would not fit into one, and be made anew for each answer. */
const KEY_ITEM = 0x100000

/** Gets the signature of each key; false: the table lacks one. */
function findKept(table: SignatureTable, { signer, subject, at }: Signable, into: Uint8Array): boolean {
  const { keys } = signer
  const { item } = subject
  let to = at
  let isKept = true
  for (let index = 0; isKept && index < keys.length; index++) {
    const octets = keys[index]!.signatureOctets
    subject.item = item + index * KEY_ITEM
    isKept = findSignatures(table, subject, octets, into, to)
    to += octets
  }
  subject.item = item
  return isKept
}

function keep(table: SignatureTable, { signer, subject, at }: Signable, from: Uint8Array): void {
  const { item } = subject
  let start = at
  for (let index = 0; index < signer.keys.length; index++) {
    const octets = signer.keys[index]!.signatureOctets
    subject.item = item + index * KEY_ITEM
    storeSignatures(table, subject, octets, from, start)
    start += octets
  }
  subject.item = item
}

/** Gives each signable its place among the raw signatures. */
function placeSignatures(signing: Signing): void {
  let length = 0
  for (let index = 0; index < signing.count; index++) {
    const signable = signing.signables[index]!
    signable.at = length
    length += signable.signer.signatureOctets
  }
  if (length > signing.signatures.length) signing.signatures = new Uint8Array(length * 2)
}

function sign(signing: Signing, signable: Signable, onFreshSignature: FreshSignatureHook | undefined): void {
  const { input, signatures } = signing
  writeInput(input, signable)
  let { at } = signable
  for (const key of signable.signer.keys) {
    setRrsigKey(input, key.algorithm, key.keyTag)
    key.sign(input.octets, input.length, signatures, at)
    onFreshSignature?.(key, input.octets, input.length, signatures, at)
    at += key.signatureOctets
  }
}

/** Writes what is signed, the key's fields aside (RFC 4034 §3.1.8.1). */
function writeInput(input: OctetWriter, signable: Signable): void {
  const { signer, image, record, rrset, phase, subject, isWildcard } = signable
  const times = {
    inception: inceptionOf(signer.policy, phase, subject.quantum),
    expiration: expirationOf(signer.policy, phase, subject.quantum),
  }
  writeRrsigHead(input, signable, times, {
    octets: image.octets,
    start: image.apex,
    end: image.apex + image.apexLength,
  })
  if (record !== undefined) {
    writeOctets(input, record.prefix, 0, record.prefixLength)
    writeSuffix(input, subject.name, record.suffix)
    writeRdata(input, signable, record.rdata, record.rdataLength)
    return
  }
  const suffix = suffixOf(subject.name, subject.label)
  const owner = isWildcard ? wildcardBelow(suffix) : suffix
  for (const rdata of canonicalRdatas(image, rrset, owner)) {
    writeOctets(input, owner)
    writeRdata(input, signable, rdata, rdata.length)
  }
}

/** Writes what follows a record's owner. */
function writeRdata(input: OctetWriter, { type, ttl }: Signable, rdata: Uint8Array, length: number): void {
  writeU16(input, type)
  writeU16(input, Class.In)
  writeU32(input, ttl)
  writeU16(input, length)
  writeOctets(input, rdata, 0, length)
}

function writeSuffix(input: OctetWriter, name: LabelledName, label: number): void {
  writeOctets(input, name.octets, name.labels[label]!, name.length)
}

function suffixOf(name: LabelledName, label: number): Uint8Array {
  return name.octets.subarray(name.labels[label]!, name.length)
}
