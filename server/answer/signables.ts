/*
 * What an answer has to hold signatures of, listed before anything is written, in the order in which it is written.
 */
import { Type } from '../../dns/constants.ts'
import type { LabelledName } from '../../dns/labelled-name.ts'
import { isWildcard } from '../../dns/name.ts'
import { type DenialRecord, type DenialSubject, Proof, WildcardStyle } from '../../zones/denial/denial.ts'
import { deny } from '../../zones/denial/deny.ts'
import { labelOfNode } from '../../zones/denial/records.ts'
import type { Image } from '../../zones/image/image.ts'
import { RRset } from '../../zones/image/layout.ts'
import { labelCountOf } from '../../zones/image/nodes.ts'
import { findRRset, Outcome } from '../../zones/lookup.ts'
import type { ZoneSigner } from '../generation.ts'
import type { MadeRecord } from './made-names.ts'
import { earlierStep, IS_CNAME, lastName, type Plan } from './plan.ts'
import type { Query } from './query.ts'
import { Source } from './signed-lookup.ts'
import { nextDenial, nextSignable, type Signable, type Signing } from './signing-list.ts'

/** Items of subjects beside RR types: denial records by kind, and RRsets of a wildcard by type. */
const DENIAL_ITEM = 0x10000
const WILDCARD_ITEM = 0x20000

/** Whether the plan's answer has to be listed at all: signatures, or an NSEC record that was asked for. */
export function needsSignables(plan: Plan): boolean {
  return plan.signed ? plan.aliases !== 0 || plan.signer !== undefined : plan.source === Source.Nsec
}

/** Lists what the plan's answer holds signatures of, or the NSEC record that it is without any, and makes its proofs. */
export function listSignables(signing: Signing, plan: Plan, query: Query): void {
  signing.count = 0
  signing.next = 0
  signing.denialCount = 0
  signing.nextDenial = 0
  signing.proves = query.dnssecOk
  for (let step = 0; plan.signed && step < plan.aliases; step++) listAlias(signing, plan, step)
  if (plan.image !== undefined && enterZone(signing, plan.image, plan.signer, lastName(plan, query))) {
    listLast(signing, plan)
  }
  for (let step = 0; plan.signed && step < plan.aliases; step++) {
    const isSigned = enterZone(signing, plan.aliasImages[step]!, plan.aliasSigners[step], plan.left[step]!)
    if (isSigned) listExpansion(signing, plan.aliasWildcards[step]!)
  }
}

/** False where nothing is signed here. */
function enterZone(signing: Signing, image: Image, signer: ZoneSigner | undefined, name: LabelledName): boolean {
  if (signer?.kind !== 'online') return false
  signing.image = image
  signing.signer = signer
  signing.name = name
  return true
}

function listAlias(signing: Signing, plan: Plan, step: number): void {
  const name = plan.left[step]!
  if (!enterZone(signing, plan.aliasImages[step]!, plan.aliasSigners[step], name) || earlierStep(plan, step) >= 0)
    return
  const labels = plan.aliasOwnerLabels[step]!
  const label = labels === IS_CNAME ? 0 : name.count - labels
  listRRset(signing, plan.aliasRRsets[step]!, label, plan.aliasWildcards[step]!)
}

function listLast(signing: Signing, plan: Plan): void {
  const { found } = plan
  const image = signing.image!
  const wildcard = found.wildcard ? found.node : NO_WILDCARD
  switch (plan.outcome) {
    case Outcome.Answer:
      if (plan.source === Source.Apex) return
      if (plan.source !== Source.Nsec && plan.made.type !== 0) {
        listMade(signing, plan.made)
      } else if (plan.source === Source.Nsec || found.rrset < 0) {
        listProof(signing, plan, wildcard)
      } else {
        listRRset(signing, found.rrset, 0, wildcard)
        listExpansion(signing, wildcard)
      }
      return
    case Outcome.Referral: {
      const ds = findRRset(image, found.node, Type.DS)
      if (ds < 0) listProof(signing, plan, NO_WILDCARD)
      else listRRset(signing, ds, signing.name.count - labelCountOf(image, found.node), NO_WILDCARD)
      return
    }
    case Outcome.Nodata:
    case Outcome.Nxdomain:
      listRRset(signing, findRRset(image, 0, Type.SOA), signing.name.count - image.apexLabels, NO_WILDCARD)
      listProof(signing, plan, wildcard)
      return
    default:
      return
  }
}

