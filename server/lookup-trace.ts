import type { LabelledName } from '../dns/labelled-name.ts'
import { nameToText } from '../dns/name.ts'
import { typeToText } from '../dns/rr/registry.ts'
import type { Image } from '../zones/image/image.ts'
import { Node, RRset } from '../zones/image/layout.ts'
import { createFound, type Found, lookup, Outcome } from '../zones/lookup.ts'
import type { Plan } from './answer/plan.ts'
import type { Query } from './answer/query.ts'

/** One name looked up in one zone, for an operator. */
export interface LookupStep {
  /** The name looked up. */
  readonly name: string
  /** Apex of the zone it was looked up in; undefined where no zone of the view holds it. */
  readonly zone: string | undefined
  readonly outcome: 'answer' | 'cname' | 'dname' | 'referral' | 'nodata' | 'nxdomain' | 'no-zone'
  /** Owner that decides: the name, the wildcard, the cut, the DNAME's owner; for `nxdomain` the closest encloser. */
  readonly owner: string | undefined
  readonly wildcard: boolean
  /** RR types at the owner; none: an empty non-terminal. */
  readonly types: readonly string[]
  /** Where a CNAME or DNAME leads. */
  readonly target: string | undefined
}

/** The way that the plan of an answer took, from the name asked for to the last one. */
export function traceLookup(plan: Plan, query: Query): LookupStep[] {
  const steps: LookupStep[] = []
  for (let index = 0; index < plan.aliases; index++) {
    const target = index + 1 < plan.aliases ? plan.left[index + 1]! : plan.name
    steps.push(traceName(plan.aliasImages[index], plan.left[index]!, query.type, target))
  }
  steps.push(traceName(plan.image, plan.aliases > 0 ? plan.name : query.name, query.type, undefined))
  return steps
}

const OUTCOMES: Readonly<Record<Outcome, Exclude<LookupStep['outcome'], 'no-zone'>>> = {
  [Outcome.Answer]: 'answer',
  [Outcome.Cname]: 'cname',
  [Outcome.Dname]: 'dname',
  [Outcome.Referral]: 'referral',
  [Outcome.Nodata]: 'nodata',
  [Outcome.Nxdomain]: 'nxdomain',
}

function traceName(
  image: Image | undefined,
  name: LabelledName,
  type: number,
  target: LabelledName | undefined,
): LookupStep {
  const step = { name: textOf(name), target: target && textOf(target) }
  if (image === undefined) {
    return { ...step, zone: undefined, outcome: 'no-zone', owner: undefined, wildcard: false, types: [] }
  }
  const found: Found = createFound()
  const outcome = OUTCOMES[lookup(image, name, type, found)]
  return {
    ...step,
    zone: nameToText(image.octets, image.apex),
    outcome,
    owner: ownerText(image, found.node),
    wildcard: found.wildcard,
    types: typesAt(image, found.node),
  }
}

function textOf(name: LabelledName): string {
  return nameToText(name.octets.slice(0, name.length))
}

function ownerText(image: Image, node: number): string {
  const octets: number[] = []
  for (let at = node; at !== 0; at = image.words[image.nodes + at * Node.Words + Node.Parent]!) {
    const label = image.words[image.nodes + at * Node.Words + Node.Label]!
    octets.push(...image.octets.subarray(label, label + image.octets[label]! + 1))
  }
  octets.push(...image.octets.subarray(image.apex, image.apex + image.apexLength))
  return nameToText(Uint8Array.from(octets))
}

function typesAt(image: Image, node: number): string[] {
  const row = image.nodes + node * Node.Words
  const first = image.words[row + Node.FirstRRset]!
  const length = image.words[row + Node.RRsetCount]!
  return Array.from({ length }, (_, index) =>
    typeToText(image.words[image.rrsets + (first + index) * RRset.Words + RRset.Type]!),
  )
}
