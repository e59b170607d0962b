/*
 * Detectors that look at owners, and at a zone as a whole.
 */
import { Type } from '../../dns/constants.ts'
import { typeToText } from '../../dns/rr/registry.ts'
import { projectedRdata } from '../projection.ts'
import { addressOfReverseName, addressToText, isPrivateReverse } from './addresses.ts'
import { isInternalLabel } from './internal-names.ts'
import { textOf } from './mentions.ts'
import { firstLabel, keyOf, keyToText, type NameKey, parentOf } from './name-keys.ts'
import type { LintedRRset, LintedView, Told, ToldAt, ToldOfView, View } from './rule.ts'
import { addressKey, viewOf } from './unseen.ts'

/** A name that only a host inside would have, by its first label. */
export function internalLookingName({ owner, isFirst, zone }: LintedRRset): Told | undefined {
  if (!isFirst || owner.length <= zone.apex.length || !isInternalLabel(firstLabel(owner))) return undefined
  return { what: `the name ${keyToText(owner)}` }
}

/** Records below `_acme-challenge`, `_tcp` and their like of a host that is nothing but an empty non-terminal here. */
export function serviceOfHiddenHost({ owner, isFirst, unseen }: LintedRRset): Told | undefined {
  if (!isFirst || owner[1] !== '_') return undefined
  let host = owner
  while (host[1] === '_') host = parentOf(host)
  const other = unseen.emptied.get(host) ?? unseen.names.get(host)
  return other === undefined ? undefined : { what: `${keyToText(owner)}, below ${keyToText(host)}`, other }
}

/** The reverse name of an address that only other views' names have. */
export function reverseOfHiddenHost({ owner, isFirst, unseen }: LintedRRset): Told | undefined {
  if (!isFirst || !owner.endsWith('\x04arpa\x00')) return undefined
  const address = addressOfReverseName(owner)
  const other = address && unseen.addresses.get(addressKey(address))
  if (other === undefined) return undefined
  return { what: `${keyToText(owner)}, the reverse name of ${addressToText(address!)}`, other }
}

/** What external-dns and its like write into TXT records: resources of the cluster by name, one record for each host. */
export function orchestratorText(at: LintedRRset): Told | undefined {
  const { projection, rrset, owner, unseen } = at
  if (projection.types[rrset] !== Type.TXT) return undefined
  for (let record = projection.first[rrset]!; record < projection.first[rrset + 1]!; record++) {
    const text = textOf(Type.TXT, projectedRdata(projection, record))
    if (!text.startsWith('heritage=')) continue
    const resource = /\/resource=([^",\s]{1,200})/.exec(text)?.[1]
    const host = registeredHost(owner)
    const other = host === undefined ? undefined : viewOf(unseen, host)
    const about = other === undefined ? '' : `, about ${keyToText(host!)}`
    return {
      what: `${resource === undefined ? 'a registry' : `the resource ${resource}`}${about}`,
      ...(other && { other }),
    }
  }
  return undefined
}

/** external-dns writes the record of `db` to `a-db`, `cname-db` and so on. */
function registeredHost(owner: NameKey): NameKey | undefined {
  const rest = /^(?:a|aaaa|cname|ns|mx|srv|txt|externaldns)-(.+)$/.exec(firstLabel(owner))?.[1]
  return rest && String.fromCharCode(rest.length) + rest + parentOf(owner)
}

/** A name below a wildcard that has none of its types while another view has: it only takes the wildcard's answer away. */
export function wildcardHole({ owner, isFirst, unseen, projection, rrset }: LintedRRset): Told | undefined {
  const richer = isFirst ? unseen.richer.get(owner) : undefined
  if (richer === undefined || STEERING.includes(projection.types[rrset]!)) return undefined
  for (let parent = parentOf(owner); parent !== ''; parent = parentOf(parent)) {
    const wildcard = unseen.wildcards.get(parent)
    if (wildcard === undefined) continue
    const missing = wildcard.types.filter((type) => richer.types.includes(type))
    if (missing.length === 0 || wildcard.projection !== projection || wildcard.rrset === rrset) return undefined
    return {
      what: `${keyToText(owner)}, which has no ${missing.map(typeToText).join(' and ')} where *.${keyToText(parent)} would answer`,
      other: richer.view,
    }
  }
  return undefined
}

/** Types that decide what a name answers, whatever the type asked for. */
const STEERING: readonly number[] = [Type.CNAME, Type.NS, Type.DNAME]

/** Wildcards that answer for names which only other views have: once for each. */
export function wildcardOverHidden({ projection, unseen }: LintedView): ToldAt[] {
  if (unseen.wildcards.size === 0 || unseen.names.size === 0) return []
  const existing = existingNames(projection)
  const covered = new Map<NameKey, { count: number; name: NameKey; other: string }>()
  for (const [name, other] of unseen.names) {
    let encloser = parentOf(name)
    while (encloser !== '' && !existing.has(encloser)) encloser = parentOf(encloser)
    if (unseen.wildcards.get(encloser)?.projection !== projection) continue
    const before = covered.get(encloser)
    covered.set(encloser, {
      count: (before?.count ?? 0) + 1,
      name: before?.name ?? name,
      other: before?.other ?? other,
    })
  }
  return [...covered].map(([parent, { count, name, other }]) => ({
    rrset: unseen.wildcards.get(parent)!.rrset,
    what: `the wildcard *.${keyToText(parent)} above ${keyToText(name)}${count > 1 ? ` and ${count - 1} more` : ''}`,
    other,
  }))
}

/** Owners and the empty non-terminals above them. */
function existingNames({ apex, octets, owners, rrsetCount }: LintedView['projection']): Set<NameKey> {
  const names = new Set<NameKey>()
  for (let rrset = 0; rrset < rrsetCount; rrset++) {
    if (rrset > 0 && owners[rrset] === owners[rrset - 1]) continue
    let name = keyOf(octets, owners[rrset]!)
    for (; name.length >= apex.length && !names.has(name); name = parentOf(name)) names.add(name)
  }
  return names
}

/** A reverse zone of private addresses. */
export function privateReverseZone({ zone, views, view }: LintedView): ToldAt[] {
  if (!isPrivateReverse(keyOf(zone.apex))) return []
  const other = views.find(({ isOpen }) => !isOpen)?.name ?? view.name
  return [{ rrset: 0, what: `the reverse zone ${keyToText(keyOf(zone.apex))} of private addresses`, other }]
}

/** Names of the base that are taken away, where an overlay could give them to those who may see them. */
export function hidingFailsOpen({ zone, view }: LintedView): ToldAt[] {
  return (zone.hide[view.name] ?? []).length === 0 ? [] : [{ what: `names hidden from view ${view.name}` }]
}

/** Views whose clients come by one family only, where the server answers the other one as well. */
export function unevenFamilies(views: readonly View[]): ToldOfView[] {
  return views.flatMap(({ name, isOpen, families: { clients, listen } }) => {
    const missing = isOpen || clients.length !== 1 ? undefined : listen.find((family) => family !== clients[0])
    const other =
      missing && views.find((each) => each.name !== name && each.families.listen.includes(missing) && each.isOpen)
    return other === undefined
      ? []
      : [{ view: name, what: `clients of view ${name} that are IPv${clients[0]} only`, other: other.name }]
  })
}
