import { Rcode, Type } from '../../dns/constants.ts'
import {
  copyLabelledName,
  createLabelledName,
  type LabelledName,
  readLabelledName,
  replaceSuffix,
  sameLabelledName,
} from '../../dns/labelled-name.ts'
import { Verdict } from '../../guard/verdict.ts'
import { createDenial, DenialMode, Proof } from '../../zones/denial/denial.ts'
import type { Image } from '../../zones/image/image.ts'
import { RRset } from '../../zones/image/layout.ts'
import { labelCountOf } from '../../zones/image/nodes.ts'
import { createFound, type Found, lookup, Outcome } from '../../zones/lookup.ts'
import { findZone } from '../apex-index.ts'
import type { OpenView, OpenZone, ZoneSigner } from '../generation.ts'
import { createMadeRecord, lookUpMade } from './made-names.ts'
import type { Query } from './query.ts'
import { lookUpSigned, type SignedLookup, Source } from './signed-lookup.ts'

/** Aliases followed for one question; what lies behind is the resolver's to ask. */
const MAX_ALIASES = 16

/** In `aliasOwnerLabels`: the alias is a CNAME. */
export const IS_CNAME = -1

/**
 * Everything an answer will say, decided before a single octet is written: the aliases on the way, then how the
 * last name ends. The caller owns and reuses it.
 */
export interface Plan extends SignedLookup {
  rcode: number
  verdict: Verdict
  /** The zone that the question's own name is in; undefined: none of the view's is. */
  zone: OpenZone | undefined
  /** AA: the first owner name in the answer, or the denial, is the zone's own (RFC 1035 §4.1.1). */
  authoritative: boolean
  /** Aliases followed, CNAME and DNAME, in order; each with the image it comes from. */
  aliases: number
  readonly aliasImages: Image[]
  readonly aliasSigners: (ZoneSigner | undefined)[]
  readonly aliasRRsets: Int32Array
  /** Node of the wildcard that made the alias, or -1. */
  readonly aliasWildcards: Int32Array
  /** For a DNAME, where a CNAME is synthesised (RFC 6672 §3.1): labels of its owner; for a CNAME `IS_CNAME`. */
  readonly aliasOwnerLabels: Int16Array
  /** Filled as the answer is written: where in the message each alias's target stands. */
  readonly aliasTargets: Int32Array
  /** Filled as the answer is written: where in the message each alias's own name stands. */
  readonly aliasNames: Int32Array
  /** Where the last name was looked up; undefined where it is in no zone of the view. */
  image: Image | undefined
  /** What signs for `image`; undefined: nothing does. */
  signer: ZoneSigner | undefined
  /** RRsets go with their signatures, as far as their zones have any. */
  signed: boolean
  /** The name being looked up, lower-cased: the last one when the plan is made. */
  readonly name: LabelledName
  /** Names already left by an alias, to end loops. */
  readonly left: LabelledName[]
}

/** A plan that is made anew for each question; `labelSeed` is the generation's. */
export function createPlan(labelSeed: number): Plan {
  return {
    rcode: Rcode.NoError,
    verdict: Verdict.Found,
    zone: undefined,
    outcome: Outcome.Nodata,
    authoritative: false,
    aliases: 0,
    aliasImages: [],
    aliasSigners: [],
    aliasWildcards: new Int32Array(MAX_ALIASES),
    aliasNames: new Int32Array(MAX_ALIASES),
    aliasRRsets: new Int32Array(MAX_ALIASES),
    aliasOwnerLabels: new Int16Array(MAX_ALIASES),
    aliasTargets: new Int32Array(MAX_ALIASES),
    image: undefined,
    signer: undefined,
    source: Source.Image,
    apexRRset: 0,
    proof: Proof.Nodata,
    isPoint: false,
    made: createMadeRecord(),
    scratch: createDenial(),
    signed: false,
    found: createFound(),
    name: createLabelledName(labelSeed),
    left: Array.from({ length: MAX_ALIASES }, () => createLabelledName(labelSeed)),
  }
}

