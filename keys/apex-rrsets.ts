/*
 * The RRsets at the apex that follow from the keys, with their signatures.
 */
import { type CanonicalRRset, writeRecord } from '../dns/canonical-rrset.ts'
import { HEADER_LENGTH, RR_FIXED_OCTETS, RRSIG_FIXED_OCTETS, Type } from '../dns/constants.ts'
import { nameToText } from '../dns/name.ts'
import { NSEC3PARAM_RDATA } from '../dns/nsec3.ts'
import { createOctetWriter, writtenOctets } from '../dns/octet-writer.ts'
import { DELETE_CDNSKEY, DELETE_CDS, DsDigest, dsRdata } from './dnskey.ts'
import type { ApexSignatures, SignedApexRRset } from './key-set.ts'
import { isSignatureValid } from './second-opinion.ts'
import { expirationOf, inceptionOf, type SignaturePolicy, startOfQuantum } from './signature-policy.ts'
import { signingInput, signRRset } from './signing-input.ts'
import type { SigningKey } from './signing-key.ts'

/** What the apex says of the keys. */
export interface ApexPlan {
  /** Wire, lower-cased. */
  readonly apex: Uint8Array
  /** Seconds. */
  readonly ttl: number
  /** RDATA of all keys that are published, and of the KSKs among them that CDS and CDNSKEY name. */
  readonly dnskeys: readonly Uint8Array[]
  readonly keySigning: readonly Uint8Array[]
  /** CDS and CDNSKEY of the KSKs, the delete records, or none. */
  readonly cds: 'publish' | 'delete' | 'off'
  /** Whether NSEC3 denies. */
  readonly nsec3: boolean
}

/**
 * The RRsets by type. CDS has SHA-256 alone: every parent must take it (RFC 9904), and a second digest of the same key
 * would make each parent's DS RRset larger without making anything safer.
 */
export function apexRRsets({ apex, ttl, dnskeys, keySigning, cds, nsec3 }: ApexPlan): CanonicalRRset[] {
  const rrset = (type: number, rdatas: readonly Uint8Array[]): CanonicalRRset => ({
    ...{ owner: apex, type, ttl },
    rdatas: [...rdatas].sort(Buffer.compare),
  })
  const isPublished = cds === 'publish'
  return [
    rrset(Type.DNSKEY, dnskeys),
    ...(nsec3 ? [rrset(Type.NSEC3PARAM, [NSEC3PARAM_RDATA])] : []),
    ...(cds === 'off'
      ? []
      : [
          rrset(
            Type.CDS,
            isPublished ? keySigning.map((dnskey) => dsRdata(apex, dnskey, DsDigest.Sha256)) : [DELETE_CDS],
          ),
          rrset(Type.CDNSKEY, isPublished ? keySigning : [DELETE_CDNSKEY]),
        ]),
  ]
}

/** The RRset for answers, with these signatures. */
export function preparedApexRRset(rrset: CanonicalRRset, signatures: readonly ApexSignatures[]): SignedApexRRset {
  const { type, ttl, rdatas } = rrset
  return { type, ttl, count: rdatas.length, block: recordBlock(type, ttl, rdatas), signatures }
}

/** A key that signs, and the RDATA that it is published with. */
export interface PublishedKey {
  readonly key: SigningKey
  readonly dnskey: Uint8Array
}

/** When signatures hold: see keys/signature-policy.ts. */
export interface QuantumOfOwner {
  readonly policy: SignaturePolicy
  readonly phase: number
  readonly quantum: number
}

/** Signatures of the RRset by each of the keys for one quantum. */
export function signApexRRset(
  rrset: CanonicalRRset,
  keys: readonly PublishedKey[],
  { policy, phase, quantum }: QuantumOfOwner,
): ApexSignatures {
  const validity = {
    inception: inceptionOf(policy, phase, quantum),
    expiration: expirationOf(policy, phase, quantum),
    signer: rrset.owner,
  }
  const rdatas = keys.map(({ key }) => signRRset(rrset, key, validity))
  const block = recordBlock(Type.RRSIG, rrset.ttl, rdatas)
  return { from: startOfQuantum(policy, phase, quantum), count: rdatas.length, block }
}

/** The signatures with those of other keys behind them, RDATA of RRSIG records made elsewhere. */
export function withSignatures(
  { from, count, block }: ApexSignatures,
  ttl: number,
  rrsigs: readonly Uint8Array[],
): ApexSignatures {
  if (rrsigs.length === 0) return { from, count, block }
  const more = recordBlock(Type.RRSIG, ttl, rrsigs)
  return { from, count: count + rrsigs.length, block: Uint8Array.of(...block, ...more) }
}

/** Throws where a signature by one of the keys does not hold in the second opinion. */
export function checkApexSignatures(
  rrset: CanonicalRRset,
  keys: readonly PublishedKey[],
  { block }: ApexSignatures,
): void {
  let at = 0
  for (const { key, dnskey } of keys) {
    // RRSIG's RDATA ends with the signer's name, here the owner's, and the signature (RFC 4034 §3.1).
    const start = at + RR_FIXED_OCTETS
    const signature = start + RRSIG_FIXED_OCTETS + rrset.owner.length
    at = signature + key.signatureOctets
    const input = signingInput(block.subarray(start, signature), rrset)
    if (isSignatureValid(dnskey, input, block.subarray(signature, at))) continue
    throw new Error(`key ${key.keyTag} of ${nameToText(rrset.owner)} makes signatures that do not hold`)
  }
}

function recordBlock(type: number, ttl: number, rdatas: readonly Uint8Array[]): Uint8Array {
  const writer = createOctetWriter(512)
  for (const rdata of rdatas) writeRecord(writer, { owner: POINTER_TO_QNAME, type, ttl }, rdata)
  return writtenOctets(writer)
}

const POINTER_TO_QNAME = Uint8Array.of(0xc0, HEADER_LENGTH)
