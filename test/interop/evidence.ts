import { Type } from '../../dns/constants.ts'
import {
  canonicalName,
  compareNames,
  isAtOrBelow,
  nameFromText,
  nameLength,
  namesEqual,
  parentName,
  wildcardBelow,
} from '../../dns/name.ts'
import { typeFromText } from '../../dns/rr/registry.ts'
import type { Facts } from './facts.ts'
import type { Comparison, ServerName } from './judge.ts'
import { apexOf, below } from './world.ts'

/*
 * What declared differences look at. Names are wire, lower-cased.
 */

export const NS = 2
export const CNAME = 5
export const DNAME = 39
export const SVCB = 64
export const HTTPS = 65
export const NXDOMAIN = '3'
export const NOERROR = '0'
export const REFUSED = '5'
export const YXDOMAIN = '6'

/** What a server said; a server that is not there said nothing that could be told apart from NSD's words. */
export function said(comparison: Comparison, server: ServerName): Facts {
  const facts = comparison.facts[server] ?? comparison.facts.NSD
  if (facts === undefined) throw new Error('nobody answered')
  return facts
}

/** The name that the answer section's aliases lead to; the question's own where there is none. */
export function finalName({ message }: Facts): Uint8Array {
  const aliases = message.answer.filter(({ type }) => type === CNAME)
  const last = aliases.at(-1)
  return canonicalName(last === undefined ? (message.question?.name ?? Uint8Array.of(0)) : last.rdata)
}

/** Whether the last alias leads below a DNAME that the answer has followed already. */
export function entersDnameAgain(facts: Facts): boolean {
  const name = finalName(facts)
  const dnames = facts.message.answer.filter(({ type }) => type === DNAME)
  return dnames.some((dname) => name.length > dname.name.length && isAtOrBelow(name, dname.name))
}

/** Whether one answer section goes on where the other ends. */
export function continues(longer: Facts, shorter: Facts): boolean {
  const rest = longer.answer.slice(shorter.answer.length)
  return longer.answer.startsWith(shorter.answer) && rest !== ''
}

/** The apex of the world's zone that answers for a name; undefined where none does. */
export function zoneOf({ placed }: Comparison, name: Uint8Array): Uint8Array | undefined {
  const apexes = placed.world.zones.map((zone) => nameFromText(apexOf(zone, placed.base)))
  const around = apexes.filter((apex) => isAtOrBelow(name, apex))
  return around.sort((a, b) => b.length - a.length)[0]
}

/**
 * Whether another zone of the world holds, below `apex`, a name that a lookup of `name` in the zone of `apex` comes by: the
 * name, an ancestor, or a wildcard beside one of them.
 */
export function existsElsewhere({ placed }: Comparison, name: Uint8Array, apex: Uint8Array): boolean {
  const foreign = placed.world.zones.flatMap((zone) => {
    const other = apexOf(zone, placed.base)
    if (namesEqual(nameFromText(other), apex)) return []
    return zone.records.map(({ owner }) => nameFromText(below(owner, other)))
  })
  for (let at = name; at.length > apex.length; at = parentName(at)) {
    const wildcard = nameFromText('*', parentName(at))
    if (foreign.some((owner) => isAtOrBelow(owner, at) || isAtOrBelow(owner, wildcard))) return true
  }
  return false
}

/** Whether a zone of the world delegates the name, or an ancestor of it. */
export function isBelowCut({ placed }: Comparison, name: Uint8Array): boolean {
  return placed.world.zones.some((zone) => {
    const apex = apexOf(zone, placed.base)
    const cuts = zone.records.filter(({ owner, type }) => type === 'NS' && owner !== '@')
    return cuts.some(({ owner }) => isAtOrBelow(name, nameFromText(below(owner, apex))))
  })
}

/** Whether records of some zone of the world stand at the name itself. */
export function isOwner({ placed }: Comparison, name: Uint8Array): boolean {
  return placed.world.zones.some((zone) => {
    const apex = apexOf(zone, placed.base)
    return zone.records.some(({ owner }) => namesEqual(nameFromText(below(owner, apex)), name))
  })
}

export function isType({ question }: Comparison, ...types: readonly string[]): boolean {
  return types.some((type) => typeFromText(question.type) === typeFromText(type))
}

/** The longest ancestor of `name`, or itself, that its zone has a name at or below; the apex at least. */
export function closestEncloser(comparison: Comparison, name: Uint8Array): Uint8Array | undefined {
  const apex = zoneOf(comparison, name)
  if (apex === undefined) return undefined
  const owners = recordsIn(comparison, apex).map(({ owner }) => owner)
  let encloser = name
  while (encloser.length > apex.length && !owners.some((owner) => isAtOrBelow(owner, encloser))) {
    encloser = parentName(encloser)
  }
  return encloser
}

/** Whether the wildcard that would answer for `name` has names below it, but no records. */
export function meetsEmptyWildcard(comparison: Comparison, name: Uint8Array): boolean {
  const encloser = closestEncloser(comparison, name)
  const apex = zoneOf(comparison, name)
  if (encloser === undefined || apex === undefined || encloser.length === name.length) return false
  const wildcard = wildcardBelow(encloser)
  const owners = recordsIn(comparison, apex).map(({ owner }) => owner)
  return owners.some((owner) => isAtOrBelow(owner, wildcard)) && !owners.some((owner) => namesEqual(owner, wildcard))
}

/** Whether an NSEC in the authority section covers `name` (RFC 4034 §4.1.1). */
export function coversByNsec({ message }: Facts, name: Uint8Array): boolean {
  return message.authority.some(({ name: owner, type, rdata }) => {
    if (type !== Type.NSEC) return false
    const next = rdata.subarray(0, nameLength(rdata, 0))
    const isLast = compareNames(next, owner) <= 0
    return compareNames(owner, name) < 0 && (isLast || compareNames(name, next) < 0)
  })
}

/** Whether a name is no owner of its zone and has none but insecure delegations, with their glue, below it. */
export function lacksRecords(comparison: Comparison, name: Uint8Array): boolean {
  const apex = zoneOf(comparison, name)
  if (apex === undefined) return false
  const owners = recordsIn(comparison, apex).filter(({ owner }) => isAtOrBelow(owner, name))
  const cuts = owners.filter(({ type }) => type === 'NS').map(({ owner }) => owner)
  const secure = owners.filter(({ type }) => type === 'DS').map(({ owner }) => owner)
  const isInsecure = (owner: Uint8Array) =>
    cuts.some((cut) => isAtOrBelow(owner, cut) && !secure.some((one) => namesEqual(one, cut)))
  return !namesEqual(name, apex) && owners.every(({ owner }) => !namesEqual(owner, name) && isInsecure(owner))
}

function recordsIn({ placed }: Comparison, apex: Uint8Array): { owner: Uint8Array; type: string }[] {
  const zone = placed.world.zones.find((one) => namesEqual(nameFromText(apexOf(one, placed.base)), apex))
  return (zone?.records ?? []).map(({ owner, type }) => ({
    owner: canonicalName(nameFromText(below(owner, apexOf(zone!, placed.base)))),
    type,
  }))
}
