import type { LabelledName } from '../dns/labelled-name.ts'
import { nameToText } from '../dns/name.ts'
import { typeToText } from '../dns/rr/registry.ts'
import type { Image } from '../zones/image/image.ts'
import { Node, RRset } from '../zones/image/layout.ts'
import { labelOf, parentOf } from '../zones/image/nodes.ts'
import { createFound, type Found, lookup, Outcome } from '../zones/lookup.ts'
import { isMade, typesOfMade } from '../zones/made-node.ts'
import { lastName, type Plan } from './answer/plan.ts'
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
  /** The name is absent, and answered as if it were not: with the data of `owner`, or with its own. */
  readonly decoy: boolean
  /** RR types at the owner; none: an empty non-terminal. */
  readonly types: readonly string[]
  /** Where a CNAME or DNAME leads. */
  readonly target: string | undefined
}

/** The way that the plan of an answer took, from the name asked for to the last one. */
export function traceLookup(plan: Plan, query: Query): LookupStep[] {
  const steps: LookupStep[] = []
  for (let index = 0; index < plan.aliases; index++) {
    const target = textOf(index + 1 < plan.aliases ? plan.left[index + 1]! : plan.name)
    steps.push({ ...traceAlias(plan, index, query.type), target })
  }
  steps.push(traceLast(plan, query))
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

function traceAlias(plan: Plan, index: number, type: number): LookupStep {
  const [image, name] = [plan.aliasImages[index]!, plan.left[index]!]
  const found = createFound()
  const outcome = lookup(image, name, type, found)
  const isDecoy = outcome !== Outcome.Cname && outcome !== Outcome.Dname
  if (!isDecoy) return describe(image, name, outcome, found, typesAt(image, found.node))
  found.node = plan.aliasWildcards[index]!
  found.decoy = true
  return describe(image, name, Outcome.Cname, found, typesAt(image, found.node))
}

/** Where the plan ends: what signing adds to the zone is in it. */
function traceLast(plan: Plan, query: Query): LookupStep {
  const { image, signer, outcome, found } = plan
  const name = lastName(plan, query)
  if (image === undefined) {
    const nowhere = {
      zone: undefined,
      outcome: 'no-zone',
      owner: undefined,
      wildcard: false,
      decoy: false,
      types: [],
    } as const
    return { ...nowhere, name: textOf(name), target: undefined }
  }
  const ofKeys = found.node === 0 && signer?.kind === 'online' ? signer.apexRRsets : []
  const types = [...typesAt(image, found.node), ...ofKeys.map(({ type }) => typeToText(type))]
  return describe(image, name, outcome, found, types)
}

function describe(
  image: Image,
  name: LabelledName,
  outcome: Outcome,
  found: Found,
  types: readonly string[],
): LookupStep {
  return {
    name: textOf(name),
    zone: nameToText(image.octets, image.apex),
    outcome: OUTCOMES[outcome],
    owner: ownerOf(image, name, found),
    wildcard: found.wildcard && !found.decoy && !isMade(found.node),
    decoy: found.decoy,
    types,
    target: undefined,
  }
}

function textOf(name: LabelledName): string {
  return nameToText(name.octets.slice(0, name.length))
}

/** Names that no image has are their own owners; as a closest encloser they start at a label of the name. */
function ownerOf(image: Image, name: LabelledName, { node, label }: Found): string {
  if (node >= 0) return ownerText(image, node)
  const start = isMade(node) ? 0 : name.labels[label]!
  return nameToText(name.octets.slice(start, name.length))
}

function ownerText(image: Image, node: number): string {
  const octets: number[] = []
  for (let at = node; at !== 0; at = parentOf(image, at)) {
    const label = labelOf(image, at)
    octets.push(...image.octets.subarray(label, label + image.octets[label]! + 1))
  }
  octets.push(...image.octets.subarray(image.apex, image.apex + image.apexLength))
  return nameToText(Uint8Array.from(octets))
}

function typesAt(image: Image, node: number): string[] {
  if (node < 0) return isMade(node) ? typesOfMade(node).map(typeToText) : []
  const row = image.nodes + node * Node.Words
  const first = image.words[row + Node.FirstRRset]!
  const length = image.words[row + Node.RRsetCount]!
  return Array.from({ length }, (_, index) =>
    typeToText(image.words[image.rrsets + (first + index) * RRset.Words + RRset.Type]!),
  )
}