/** Lets go of all zones that the plan names. */
export function forgetZones(plan: Plan): void {
  plan.zone = undefined
  plan.image = undefined
  plan.signer = undefined
  plan.made.pending = undefined
  plan.aliasImages.length = 0
  plan.aliasSigners.length = 0
}

/** The name that was looked up last. */
export function lastName(plan: Plan, query: Query): LabelledName {
  return plan.aliases === 0 ? query.name : plan.name
}

/** Follows the question through the zones of `view` (RFC 1034 §4.3.2) and leaves in `plan` what to answer. */
export function makePlan(plan: Plan, view: OpenView, query: Query): void {
  plan.aliases = 0
  plan.rcode = Rcode.NoError
  plan.signed = query.dnssecOk
  plan.zone = findZone(view, query.name, query.type)
  if (!lookUp(plan, plan.zone, query.name, query.type)) {
    plan.rcode = Rcode.Refused
    plan.verdict = Verdict.Refused
    return
  }
  plan.verdict = verdictOf(plan.outcome, plan.found)
  plan.authoritative = plan.outcome !== Outcome.Referral
  if (plan.outcome === Outcome.Cname || plan.outcome === Outcome.Dname) followAliases(plan, view, query)
  if (plan.image !== undefined && plan.outcome === Outcome.Nxdomain) {
    plan.rcode = rcodeOfAbsence(plan, query)
    if (plan.rcode === Rcode.NoError && !plan.isPoint) answerFromDenial(plan, query.type)
  }
  if (plan.source === Source.Signatures) plan.signed = true
  if (plan.signed && lacksKeys(plan)) {
    plan.rcode = Rcode.ServFail
    plan.signed = false
  }
}

/** Looks `name` up in `zone`; false where there is none. */
function lookUp(plan: Plan, zone: OpenZone | undefined, name: LabelledName, type: number): boolean {
  plan.source = Source.Image
  plan.isPoint = false
  plan.image = zone?.image
  plan.signer = zone?.signer
  if (zone === undefined) return false
  plan.made.type = 0
  plan.made.pending = undefined
  if (zone.signer !== undefined) {
    lookUpSigned(plan, zone, name, type)
  } else {
    plan.outcome = lookup(zone.image, name, type, plan.found)
    if (zone.made !== undefined) lookUpMade(plan, zone, name, type)
  }
  if (plan.made.type !== 0 && plan.source === Source.Image) plan.source = Source.Made
  return true
}

/**
 * RFC 9824 §2, §5.1: a compact denial says NOERROR, for it shows the name with no data, unless the requestor says that
 * it knows better. Who does not ask for DNSSEC gets no such proof, and the plain truth.
 */
function rcodeOfAbsence({ signer, isPoint }: Plan, query: Query): number {
  if (isPoint) return Rcode.NoError
  const isCompact = signer?.kind === 'online' && signer.denial.mode === DenialMode.Compact
  return isCompact && query.dnssecOk && !query.compactOk ? Rcode.NoError : Rcode.NxDomain
}

/**
 * The record that denies a name in a compact zone says that the name has NSEC and RRSIG: a denial of these would be taken
 * for bogus, so they are the answer.
 */
function answerFromDenial(plan: Plan, type: number): void {
  if (type !== Type.NSEC && type !== Type.RRSIG) return
  plan.outcome = Outcome.Answer
  plan.source = type === Type.NSEC ? Source.Nsec : Source.Signatures
}

/** Whether a zone that the answer takes data from ought to be signed and cannot be. */
function lacksKeys(plan: Plan): boolean {
  for (let step = 0; step < plan.aliases; step++) if (isKeyless(plan.aliasSigners[step])) return true
  return plan.image !== undefined && isKeyless(plan.signer)
}

function isKeyless(signer: ZoneSigner | undefined): boolean {
  return signer?.kind === 'online' && signer.keys.length === 0
}

/**
 * The verdict is that of the first name: it is what the client asked for. Behind a DNAME it still is, for the labels are
 * the client's: guesses must not pass for names that were found. The RCODE is that of the last name (RFC 6604 §3). A
 * question for CNAME is answered by the one that a DNAME implies.
 */
