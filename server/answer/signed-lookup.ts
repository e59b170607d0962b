/*
 * What signing changes in how a name is looked up: RRsets that are made here, types that only signing gives a name, and
 * wildcards that do not show themselves.
 */
import { Type } from '../../dns/constants.ts'
import type { LabelledName } from '../../dns/labelled-name.ts'
import { isWildcard } from '../../dns/name.ts'
import { isCellPoint } from '../../zones/denial/cells.ts'
import { type Denial, DenialMode, Proof, WildcardStyle } from '../../zones/denial/denial.ts'
import type { Image } from '../../zones/image/image.ts'
import { NodeFlag } from '../../zones/image/layout.ts'
import { hasFlag, labelCountOf, parentOf } from '../../zones/image/nodes.ts'
import { type Found, findRRset, lookup, Outcome } from '../../zones/lookup.ts'
import type { OnlineSigner, OpenZone } from '../generation.ts'
import { lookUpMade, type MadeRecord } from './made-names.ts'

/** What an answer is taken from, where the outcome is Answer. */
export const Source = {
  /** The RRset found in the image. */
  Image: 0,
  /** An RRset that stands at the apex of the signer's keys. */
  Apex: 1,
  /** The NSEC record that the name has in a zone where denials have one for each. */
  Nsec: 2,
  /** The signatures of the RRset found in the image; without one, of that NSEC record. */
  Signatures: 3,
  /** The record of a name that no image has. */
  Made: 4,
} as const
export type Source = (typeof Source)[keyof typeof Source]

/** What `lookUpSigned` decides: a part of the plan. */
export interface SignedLookup {
  outcome: Outcome
  source: Source
  /** With Source.Apex: index into the signer's `apexRRsets`. */
  apexRRset: number
  /** What is to be proved, where something is. */
  proof: Proof
  /** The name is there, without types, only because denials name it. */
  isPoint: boolean
  readonly found: Found
  /** With Source.Made: what answers. */
  readonly made: MadeRecord
  /** Room for a denial. */
  readonly scratch: Denial
}

/** Looks `name` up in a signed zone: as `lookup` in any other, where the question is not about signing itself. */
export function lookUpSigned(plan: SignedLookup, zone: OpenZone, name: LabelledName, type: number): void {
  const { image } = zone
  const signer = zone.signer!
  if (signer.kind === 'presigned') {
    lookUpPresigned(plan, image, name, type)
    return
  }
  const { mode, wildcards } = signer.denial
  const isMeta = type === Type.RRSIG || (type === Type.NSEC && mode !== DenialMode.Nsec3WhiteLies)
  // RRSIG and NSEC stand beside a CNAME: for them it is no alias, as it is none for ANY.
  plan.outcome = lookup(image, name, isMeta ? Type.ANY : type, plan.found)
  if (wildcards === WildcardStyle.Hidden && namesAsterisk(name, image.apexLabels)) hideAsterisk(plan, image, name)
  if (zone.made !== undefined) lookUpMade(plan, zone, name, isMeta ? Type.ANY : type)
  plan.proof = proofOf(plan.outcome)
  if (plan.outcome === Outcome.Nxdomain && mode === DenialMode.Cells) {
    plan.isPoint = isCellPoint(signer.denial, name, plan.found.node, plan.scratch)
  }
  if (isMeta) answerMeta(plan, signer, type)
  else if (plan.outcome === Outcome.Nodata && plan.found.node === 0) findApexRRset(plan, signer, type)
}

/** RRSIG and NSEC stand beside a CNAME here, too; where they are synthesised from a wildcard, that does no harm (RFC 4592 §4.7, §4.8). */
function lookUpPresigned(plan: SignedLookup, image: Image, name: LabelledName, type: number): void {
  const isMeta = type === Type.RRSIG || type === Type.NSEC
  plan.outcome = lookup(image, name, isMeta ? Type.ANY : type, plan.found)
  plan.proof = proofOf(plan.outcome)
  if (!isMeta || plan.outcome !== Outcome.Answer) return
  if (type === Type.RRSIG) plan.source = Source.Signatures
  else plan.found.rrset = findRRset(image, plan.found.node, Type.NSEC)
  if (plan.found.rrset < 0) plan.outcome = Outcome.Nodata
}

/** A proof that the outcome may need; for an answer it is that of the wildcard it came from. */
function proofOf(outcome: Outcome): Proof {
  switch (outcome) {
    case Outcome.Nxdomain:
      return Proof.Absent
    case Outcome.Referral:
      return Proof.Insecure
    default:
      return Proof.Nodata
  }
}

/** The signer's own RRset of this type at the apex, where it has one. No wildcard is the apex. */
function findApexRRset(plan: SignedLookup, signer: OnlineSigner, type: number): void {
  for (let index = 0; index < signer.apexRRsets.length; index++) {
    if (signer.apexRRsets[index]!.type !== type) continue
    plan.outcome = Outcome.Answer
    plan.source = Source.Apex
    plan.apexRRset = index
  }
}

/**
 * A name that is there has an NSEC record, and signatures. Behind a wildcard that shows itself only the wildcard has an
 * NSEC record (RFC 4035 §3.1.3.4); its signatures are expanded as the rest is (RFC 4592 §4.7).
 */
function answerMeta(plan: SignedLookup, { denial }: OnlineSigner, type: number): void {
  const { found, made } = plan
  const hasNsec =
    denial.mode !== DenialMode.Nsec3WhiteLies && !(found.wildcard && denial.wildcards === WildcardStyle.Conventional)
  const exists = plan.outcome === Outcome.Answer || plan.outcome === Outcome.Nodata || plan.isPoint
  if (!exists) return
  const isAnswered = hasNsec || (type === Type.RRSIG && (found.rrset >= 0 || made.type !== 0))
  plan.outcome = isAnswered ? Outcome.Answer : Outcome.Nodata
  if (isAnswered) plan.source = type === Type.RRSIG ? Source.Signatures : Source.Nsec
}

/** Whether a label below the apex is `*`. */
function namesAsterisk(name: LabelledName, apexLabels: number): boolean {
  for (let label = 0; label < name.count - apexLabels; label++) {
    if (isWildcard(name.octets, name.labels[label]!)) return true
  }
  return false
}

/** A name at or below a wildcard that is hidden is not there: its closest encloser is the one above the wildcard. */
function hideAsterisk(plan: SignedLookup, image: Image, name: LabelledName): void {
  const { found } = plan
  let node = found.wildcard ? parentOf(image, found.node) : found.node
  for (; node !== 0; node = parentOf(image, node)) {
    if (!hasFlag(image, node, NodeFlag.Wildcard)) continue
    plan.outcome = Outcome.Nxdomain
    found.node = parentOf(image, node)
    found.types = found.node
    found.label = name.count - labelCountOf(image, found.node)
    found.rrset = -1
    found.wildcard = false
  }
}
