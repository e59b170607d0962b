/*
 * What one view does not have and others do. It is worked out from the projections alone, by going through two of them
 * side by side in canonical order.
 */
import { Type } from '../../dns/constants.ts'
import { compareNames, isAtOrBelow, isWildcard } from '../../dns/name.ts'
import { type Projection, projectedOwner, projectedRdata } from '../projection.ts'
import { keyOf, type NameKey, parentOf } from './name-keys.ts'

/** What a view does not have, each with a view that does. */
export interface Unseen {
  /** Owners of other views' projections that are neither owners nor empty non-terminals of this one's. */
  readonly names: ReadonlyMap<NameKey, string>
  /** Owners of others that are empty non-terminals here. */
  readonly emptied: ReadonlyMap<NameKey, string>
  /** Owners here that have more types there. */
  readonly richer: ReadonlyMap<NameKey, RicherOwner>
  /** Addresses of others' A and AAAA records, as Latin-1, that none of this view's has. */
  readonly addresses: ReadonlyMap<string, string>
  /** Apexes of zones that the view does not have. */
  readonly apexes: ReadonlyMap<NameKey, string>
  /** Apexes of zones that it has. */
  readonly seenApexes: ReadonlySet<NameKey>
  /** Wildcards of the view by the name they stand below: the RRset they begin with, and their types. */
  readonly wildcards: ReadonlyMap<NameKey, Wildcard>
}

interface RicherOwner {
  readonly view: string
  readonly types: readonly number[]
}

export interface Wildcard {
  readonly projection: Projection
  readonly rrset: number
  readonly types: readonly number[]
}

interface Collected extends Unseen {
  readonly names: Map<NameKey, string>
  readonly emptied: Map<NameKey, string>
  readonly richer: Map<NameKey, RicherOwner>
  readonly addresses: Map<string, string>
}

interface SeenZone {
  /** Wire, lower-cased. */
  readonly apex: Uint8Array
  readonly projections: ReadonlyMap<string, Projection>
}

/** What the view does not have of these zones. */
export function collectUnseen(zones: readonly SeenZone[], view: string): Unseen {
  const apexes = new Map<NameKey, string>()
  const seenApexes = new Set<NameKey>()
  const seenAddresses = new Set<string>()
  const wildcards = new Map<NameKey, Wildcard>()
  const collected: Collected = {
    ...{ names: new Map(), emptied: new Map(), richer: new Map(), addresses: new Map() },
    ...{ apexes, seenApexes, wildcards },
  }
  for (const zone of zones) {
    const own = zone.projections.get(view)
    if (own !== undefined) {
      seenApexes.add(keyOf(zone.apex))
      for (const address of addressesOf(own)) seenAddresses.add(address)
      collectWildcards(own, wildcards)
    }
    const done = new Set<Projection>()
    for (const [other, projection] of zone.projections) {
      if (projection === own || done.has(projection)) continue
      done.add(projection)
      for (const address of addressesOf(projection)) collected.addresses.set(address, other)
      if (own === undefined) apexes.set(keyOf(zone.apex), other)
      else collectMissing(own, projection, other, collected)
    }
  }
  for (const address of seenAddresses) collected.addresses.delete(address)
  return collected
}

/** A view that has the name while this one lacks it, going by the closest zone that any view has. */
export function viewOf(unseen: Unseen, name: NameKey): string | undefined {
  for (let suffix = 0; suffix < name.length; suffix += name.charCodeAt(suffix) + 1) {
    const apex = name.slice(suffix)
    if (unseen.seenApexes.has(apex)) return unseen.names.get(name)
    const other = unseen.apexes.get(apex)
    if (other !== undefined) return other
  }
  return undefined
}

/** Whether the view has all that others have. */
export function isNothing({ names, emptied, richer, addresses, apexes }: Unseen): boolean {
  return names.size + emptied.size + richer.size + addresses.size + apexes.size === 0
}

/** Compares the owners of `other` with those of `own`. Both are in canonical order. */
function collectMissing(own: Projection, other: Projection, view: string, collected: Collected): void {
  let at = 0
  for (let rrset = 0; rrset < other.rrsetCount; rrset = endOfOwner(other, rrset)) {
    const owner = projectedOwner(other, rrset)
    while (at < own.rrsetCount && compareNames(projectedOwner(own, at), owner) < 0) at = endOfOwner(own, at)
    const key = keyOf(other.octets, other.owners[rrset]!)
    // The first owner not before it is the name itself, or the first below it where it is an empty non-terminal.
    const found = at < own.rrsetCount ? projectedOwner(own, at) : undefined
    if (found === undefined || !isAtOrBelow(found, owner)) collected.names.set(key, view)
    else if (found.length > owner.length) collected.emptied.set(key, view)
    else {
      const types = typesOf(other, rrset).filter((type) => !typesOf(own, at).includes(type))
      if (types.length > 0) collected.richer.set(key, { view, types })
    }
  }
}

function collectWildcards(own: Projection, wildcards: Map<NameKey, Wildcard>): void {
  for (let rrset = 0; rrset < own.rrsetCount; rrset = endOfOwner(own, rrset)) {
    if (!isWildcard(own.octets, own.owners[rrset])) continue
    const parent = parentOf(keyOf(own.octets, own.owners[rrset]!))
    wildcards.set(parent, { projection: own, rrset, types: typesOf(own, rrset) })
  }
}

/** The first RRset behind those of the owner of this one. */
function endOfOwner({ owners, rrsetCount }: Projection, rrset: number): number {
  let end = rrset + 1
  while (end < rrsetCount && owners[end] === owners[rrset]) end++
  return end
}

function typesOf(projection: Projection, rrset: number): number[] {
  return Array.from(projection.types.subarray(rrset, endOfOwner(projection, rrset)))
}

function* addressesOf(projection: Projection): Generator<string> {
  for (let rrset = 0; rrset < projection.rrsetCount; rrset++) {
    const type = projection.types[rrset]
    if (type !== Type.A && type !== Type.AAAA) continue
    for (let record = projection.first[rrset]!; record < projection.first[rrset + 1]!; record++) {
      yield addressKey(projectedRdata(projection, record))
    }
  }
}

/** An address as the key of a map. */
export function addressKey(address: Uint8Array): string {
  return Buffer.from(address.buffer, address.byteOffset, address.length).toString('latin1')
}