function followAliases(plan: Plan, view: OpenView, query: Query): void {
  copyLabelledName(plan.name, query.name)
  let isClientsChoice = true
  while (plan.image !== undefined && (plan.outcome === Outcome.Cname || plan.outcome === Outcome.Dname)) {
    isClientsChoice &&= plan.outcome === Outcome.Dname
    const isAnswered = plan.outcome === Outcome.Dname && query.type === Type.CNAME
    if (plan.aliases === MAX_ALIASES || !followAlias(plan, plan.image)) return
    const next = isAnswered || isLoop(plan) ? undefined : findZone(view, plan.name, query.type)
    const zone = isSignedDname(plan) && next?.image !== plan.image ? undefined : next
    if (!lookUp(plan, zone, plan.name, query.type)) return
    if (isClientsChoice) plan.verdict = verdictOf(plan.outcome, plan.found)
  }
  if (plan.outcome === Outcome.Answer && isAliasFollowed(plan)) plan.image = undefined
}

/**
 * Behind such a DNAME an answer ends with its zone, as those of Knot DNS and BIND do: Knot Resolver 5.6 fails where the
 * denial of a child zone follows, and whoever wants more asks again.
 */
function isSignedDname({ outcome, signed, signer }: Plan): boolean {
  return outcome === Outcome.Dname && signed && signer !== undefined
}

/** Notes the alias found and moves `plan.name` to its target; false where the chain ends here. */
function followAlias(plan: Plan, image: Image): boolean {
  const { found, name } = plan
  const step = plan.aliases++
  copyLabelledName(plan.left[step]!, name)
  plan.aliasImages[step] = image
  plan.aliasSigners[step] = plan.signer
  plan.aliasWildcards[step] = found.wildcard ? found.node : -1
  plan.aliasRRsets[step] = found.rrset
  const isDname = plan.outcome === Outcome.Dname
  const labels = labelCountOf(image, found.node)
  plan.aliasOwnerLabels[step] = isDname ? labels : IS_CNAME
  const target = image.words[image.rrsets + found.rrset * RRset.Words + RRset.Target]!
  if (!isDname) {
    readLabelledName(name, image.octets, target, image.octets.length)
    return true
  }
  if (replaceSuffix(name, name.count - labels, image.octets, target)) return true
  plan.rcode = Rcode.YxDomain // RFC 6672 §2.2
  plan.image = undefined
  return false
}

/** The step that followed the same DNAME before: an answer holds it once (RFC 2181 §5). -1: none did. */
export function earlierStep(plan: Plan, step: number): number {
  if (plan.aliasOwnerLabels[step] === IS_CNAME) return -1
  for (let earlier = 0; earlier < step; earlier++) {
    const isSame =
      plan.aliasRRsets[earlier] === plan.aliasRRsets[step] && plan.aliasImages[earlier] === plan.aliasImages[step]
    if (isSame) return earlier
  }
  return -1
}

/** Whether the answer is a DNAME that led to its own owner: the answer has it already, and its signatures. */
function isAliasFollowed({ aliases, aliasImages, aliasRRsets, image, found, source }: Plan): boolean {
  if (source === Source.Nsec) return false
  for (let step = 0; step < aliases; step++) {
    if (aliasImages[step] === image && aliasRRsets[step] === found.rrset) return true
  }
  return false
}

function isLoop(plan: Plan): boolean {
  for (let step = 0; step < plan.aliases; step++) if (sameLabelledName(plan.left[step]!, plan.name)) return true
  return false
}

function verdictOf(outcome: Outcome, found: Found): Verdict {
  if (found.decoy) return Verdict.Decoy
  switch (outcome) {
    case Outcome.Nxdomain:
      return Verdict.Absent
    case Outcome.Referral:
      return Verdict.Referral
    case Outcome.Nodata:
      return found.wildcard ? Verdict.Wildcard : Verdict.Nodata
    default:
      return found.wildcard ? Verdict.Wildcard : Verdict.Found
  }
}