/** RFC 4035 §3.1.3.3: an answer from a wildcard that shows itself proves that no name stands in its way. */
function listExpansion(signing: Signing, wildcard: number): void {
  if (wildcard === NO_WILDCARD || !signing.proves || !showsWildcards(signing.signer!)) return
  const subject = aboutNode(signing, wildcard)
  listDenial(signing, Proof.Expanded, subject, true)
}

/** The RRset's owner is the name at hand from `label` on; `wildcard`: the node that stands for it. */
function listRRset(signing: Signing, rrset: number, label: number, wildcard: number): void {
  const image = signing.image!
  const { name } = signing
  const row = image.rrsets + rrset * RRset.Words
  const signable = nextSignable(signing)
  const showsWildcard = wildcard !== NO_WILDCARD && showsWildcards(signing.signer!)
  signable.rrset = rrset
  signable.record = undefined
  signable.type = image.words[row + RRset.Type]!
  signable.ttl = image.words[row + RRset.Ttl]!
  signable.isWildcard = showsWildcard
  signable.isMadeOnDemand = wildcard !== NO_WILDCARD && !showsWildcard
  if (showsWildcard) {
    signable.labels = labelCountOf(image, wildcard) - 1
    signable.subject.label = name.count - signable.labels
    signable.subject.item = WILDCARD_ITEM + signable.type
  } else {
    signable.labels = name.count - label - (isWildcard(name.octets, name.labels[label]!) ? 1 : 0)
    signable.subject.label = label
    signable.subject.item = signable.type
  }
}

/** Whether answers from wildcards tell that they are. */
export function showsWildcards(signer: ZoneSigner): boolean {
  return signer.kind === 'presigned' || signer.denial.wildcards === WildcardStyle.Conventional
}

/** The proof that the plan needs of its last name; `wildcard` as for RRsets. */
function listProof(signing: Signing, { proof, found }: Plan, wildcard: number): void {
  const subject = aboutNode(signing, found.node)
  if (proof === Proof.Absent) {
    subject.label = found.label
    subject.types = found.types
  }
  listDenial(signing, proof, subject, proof === Proof.Absent || wildcard !== NO_WILDCARD)
}

/** What a proof says of the node, which is at or above the name at hand or answers for it. */
function aboutNode({ subject, image, name }: Signing, node: number): DenialSubject {
  subject.name = name
  subject.node = node
  subject.label = node < 0 ? 0 : labelOfNode(image!, node, name)
  subject.types = node
  return subject
}

function listDenial(signing: Signing, proof: Proof, subject: DenialSubject, isMadeOnDemand: boolean): void {
  const image = signing.image!
  const denial = nextDenial(signing)
  deny(signing.signer!.denial, proof, subject, denial)
  for (let index = 0; index < denial.count; index++) {
    const record = denial.records[index]!
    const ttl = image.words[image.rrsets + image.negativeSoa * RRset.Words + RRset.Ttl]!
    const signable = listRecord(signing, record, ttl)
    signable.isMadeOnDemand = isMadeOnDemand
    signable.subject.item = DENIAL_ITEM + record.kind
  }
}

/** The record of a name that no image has; no other record of that name and type is there. */
function listMade(signing: Signing, { record, ttl }: MadeRecord): void {
  const signable = listRecord(signing, record, ttl)
  signable.isMadeOnDemand = true
  signable.subject.item = record.type
}

function listRecord(signing: Signing, record: DenialRecord, ttl: number): Signable {
  const signable = nextSignable(signing)
  signable.rrset = -1
  signable.record = record
  signable.type = record.type
  signable.ttl = ttl
  signable.isWildcard = false
  signable.labels = labelsOfOwner(record, signing.name)
  signable.subject.label = record.label
  return signable
}

function labelsOfOwner(record: DenialRecord, name: LabelledName): number {
  const { prefix, prefixLength, prefixLabels, suffix } = record
  const isAsterisk = prefixLength > 0 ? isWildcard(prefix) : isWildcard(name.octets, name.labels[suffix]!)
  return prefixLabels + name.count - suffix - (isAsterisk ? 1 : 0)
}

/** In place of a wildcard's node: the name is there itself. */
const NO_WILDCARD = -1
