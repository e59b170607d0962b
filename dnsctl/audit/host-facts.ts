/*
 * What a stranger can find out about each name of a zone that he guesses.
 */
import { Type } from '../../dns/constants.ts'
import { countLabels, isWildcard, namesEqual, nameToText, parentName } from '../../dns/name.ts'
import { typeToText } from '../../dns/rr/registry.ts'
import { LabelShape, labelShape } from '../../guard/label-shape.ts'
import type { DecoySettings } from '../../server/decoys.ts'
import { isMakeable } from '../../zones/made-node.ts'
import { type Projection, projectedOwner, projectedRdata } from '../../zones/projection.ts'

/** One name as guessing tools report it; equal texts cannot be told apart. */
export interface HostFacts {
  readonly name: string
  readonly ttl: string
  readonly types: string
  readonly sizes: string
  readonly delegation: string
  readonly below: string
  readonly depth: string
  readonly shape: string
  /** IPv4 and IPv6 addresses, 4 or 16 octets. */
  readonly addresses: readonly Uint8Array[]
}

/** Names of the projection, and names that the zone itself tells everybody: its servers and mail exchangers. */
export interface Hosts {
  readonly facts: readonly HostFacts[]
  readonly told: readonly string[]
}

/** What a name says of these that is like any decoy. */
export const LIKE_DECOYS = {
  delegation: 'an answer',
  below: 'what decoys have',
  depth: 'where decoys are',
  shape: 'a name that people give',
} as const

/** The facts of all names below the apex that could be decoys but for what they have; empty non-terminals are like decoys. */
export function hostFacts(projection: Projection, settings: Pick<DecoySettings, 'depth' | 'isSelective'>): Hosts {
  const { apex } = projection
  const nodes = groupByOwner(projection)
  const steering = new Set(nodes.filter(isSteering).map(({ owner }) => nameToText(owner)))
  steering.delete(nameToText(apex))
  const told = toldByApex(nodes, apex)
  const below = namesBelow(nodes, apex)
  const hosts = nodes.filter(
    ({ owner }) => isHostName(owner, apex) && !ancestorsOf(owner, apex).some((above) => steering.has(above)),
  )
  const facts = hosts.map((node) => factsOf(node, below, apex, settings))
  return { facts: facts.filter(({ name }) => !told.includes(name)), told }
}

interface OwnedRRset {
  readonly type: number
  readonly ttl: number
  readonly rdatas: readonly Uint8Array[]
}

interface OwnerNode {
  readonly owner: Uint8Array
  readonly rrsets: OwnedRRset[]
}

function groupByOwner(projection: Projection): OwnerNode[] {
  const nodes: OwnerNode[] = []
  for (let rrset = 0; rrset < projection.rrsetCount; rrset++) {
    const owner = projectedOwner(projection, rrset)
    const [from, to] = [projection.first[rrset]!, projection.first[rrset + 1]!]
    const rdatas = Array.from({ length: to - from }, (_, index) => projectedRdata(projection, from + index))
    const entry = { type: projection.types[rrset]!, ttl: projection.ttls[rrset]!, rdatas }
    const last = nodes.at(-1)
    if (last !== undefined && namesEqual(last.owner, owner)) last.rrsets.push(entry)
    else nodes.push({ owner, rrsets: [entry] })
  }
  return nodes
}

/** Targets of NS and MX at the apex: whoever sends mail or asks a question knows them. */
function toldByApex(nodes: readonly OwnerNode[], apex: Uint8Array): string[] {
  const own = nodes.find(({ owner }) => namesEqual(owner, apex))
  const targets = (own?.rrsets ?? []).flatMap(({ type, rdatas }) => {
    if (type === Type.NS) return rdatas
    return type === Type.MX ? rdatas.map((rdata) => rdata.subarray(2)) : []
  })
  return [...new Set(targets.map((target) => nameToText(target).toLowerCase()))]
}

function isHostName(owner: Uint8Array, apex: Uint8Array): boolean {
  if (namesEqual(owner, apex)) return false
  for (let at = 0; owner.length - at > apex.length; at += owner[at]! + 1) {
    if (!isMakeable(owner, at) || owner[at + 1] === UNDERSCORE) return false
  }
  return true
}

const UNDERSCORE = 0x5f

function factsOf(
  { owner, rrsets }: OwnerNode,
  below: ReadonlyMap<string, string>,
  apex: Uint8Array,
  settings: Pick<DecoySettings, 'depth' | 'isSelective'>,
): HostFacts {
  const first = [Type.A, Type.AAAA, Type.CNAME].flatMap((type) => rrsets.find((rrset) => rrset.type === type) ?? [])[0]
  const isCut = rrsets.some(({ type }) => type === Type.NS)
  const labels = countLabels(owner) - countLabels(apex)
  const isProbe = settings.isSelective && labelShape(owner, 0) !== LabelShape.Word
  return {
    name: nameToText(owner),
    ttl: `${(first ?? rrsets[0]!).ttl} s`,
    types: rrsets.map(({ type }) => typeToText(type)).join(' '),
    sizes: rrsets
      .map(({ type, rdatas }) => `${typeToText(type)} ${rdatas.map(({ length }) => length).join('+')}`)
      .join(', '),
    delegation: isCut ? 'a referral' : LIKE_DECOYS.delegation,
    below: below.get(nameToText(owner)) ?? LIKE_DECOYS.below,
    depth: labels > settings.depth ? `${labels} labels below the zone` : LIKE_DECOYS.depth,
    shape: isProbe ? 'drawn at random' : LIKE_DECOYS.shape,
    addresses: rrsets.flatMap(({ type, rdatas }) => (type === Type.A || type === Type.AAAA ? rdatas : [])),
  }
}

/** By name: what the zone has below it where a decoy has nothing, or a decoy of its own. */
function namesBelow(nodes: readonly OwnerNode[], apex: Uint8Array): Map<string, string> {
  const below = new Map<string, string>()
  for (const { owner } of nodes) {
    if (isHostName(owner, apex) || namesEqual(owner, apex)) continue
    const [parent, ...others] = ancestorsOf(owner, apex)
    for (const above of others) if (!below.has(above)) below.set(above, 'service names')
    if (parent !== undefined)
      below.set(parent, isWildcard(owner) ? 'a wildcard' : (below.get(parent) ?? 'service names'))
  }
  return below
}

/** The names above a name and below the apex, from the nearest on. */
function ancestorsOf(name: Uint8Array, apex: Uint8Array): string[] {
  const names: string[] = []
  for (let above = parentName(name); above.length > apex.length; above = parentName(above))
    names.push(nameToText(above))
  return names
}

function isSteering({ rrsets }: OwnerNode): boolean {
  return rrsets.some(({ type }) => type === Type.NS || type === Type.DNAME)
}
