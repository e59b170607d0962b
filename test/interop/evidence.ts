import { canonicalName, isAtOrBelow, nameFromText, namesEqual, parentName } from '../../dns/name.ts'
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
