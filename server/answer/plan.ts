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
import type { Image } from '../../zones/image/image.ts'
import { Node, RRset } from '../../zones/image/layout.ts'
import { createFound, type Found, lookup, Outcome } from '../../zones/lookup.ts'
import { findZone } from '../apex-index.ts'
import type { OpenView } from '../generation.ts'
import type { Query } from './query.ts'

/** Aliases followed for one question; what lies behind is the resolver's to ask. */
const MAX_ALIASES = 16

/** In `aliasOwnerLabels`: the alias is a CNAME. */
export const IS_CNAME = -1

/**
 * Everything an answer will say, decided before a single octet is written: the aliases on the way, then how the
 * last name ends. The caller owns and reuses it.
 */
export interface Plan {
  rcode: number
  verdict: Verdict
  outcome: Outcome
  /** AA: the first owner name in the answer, or the denial, is the zone's own (RFC 1035 §4.1.1). */
  authoritative: boolean
  /** Aliases followed, CNAME and DNAME, in order; each with the image it comes from. */
  aliases: number
  readonly aliasImages: Image[]
  readonly aliasRRsets: Int32Array
  /** For a DNAME, where a CNAME is synthesised (RFC 6672 §3.1): labels of its owner; for a CNAME `IS_CNAME`. */
  readonly aliasOwnerLabels: Int16Array
  /** Filled as the answer is written: where in the message each alias's target stands. */
  readonly aliasTargets: Int32Array
  /** Where the last name was looked up; undefined where it is in no zone of the view. */
  image: Image | undefined
  readonly found: Found
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
    outcome: Outcome.Nodata,
    authoritative: false,
    aliases: 0,
    aliasImages: [],
    aliasRRsets: new Int32Array(MAX_ALIASES),
    aliasOwnerLabels: new Int16Array(MAX_ALIASES),
    aliasTargets: new Int32Array(MAX_ALIASES),
    image: undefined,
    found: createFound(),
    name: createLabelledName(labelSeed),
    left: Array.from({ length: MAX_ALIASES }, () => createLabelledName(labelSeed)),
  }
}

/** Follows the question through the zones of `view` (RFC 1034 §4.3.2) and leaves in `plan` what to answer. */
export function makePlan(plan: Plan, view: OpenView, query: Query): void {
  plan.aliases = 0
  plan.rcode = Rcode.NoError
  plan.image = findZone(view, query.name, query.type)?.image
  if (plan.image === undefined) {
    plan.rcode = Rcode.Refused
    plan.verdict = Verdict.Refused
    return
  }
  plan.outcome = lookup(plan.image, query.name, query.type, plan.found)
  plan.verdict = verdictOf(plan.outcome, plan.found)
  plan.authoritative = plan.outcome !== Outcome.Referral
  if (plan.outcome === Outcome.Nxdomain) plan.rcode = Rcode.NxDomain
  if (plan.outcome === Outcome.Cname || plan.outcome === Outcome.Dname) followAliases(plan, view, query)
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
    plan.image = isAnswered || isLoop(plan) ? undefined : findZone(view, plan.name, query.type)?.image
    if (plan.image === undefined) break
    plan.outcome = lookup(plan.image, plan.name, query.type, plan.found)
    if (isClientsChoice) plan.verdict = verdictOf(plan.outcome, plan.found)
  }
  if (plan.image !== undefined && plan.outcome === Outcome.Nxdomain) plan.rcode = Rcode.NxDomain
}

/** Notes the alias found and moves `plan.name` to its target; false where the chain ends here. */
function followAlias(plan: Plan, image: Image): boolean {
  const { found, name } = plan
  const step = plan.aliases++
  copyLabelledName(plan.left[step]!, name)
  plan.aliasImages[step] = image
  plan.aliasRRsets[step] = found.rrset
  const isDname = plan.outcome === Outcome.Dname
  const labels = image.words[image.nodes + found.node * Node.Words + Node.Labels]!
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

function isLoop(plan: Plan): boolean {
  for (let step = 0; step < plan.aliases; step++) if (sameLabelledName(plan.left[step]!, plan.name)) return true
  return false
}

function verdictOf(outcome: Outcome, found: Found): Verdict {
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
