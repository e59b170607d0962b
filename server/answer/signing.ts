/*
 * Signatures for what an answer holds: out of the view's table, or made now.
 */
import type { LabelledName } from '../../dns/labelled-name.ts'
import { wildcardBelow } from '../../dns/name.ts'
import { expirationOf, inceptionOf, quantumAt } from '../../keys/signature-policy.ts'
import { findSignatures, ownerPhase, type SignatureTable, storeSignatures } from '../../keys/signature-table.ts'
import { type CanonicalRRset, rrsigPrefix, signingInput } from '../../keys/signing-input.ts'
import { canonicalRdatas } from '../../zones/canonical-rrset.ts'
import type { FreshSignatureHook } from './context.ts'
import type { Signable, Signing } from './signables.ts'

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
    signable.phase = (ownerPhase(subject.name, subject.label) >>> 1) % signer.policy.quantum
    subject.stamp = signer.stamp
    subject.quantum = quantumAt(signer.policy, signable.phase, unixSeconds)
    signable.isMissing =
      table === undefined || !findSignatures(table, subject, signer.signatureOctets, signing.signatures, signable.at)
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
    const { subject, signer, at } = signable
    if (table !== undefined) storeSignatures(table, subject, signer.signatureOctets, signing.signatures, at)
  }
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
  const { signer, image, phase, subject } = signable
  const rrset = canonicalRRset(signable)
  const validity = {
    inception: inceptionOf(signer.policy, phase, subject.quantum),
    expiration: expirationOf(signer.policy, phase, subject.quantum),
    signer: image.octets.subarray(image.apex, image.apex + image.apexLength),
  }
  let { at } = signable
  for (const key of signer.keys) {
    const data = signingInput(rrsigPrefix(rrset, { ...validity, algorithm: key.algorithm, keyTag: key.keyTag }), rrset)
    key.sign(data, data.length, signing.signatures, at)
    onFreshSignature?.(key, data, data.length, signing.signatures, at)
    at += key.signatureOctets
  }
}

function canonicalRRset({ image, rrset, record, type, ttl, subject, isWildcard }: Signable): CanonicalRRset {
  if (record !== undefined) {
    const owner = new Uint8Array(record.prefixLength + suffixOf(subject.name, record.suffix).length)
    owner.set(record.prefix.subarray(0, record.prefixLength))
    owner.set(suffixOf(subject.name, record.suffix), record.prefixLength)
    return { owner, type, ttl, rdatas: [record.rdata.subarray(0, record.rdataLength)] }
  }
  const suffix = suffixOf(subject.name, subject.label)
  const owner = isWildcard ? wildcardBelow(suffix) : suffix
  return { owner, type, ttl, rdatas: canonicalRdatas(image, rrset, owner) }
}

function suffixOf(name: LabelledName, label: number): Uint8Array {
  return name.octets.subarray(name.labels[label]!, name.length)
}
